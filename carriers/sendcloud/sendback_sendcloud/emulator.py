"""Sendcloud's API v3 as far as returns need it: strict, asynchronous, without deduplication, faulty on demand."""

import base64
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import qrcode
from sendback_sdk.testing.carrier import label_document
from sendback_sdk.testing.emulator import Answer, Asked, Emulator

from sendback_sendcloud.refusals import GRAMS, refusal

_FORMATS = {"application/pdf": "PDF", "image/png": "PNG", "application/zpl": "ZPL"}
_PAPERS = ("a4", "a5", "a6")


@dataclass(frozen=True, slots=True)
class Offered:
    """A shipping option of the account. `countries` empty: from anywhere. `native_zpl`: its carrier gives no other."""

    code: str
    countries: frozenset[str] = frozenset()
    most_grams: int = 31_500
    labelless: bool = False
    native_zpl: bool = False


@dataclass(slots=True)
class SoldReturn:
    id: int
    body: dict[str, Any]
    looks: int = 0
    history: list[tuple[str, datetime]] = field(default_factory=list)
    error: str = ""

    @property
    def reference(self) -> str:
        return str(self.body.get("external_reference", ""))

    @property
    def parcel_id(self) -> int:
        return 60_000 + self.id

    @property
    def tracking_number(self) -> str:
        return f"3SSEND{self.id:08d}"

    @property
    def status(self) -> str:
        return self.history[-1][0]


class SendcloudEmulator(Emulator):
    """`looks_needed`: how often a return must be looked at before it is announced. `unique_references`: a second
    return of one reference is refused, as the API's own example of an error has it. `sold` is what was really made."""

    def __init__(
        self,
        *,
        offered: tuple[Offered, ...] = (Offered("dpd:return/return"),),
        looks_needed: int = 1,
        unique_references: bool = False,
        record: Path | None = None,
        retry_after: int = 1,
    ) -> None:
        super().__init__(record=record, retry_after=retry_after)
        self.offered = {each.code: each for each in offered}
        self.looks_needed = looks_needed
        self.unique_references = unique_references
        self.keys = ("public", "s3cret-of-sendcloud")
        self.sold: list[SoldReturn] = []
        self.validated = 0
        self.refuse_announcement = ""
        self.slow_cancellation = False
        self.documents_down, self.document_status = 0, 503
        self.points: list[dict[str, Any]] = []

    @property
    def base_url(self) -> str:
        return f"{self.url}/api/v3"

    def scan(self, tracking_number: str, status: str, time: datetime | None = None) -> None:
        for sold in self.sold:
            if sold.tracking_number == tracking_number:
                sold.history.append((status, time or datetime.now(UTC)))

    def changes(self, asked: Asked) -> bool:
        return asked.method in ("POST", "PATCH") and not asked.path.endswith("/validate")

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != self._authorization():
            return _error(401, "authentication_failed", "Invalid username/password.")
        url = urlsplit(asked.path)
        path, query = url.path.removeprefix("/api/v3"), parse_qs(url.query)
        match asked.method, path.strip("/").split("/"):
            case "POST", ["returns"] | ["returns", "announce-synchronously"]:
                return self._create(asked, synchronous=path.endswith("synchronously"))
            case "POST", ["returns", "validate"]:
                return self._validate(asked)
            case "GET", ["returns"]:
                return self._list(query)
            case "GET", ["returns", id]:
                return self._with(id, self._look)
            case "PATCH", ["returns", id, "cancel"]:
                return self._with(id, self._cancel)
            case "GET", ["parcels", id, "documents", "label" | "qr"]:
                return self._document(id, asked.headers.get("accept", ""), query)
            case "GET", ["service-points"]:
                return self._points(query)
        return Answer(404)

    def _authorization(self) -> str:
        return "Basic " + base64.b64encode(":".join(self.keys).encode()).decode()

    def _validate(self, asked: Asked) -> Answer:
        self.validated += 1
        problem = self._problem(asked)
        return problem or Answer(200, asked.json())

    def _create(self, asked: Asked, *, synchronous: bool) -> Answer:
        problem = self._problem(asked)
        if problem:
            return problem
        body = asked.json()
        used = {sold.reference for sold in self.sold}
        if self.unique_references and body.get("external_reference") in used:
            said = {
                "code": "invalid",
                "message": "External reference has already been used in another return.",
            }
            return Answer(400, {"error": said})
        sold = SoldReturn(len(self.sold) + 1, body, error=self.refuse_announcement)
        sold.history.append(("Being announced", datetime.now(UTC)))
        self.sold.append(sold)
        self.note(did="return", reference=sold.reference, tracking_number=sold.tracking_number)
        if synchronous:
            self._announce(sold)
        return Answer(201, {"return_id": sold.id, "parcel_id": sold.parcel_id, "multi_collo_ids": []})

    def _problem(self, asked: Asked) -> Answer | None:
        try:
            body = asked.json()
        except ValueError:
            return _error(400, "invalid", "JSON parse error")
        found = refusal(body) or self._problem_with_option(body)
        return _error(400, *found) if found else None

    def _problem_with_option(self, body: dict[str, Any]) -> tuple[str, str] | None:
        option = self.offered.get(body["ship_with"].get("shipping_option_code", ""))
        if body["ship_with"].get("type") != "shipping_option_code" or option is None:
            return "invalid_choice", "ship_with: unknown shipping option"
        if option.countries and body["from_address"]["country_code"] not in option.countries:
            return "invalid", "ship_with: the option does not serve this country"
        if body["weight"]["value"] * GRAMS[body["weight"]["unit"]] > option.most_grams:
            return "invalid", "weight: too heavy for this shipping option"
        if (body.get("delivery_option") == "drop_off_labelless") != option.labelless:
            return "invalid_choice", "delivery_option: not offered by this shipping option"
        return None

    def _with(self, id: str, do: Any) -> Answer:
        sold = next((each for each in self.sold if str(each.id) == id), None)
        return Answer(404) if sold is None else do(sold)

    def _look(self, sold: SoldReturn) -> Answer:
        sold.looks += 1
        if sold.looks > self.looks_needed:
            self._announce(sold)
        if sold.status == "Cancellation requested" and not self.slow_cancellation:
            sold.history.append(("Cancelled", datetime.now(UTC)))
        return Answer(200, self._shown(sold))

    def _announce(self, sold: SoldReturn) -> None:
        if sold.status == "Being announced":
            said = "Announcement failed" if sold.error else "Announced"
            sold.history.append((said, datetime.now(UTC)))

    def _cancel(self, sold: SoldReturn) -> Answer:
        if sold.status not in ("Announced", "Being announced"):
            said = {"field": "returns", "code": 409, "message": "Return is not cancellable."}
            return Answer(409, {"errors": [said]})
        sold.history.append(("Cancellation requested", datetime.now(UTC)))
        self.note(did="void", reference=sold.reference, tracking_number=sold.tracking_number)
        return Answer(202, {"message": "Cancellation requested successfully"})

    def _list(self, query: dict[str, list[str]]) -> Answer:
        if not {"from_date", "to_date"} <= query.keys():
            return _error(400, "required", "from_date and to_date are required")
        size, start = int(query.get("page_size", ["40"])[0]), int(query.get("cursor", ["0"])[0])
        if not 1 <= size <= 40:
            return _error(400, "invalid", "page_size: 1 to 40")
        try:
            since, until = (_moment(query[name][0]) for name in ("from_date", "to_date"))
        except ValueError:
            return _error(400, "invalid", "from_date, to_date: YYYY-MM-DD hh:mm:ss")
        found = [sold for sold in self.sold if since <= sold.history[0][1] <= until]
        page = [self._shown(sold) for sold in found[start : start + size]]
        more = start + size < len(found)
        following = f"http://elsewhere.example/api/v3/returns?cursor={start + size}" if more else None
        return Answer(200, {"next": following, "previous": None, "data": page})

    def _shown(self, sold: SoldReturn) -> dict[str, Any]:
        """As the specification has it: without the external reference, and without links before it is announced."""
        announced = any(status == "Announced" for status, _ in sold.history)
        link = f"https://elsewhere.example/api/v3/parcels/{sold.parcel_id}/documents/label"
        kept = (
            "from_address",
            "to_address",
            "weight",
            "send_tracking_emails",
            "order_number",
            "delivery_option",
        )
        return {
            **{name: sold.body.get(name) for name in kept},
            "id": sold.id,
            "shipping_option": {"code": sold.body["ship_with"]["shipping_option_code"]},
            "shipping_product": {"code": None},
            "is_cancellable": announced,
            "created_at": sold.history[0][1].isoformat(),
            "status": "open",
            "status_history": [
                {"parent_status": status, "carrier_update_timestamp": time.isoformat()}
                for status, time in sold.history
            ],
            "tracking_number": sold.tracking_number if announced else None,
            "tracking_url": f"https://tracking.example/{sold.tracking_number}" if announced else None,
            "label": {"normal_printer": [f"{link}?paper_size=a4"] * 4, "label_printer": link}
            if announced
            else None,
            "label_cost": {"value": 6.15, "currency": "EUR"} if announced else None,
            "errors": [{"status": "400", "code": "parcel_announcement_error", "detail": sold.error}]
            if sold.status == "Announcement failed"
            else [],
        }

    def _document(self, parcel_id: str, accept: str, query: dict[str, list[str]]) -> Answer:
        if not query.keys() <= {"paper_size", "dpi"} or query.get("paper_size", ["a6"])[0] not in _PAPERS:
            return _error(400, "invalid_choice", "paper_size: a4, a5 or a6")
        if self.documents_down:
            self.documents_down -= 1
            return Answer(
                self.document_status, {"error": {"code": self.document_status}}, {"retry-after": "1"}
            )
        sold = next((each for each in self.sold if str(each.parcel_id) == parcel_id), None)
        if sold is None or not any(status == "Announced" for status, _ in sold.history):
            return _error(404, "not_found", "No Parcel matches the given query.")
        option = self.offered[sold.body["ship_with"]["shipping_option_code"]]
        media = "application/zpl" if option.native_zpl else accept
        if media not in _FORMATS:
            return _error(406, "invalid", "Accept: application/pdf, application/zpl or image/png")
        return Answer(200, _drawn(sold, _FORMATS[media], option), {"content-type": media})

    def _points(self, query: dict[str, list[str]]) -> Answer:
        if ("carrier_code" in query) == ("use_integration_carriers" in query) or "country_code" not in query:
            return _error(400, "invalid", "exactly one way to choose carriers, and a country")
        here = [each for each in self.points if each["address"]["country_code"] == query["country_code"][0]]
        limit = int(query.get("limit", ["100"])[0])
        return Answer(200, {"data": {"results": here[:limit], "geocoding": None}})


def _error(status: int, code: str, detail: str) -> Answer:
    return Answer(status, {"errors": [{"code": code, "message": detail, "field": detail.split(":")[0]}]})


def _moment(said: str) -> datetime:
    return datetime.strptime(said, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def _drawn(sold: SoldReturn, format: str, option: Offered) -> bytes:
    if option.labelless and format == "PNG":
        buffer = io.BytesIO()
        qrcode.make(sold.tracking_number).save(buffer)
        return buffer.getvalue()
    return label_document(format, f"{sold.tracking_number}\n{sold.reference}")
