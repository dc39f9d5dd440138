"""Refunds through Stripe's own library.

Stripe keeps a key with its first answer for a day, an error of its own among them. The key stands in the refund's
metadata for ever, where a refund is looked for before anybody despairs of it.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import stripe
from sendback_sdk import (
    Declined,
    Misconfigured,
    OutcomeUnknown,
    Receipt,
    ReceiptState,
    RefundRequest,
    TryLater,
)

from sendback_stripe.amounts import from_stripe, to_stripe
from sendback_stripe.connection import API_VERSION, Connection

if TYPE_CHECKING:
    from sendback_stripe import Stripe

T = TypeVar("T")

KEY = "sendback_key"
_REASONS = {"duplicate": "duplicate", "fraud": "fraudulent", "fraudulent": "fraudulent"}
_USUAL = "requested_by_customer"
_MOST = 100
_PAGES = 10
_LONGEST_NOTE = 500
_SETTLED, _LOST = {"succeeded"}, {"failed", "canceled"}
_REPLAYED = "idempotent-replayed"


class Desk:
    def __init__(self, settings: "Stripe.Settings", http: httpx.Client) -> None:
        self._refunds = stripe.StripeClient(
            settings.secret_key.get_secret_value(),
            stripe_account=settings.stripe_account or None,
            stripe_version=API_VERSION,
            base_addresses={"api": settings.api_base},
            max_network_retries=0,
            http_client=Connection(http),
        ).v1.refunds

    def refund(self, request: RefundRequest) -> Receipt:
        """The same key again is answered by Stripe with the same refund. Where Stripe kept an error of its own with
        it, and certainly made nothing, a second key of the same refund is used."""
        wanted = _wanted(request)
        try:
            return self._make(wanted, request.key)
        except stripe.StripeError as error:
            if not _kept_failure(error):
                return self._made_before(request, error)
        found = self.find(request)
        return found or self._again(wanted, request)

    def find(self, request: RefundRequest) -> Receipt | None:
        """Looks for the key among the refunds of the payment."""
        for refund in self._of(_payment(request.payment_id)):
            if getattr(refund.metadata, KEY, "") == request.key:
                return receipt(refund)
        return None

    def _make(self, wanted: Any, key: str) -> Receipt:
        return receipt(self._refunds.create(wanted, {"idempotency_key": key}))

    def _again(self, wanted: dict[str, Any], request: RefundRequest) -> Receipt:
        try:
            return self._make(wanted, f"{request.key}/again")
        except stripe.StripeError as error:
            return self._made_before(request, error)

    def _made_before(self, request: RefundRequest, error: stripe.StripeError) -> Receipt:
        """ "Already refunded" may mean by this very refund, a day ago or more."""
        problem = _problem(error)
        if not isinstance(problem, Declined) or isinstance(error, stripe.IdempotencyError):
            raise problem from error
        found = self.find(request)
        if found is None:
            raise problem from error
        return found

    def _of(self, payment: dict[str, str]) -> Iterator[stripe.Refund]:
        after: dict[str, str] = {}
        for _ in range(_PAGES):
            wanted: Any = {**payment, "limit": _MOST, **after}
            page = _answered(partial(self._refunds.list, wanted))
            yield from page.data
            if not page.has_more or not page.data:
                return
            after = {"starting_after": page.data[-1].id}
        raise OutcomeUnknown(f"more than {_PAGES * _MOST} refunds of one payment")


def receipt(refund: stripe.Refund) -> Receipt:
    """A refund that failed is said so; states that we do not know are still under way."""
    if not isinstance(refund.id, str) or not isinstance(refund.status, str):
        raise OutcomeUnknown("Stripe answered without a refund")
    if refund.status in _LOST:
        raise Declined(f"refund {refund.id}: {getattr(refund, 'failure_reason', '') or refund.status}")
    state = ReceiptState.SETTLED if refund.status in _SETTLED else ReceiptState.SUBMITTED
    return Receipt(refund.id, state, from_stripe(refund.amount, refund.currency))


def _wanted(request: RefundRequest) -> dict[str, Any]:
    return {
        **_payment(request.payment_id),
        "amount": to_stripe(request.amount),
        "reason": _REASONS.get(request.reason, _USUAL),
        "metadata": {
            KEY: request.key,
            "order": request.order_id[:_LONGEST_NOTE],
            "note": request.note[:_LONGEST_NOTE],
        },
    }


def _payment(id: str) -> dict[str, str]:
    if id.startswith("pi_"):
        return {"payment_intent": id}
    if id.startswith(("ch_", "py_")):
        return {"charge": id}
    raise Declined(f"{id[:64]!r} is no payment of Stripe's: a payment intent is pi_…, a charge ch_…")


def _kept_failure(error: stripe.StripeError) -> bool:
    """An error of Stripe's own that was kept with the key: its call has ended, and will be answered so for a day."""
    return (error.http_status or 0) >= 500 and (error.headers or {}).get(_REPLAYED) == "true"


def _answered(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except stripe.StripeError as error:
        raise _problem(error) from error


def _problem(error: stripe.StripeError) -> Exception:
    """In the contract's words. Stripe's own may quote a key in part, so those of a refused key are not told."""
    status = error.http_status or 0
    said = f"Stripe: {error.code or status}: {str(error.user_message or '')[:300]}"
    if status in (401, 403):
        return Misconfigured(f"Stripe refuses the key ({status})")
    if status in (409, 429, 503):
        return TryLater(said, after=_after(error))
    if 400 <= status < 500:
        return Declined(said)
    return OutcomeUnknown(f"Stripe: {status}" if status else "an answer that cannot be read")


def _after(error: stripe.StripeError) -> float | None:
    value = str((error.headers or {}).get("retry-after", ""))
    return float(value) if value.isascii() and value.isdigit() else None
