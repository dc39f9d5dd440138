"""Money and store credit paid back through `refundCreate`, whose key Shopify keeps for a day; the mark in the refund's
note is kept for ever, and is looked for before anything is paid."""

import uuid
from datetime import datetime
from typing import Any

from sendback_sdk import (
    CreditRequest,
    Declined,
    OutcomeUnknown,
    Receipt,
    ReceiptState,
    RefundRequest,
    TryLater,
)

from sendback_shopify import documents
from sendback_shopify.admin import Admin, done
from sendback_shopify.answers import Answer, Nodes, UserError
from sendback_shopify.facts import OrderFacts, PaymentFacts, RefundTransactionFacts
from sendback_shopify.gid import gid, tail
from sendback_shopify.notes import key_in, marked
from sendback_shopify.reading import Orders

_NAMESPACE = uuid.UUID("0b0f6c0e-5a0c-5f5e-9a53-6d1f3f3c7a10")
_SETTLED = {"SUCCESS"}
_LOST = {"FAILURE", "ERROR"}
# Messages, since these errors come without a code.
_UNDER_WAY = ("in progress", "idempotency_concurrent_request")


class _Refund(Answer):
    id: str
    transactions: Nodes[RefundTransactionFacts]


class _Made(Answer):
    refund: _Refund | None = None
    user_errors: list[UserError]


class _Answer(Answer):
    refund_create: _Made


class RefundDesk:
    def __init__(self, admin: Admin, orders: Orders) -> None:
        self._admin, self._orders = admin, orders

    def refund(self, request: RefundRequest) -> Receipt:
        """Pays back to the payment that the request names. Units are not mentioned: several refunds may belong to the
        same units, and it is the mirrored return that says what came back."""
        order = self._priced(request)
        return _found(order, request.key) or self._make(order, request, _money(order, request))

    def credit(self, request: CreditRequest) -> Receipt:
        """Store credit in place of money, counted by Shopify against what was paid."""
        order = self._priced(request)
        return _found(order, request.key) or self._make(order, request, _credit(request))

    def find(self, request: RefundRequest | CreditRequest) -> Receipt | None:
        return _found(self._order(request.order_id), request.key)

    def _order(self, id: str) -> OrderFacts:
        order = self._orders.facts(id)
        if order is None:
            raise Declined(f"Shopify has no order {id}")
        return order

    def _priced(self, request: RefundRequest | CreditRequest) -> OrderFacts:
        order = self._order(request.order_id)
        if request.amount.currency != order.presentment_currency_code:
            raise Declined(f"order {order.name} was paid in {order.presentment_currency_code}")
        return order

    def _make(
        self, order: OrderFacts, request: RefundRequest | CreditRequest, means: dict[str, Any]
    ) -> Receipt:
        wanted = {
            "orderId": order.id,
            "currency": request.amount.currency,
            "note": marked(request.note, request.key),
            "notify": False,
            **means,
        }
        key = str(uuid.uuid5(_NAMESPACE, request.key))
        made = self._admin.change(documents.REFUND, _Answer, input=wanted, key=key).refund_create
        if any(word in error.message.casefold() for error in made.user_errors for word in _UNDER_WAY):
            raise TryLater("a call with this key is under way", after=2)
        done(made.user_errors)
        if made.refund is None:
            raise OutcomeUnknown("neither a refund nor an error")
        return _receipt(made.refund.id, made.refund.transactions.nodes)


def receipts(order: OrderFacts) -> list[tuple[str, Receipt | Declined]]:
    """What became of each refund of ours, by its key."""
    found: list[tuple[str, Receipt | Declined]] = []
    for refund in order.refunds:
        if key := key_in(refund.note):
            try:
                found.append((key, _receipt(refund.id, refund.transactions.nodes)))
            except Declined as refused:
                found.append((key, refused))
    return found


def _found(order: OrderFacts, key: str) -> Receipt | None:
    """Raises `Declined` where the refund is there and its payment failed."""
    for known, outcome in receipts(order):
        if known == key and isinstance(outcome, Declined):
            raise outcome
        if known == key and isinstance(outcome, Receipt):
            return outcome
    return None


def _receipt(id: str, transactions: list[RefundTransactionFacts]) -> Receipt:
    """A refund is done when its money has moved; states that we do not know are still under way."""
    states = {one.status for one in transactions}
    if states & _LOST:
        raise Declined(f"refund {tail(id)} is recorded, but the payment provider refused it: see the order")
    state = ReceiptState.SETTLED if states <= _SETTLED else ReceiptState.SUBMITTED
    return Receipt(tail(id), state)


def _money(order: OrderFacts, request: RefundRequest) -> dict[str, Any]:
    payment = _payment(order, gid("OrderTransaction", request.payment_id))
    transaction = {
        "orderId": order.id,
        "gateway": payment.gateway,
        "kind": "REFUND",
        "amount": request.amount.decimal(),
        "parentId": payment.id,
    }
    return {"transactions": [transaction]}


def _payment(order: OrderFacts, id: str) -> PaymentFacts:
    for payment in order.transactions:
        if payment.id == id and payment.gateway:
            return payment
    raise Declined(f"order {order.name} has no payment {tail(id)}")


def _credit(request: CreditRequest) -> dict[str, Any]:
    amount = {"amount": request.amount.decimal(), "currencyCode": request.amount.currency}
    return {"refundMethods": [{"storeCreditRefund": {"amount": amount, "expiresAt": stamp(request.expires)}}]}


def stamp(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="seconds")
