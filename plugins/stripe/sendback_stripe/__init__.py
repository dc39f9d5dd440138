"""Refunds of payments that were taken by Stripe: in part or whole, once for each key, followed until they are paid."""

from typing import TYPE_CHECKING

import httpx
from pydantic import Field, SecretStr
from sendback_sdk import (
    CreditRequest,
    Declined,
    Platform,
    Receipt,
    RefundRequest,
    RefundUpdate,
    WebhookRequest,
    hookimpl,
)
from sendback_sdk.plugin import Log

if TYPE_CHECKING:
    from sendback_stripe.desk import Desk


class Stripe(Platform):
    id = "stripe"

    class Settings(Platform.Settings):
        secret_key: SecretStr = Field(
            description="sk_…, or a restricted rk_… that may read and write refunds and nothing else"
        )
        webhook_secret: SecretStr | None = Field(
            None, description="whsec_… of the webhook endpoint; without it no event is heard"
        )
        stripe_account: str = Field(
            "",
            pattern=r"^(acct_[A-Za-z0-9]+)?$",
            description="acct_… whose payments these are, for platforms with connected accounts",
        )
        api_base: str = Field(
            "https://api.stripe.com",
            pattern=r"^(https://.+|http://127\.0\.0\.1:\d+)$",
            description="Address of Stripe's API; another server for practice",
        )

    def __init__(self, settings: Settings, http: httpx.Client, log: Log) -> None:
        super().__init__(settings, http, log)
        self._desk = _desk(settings, http)

    def refund(self, request: RefundRequest) -> Receipt:
        """`payment_id` is a payment intent (`pi_…`) or a charge (`ch_…`, `py_…`)."""
        return self._desk.refund(request)

    def find_transfer(self, request: RefundRequest | CreditRequest) -> Receipt | None:
        if isinstance(request, CreditRequest):
            raise Declined("Stripe keeps no store credit")
        return self._desk.find(request)

    def hear(self, request: WebhookRequest) -> list[RefundUpdate]:
        from sendback_stripe.news import hear

        return hear(self.settings, request)


def _desk(settings: Stripe.Settings, http: httpx.Client) -> "Desk":
    """Stripe's library takes a second and thirty megabytes: whoever has no account of it does without."""
    from sendback_stripe.desk import Desk

    return Desk(settings, http)


@hookimpl
def sendback_platforms() -> list[type[Platform]]:
    return [Stripe]
