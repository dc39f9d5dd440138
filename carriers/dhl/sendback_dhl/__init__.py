"""DHL Parcel Germany: return labels by the API Parcel DE Returns, from 18 countries to a warehouse in Germany."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import Field, SecretStr
from sendback_sdk import (
    Address,
    Billing,
    Carrier,
    Declined,
    Label,
    LabelFormat,
    LabelRequest,
    Misconfigured,
    Repeat,
    TrackingUpdate,
    Tracks,
    hookimpl,
)
from sendback_sdk.plugin import Log

from sendback_dhl import answer
from sendback_dhl.api import Access, Api
from sendback_dhl.letters import Letters
from sendback_dhl.order import Hand, order
from sendback_dhl.receivers import COUNTRIES, Receiver, chosen, named
from sendback_dhl.tracking import seen

_URL = r"^https?://.+[^/]$"


class Dhl(Carrier, Tracks):
    id = "dhl"
    coverage = frozenset({*COUNTRIES, "MC"})
    formats = frozenset({LabelFormat.PDF})
    repeat = Repeat.UNSAFE
    billed_on = Billing.HAND_OVER

    class Settings(Carrier.Settings):
        api_key: SecretStr = Field(description="API key of the app in DHL's developer portal")
        api_secret: SecretStr | None = Field(
            None,
            description="Its secret, from there too; without it Basic is used, which DHL calls deprecated",
        )
        username: str = Field(
            min_length=1, description="A user of DHL's business customer portal with the function Returns"
        )
        password: SecretStr = Field(description="The password of that user")
        sandbox_username: str = Field(
            "", description="DHL's test user, from its developer portal; sandbox labels need it"
        )
        sandbox_password: SecretStr | None = Field(None, description="The password of the test user")
        receivers: tuple[Receiver, ...] = Field(
            (),
            description='Receiver ids by country, as [{"id": "…", "countries": ["DE"]}]; empty: DHL is asked',
        )
        monaco_as: str = Field(
            "fra",
            pattern=r"^([a-z]{3})?$",
            description="The country that stands for Monaco, in three letters: DHL does not have it",
        )
        codes: bool = Field(True, description="Asks for a code to show beside the label")
        letters: Letters = Field(
            Letters.LATIN_1, description="Letters sent as they are written; others are transliterated"
        )
        no_number: str = Field(
            "-",
            min_length=1,
            max_length=10,
            description="What stands for a house number where an address has none",
        )
        label_days: int | None = Field(
            None, ge=1, le=730, description="For how many days a label is good by your contract"
        )
        tracking: bool = Field(
            False, description="Follows parcels; the app must be admitted to Shipment Tracking – Unified too"
        )
        tracking_page: str = Field(
            "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=",
            description="Page where buyers follow a parcel; its number is added at the end",
        )
        base_url: str = Field("https://api-eu.dhl.com", pattern=_URL, description="Address of DHL's API")
        sandbox_url: str = Field(
            "https://api-sandbox.dhl.com", pattern=_URL, description="Address of DHL's API for sandbox labels"
        )
        timeout_seconds: float = Field(
            20.0, gt=0, le=25, description="How long an answer of DHL is waited for, in seconds"
        )

    def __init__(self, settings: Any, http: httpx.Client, log: Log) -> None:
        super().__init__(settings, http, log)
        self._api = self._api_at(settings.base_url, settings.username, settings.password)
        self._sandbox = self._api_at(
            settings.sandbox_url, settings.sandbox_username, settings.sandbox_password
        )

    def create_label(self, request: LabelRequest) -> Label:
        settings = self.settings
        iso3 = self._country(request.sender)
        if request.format not in self.formats:
            raise Declined(f"no labels as {request.format}: DHL's returns are PDF")
        if request.recipient.country != "DE":
            raise Declined(f"DHL Parcel DE takes returns to Germany only, not to {request.recipient.country}")
        hand = Hand(settings.letters, settings.no_number)
        body = order(request, self._receiver(request, iso3), hand)
        made = answer.made(self._at(request).order(body, code=settings.codes))
        if settings.codes and made.code is None:
            self.log.info(f"dhl.no_code: {made.number}")
        days = settings.label_days
        return Label(
            tracking_number=made.number,
            document=made.document,
            format=request.format,
            tracking_url=settings.tracking_page + quote(made.number, safe=""),
            qr=made.code,
            expires=datetime.now(UTC) + timedelta(days=days) if days else None,
            carrier_reference=made.number_abroad,
        )

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        """Nothing unless `tracking` is on: the key must be admitted to DHL's tracking as well."""
        if not self.settings.tracking:
            return []
        numbers = [label.tracking_number for label in labels]
        updates = [update for number in numbers for update in seen(self._api.shipment(number), number)]
        return sorted(updates, key=lambda update: update.time)

    def _country(self, sender: Address) -> str:
        """Monaco, also where it is written as France, as the settings say."""
        monaco = sender.country == "MC" or (sender.country == "FR" and sender.postal_code.startswith("980"))
        iso3 = self.settings.monaco_as if monaco else COUNTRIES.get(sender.country, "")
        if not iso3:
            raise Declined(f"no parcels from {'MC' if monaco else sender.country}")
        return str(iso3)

    def _receiver(self, request: LabelRequest, iso3: str) -> str:
        """The sandbox has receivers of its own, whatever the settings name."""
        known = "" if request.sandbox else named(self.settings.receivers, request.sender.country)
        return known or chosen(self._at(request).locations(iso3), iso3, request.recipient)

    def _at(self, request: LabelRequest) -> Api:
        if not request.sandbox:
            return self._api
        if not self.settings.sandbox_username or self.settings.sandbox_password is None:
            raise Misconfigured("labels of DHL's sandbox need sandbox_username and sandbox_password")
        return self._sandbox

    def _api_at(self, url: str, username: str, password: SecretStr | None) -> Api:
        settings = self.settings
        access = Access(
            url=url,
            username=username,
            password=_told(password),
            api_key=_told(settings.api_key),
            api_secret=_told(settings.api_secret),
            timeout=settings.timeout_seconds,
        )
        return Api(self.http, access)


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


@hookimpl
def sendback_carriers() -> list[type[Carrier]]:
    return [Dhl]
