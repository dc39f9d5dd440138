"""Shop platforms and payment providers: where orders come from, and who pays money or credit back.

A platform is whatever roles it has; it has no method of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from sendback_sdk.money import Money
from sendback_sdk.orders import Order, OrderPage, OrderQuery
from sendback_sdk.plugin import Plugin


class ReceiptState(StrEnum):
    """SETTLED: done. SUBMITTED: taken on; a `RefundUpdate` or `find_refund` tells later."""

    SETTLED = "SETTLED"
    SUBMITTED = "SUBMITTED"


@dataclass(frozen=True, slots=True)
class Receipt:
    """`reference` is the other side's; `amount` what was really paid, where it says so."""

    reference: str
    state: ReceiptState = ReceiptState.SETTLED
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class RefundLine:
    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """`key` names this refund for its whole life: the same key again is the same refund, never a second one.
    `order_id` and `payment_id` are the shop's."""

    key: str
    order_id: str
    payment_id: str
    amount: Money
    lines: tuple[RefundLine, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CreditRequest:
    key: str
    customer_id: str
    amount: Money
    order_id: str = ""
    expires: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """News of a return for the platform's own books: its id and reference, what happened, and the lines."""

    key: str
    event: str
    return_id: str
    return_reference: str
    order_id: str
    lines: tuple[RefundLine, ...] = ()
    tracking_number: str = ""


class Platform(Plugin):
    """Settings and an id; everything else is a role."""


@runtime_checkable
class FindsOrders(Protocol):
    def find_order(self, query: OrderQuery) -> Order | None: ...


@runtime_checkable
class ListsOrders(Protocol):
    def list_orders(self, since: datetime, cursor: str) -> OrderPage: ...


@runtime_checkable
class Refunds(Protocol):
    def refund(self, request: RefundRequest) -> Receipt: ...


@runtime_checkable
class FindsRefund(Protocol):
    def find_refund(self, key: str) -> Receipt | None: ...


@runtime_checkable
class Credits(Protocol):
    def issue_credit(self, request: CreditRequest) -> Receipt: ...


@runtime_checkable
class Mirrors(Protocol):
    def mirror(self, change: Change) -> None: ...
