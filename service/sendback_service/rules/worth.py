"""What one unit of an order is worth: its part of the price, of every discount and of every tax.

Order discounts go to lines as the shop says, else by discounted line value with the largest remainder. A line's net
(what is left after all discounts), each tax and each discount is then sliced over its units, so that any split of them
in any order adds up. It is the net that is sliced, not the price: slices of a price and of its discounts round apart,
and a unit given away would be worth one cent more or less than nothing.
"""

from collections.abc import Iterable, Mapping

from sendback_sdk.orders import Order, OrderLine, Shipping, TaxLine

from sendback_service.rules.apportionment import largest_remainder, slice_of
from sendback_service.rules.values import frozen


@frozen
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
        self._order_discounts = _spread(order)

    def unit(self, line_id: str, number: int) -> Worth:
        """`price` is the unit's net with its discounts added again."""
        line = self._lines[line_id]
        net, *taxes = [slice_of(amount, number, line.quantity) for amount in self._amounts(line)]
        line_discount = _sliced([d.amount for d in line.discounts], number, line.quantity)
        order_discount = _sliced(self._parts(line_id), number, line.quantity)
        return Worth(net + line_discount + order_discount, line_discount, order_discount, sum(taxes))

    def sold(self, line_id: str, number: int) -> bool:
        """Whether the order, as it is, has this unit."""
        return line_id in self._lines and number < self._lines[line_id].quantity

    def net(self, line_id: str) -> int:
        """What the line costs after all discounts, before taxes that come on top."""
        return _discounted(self._lines[line_id]) - sum(self._parts(line_id))

    def quantity(self, line_id: str) -> int:
        return self._lines[line_id].quantity

    def line(self, line_id: str) -> Worth:
        """All units of a line."""
        line = self._lines[line_id]
        return Worth(
            line.price,
            sum([d.amount for d in line.discounts]),
            sum(self._parts(line_id)),
            exclusive_tax(line.taxes),
        )

    @property
    def total(self) -> int:
        """All units of the order."""
        return sum(self.line(line_id).total for line_id in self._lines)

    def _amounts(self, line: OrderLine) -> list[int]:
        """The line's net, and each tax that comes on top."""
        return [self.net(line.id), *[tax.amount for tax in line.taxes if not tax.inclusive]]

    def _parts(self, line_id: str) -> list[int]:
        return [parts[line_id] for parts in self._order_discounts if line_id in parts]


def shipping_paid(shipping: Shipping) -> int:
    return shipping.price - shipping.discount + exclusive_tax(shipping.taxes)


def exclusive_tax(taxes: tuple[TaxLine, ...]) -> int:
    return sum([tax.amount for tax in taxes if not tax.inclusive])


def _sliced(amounts: Iterable[int], number: int, quantity: int) -> int:
    return sum([slice_of(amount, number, quantity) for amount in amounts])


def _spread(order: Order) -> list[Mapping[str, int]]:
    """Each order discount as line → part. What the shop spread itself comes first; each of the others goes by what
    the lines are then still worth, so that no line falls below nothing while another has something left."""
    spread: list[Mapping[str, int]] = [dict(d.allocations) for d in order.discounts if d.allocations]
    left = {line.id: _discounted(line) for line in order.lines}
    _take(left, spread)
    for discount in order.discounts:
        if not discount.allocations:
            parts = largest_remainder(discount.amount, [max(0, value) for value in left.values()])
            spread.append(dict(zip(left, parts, strict=True)))
            _take(left, spread[-1:])
    return spread


def _take(left: dict[str, int], spread: Iterable[Mapping[str, int]]) -> None:
    for parts in spread:
        for line_id, part in parts.items():
            left[line_id] = left.get(line_id, 0) - part


def _discounted(line: OrderLine) -> int:
    return line.price - sum([d.amount for d in line.discounts])
