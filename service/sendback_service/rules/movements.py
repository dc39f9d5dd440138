"""One movement of money or of store credit, and what it is made of, as books are kept: each part with its sign."""

from collections.abc import Sequence
from enum import StrEnum

from sendback_service.rules.apportionment import round_half_up
from sendback_service.rules.sales_tax import Taxes
from sendback_service.rules.values import frozen


class MovementKind(StrEnum):
    """REVERSED: what went came back. Of the service's own ledger of store credit: what customers spent, got again, let
    lapse, or gave up with their data."""

    REFUND = "REFUND"
    CREDIT = "CREDIT"
    BONUS = "BONUS"
    REFUND_REVERSED = "REFUND_REVERSED"
    CREDIT_REVERSED = "CREDIT_REVERSED"
    BONUS_REVERSED = "BONUS_REVERSED"
    CREDIT_REDEEMED = "CREDIT_REDEEMED"
    CREDIT_RESTORED = "CREDIT_RESTORED"
    CREDIT_EXPIRED = "CREDIT_EXPIRED"
    CREDIT_FORFEITED = "CREDIT_FORFEITED"


@frozen
class Parts:
    """What an amount is made of; they add up to it. `adjustment` is what staff decided, or what was left to refund, in
    the place of what was computed. `taxes` are within goods and shipping; None where nobody noted them."""

    goods: int = 0
    shipping: int = 0
    restocking: int = 0
    label_fee: int = 0
    adjustment: int = 0
    taxes: Taxes | None = None

    def negative(self) -> "Parts":
        taxes = None if self.taxes is None else tuple((rate, -amount) for rate, amount in self.taxes)
        return Parts(-self.goods, -self.shipping, -self.restocking, -self.label_fee, -self.adjustment, taxes)


@frozen
class Movement:
    """`amount` is what the buyer has more by it, in minor units; `time` is in microseconds. `parts` is None for a bonus
    and for the ledger's own."""

    id: str
    kind: MovementKind
    time: int
    currency: str
    amount: int
    parts: Parts | None = None
    return_id: str = ""
    reference: str = ""
    order_id: str = ""
    order_number: str = ""
    settlement_id: str = ""
    payment_id: str = ""
    account: str = ""
    provider_reference: str = ""
    by_hand: bool = False


def parts_of(whole: Parts, amounts: Sequence[int], place: int) -> Parts:
    """One payment's part of what a settlement is made of: whatever number of payments it went by, the columns add up,
    and so does each line. What does not divide is goods'."""
    until, all_ = sum(amounts[: place + 1]), sum(amounts)
    before = until - amounts[place]

    def part(amount: int) -> int:
        return round_half_up(amount * until, all_) - round_half_up(amount * before, all_)

    shipping, restocking = part(whole.shipping), part(whole.restocking)
    fee, adjustment = part(whole.label_fee), part(whole.adjustment)
    goods = amounts[place] - shipping - restocking - fee - adjustment
    taxes = None if whole.taxes is None else tuple((rate, part(amount)) for rate, amount in whole.taxes)
    return Parts(goods, shipping, restocking, fee, adjustment, taxes)
