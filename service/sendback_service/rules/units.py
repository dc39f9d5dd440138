"""The units of an order, one by one: what left when, and what arrived when.

Fulfilments take the units of a line in the order in which they stand; what no fulfilment took has not left.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sendback_sdk.orders import Fulfilment, Order, OrderLine

from sendback_service.rules.values import frozen


@frozen
class Unit:
    """Unit number `number` (from 0) of a line."""

    line: OrderLine
    number: int
    fulfilled: bool
    shipped: datetime | None = None
    delivered: datetime | None = None


@frozen
class Stretch:
    """Units of a line, by `numbers`, that left and arrived together, or that have not left."""

    line: OrderLine
    numbers: range
    fulfilled: bool
    shipped: datetime | None = None
    delivered: datetime | None = None


def units_of(order: Order) -> tuple[Unit, ...]:
    """All units, line by line, each line's in order. An order without any fulfilment is taken as wholly unfulfilled."""
    return tuple(
        Unit(part.line, number, part.fulfilled, part.shipped, part.delivered)
        for part in stretches_of(order)
        for number in part.numbers
    )


def stretches_of(order: Order) -> Iterator[Stretch]:
    """All units in the same order, those with one story together."""
    taken: dict[str, list[tuple[Fulfilment, int]]] = defaultdict(list)
    for fulfilment in order.fulfilments:
        for line_id, quantity in fulfilment.lines:
            taken[line_id].append((fulfilment, quantity))
    for line in order.lines:
        first = 0
        for fulfilment, quantity in taken[line.id]:
            numbers = range(first, min(first + quantity, line.quantity))
            if numbers:
                yield Stretch(line, numbers, True, fulfilment.shipped_time, fulfilment.delivered_time)
                first = numbers.stop
        if first < line.quantity:
            yield Stretch(line, range(first, line.quantity), False)
