"""The units of an order, one by one: what left when, and what arrived when.

Fulfilments take the units of a line in the order in which they stand; what no fulfilment took has not left.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sendback_sdk.orders import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit number `number` (from 0) of a line."""

    line: OrderLine
    number: int
    fulfilled: bool
    shipped: datetime | None = None
    delivered: datetime | None = None


def units_of(order: Order) -> tuple[Unit, ...]:
    """All units, line by line, each line's in order. An order without any fulfilment is taken as wholly unfulfilled."""
    journeys: dict[str, list[tuple[datetime | None, datetime | None]]] = defaultdict(list)
    for fulfilment in order.fulfilments:
        for line_id, quantity in fulfilment.lines:
            journeys[line_id] += [(fulfilment.shipped_time, fulfilment.delivered_time)] * quantity
    return tuple(unit for line in order.lines for unit in _of_line(line, journeys[line.id]))


def _of_line(line: OrderLine, journeys: list[tuple[datetime | None, datetime | None]]) -> list[Unit]:
    left = [Unit(line, n, True, *journey) for n, journey in enumerate(journeys[: line.quantity])]
    return left + [Unit(line, n, False) for n in range(len(left), line.quantity)]
