"""The rest of an order that did not fit into the first answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import Field
from sendback_sdk import Declined

from sendback_shopify import documents
from sendback_shopify.admin import Admin
from sendback_shopify.answers import Answer, Page, whole
from sendback_shopify.facts import (
    LineFacts,
    OrderFacts,
    ParcelFacts,
    PaymentFacts,
    RefundedFacts,
    RefundFacts,
    SentFacts,
    ShippingFacts,
)

T = TypeVar("T")

_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Fits:
    """How many payments, parcels and refunds a document asks for: lists of so many may go on, and have no pages."""

    payments: int
    parcels: int
    refunds: int


LISTED = Fits(5, 3, 2)
READ = Fits(10, 10, 5)
_MOST = Fits(200, 50, 50)


class _Parts(Answer):
    """Some of an order, according to the document."""

    shipping_lines: Page[ShippingFacts] = whole([])
    line_items: Page[LineFacts] = whole([])
    transactions: list[PaymentFacts] = Field(default_factory=list)
    fulfillments: list[ParcelFacts] = Field(default_factory=list)
    refunds: list[RefundFacts] = Field(default_factory=list)


class _Part(Answer):
    order: _Parts


class _Sent(Answer):
    fulfillment_line_items: Page[SentFacts]


class _Parcel(Answer):
    fulfillment: _Sent


class _Refunded(Answer):
    refund_line_items: Page[RefundedFacts]


class _Refund(Answer):
    refund: _Refunded


def complete(facts: OrderFacts, fits: Fits) -> bool:
    pages: list[Page[Any]] = [
        facts.shipping_lines,
        facts.line_items,
        *(parcel.fulfillment_line_items for parcel in facts.fulfillments),
        *(refund.refund_line_items for refund in facts.refunds),
    ]
    return (
        not any(page.page_info.has_next_page for page in pages)
        and len(facts.transactions) < fits.payments
        and len(facts.fulfillments) < fits.parcels
        and len(facts.refunds) < fits.refunds
    )


def followed(admin: Admin, facts: OrderFacts) -> OrderFacts:
    """The whole order. `Declined` where it is larger than anything that we ask for: half an order would be priced
    wrong."""
    payments, parcels, refunds = facts.transactions, facts.fulfillments, facts.refunds
    if len(payments) >= READ.payments:
        payments = admin.ask(documents.PAYMENTS, _Part, id=facts.id).order.transactions
    if len(parcels) >= READ.parcels:
        parcels = admin.ask(documents.PARCELS, _Part, id=facts.id).order.fulfillments
    if len(refunds) >= READ.refunds:
        refunds = admin.ask(documents.REFUNDS, _Part, id=facts.id).order.refunds
    for name, found, most in (
        ("payments", len(payments), _MOST.payments),
        ("parcels", len(parcels), _MOST.parcels),
        ("refunds", len(refunds), _MOST.refunds),
    ):
        if found >= most:
            raise Declined(f"order {facts.name} has {most} {name} or more: too many to be read")
    return facts.model_copy(
        update={
            "shipping_lines": _shipping(admin, facts),
            "line_items": _lines(admin, facts),
            "transactions": payments,
            "fulfillments": [_parcel(admin, parcel) for parcel in parcels],
            "refunds": [_refund(admin, refund) for refund in refunds],
        }
    )


def all_pages(first: Page[T], ask: Callable[[str | None], Page[T]]) -> Page[T]:
    """All nodes as one page. A list that never ends, or whose cursor stands still, is refused."""
    nodes, info = list(first.nodes), first.page_info
    for _ in range(_MOST_PAGES):
        if not info.has_next_page:
            return whole(nodes)
        page = ask(info.end_cursor)
        if page.page_info.has_next_page and page.page_info.end_cursor == info.end_cursor:
            break
        nodes, info = nodes + page.nodes, page.page_info
    raise Declined("Shopify's list has no end")


def _shipping(admin: Admin, facts: OrderFacts) -> Page[ShippingFacts]:
    return all_pages(
        facts.shipping_lines,
        lambda after: admin.ask(documents.SHIPPING, _Part, id=facts.id, after=after).order.shipping_lines,
    )


def _lines(admin: Admin, facts: OrderFacts) -> Page[LineFacts]:
    return all_pages(
        facts.line_items,
        lambda after: admin.ask(documents.LINES, _Part, id=facts.id, after=after).order.line_items,
    )


def _parcel(admin: Admin, facts: ParcelFacts) -> ParcelFacts:
    def ask(after: str | None) -> Page[SentFacts]:
        parcel = admin.ask(documents.PARCEL_LINES, _Parcel, id=facts.id, after=after).fulfillment
        return parcel.fulfillment_line_items

    return facts.model_copy(update={"fulfillment_line_items": all_pages(facts.fulfillment_line_items, ask)})


def _refund(admin: Admin, facts: RefundFacts) -> RefundFacts:
    def ask(after: str | None) -> Page[RefundedFacts]:
        return admin.ask(documents.REFUND_LINES, _Refund, id=facts.id, after=after).refund.refund_line_items

    return facts.model_copy(update={"refund_line_items": all_pages(facts.refund_line_items, ask)})
