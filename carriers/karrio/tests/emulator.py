"""karrio's API as far as the plugin asks it, for what a real karrio cannot be made to show: lines that break between
us and it, and between it and its carrier. `test_karrio.py` holds its answers against the real one's."""

import base64
import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sendback_sdk.testing import Fault
from sendback_sdk.testing.carrier import label_document
from sendback_sdk.testing.emulator import Answer, Asked, Emulator

CONNECTION = "returns"
SERVICE = "standard_service"
_CODES = "FR MC AT BE CZ DK FI DE GR HU IE IT LU NL PL SK ES SE PT AQ"
COUNTRIES = frozenset(_CODES.split())
LONGEST = {"person_name": 100, "company_name": 100, "address_line1": 100, "postal_code": 20, "city": 50}


@dataclass(slots=True)
class Shipment:
    id: str
    wanted: dict[str, Any]
    status: str = "draft"
    label_type: str = "PDF"
    tracking_number: str | None = None


@dataclass(slots=True)
class Sold:
    """What the connected carrier sold, whatever karrio knows of it."""

    tracking_number: str
    id: str


@dataclass(slots=True)
class _Books:
    shipments: list[Shipment] = field(default_factory=list)
    sold: list[Sold] = field(default_factory=list)


class KarrioEmulator(Emulator):
    """`sold` is what its carrier sold, `shipments` what karrio keeps. Faults strike the call that buys, unless told
    otherwise. `carrier_says` has the carrier behind karrio answer the next purchase so: a code and a text."""

    def __init__(self, *, key: str = "key_practice", retry_after: int = 1) -> None:
        super().__init__(retry_after=retry_after)
        self.key = key
        self.test_mode = False
        label_document("PDF", "")  # what is slow the first time is done before anybody waits for an answer
        self._books = _Books()
        self._numbers = itertools.count(1)
        self._carrier_says: list[tuple[object, str, bool]] = []

    @property
    def sold(self) -> list[Sold]:
        return self._books.sold

    @property
    def shipments(self) -> list[Shipment]:
        return self._books.shipments

    def fail(self, *faults: Fault, about: str = '"service":') -> None:
        super().fail(*faults, about=about)

    def carrier_says(self, code: object, text: str, *, sold: bool = False) -> None:
        """`sold`: it sold a label, and the line to karrio broke before it could say so."""
        self._carrier_says.append((code, text, sold))

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Token {self.key}":
            return _errors(401, "invalid_token", "Given token not valid for any token type")
        url = urlsplit(asked.path)
        parts = url.path.strip("/").split("/")[1:]
        match asked.method, parts:
            case "POST", ["shipments"]:
                return self._draft(asked)
            case "GET", ["shipments"]:
                return self._list(parse_qs(url.query).get("metadata_key", [""])[0])
            case "POST", ["shipments", id, "purchase"]:
                return self._purchase(self._kept(id), asked)
            case "POST", ["shipments", id, "cancel"]:
                return self._cancel(self._kept(id))
            case "GET", ["shipments", id, name] if name.startswith("label."):
                return self._label(self._kept(id))
            case "GET", ["trackers"]:
                return Answer(200, {"count": 0, "results": []})
        return _errors(404, "not_found", "Resource not found")

    def _kept(self, id: str) -> Shipment | None:
        return next((shipment for shipment in self.shipments if shipment.id == id), None)

    def _draft(self, asked: Asked) -> Answer:
        try:
            wanted = asked.json()
        except ValueError:
            return _errors(400, "parse_error", "JSON parse error")
        if problem := _problem(wanted):
            return _errors(400, "validation", problem)
        if CONNECTION not in wanted["carrier_ids"]:
            return _errors(404, "not_found", "No active carrier connection found to process the request")
        shipment = Shipment(f"shp_{next(self._numbers)}", wanted)
        self.shipments.append(shipment)
        return Answer(201, self._shown(shipment))

    def _list(self, key: str) -> Answer:
        found = [self._shown(s) for s in self.shipments if key in s.wanted["metadata"]]
        return Answer(200, {"count": len(found), "results": found})

    def _purchase(self, shipment: Shipment | None, asked: Asked) -> Answer:
        if shipment is None:
            return _errors(404, "not_found", "Resource not found")
        if shipment.status != "draft":
            text = f"The shipment is '{shipment.status}' and cannot be purchased again"
            return _errors(409, "state_error", text)
        wanted = asked.json()
        if wanted.get("service") != SERVICE:
            text = "The service you selected is not available for this shipment."
            return _errors(400, "service_unavailable", text)
        if shipment.wanted["is_return"]:
            return _messages("SHIPPING_SDK_NON_SUPPORTED_ERROR", "this operation is not supported.")
        return self._buy(shipment, wanted["label_type"])

    def _buy(self, shipment: Shipment, label_type: str) -> Answer:
        code, text, sold = self._carrier_says.pop(0) if self._carrier_says else (None, "", True)
        number = f"{next(self._numbers):012x}"
        if sold:
            self.sold.append(Sold(number, shipment.id))
        if code is not None:
            return _messages(code, text)
        shipment.status, shipment.label_type, shipment.tracking_number = "created", label_type, number
        return Answer(200, self._shown(shipment, with_document=True))

    def _cancel(self, shipment: Shipment | None) -> Answer:
        if shipment is None:
            return _errors(404, "not_found", "Resource not found")
        answer = Answer(202 if shipment.status == "cancelled" else 200)
        shipment.status = "cancelled"
        return Answer(answer.status, self._shown(shipment))

    def _label(self, shipment: Shipment | None) -> Answer:
        if shipment is None or shipment.tracking_number is None:
            return Answer(404, {"errors": [{"message": "not found or has no label"}]})
        return Answer(200, label_document(shipment.label_type, shipment.tracking_number).decode("latin-1"))

    def _shown(self, shipment: Shipment, *, with_document: bool = False) -> dict[str, Any]:
        bought = shipment.tracking_number is not None
        document = (
            label_document(shipment.label_type, shipment.tracking_number or "") if with_document else b""
        )
        encoded = base64.b64encode(document).decode() or None
        return {
            **{name: shipment.wanted.get(name) for name in ("shipper", "recipient", "reference", "metadata")},
            "id": shipment.id,
            "status": shipment.status,
            "test_mode": self.test_mode,
            "label_type": shipment.label_type,
            "tracking_number": shipment.tracking_number,
            "tracking_url": "/v1/trackers/returns_post/1" if bought else None,
            "selected_rate": {"total_charge": 4.9, "currency": "EUR"} if bought else None,
            "shipping_documents": [{"category": "label", "format": shipment.label_type, "base64": encoded}],
        }


def _problem(wanted: dict[str, Any]) -> str:
    """What karrio's own validation says."""
    for side in ("shipper", "recipient"):
        address = wanted.get(side) or {}
        if address.get("country_code") not in COUNTRIES:
            return f'{side}.country_code: "{address.get("country_code")}" is not a valid choice.'
        for name, longest in LONGEST.items():
            if "\x00" in address.get(name, ""):
                return f"{side}.{name}: Null characters are not allowed."
            if len(address.get(name, "")) > longest:
                return f"{side}.{name}: Ensure this field has no more than {longest} characters."
    parcels = wanted.get("parcels") or []
    if not parcels or not all(parcel.get("weight") for parcel in parcels):
        return "parcels: This field is required."
    return ""


def _errors(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"errors": [{"code": code, "level": "error", "message": message}]})


def _messages(code: object, text: str) -> Answer:
    said = {"carrier_id": CONNECTION, "carrier_name": "generic", "code": code, "message": text}
    return Answer(424, {"messages": [said]})
