"""Refunds for shops without a platform of their own in Sendback.

With an endpoint the merchant's own back end is asked, by a call signed after Standard Webhooks; without one the refund
is left to staff, who confirm it when they paid it.
"""

import json

from pydantic import Field, SecretStr, field_validator
from sendback_sdk import (
    OutcomeUnknown,
    Platform,
    Receipt,
    ReceiptState,
    RefundRequest,
    hookimpl,
)
from sendback_sdk.http import send

from sendback_refund.signature import key_of, signed_headers

BY_HAND = "by hand"


class Refund(Platform):
    id = "refund"

    class Settings(Platform.Settings):
        """`endpoint` takes `POST` of `{"type": "refund.requested", "data": {…}}`; `secret` is `whsec_…`."""

        endpoint: str = Field("", pattern=r"^(https?://.+)?$", max_length=2048)
        secret: SecretStr | None = None

        @field_validator("secret")
        @classmethod
        def _readable(cls, secret: SecretStr | None) -> SecretStr | None:
            if secret is not None:
                key_of(secret.get_secret_value())
            return secret

        def model_post_init(self, _context: object) -> None:
            if self.endpoint and self.secret is None:
                raise ValueError('an endpoint needs a secret to sign with: secret = "env:REFUND_SECRET"')

    def refund(self, request: RefundRequest) -> Receipt:
        """The key goes as `webhook-id`, the same at every repetition: the endpoint must not pay it twice. Answers
        `{"reference": "…", "state": "SETTLED" | "SUBMITTED"}`."""
        if not self.settings.endpoint:
            return Receipt(BY_HAND, ReceiptState.SUBMITTED)
        body = json.dumps(_message(request), separators=(",", ":")).encode()
        headers = signed_headers(self.settings.secret.get_secret_value(), request.key, body)
        answer = send(self.http, "POST", self.settings.endpoint, content=body, headers=headers)
        return _receipt(answer.content)


def _message(request: RefundRequest) -> dict[str, object]:
    return {
        "type": "refund.requested",
        "data": {
            "key": request.key,
            "order_id": request.order_id,
            "payment_id": request.payment_id,
            "amount_minor": request.amount.minor,
            "amount": request.amount.decimal(),
            "currency": request.amount.currency,
            "lines": [{"line_id": line.line_id, "quantity": line.quantity} for line in request.lines],
            "reason": request.reason,
            "note": request.note,
        },
    }


def _receipt(body: bytes) -> Receipt:
    """Whatever cannot be read says nothing about the money."""
    try:
        answer = json.loads(body)
        return Receipt(str(answer["reference"])[:255], ReceiptState(answer.get("state", "SETTLED")))
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise OutcomeUnknown(f"an answer that cannot be read: {type(broken).__name__}") from broken


@hookimpl
def sendback_platforms() -> list[type[Platform]]:
    return [Refund]
