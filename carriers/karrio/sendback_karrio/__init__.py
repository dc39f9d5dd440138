"""A karrio server of the operator's own: one API for the carriers that are connected there.

A label is bought in two calls. The first leaves a draft under our reference, which costs nothing; the second has
karrio buy it. karrio forgets a shipment that it was asked to make and buy at once if its carrier breaks off, and would
then deny a label that was sold; a draft stays, and tells that the purchase was begun.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sendback_sdk import (
    Billing,
    Carrier,
    Declined,
    Finds,
    Hears,
    Label,
    LabelFormat,
    LabelRequest,
    Misconfigured,
    OrderChange,
    OutcomeUnknown,
    PluginError,
    RefundUpdate,
    Repeat,
    TrackingUpdate,
    Tracks,
    TryLater,
    Voids,
    WebhookRequest,
    hookimpl,
)

from sendback_karrio import shipments, trackers, webhooks
from sendback_karrio.server import Server
from sendback_karrio.settings import COUNTRIES, KarrioSettings

__all__ = ["Karrio"]


class Karrio(Carrier, Finds, Voids, Tracks, Hears):
    """Declares what holds for any connection; an account narrows `countries` to what its own can do. PNG is left out:
    some connections answer another picture under that name."""

    id = "karrio"
    coverage = COUNTRIES
    formats = frozenset({LabelFormat.PDF, LabelFormat.ZPL})
    repeat = Repeat.FINDABLE
    billed_on = Billing.PURCHASE

    class Settings(KarrioSettings):
        """See `sendback_karrio.settings`."""

    def create_label(self, request: LabelRequest) -> Label:
        if request.sender.country not in self.settings.countries:
            raise Declined(f"no parcels from {request.sender.country}")
        if request.format not in self.formats:
            raise Declined(f"no labels as {request.format}")
        shipment = self._bought(self._draft(request), request)
        return shipments.label(shipment, shipments.document_of(shipment))

    def find_label(self, reference: str) -> Label | None:
        """`OutcomeUnknown` where a purchase was begun and karrio does not know its end: the connected carrier may
        have sold a label, and staff can look there."""
        found = self._server.get("/v1/shipments", {"metadata_key": reference}).get("results") or []
        ours = [shipment for shipment in found if shipment.get("status") != "cancelled"]
        bought = next((shipment for shipment in ours if shipment.get("status") != "draft"), None)
        if bought is not None:
            return shipments.label(bought, self._server.document(bought["id"], bought["label_type"]))
        if ours:
            raise OutcomeUnknown(f"karrio began to buy {ours[0]['id']} and never said how that ended")
        return None

    def void_label(self, label: Label) -> None:
        """A connection that cannot void tells karrio nothing, and karrio calls the label cancelled all the same."""
        self._server.post(f"/v1/shipments/{label.carrier_reference}/cancel")

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        """What karrio's own trackers saw; karrio makes one for every label of a connection that can track."""
        updates = [update for label in labels for update in self._seen(label.tracking_number)]
        return sorted(updates, key=lambda update: update.time)

    def hear(self, request: WebhookRequest) -> list[TrackingUpdate | RefundUpdate | OrderChange]:
        return [*webhooks.read(request, self.settings.webhook_secret.get_secret_value())]

    @property
    def _server(self) -> Server:
        return Server(self.http, self.settings)

    def _seen(self, number: str) -> list[TrackingUpdate]:
        found = self._server.get("/v1/trackers", {"tracking_number": number}).get("results") or []
        return [update for tracker in found for update in trackers.updates(tracker, number)]

    def _draft(self, request: LabelRequest) -> str:
        """Its id. Whatever goes wrong here, nothing was bought."""
        try:
            draft = self._server.post("/v1/shipments", shipments.wanted(request, self.settings))
        except OutcomeUnknown as lost:
            raise TryLater(f"no draft was made: {lost.text}") from lost
        if not draft.get("id"):
            raise TryLater("karrio answered a draft without an id")
        if bool(draft.get("test_mode")) != request.sandbox:
            self._drop(draft["id"])
            wanted = "a" if request.sandbox else "no"
            raise Misconfigured(f"this label needs {wanted} test key of karrio's: see api_key and sandbox")
        return str(draft["id"])

    def _bought(self, id: str, request: LabelRequest) -> dict[str, Any]:
        wanted = {"service": self.settings.service, "label_type": request.format}
        try:
            return self._server.post(f"/v1/shipments/{id}/purchase", wanted)
        except OutcomeUnknown:
            raise
        except PluginError:
            self._drop(id)
            raise

    def _drop(self, id: str) -> None:
        """Tidies up. A draft that stays makes `find_label` doubt, no more."""
        with suppress(PluginError):
            self._server.post(f"/v1/shipments/{id}/cancel")


@hookimpl
def sendback_carriers() -> list[type[Carrier]]:
    return [Karrio]
