"""A carrier with a JSON API: a token, no idempotency key, labels found again by our reference."""

import base64
import binascii
from typing import Any

from pydantic import Field, SecretStr
from sendback_sdk import (
    Address,
    Billing,
    Carrier,
    Declined,
    Finds,
    Label,
    LabelFormat,
    LabelRequest,
    Money,
    OutcomeUnknown,
    Repeat,
    Voids,
    hookimpl,
)
from sendback_sdk.http import send

_LONGEST_LINE = 35

_COUNTRIES = "FR MC AT BE CZ DK FI DE GR HU IE IT LU NL PL SK ES SE PT"
_OUTLYING = "IC EA PT-20 PT-30 AX"


class Rehearsal(Carrier, Finds, Voids):
    id = "rehearsal"
    coverage = frozenset((*_COUNTRIES.split(), *_OUTLYING.split()))
    formats = frozenset(LabelFormat)
    repeat = Repeat.FINDABLE
    billed_on = Billing.PURCHASE

    class Settings(Carrier.Settings):
        base_url: str = Field(description="Address of the API")
        token: SecretStr = Field(description="Token that the API is called with")
        timeout_seconds: float = Field(
            20.0, gt=0, le=120, description="How long an answer is waited for, in seconds"
        )

    def create_label(self, request: LabelRequest) -> Label:
        if request.sender.country not in self.coverage:
            raise Declined(f"no parcels from {request.sender.country}")
        return _label(self._call("POST", "/labels", json=_wanted(request)).get)

    def find_label(self, reference: str) -> Label | None:
        found = self._call("GET", "/labels", params={"reference": reference}).get("labels") or []
        return _label(found[0].get) if found else None

    def void_label(self, label: Label) -> None:
        self._call("POST", f"/labels/{label.carrier_reference}/void")

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.settings.token.get_secret_value()}"}
        options["timeout"] = self.settings.timeout_seconds
        answer = send(self.http, method, self.settings.base_url + path, headers=headers, **options)
        try:
            return dict(answer.json())
        except (ValueError, TypeError, RecursionError) as broken:
            raise OutcomeUnknown("an answer that is no JSON object") from broken


def _wanted(request: LabelRequest) -> dict[str, Any]:
    return {
        "reference": request.reference,
        "sender": _address(request.sender),
        "recipient": _address(request.recipient),
        "weight_grams": request.parcel.weight_grams,
        "format": request.format,
        "paper": request.paper,
    }


def _address(address: Address) -> dict[str, str]:
    parts = {
        "name": address.name or address.company or "—",
        "street": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
    }
    return {key: "".join(c for c in value if c.isprintable())[:_LONGEST_LINE] for key, value in parts.items()}


def _label(field: Any) -> Label:
    try:
        return Label(
            tracking_number=field("tracking_number"),
            document=base64.b64decode(field("document"), validate=True),
            format=LabelFormat(field("format")),
            tracking_url=field("tracking_url", ""),
            price=_price(field("price")),
            carrier_reference=field("id"),
        )
    except (binascii.Error, KeyError, ValueError, TypeError) as broken:
        raise OutcomeUnknown("a label that cannot be read") from broken


def _price(said: Any) -> Money | None:
    """Not every contract has a price a label."""
    return Money(said["minor"], said["currency"]) if said else None


@hookimpl
def sendback_carriers() -> list[type[Carrier]]:
    return [Rehearsal]
