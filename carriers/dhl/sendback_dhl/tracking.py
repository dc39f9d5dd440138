"""What DHL saw of a parcel, by its Shipment Tracking (Unified). Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sendback_sdk import TrackingState, TrackingUpdate

# `pre-transit` and `unknown` are nothing that was seen.
_STATES = {
    "transit": TrackingState.IN_TRANSIT,
    "delivered": TrackingState.DELIVERED,
    "failure": TrackingState.EXCEPTION,
}
# Times of the German network come without a zone.
_ZONE = ZoneInfo("Europe/Berlin")
_LONGEST = 200


def seen(answer: Any, number: str) -> Iterator[TrackingUpdate]:
    shipments = answer.get("shipments") if isinstance(answer, dict) else None
    for shipment in shipments if isinstance(shipments, list) else []:
        events = shipment.get("events") if isinstance(shipment, dict) else None
        for event in events if isinstance(events, list) else []:
            update = _update(event, number)
            if update is not None:
                yield update


def _update(event: Any, number: str) -> TrackingUpdate | None:
    if not isinstance(event, dict):
        return None
    state = _STATES.get(str(event.get("statusCode", "")).lower())
    time = _time(str(event.get("timestamp", "")))
    if state is None or time is None:
        return None
    text = str(event.get("description") or event.get("status") or "")
    return TrackingUpdate(number, state, time, " ".join(text.split())[:_LONGEST])


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=_ZONE)
