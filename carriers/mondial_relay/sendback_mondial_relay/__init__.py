"""Mondial Relay (InPost) by its API v2: XML, no cancelling, no idempotency; parcels are left at a Point Relais."""

import base64
import binascii
from collections.abc import Sequence
from urllib.parse import quote

from pydantic import Field, SecretStr
from sendback_sdk import (
    Address,
    Billing,
    Carrier,
    Declined,
    DropOff,
    DropOffs,
    Label,
    LabelFormat,
    LabelRequest,
    OutcomeUnknown,
    Repeat,
    TrackingUpdate,
    Tracks,
    TryLater,
    hookimpl,
)

from sendback_mondial_relay import answer, shipment, soap
from sendback_mondial_relay.answer import Made
from sendback_mondial_relay.api import Api
from sendback_mondial_relay.shipment import Output, Sheet, output_for, outside

_FOLLOW = "https://www.mondialrelay.fr/suivi-de-colis/?numeroExpedition="
_BEGINS = {LabelFormat.PDF: b"%PDF-", LabelFormat.ZPL: b"^XA"}


class MondialRelay(Carrier, Tracks, DropOffs):
    id = "mondial_relay"
    coverage = frozenset({"FR", "MC", "BE", "LU", "NL", "ES", "PT", "IT", "DE", "AT"})
    formats = frozenset({LabelFormat.PDF, LabelFormat.ZPL})
    repeat = Repeat.UNSAFE
    billed_on = Billing.PURCHASE

    class Settings(Carrier.Settings):
        login: str = Field(
            min_length=1, max_length=100, description="Login of the API v2, from Mondial Relay Connect"
        )
        password: SecretStr = Field(description="Password of the API v2, from Mondial Relay Connect")
        customer_id: str = Field(
            pattern=r"^[0-9A-Z]{8}$", description="Customer id of the API v2, from Mondial Relay Connect"
        )
        culture: str = Field(
            "fr-FR", pattern=r"^[a-z]{2}-[A-Z]{2}$", description="Language of labels and texts, such as fr-FR"
        )
        countries: frozenset[str] = Field(
            frozenset({"FR", "MC", "BE", "LU", "NL", "ES", "PT"}),
            description="Countries parcels are sent from; IT, DE and AT may be added where the contract has them",
        )
        printerless: bool = Field(False, description="Asks for a QR code instead of a label")
        code_is_link: bool = Field(
            True,
            description="Where the code comes as a link it is a picture to fetch; else the link is what the code says",
        )
        street_length: int = Field(
            30, ge=20, le=40, description="Longest street, in letters; the rest goes on to the third line"
        )
        base_url: str = Field(
            "https://connect-api.mondialrelay.com/api/shipment",
            pattern=r"^https?://",
            description="Address of the API v2",
        )
        sandbox_url: str = Field(
            "https://connect-api-sandbox.mondialrelay.com/api/shipment",
            pattern=r"^https?://",
            description="Address of the API v2 for sandbox labels",
        )
        label_hosts: frozenset[str] = Field(
            frozenset({"mondialrelay.com", "mondialrelay.fr"}),
            description="Hosts that labels are fetched from, with their subdomains",
        )
        brand: str = Field(
            "",
            pattern=r"^[0-9A-Z]{0,8}$",
            description="Brand code of the older API, which follows parcels and knows the points",
        )
        private_key: SecretStr | None = Field(
            None,
            description="Private key of the older API; without it parcels are not followed and no points shown",
        )
        search_kilometres: int = Field(
            20, ge=1, le=100, description="How far points are searched, in kilometres"
        )
        soap_url: str = Field(
            "https://api.mondialrelay.com/Web_Services.asmx",
            pattern=r"^https?://",
            description="Address of the older API",
        )
        fetch_pause_seconds: float = Field(
            1.0, ge=0, le=10, description="Pause between two tries to fetch a label, in seconds"
        )
        timeout_seconds: float = Field(
            20.0, gt=0, le=25, description="How long an answer of Mondial Relay is waited for, in seconds"
        )

    def create_label(self, request: LabelRequest) -> Label:
        settings = self.settings
        if request.sender.country not in settings.countries & self.coverage or outside(request.sender):
            raise Declined(f"no parcels from {request.sender.country} {request.sender.postal_code[:10]}")
        if request.format not in self.formats:
            raise Declined(f"no labels as {request.format}")
        sheet = self._sheet(output_for(request.format, printerless=settings.printerless))
        api = self._api(settings.sandbox_url if request.sandbox else settings.base_url)
        made = answer.made(api.post(shipment.shipment(request, sheet)), sheet.password)
        if made.warnings:
            self.log.warning(f"mondial_relay.warned: {','.join(made.warnings)}")
        try:
            return self._label(made, request.format, sheet.output, api)
        except OutcomeUnknown as doubt:
            raise OutcomeUnknown(f"shipment {made.number} was made, then: {doubt.text}") from doubt

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        """Nothing without a brand and its key: the API v2 follows no parcels."""
        if not self._older_api:
            return []
        brand, key = self.settings.brand, self.settings.private_key.get_secret_value()
        language = self.settings.culture[:2].upper()
        updates = [
            update
            for label in labels
            for update in soap.traced(
                self._ask(soap.TRACING, soap.tracing(label.tracking_number, brand, key, language)),
                label.tracking_number,
            )
        ]
        return sorted(updates, key=lambda update: update.time)

    def find_drop_offs(self, address: Address, limit: int) -> list[DropOff]:
        """Points Relais near the postal code; none without a brand and its key."""
        if not self._older_api or address.country not in self.settings.countries:
            return []
        brand, key = self.settings.brand, self.settings.private_key.get_secret_value()
        asked = soap.search(address, brand, key, limit, self.settings.search_kilometres)
        return soap.points(self._ask(soap.POINTS, asked), limit)

    @property
    def _older_api(self) -> bool:
        return bool(self.settings.brand and self.settings.private_key)

    def _ask(self, operation: str, call: bytes) -> bytes:
        """The older API changes nothing here: no answer is no reason for doubt."""
        try:
            return self._api(self.settings.base_url).post(
                call, self.settings.soap_url, soap.NAMESPACE + operation
            )
        except OutcomeUnknown as unanswered:
            raise TryLater(unanswered.text) from unanswered

    def _api(self, url: str) -> Api:
        settings = self.settings
        return Api(
            self.http, url, settings.label_hosts, settings.timeout_seconds, settings.fetch_pause_seconds
        )

    def _label(self, made: Made, format: LabelFormat, output: Output, api: Api) -> Label:
        code = None
        if output is Output.QR:
            from sendback_mondial_relay import qr

            code = _code(made.output, api, link=self.settings.code_is_link)
            document = qr.page(code, made.number)
        elif output is Output.PDF:
            document = api.fetch(made.output)
        else:
            document = _decoded(made.output)
        if not document.startswith(_BEGINS[format]):
            raise OutcomeUnknown(f"a document that is no {format}")
        return Label(
            tracking_number=made.number,
            document=document,
            format=format,
            tracking_url=_FOLLOW + quote(made.number, safe=""),
            qr=code,
            carrier_reference=made.number,
        )

    def _sheet(self, output: Output) -> Sheet:
        settings = self.settings
        password = settings.password.get_secret_value()
        return Sheet(
            settings.login, password, settings.customer_id, settings.culture, output, settings.street_length
        )


def _code(output: str, api: Api, *, link: bool) -> bytes:
    """A PNG: fetched where the output is a link to it, else made of what it says."""
    # Every server loads this package and hardly one draws.
    from sendback_mondial_relay import qr

    if not link or not output.startswith(("https://", "http://")):
        return qr.picture(output)
    fetched = api.fetch(output)
    if not fetched.startswith(qr.PNG):
        raise OutcomeUnknown("a code that is no picture: see code_is_link")
    return fetched


def _decoded(output: str) -> bytes:
    try:
        return base64.b64decode("".join(output.split()), validate=True).strip()
    except (binascii.Error, ValueError) as broken:
        raise OutcomeUnknown("a label that is no base64") from broken


@hookimpl
def sendback_carriers() -> list[type[Carrier]]:
    return [MondialRelay]
