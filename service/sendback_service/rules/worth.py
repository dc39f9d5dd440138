"""What one unit of an order is worth: its part of the price, of every discount and of every tax.

Order discounts go to lines as the shop says, else by discounted line value with the largest remainder; each part is
then sliced over the line's units, so that any split of them in any order adds up (DOMAIN, invariant 4).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sendback_sdk.orders import Discount, Order, OrderLine, Shipping, TaxLine

from sendback_service.rules.shares import largest_remainder, slice_of


@dataclass(frozen=True, slots=True)
class Worth:
    """Discounts are positive amounts taken off; `tax` is what comes on top (inclusive tax is within the price)."""

    price: int = 0
    line_discount: int = 0
    order_discount: int = 0
    tax: int = 0

    @property
    def total(self) -> int:
        return self.price - self.line_discount - self.order_discount + self.tax

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(
            self.price + other.price,
            self.line_discount + other.line_discount,
            self.order_discount + other.order_discount,
            self.tax + other.tax,
        )


class Pricing:
    """An order's allocations, made once; `unit` then tells what any unit is worth."""

    def __init__(self, order: Order) -> None:
        self._lines = {line.id: line for line in order.lines}
        self._order_discounts = [_allocated(order, discount) for discount in order.discounts]

    def unit(self, line_id: str, number: int) -> Worth:
        line = self._lines[line_id]
        parts = [discounts.get(line_id, 0) for discounts in self._order_discounts]
        return Worth(
            price=slice_of(line.price, number, line.quantity),
            line_discount=_sliced([d.amount for d in line.discounts], number, line.quantity),
            order_discount=_sliced(parts, number, line.quantity),
            tax=_sliced([t.amount for t in line.taxes if not t.inclusive], number, line.quantity),
        )

    def quantity(self, line_id: str) -> int:
        return self._lines[line_id].quantity

    def line(self, line_id: str) -> Worth:
        """All units of a line."""
        return sum((self.unit(line_id, n) for n in range(self._lines[line_id].quantity)), Worth())

    @property
    def total(self) -> int:
        """All units of the order."""
        return sum(self.line(line_id).total for line_id in self._lines)


def shipping_paid(shipping: Shipping) -> int:
    return shipping.price - shipping.discount + exclusive_tax(shipping.taxes)


def exclusive_tax(taxes: tuple[TaxLine, ...]) -> int:
    return sum(tax.amount for tax in taxes if not tax.inclusive)


def _sliced(amounts: list[int], number: int, quantity: int) -> int:
    return sum(slice_of(amount, number, quantity) for amount in amounts)


def _allocated(order: Order, discount: Discount) -> Mapping[str, int]:
    if discount.allocations:
        return dict(discount.allocations)
    values = [_discounted(line) for line in order.lines]
    parts = largest_remainder(discount.amount, values)
    return {line.id: part for line, part in zip(order.lines, parts, strict=True)}


def _discounted(line: OrderLine) -> int:
    return max(0, line.price - sum(d.amount for d in line.discounts))
