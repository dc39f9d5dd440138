"""Sendcloud, which announces returns with many carriers: API v3, found again by our reference, cancelled on request."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Literal

import httpx
from pydantic import Field, SecretStr
from sendback_sdk import (
    Address,
    Billing,
    Carrier,
    Declined,
    DropOff,
    DropOffs,
    Finds,
    Hears,
    Label,
    LabelFormat,
    LabelRequest,
    Misconfigured,
    OrderChange,
    OutcomeUnknown,
    Paper,
    RefundUpdate,
    Repeat,
    TrackingUpdate,
    Tracks,
    TryLater,
    Voids,
    WebhookRequest,
    hookimpl,
)

from sendback_sendcloud import answers, points
from sendback_sendcloud.answers import Made, Seen
from sendback_sendcloud.api import Api
from sendback_sendcloud.options import Option, chosen
from sendback_sendcloud.statuses import CANCELLED
from sendback_sendcloud.wanted import Manners, wanted
from sendback_sendcloud.webhook import heard

_COUNTRIES = "FR MC AT BE CZ DK FI DE GR HU IE IT LU NL PL SK ES SE PT"
# What it says of a reference that has a return already.
_USED = "already been used"


class Sendcloud(Carrier, Voids, Tracks, Finds, DropOffs, Hears):
    id = "sendcloud"
    coverage = frozenset(_COUNTRIES.split())
    formats = frozenset(LabelFormat)
    repeat = Repeat.FINDABLE
    billed_on = Billing.PURCHASE

    class Settings(Carrier.Settings):
        public_key: str = Field(min_length=1, description="Public key of an API integration in Sendcloud")
        secret_key: SecretStr = Field(description="Secret key of the same integration")
        options: tuple[Option, ...] = Field(
            min_length=1,
            description='Shipping options, the first for the country counts: [{"code": "…", "countries": ["NL"]}]',
        )
        sandbox_option: str = Field(
            "",
            description="Code of an option that costs nothing, for sandbox labels; without it they are declined",
        )
        base_url: str = Field(
            "https://panel.sendcloud.sc/api/v3",
            pattern=r"^https?://.+[^/]$",
            description="Address of Sendcloud's API",
        )
        partner_id: str = Field("", description="Sent as Sendcloud-Partner-Id")
        validate_first: bool = Field(
            True, description="Lets Sendcloud check a return before anything is made"
        )
        synchronous: bool = Field(
            False, description="Announces returns synchronously: slower, and meant for finding mistakes"
        )
        insured: bool = Field(False, description="Insures each parcel for its value, in EUR, GBP or USD")
        house_numbers: bool = Field(True, description="Tells the house number apart from the street")
        longest_line: int = Field(
            35,
            ge=20,
            le=100,
            description="Characters that the carriers print in a line; the rest goes on to the second",
        )
        labelless_document: Literal["label", "qr"] = Field(
            "label", description="Name under which the code of a return without a label is fetched"
        )
        ready_seconds: float = Field(
            20.0,
            ge=0,
            le=40,
            description="How long an announcement, a document or a cancellation is waited for, in seconds",
        )
        poll_seconds: float = Field(
            1.0, gt=0, le=10, description="Pause between two looks while waiting, in seconds"
        )
        look_back_days: int = Field(
            8, ge=1, le=90, description="How far back a label is looked for by its reference, in days"
        )
        service_point_carriers: tuple[str, ...] = Field(
            (),
            description="Carriers whose service points are offered, as a list; empty: all of the integration",
        )
        webhook_secret: SecretStr | None = Field(
            None, description="What webhooks are signed with, where it is not the secret key"
        )
        webhook_oldest_hours: int = Field(
            24, ge=1, le=168, description="Webhooks older than this are refused, in hours"
        )
        timeout_seconds: float = Field(
            15.0, gt=0, le=60, description="How long an answer of Sendcloud is waited for, in seconds"
        )

    @property
    def api(self) -> Api:
        settings = self.settings
        return Api(
            http=self.http,
            url=settings.base_url,
            auth=httpx.BasicAuth(settings.public_key, settings.secret_key.get_secret_value()),
            partner_id=settings.partner_id,
            timeout=settings.timeout_seconds,
            patience=settings.ready_seconds,
            pause=settings.poll_seconds,
        )

    def create_label(self, request: LabelRequest) -> Label:
        if request.sender.country not in self.coverage:
            raise Declined(f"no parcels from {request.sender.country}")
        settings, api = self.settings, self.api
        option = chosen(settings.options, settings.sandbox_option, request)
        manners = Manners(settings.longest_line, settings.house_numbers, settings.insured)
        body = wanted(request, option, manners)
        if settings.validate_first:
            api.look("POST", "/returns/validate", json=body)
        made = self._make(body)
        with _in_doubt(made):
            seen = api.until(lambda: api.seen(made), lambda seen: seen.decided)
        if seen.refusal:
            raise Declined(f"return {made.return_id}: {seen.refusal}")
        with _in_doubt(made):
            return self._label(seen, request.format, request.paper, labelless=option.labelless)

    def find_label(self, reference: str) -> Label | None:
        """Of several under one reference, the one that stands. One that is still being announced is worth waiting
        for; one that was refused or cancelled is none."""
        waiting = False
        for listed in self.api.recent(self.settings.look_back_days):
            format, seen = answers.format_of(listed, reference), answers.seen(listed)
            if format is None or seen.refusal or seen.cancelled:
                continue
            if seen.tracking_number and seen.made.parcel_id:
                labelless = listed.get("delivery_option") == "drop_off_labelless"
                return self._label(seen, format, None, labelless=labelless)
            waiting = True
        if waiting:
            raise TryLater("the return is not announced yet")
        return None

    def void_label(self, label: Label) -> None:
        """Sendcloud takes a request and asks the carrier: voided is what it then says is cancelled."""
        made = answers.made_from(label.carrier_reference)
        if made is None:
            raise Declined("this return's number is not known: cancel it in Sendcloud's panel")
        api = self.api
        try:
            api.change("PATCH", f"/returns/{made.return_id}/cancel")
        except Declined:
            if not api.seen(made).cancelled:
                raise
        api.until(lambda: api.seen(made), lambda seen: seen.status in CANCELLED)

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        updates = [update for label in labels for update in self._history(label)]
        return sorted(updates, key=lambda update: update.time)

    def find_drop_offs(self, address: Address, limit: int) -> list[DropOff]:
        query = points.asked(address, self.settings.service_point_carriers, limit)
        return points.points(self.api.look("GET", "/service-points", params=query), limit)

    def hear(self, request: WebhookRequest) -> list[TrackingUpdate | RefundUpdate | OrderChange]:
        secret = self.settings.webhook_secret or self.settings.secret_key
        oldest = timedelta(hours=self.settings.webhook_oldest_hours)
        return [*heard(request, secret.get_secret_value(), oldest)]

    def _history(self, label: Label) -> list[TrackingUpdate]:
        made = answers.made_from(label.carrier_reference)
        if made is None:
            return []
        try:
            return answers.history(self.api.look("GET", f"/returns/{made.return_id}"), label.tracking_number)
        except Declined:
            return []

    def _make(self, body: dict[str, Any]) -> Made:
        path = "/returns/announce-synchronously" if self.settings.synchronous else "/returns"
        try:
            return answers.made(self.api.change("POST", path, json=body))
        except Declined as refused:
            if _USED in refused.text:
                raise OutcomeUnknown("a return of this reference exists already") from refused
            raise

    def _label(self, seen: Seen, format: LabelFormat, paper: Paper | None, *, labelless: bool) -> Label:
        kind = self.settings.labelless_document if labelless else "label"
        return Label(
            tracking_number=seen.tracking_number,
            document=self.api.document(seen.made, kind, format, paper),
            format=format,
            tracking_url=seen.tracking_url,
            qr=self.api.document(seen.made, kind, LabelFormat.PNG, paper) if labelless else None,
            price=seen.price,
            carrier_reference=str(seen.made) if seen.made.return_id else "",
        )


@contextmanager
def _in_doubt(made: Made) -> Iterator[None]:
    """A return exists: from here on no failure says that nothing happened."""
    try:
        yield
    except (Declined, TryLater, Misconfigured) as failed:
        raise OutcomeUnknown(f"return {made.return_id} was made, then: {failed.text}") from failed


@hookimpl
def sendback_carriers() -> list[type[Carrier]]:
    return [Sendcloud]
