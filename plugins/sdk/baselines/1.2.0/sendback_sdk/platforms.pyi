from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sendback_sdk.money import Money as Money
from sendback_sdk.orders import Order as Order, OrderPage as OrderPage, OrderQuery as OrderQuery
from sendback_sdk.plugin import Plugin as Plugin
from typing import Protocol

class ReceiptState(StrEnum):
    SETTLED = 'SETTLED'
    SUBMITTED = 'SUBMITTED'

@dataclass(frozen=True, slots=True)
class Receipt:
    reference: str
    state: ReceiptState = ...
    amount: Money | None = ...

@dataclass(frozen=True, slots=True)
class RefundLine:
    line_id: str
    quantity: int

@dataclass(frozen=True, slots=True)
class RefundRequest:
    key: str
    order_id: str
    payment_id: str
    amount: Money
    lines: tuple[RefundLine, ...] = ...
    reason: str = ...
    note: str = ...

class CreditKind(StrEnum):
    REFUND = 'REFUND'
    BONUS = 'BONUS'

@dataclass(frozen=True, slots=True)
class CreditRequest:
    key: str
    customer_id: str
    amount: Money
    order_id: str = ...
    expires: datetime | None = ...
    note: str = ...
    kind: CreditKind = ...

class Disposition(StrEnum):
    RESTOCK = 'RESTOCK'
    REFURBISH = 'REFURBISH'
    QUARANTINE = 'QUARANTINE'
    DONATE = 'DONATE'
    DESTROY = 'DESTROY'
    RETURN_TO_MERCHANT = 'RETURN_TO_MERCHANT'
    RETURN_TO_CUSTOMER = 'RETURN_TO_CUSTOMER'
    LIQUIDATE = 'LIQUIDATE'
    MISSING = 'MISSING'

@dataclass(frozen=True, slots=True)
class Disposal:
    line_id: str
    quantity: int
    disposition: Disposition

@dataclass(frozen=True, slots=True)
class Change:
    key: str
    event: str
    return_id: str
    return_reference: str
    order_id: str
    lines: tuple[RefundLine, ...] = ...
    tracking_number: str = ...
    tracking_url: str = ...
    label_url: str = ...
    disposals: tuple[Disposal, ...] = ...
    note: str = ...

@dataclass(frozen=True, slots=True)
class Suggestion:
    amount: Money
    most: Money

class Platform(Plugin): ...

class FindsOrders(Protocol):
    def find_order(self, query: OrderQuery) -> Order | None: ...

class ListsOrders(Protocol):
    def list_orders(self, since: datetime, cursor: str) -> OrderPage: ...

class Refunds(Protocol):
    def refund(self, request: RefundRequest) -> Receipt: ...

class FindsRefund(Protocol):
    def find_refund(self, key: str) -> Receipt | None: ...

class FindsTransfer(Protocol):
    def find_transfer(self, request: RefundRequest | CreditRequest) -> Receipt | None: ...

class Suggests(Protocol):
    def suggest_refund(self, order_id: str, lines: tuple[RefundLine, ...]) -> Suggestion: ...

class Credits(Protocol):
    def issue_credit(self, request: CreditRequest) -> Receipt: ...

class Mirrors(Protocol):
    def mirror(self, change: Change) -> None: ...
