"""What the endpoint says later of a refund that it took on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sendback_sdk import Declined, Misconfigured, Money, RefundUpdate, WebhookRequest

from sendback_refund.signature import verified

_TOLERANCE = timedelta(minutes=5)
_LARGEST_BODY = 64 * 1024


class _Outcome(BaseModel):
    """Both of `amount_minor` and `currency`, or neither."""

    model_config = ConfigDict(strict=True)

    key: str = Field(min_length=1, max_length=255)
    reference: str = Field("", max_length=255)
    amount_minor: int | None = Field(None, gt=0, le=10**15)
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    text: str = Field("", max_length=2000)


class _Body(BaseModel):
    type: Literal["refund.settled", "refund.failed"]
    data: _Outcome


def hear(secrets: Sequence[str], request: WebhookRequest) -> list[RefundUpdate]:
    """`Declined` for what is not signed with one of the secrets, is older than five minutes, or cannot be read."""
    if not secrets:
        raise Misconfigured("webhooks need `secret`")
    _verify(secrets, request)
    try:
        body = _Body.model_validate_json(request.body)
    except ValidationError as wrong:
        place = ".".join(str(part) for part in wrong.errors()[0]["loc"])
        raise Declined(f"the body cannot be read at {place or 'its beginning'}") from wrong
    told = body.data
    if (told.amount_minor is None) != (told.currency == ""):
        raise Declined("an amount needs amount_minor and currency")
    amount = None if told.amount_minor is None else Money(told.amount_minor, told.currency)
    return [RefundUpdate(told.key, body.type == "refund.settled", told.reference, amount, told.text)]


def _verify(secrets: Sequence[str], request: WebhookRequest) -> None:
    if len(request.body) > _LARGEST_BODY:
        raise Declined("the webhook is too large")
    id, stamp = request.header("webhook-id"), request.header("webhook-timestamp")
    if not id or not verified(secrets, id, stamp, request.header("webhook-signature"), request.body):
        raise Declined("the signature is wrong")
    if not _recent(stamp, request.now):
        raise Declined("the webhook is too old, or ahead of its time")


def _recent(stamp: str, now: datetime) -> bool:
    short = stamp.isascii() and stamp.isdigit() and len(stamp) < 16
    return short and abs(now.timestamp() - int(stamp)) <= _TOLERANCE.total_seconds()
