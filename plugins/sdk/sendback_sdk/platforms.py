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
    """`quantity` units of a line of the shop's order."""

    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """`key` names this refund for its whole life: the same key again is the same refund, never a second one.
    `amount` is what goes back of the payment, never more than is left of it. `order_id` and `payment_id` are the
    shop's; `lines` say for which units, where the shop keeps count: those that came back, or still may."""

    key: str
    order_id: str
    payment_id: str
    amount: Money
    lines: tuple[RefundLine, ...] = ()
    reason: str = ""
    note: str = ""


class CreditKind(StrEnum):
    """REFUND: in place of money, and counted against what was paid for the order. BONUS: a gift on top of it."""

    REFUND = "REFUND"
    BONUS = "BONUS"


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """Store credit for a customer. `key` names it for its whole life, as for refunds. `amount` is what it is worth;
    `expires` (aware) until when, None for ever. `customer_id` and `order_id` are the shop's. `kind` says what it is
    given for."""

    key: str
    customer_id: str
    amount: Money
    order_id: str = ""
    expires: datetime | None = None
    note: str = ""
    kind: CreditKind = CreditKind.REFUND


class Disposition(StrEnum):
    """What became of a unit that came back, or (MISSING) did not."""

    RESTOCK = "RESTOCK"
    REFURBISH = "REFURBISH"
    QUARANTINE = "QUARANTINE"
    DONATE = "DONATE"
    DESTROY = "DESTROY"
    RETURN_TO_MERCHANT = "RETURN_TO_MERCHANT"
    RETURN_TO_CUSTOMER = "RETURN_TO_CUSTOMER"
    LIQUIDATE = "LIQUIDATE"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class Disposal:
    """What became of `quantity` units of a line."""

    line_id: str
    quantity: int
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class Change:
    """News of a return for the platform's own books: its id and reference, what happened, and the lines.

    `lines` are all units of the return. `disposals` is everything that inspection has decided so far, not only what
    this event brought, so that news which comes twice, or late, changes nothing twice. `label_url` is set only where
    anybody may fetch the label. `note` is for staff: why a return was declined."""

    key: str
    event: str
    return_id: str
    return_reference: str
    order_id: str
    lines: tuple[RefundLine, ...] = ()
    tracking_number: str = ""
    tracking_url: str = ""
    label_url: str = ""
    disposals: tuple[Disposal, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the platform itself would refund: `amount` for the units asked about, `most` for the order as it stands."""

    amount: Money
    most: Money


class Platform(Plugin):
    """Settings and an id; everything else is a role."""


@runtime_checkable
class FindsOrders(Protocol):
    """An order can be looked up while a buyer waits."""

    def find_order(self, query: OrderQuery) -> Order | None:
        """The order as it stands, or None. `TryLater` where the shop is busy; a buyer is told to come back."""


@runtime_checkable
class ListsOrders(Protocol):
    """Orders can be fetched ahead, so that no buyer waits for the shop."""

    def list_orders(self, since: datetime, cursor: str) -> OrderPage:
        """Orders changed at or after `since` (aware), a page at a time: `cursor` is "" for the first. An order may come
        twice, which is harmless; one that is left out is never seen."""


@runtime_checkable
class Refunds(Protocol):
    """Money can be paid back."""

    def refund(self, request: RefundRequest) -> Receipt:
        """Pays back, once for each `key`: asked again it answers the same receipt. `Declined` where the payment cannot
        be refunded, `OutcomeUnknown` where nobody can tell: it is then asked for again under the same key."""


@runtime_checkable
class FindsRefund(Protocol):
    """A refund can be found by its key, so that a doubt is settled by asking."""

    def find_refund(self, key: str) -> Receipt | None:
        """The receipt of the refund under this key; None only where certainly none was made. `OutcomeUnknown` where
        that cannot be told."""


@runtime_checkable
class FindsTransfer(Protocol):
    """For platforms that keep no index of keys: a transfer is looked for where its request says that it must be."""

    def find_transfer(self, request: RefundRequest | CreditRequest) -> Receipt | None:
        """The receipt of this very request; None only where certainly nothing was made. `OutcomeUnknown` where that
        cannot be told."""


@runtime_checkable
class Suggests(Protocol):
    """Works out refunds by itself, so that a drift between its figures and ours is seen."""

    def suggest_refund(self, order_id: str, lines: tuple[RefundLine, ...]) -> Suggestion:
        """What the platform would refund for these units, fees and shipping apart. Changes nothing. `Declined` where
        it has no such order, or fewer units."""


@runtime_checkable
class Credits(Protocol):
    """Store credit can be given."""

    def issue_credit(self, request: CreditRequest) -> Receipt:
        """Gives credit, once for each `key`: asked again it answers the same receipt. `Declined` for a customer who
        cannot have any, `OutcomeUnknown` where nobody can tell: it is then asked for again under the same key."""


@runtime_checkable
class Mirrors(Protocol):
    """Keeps returns in its own books too."""

    def mirror(self, change: Change) -> None:
        """Takes note. What is there already is left as it is, so that the same news twice, or late, changes nothing;
        events that the platform has no word for do nothing. `Declined` where others changed the return there so that
        the news does not fit; the return itself goes on whatever this raises."""
