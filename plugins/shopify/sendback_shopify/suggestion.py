"""What Shopify itself would refund: kept beside our own quote, so that a drift between the two is seen."""

from typing import Annotated

from pydantic import Field
from sendback_sdk import Declined, Money, RefundLine, Suggestion

from sendback_shopify import documents
from sendback_shopify.admin import Admin
from sendback_shopify.amounts import Unreadable, bag
from sendback_shopify.answers import Answer, Bag
from sendback_shopify.gid import gid


class _Suggested(Answer):
    amount_set: Bag
    maximum_refundable_set: Bag


class _Order(Answer):
    presentment_currency_code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    suggested_refund: _Suggested | None = None


class _Answer(Answer):
    order: _Order | None


def suggestion(admin: Admin, order_id: str, lines: tuple[RefundLine, ...]) -> Suggestion:
    wanted = [_line(line) for line in lines]
    order = admin.ask(documents.SUGGESTION, _Answer, order=gid("Order", order_id), lines=wanted).order
    if order is None or order.suggested_refund is None:
        raise Declined(f"Shopify suggests no refund for the order {order_id}")
    currency, suggested = order.presentment_currency_code, order.suggested_refund
    try:
        amount, most = bag(suggested.amount_set, currency), bag(suggested.maximum_refundable_set, currency)
    except Unreadable as problem:
        raise Declined(f"Shopify's suggestion cannot be read: {problem}") from problem
    return Suggestion(Money(amount, currency), Money(most, currency))


def _line(line: RefundLine) -> dict[str, object]:
    id = gid("LineItem", line.line_id)
    return {"lineItemId": id, "quantity": line.quantity, "restockType": "NO_RESTOCK"}
