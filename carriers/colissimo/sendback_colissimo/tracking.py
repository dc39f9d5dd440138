"""What La Poste saw of a parcel, by its API Suivi v2. Pure."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sendback_sdk import Misconfigured, TrackingState, TrackingUpdate

# DR1 and DR2 are announcements: nothing was seen. DI2 is back with whoever sent it.
_STATES = {
    **dict.fromkeys(("PC1", "PC2"), TrackingState.HANDED_OVER),
    **dict.fromkeys(("ET1", "ET2", "ET3", "ET4", "EP1", "DO1", "DO2"), TrackingState.IN_TRANSIT),
    **dict.fromkeys(("MD2", "AG1", "PB2"), TrackingState.IN_TRANSIT),
    **dict.fromkeys(("PB1", "ND1", "RE1", "DO3", "DI2"), TrackingState.EXCEPTION),
    "DI1": TrackingState.DELIVERED,
}
_ZONE = ZoneInfo("Europe/Paris")
_LONGEST = 200


def seen(response: httpx.Response, number: str) -> Iterator[TrackingUpdate]:
    if response.status_code in (401, 403):
        raise Misconfigured(f"tracking: {response.status_code}")
    for event in _events(response):
        state = _STATES.get(str(event.get("code", "")))
        time = _time(str(event.get("date", "")))
        if state is not None and time is not None:
            text = " ".join(str(event.get("label") or "").split())
            yield TrackingUpdate(number, state, time, text[:_LONGEST])


def _events(response: httpx.Response) -> list[dict[str, Any]]:
    """None of a parcel that is not known, which is answered by 400 or 404."""
    try:
        answer = json.loads(response.content) if response.is_success else None
    except (ValueError, RecursionError):
        answer = None
    shipment = answer.get("shipment") if isinstance(answer, dict) else None
    events = shipment.get("event") if isinstance(shipment, dict) else None
    return [each for each in events if isinstance(each, dict)] if isinstance(events, list) else []


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=_ZONE)
