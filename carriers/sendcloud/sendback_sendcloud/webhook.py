"""Sendcloud's webhooks: signed by HMAC-SHA256 of the body, in hex; the time is in the body. Pure."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sendback_sdk import Declined, TrackingUpdate, WebhookRequest

from sendback_sendcloud.statuses import state, status

LARGEST_BODY = 256 * 1024
_HEADER = "Sendcloud-Signature"
_CLOCKS_DIFFER = timedelta(minutes=5)
# Times are said in seconds or in milliseconds; none in seconds will be as large for three thousand years.
_MILLISECONDS = 10**11
_SHOWN = 300


def heard(request: WebhookRequest, secret: str, oldest: timedelta) -> list[TrackingUpdate]:
    """Refuses by `Declined` what is unsigned, too large, or older than `oldest`. Sendcloud sends no number that
    would tell a repetition from the first: within that time one brings the same update again, which is harmless."""
    _verify(request, secret)
    message = _read(request.body)
    told = _moment(message.get("timestamp"))
    if told is None or not request.now - oldest <= told <= request.now + _CLOCKS_DIFFER:
        raise Declined("a webhook without a time, or not of this time")
    if message.get("action") != "parcel_status_changed":
        return []
    return _update(message, told)


def _verify(request: WebhookRequest, secret: str) -> None:
    if len(request.body) > LARGEST_BODY:
        raise Declined(f"a webhook of more than {LARGEST_BODY} bytes")
    said = request.header(_HEADER).strip().lower().encode(errors="replace")
    expected = hmac.digest(secret.encode(), request.body, hashlib.sha256).hex()
    if not hmac.compare_digest(expected.encode(), said):
        raise Declined("the webhook's signature is wrong or missing")


def _read(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Declined("a webhook that is no JSON") from broken
    if not isinstance(message, dict):
        raise Declined("a webhook that is no JSON object")
    return message


def _update(message: dict[str, Any], told: datetime) -> list[TrackingUpdate]:
    """Nothing for a parcel without a number, and for statuses that say nothing of its way."""
    parcel = message.get("parcel")
    parcel = parcel if isinstance(parcel, dict) else {}
    number, latest = parcel.get("tracking_number"), parcel.get("status")
    said = latest.get("message") if isinstance(latest, dict) else ""
    reached = state(status(said))
    if reached is None or not isinstance(number, str) or not number.strip():
        return []
    seen = _moment(message.get("carrier_status_change_timestamp")) or told
    return [TrackingUpdate(number.strip(), reached, seen, str(said)[:_SHOWN])]


def _moment(said: Any) -> datetime | None:
    if isinstance(said, bool) or not isinstance(said, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(said / 1000 if said > _MILLISECONDS else said, UTC)
    except (ValueError, OverflowError, OSError):
        return None
