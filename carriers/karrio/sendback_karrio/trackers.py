"""karrio's trackers: what a carrier saw, in karrio's words and in ours."""

from datetime import UTC, datetime
from typing import Any

from sendback_sdk import TrackingState, TrackingUpdate

# "pending", "unknown" and "cancelled" say nothing of a parcel.
_STATES = {
    "picked_up": TrackingState.HANDED_OVER,
    "in_transit": TrackingState.IN_TRANSIT,
    "out_for_delivery": TrackingState.IN_TRANSIT,
    "ready_for_pickup": TrackingState.IN_TRANSIT,
    "delivery_delayed": TrackingState.IN_TRANSIT,
    "on_hold": TrackingState.EXCEPTION,
    "delivery_failed": TrackingState.EXCEPTION,
    "return_to_sender": TrackingState.EXCEPTION,
    "delivered": TrackingState.DELIVERED,
}
_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M %p", "%Y-%m-%d")


def updates(tracker: dict[str, Any], number: str) -> list[TrackingUpdate]:
    """What a tracker holds of the parcel `number`, oldest first. Connections that say no state with each event say
    one of the parcel, which is then that of the newest."""
    if tracker.get("tracking_number") != number:
        return []
    seen = [(time, event) for event in tracker.get("events") or [] if (time := _time(event)) is not None]
    seen.sort(key=lambda pair: pair[0])
    found = []
    for place, (time, event) in enumerate(seen, 1):
        said = event.get("status") or (tracker.get("status") if place == len(seen) else "")
        if state := _STATES.get(str(said)):
            found.append(TrackingUpdate(number, state, time, str(event.get("description") or "")))
    return found


def _time(event: dict[str, Any]) -> datetime | None:
    """With its zone where the connection gives one; the rest is the carrier's local time, and read as UTC."""
    try:
        time = datetime.fromisoformat(str(event.get("timestamp") or ""))
    except ValueError:
        return _typed(f"{event.get('date') or ''} {event.get('time') or ''}".strip())
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _typed(text: str) -> datetime | None:
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
