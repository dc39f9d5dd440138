"""Sendcloud's parcel statuses. The API names them by a code (`at-sorting-centre`), webhooks and histories by a text
(`At sorting centre`): both come down to the same words."""

import re

from sendback_sdk import TrackingState

CANCELLED = frozenset({"cancelled"})
CANCELLING = frozenset(
    {
        "cancelling",
        "cancelling-upstream",
        "cancelled-upstream",
        "cancellation-request",
        "cancellation-requested",
        "submitting-cancellation-request",
    }
)
NOT_ANNOUNCED = frozenset({"announcement-failed"})

_HANDED_OVER = "accepted picked-up-by-driver shipment-picked-up-by-driver"
_IN_TRANSIT = """
    to-sorting en-route-to-sorting-center sorting being-sorted sorted unsorted unsorted2 not-sorted at-sorting-centre
    shipment-on-route parcel-en-route driver-on-route driver-en-route delayed delivery-delayed at-customs
    delivery-failed delivery-attempt-failed awaiting-customer-pickup
    delivery-method-changed delivery-date-changed delivery-address-changed
"""
_DELIVERED = "delivered delivery-forced collected-by-customer shipment-collected-by-customer"
_EXCEPTION = """
    undeliverable unable-to-deliver refused-by-recipient returned-to-sender exception collect-error error-collecting
    address-invalid
"""
_STATES = {
    **dict.fromkeys(_HANDED_OVER.split(), TrackingState.HANDED_OVER),
    **dict.fromkeys(_IN_TRANSIT.split(), TrackingState.IN_TRANSIT),
    **dict.fromkeys(_DELIVERED.split(), TrackingState.DELIVERED),
    **dict.fromkeys(_EXCEPTION.split(), TrackingState.EXCEPTION),
}


def status(said: object) -> str:
    """`En route to sorting center` → `en-route-to-sorting-center`; "" for what is no text."""
    return re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-") if isinstance(said, str) else ""


def state(status: str) -> TrackingState | None:
    """None before the carrier has the parcel, and for what nobody knows."""
    return _STATES.get(status)
