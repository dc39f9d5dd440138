"""Refunds for shops without a platform of their own in Sendback.

With an endpoint the merchant's own back end is asked, by a call signed after Standard Webhooks, and may say later, by a
webhook signed alike, what became of it; without one the refund is left to staff, who confirm it when they paid it.
"""

import json

from pydantic import Field, SecretStr, field_validator
from sendback_sdk import (
    OutcomeUnknown,
    Platform,
    Receipt,
    ReceiptState,
    RefundRequest,
    RefundUpdate,
    WebhookRequest,
    hookimpl,
)
from sendback_sdk.http import send

from sendback_refund.news import hear
from sendback_refund.signature import key_of, signed_headers

BY_HAND = "by hand"


class Refund(Platform):
    id = "refund"

    class Settings(Platform.Settings):
        endpoint: str = Field(
            "",
            pattern=r"^(https?://.+)?$",
            max_length=2048,
            description="Address that is asked to pay refunds; without it they are paid by hand",
        )
        secret: SecretStr | None = Field(
            None, description="whsec_… that webhooks are signed with in both directions"
        )
        old_secret: SecretStr | None = Field(
            None, description="The secret before, which counts beside it while it is rotated"
        )

        @field_validator("secret", "old_secret")
        @classmethod
        def _readable(cls, secret: SecretStr | None) -> SecretStr | None:
            if secret is not None:
                key_of(secret.get_secret_value())
            return secret

        def model_post_init(self, _context: object) -> None:
            if self.endpoint and self.secret is None:
                raise ValueError('an endpoint needs a secret to sign with: secret = "env:REFUND_SECRET"')

        @property
        def secrets(self) -> list[str]:
            return [one.get_secret_value() for one in (self.secret, self.old_secret) if one is not None]

    def __new__(cls, settings: Settings, *_: object) -> "Refund":
        """Only an endpoint tells later what it did; without one staff are asked."""
        return super().__new__(HearingRefund if settings.endpoint else cls)

    def refund(self, request: RefundRequest) -> Receipt:
        """The key goes as `webhook-id`, the same at every repetition: the endpoint must not pay it twice. Answers
        `{"reference": "…", "state": "SETTLED" | "SUBMITTED"}`."""
        if not self.settings.endpoint:
            return Receipt(BY_HAND, ReceiptState.SUBMITTED)
        body = json.dumps(_message(request), separators=(",", ":")).encode()
        headers = signed_headers(self.settings.secrets, request.key, body)
        answer = send(self.http, "POST", self.settings.endpoint, content=body, headers=headers)
        return _receipt(answer.content)


class HearingRefund(Refund):
    """With an endpoint."""

    def hear(self, request: WebhookRequest) -> list[RefundUpdate]:
        """`refund.settled` and `refund.failed`, as the README has them."""
        return hear(self.settings.secrets, request)


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
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise OutcomeUnknown(f"an answer that cannot be read: {type(broken).__name__}") from broken


@hookimpl
def sendback_platforms() -> list[type[Platform]]:
    return [Refund]
