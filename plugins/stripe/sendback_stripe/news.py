"""Events of Stripe's: what became of refunds that were still under way. The signature is checked by Stripe's library,
the age by the host's clock."""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import stripe
from sendback_sdk import Declined, Misconfigured, RefundUpdate, WebhookRequest
from sendback_sdk.errors import OutcomeUnknown

from sendback_stripe.amounts import from_stripe
from sendback_stripe.desk import KEY

if TYPE_CHECKING:
    from sendback_stripe import Stripe

_TOLERANCE = timedelta(minutes=5)
_LARGEST_BODY = 1024 * 1024
_REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_LIVE = ("sk_live_", "rk_live_")


def hear(settings: "Stripe.Settings", request: WebhookRequest) -> list[RefundUpdate]:
    """Refunds without our key were made by others."""
    event = _verified(settings, request)
    refund = _refund(event) if event.get("type") in _REFUNDS else {}
    key = str((refund.get("metadata") or {}).get(KEY) or "")
    if not key:
        return []
    id, status = str(refund.get("id", "")), refund.get("status")
    if status == "succeeded":
        return [RefundUpdate(key, settled=True, reference=id, amount=_amount(refund))]
    if status in ("failed", "canceled"):
        why = str(refund.get("failure_reason") or status)
        return [RefundUpdate(key, settled=False, reference=id, text=why[:200])]
    return []


def _verified(settings: "Stripe.Settings", request: WebhookRequest) -> dict[str, Any]:
    if settings.webhook_secret is None:
        raise Misconfigured("webhooks need `webhook_secret`")
    if len(request.body) > _LARGEST_BODY:
        raise Declined("the webhook is too large")
    header = request.header("stripe-signature")
    # The library compares it as text, which Python does with ASCII only.
    if not header.isascii():
        raise Declined("the signature is wrong")
    try:
        secret = settings.webhook_secret.get_secret_value()
        stripe.WebhookSignature.verify_header(request.body, header, secret)
        event = json.loads(request.body)
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as wrong:
        raise Declined("the signature is wrong") from wrong
    except (ValueError, RecursionError) as broken:
        raise Declined("the body cannot be read") from broken
    _recent(header, request.now)
    if not isinstance(event, dict):
        raise Declined("the body is no event")
    if event.get("livemode") is not settings.secret_key.get_secret_value().startswith(_LIVE):
        raise Declined("a test event for a live account, or the reverse")
    return event


def _recent(header: str, now: datetime) -> None:
    """The first time-stamp is what the signature is over."""
    stamp = next(part.split("=")[1] for part in header.split(",") if part.split("=")[0] == "t")
    if abs(now.timestamp() - int(stamp)) > _TOLERANCE.total_seconds():
        raise Declined("the webhook is too old, or ahead of its time")


def _refund(event: dict[str, Any]) -> dict[str, Any]:
    data = event.get("data")
    refund = data.get("object") if isinstance(data, dict) else None
    if not isinstance(refund, dict) or not isinstance(refund.get("metadata") or {}, dict):
        raise Declined("the event holds no refund")
    return refund


def _amount(refund: dict[str, Any]) -> Any:
    try:
        return from_stripe(refund.get("amount"), refund.get("currency"))
    except OutcomeUnknown as wrong:
        raise Declined(wrong.text) from wrong
