"""What can be wrong with an order that a shop hands in. Paths are those of the wire (`lines[0].price`)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from sendback_sdk.orders import Discount, Order, OrderLine, TaxLine

from sendback_service.rules.currency import LARGEST_AMOUNT, is_currency
from sendback_service.rules.worth import Pricing, shipping_paid
from sendback_service.rules.writable import is_writable

_MOST_LINES = 1_000
_MOST_UNITS_OF_A_LINE = 10_000
# Days are counted from these times, in the merchant's zone; shops say "never" and "unknown" by years far off.
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
# Units are looked at one by one.
_MOST_UNITS = 20_000


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """`field` is a path within the order, such as `lines[0].price`."""

    field: str
    description: str


def problems(order: Order) -> list[OrderProblem]:
    """Everything that is wrong, so that a shop can mend it in one go; empty for a good order."""
    found = [problem for check in _CHECKS for problem in check(order)]
    return found or list(_gifts(order))


def unwritable(order: Order) -> list[OrderProblem]:
    """Texts that cannot be kept, as a shop's may be that was asked; the wire lets none such in."""
    found = (field for field, text in _texts("", order) if not is_writable(text))
    return [OrderProblem(field, "holds a character that cannot be kept") for field in found]


def _identity(order: Order) -> Iterator[OrderProblem]:
    if not is_currency(order.currency):
        yield OrderProblem("currency_code", f"{order.currency!r} is no currency of ISO 4217, such as EUR")
    yield from _unique("lines", "id", [line.id for line in order.lines])
    yield from _unique("payments", "id", [payment.id for payment in order.payments])
    yield from _unique("fulfilments", "id", [fulfilment.id for fulfilment in order.fulfilments])


def _unique(list_name: str, field: str, ids: Iterable[str]) -> Iterator[OrderProblem]:
    seen: set[str] = set()
    for i, id in enumerate(ids):
        if id in seen:
            yield OrderProblem(f"{list_name}[{i}].{field}", f"{id!r} stands twice")
        seen.add(id)


def _quantities(order: Order) -> Iterator[OrderProblem]:
    if not 1 <= len(order.lines) <= _MOST_LINES:
        yield OrderProblem("lines", f"must be between 1 and {_MOST_LINES}, are {len(order.lines)}")
    for i, line in enumerate(order.lines):
        if not 1 <= line.quantity <= _MOST_UNITS_OF_A_LINE:
            text = f"must be between 1 and {_MOST_UNITS_OF_A_LINE}, is {line.quantity}"
            yield OrderProblem(f"lines[{i}].quantity", text)
    units = sum(line.quantity for line in order.lines)
    if units > _MOST_UNITS:
        yield OrderProblem("lines", f"must not hold more than {_MOST_UNITS} units in all, hold {units}")


def _amounts(order: Order) -> Iterator[OrderProblem]:
    yield from _amount("duties", order.duties)
    for i, line in enumerate(order.lines):
        yield from _line(f"lines[{i}]", line)
    for i, discount in enumerate(order.discounts):
        yield from _amount(f"discounts[{i}].amount", discount.amount)
    for i, payment in enumerate(order.payments):
        yield from _amount(f"payments[{i}].captured", payment.captured)
        yield from _amount(f"payments[{i}].refunded", payment.refunded)


def _line(at: str, line: OrderLine) -> Iterator[OrderProblem]:
    yield from _amount(f"{at}.price", line.price)
    yield from _taxes(at, line.taxes)
    for j, discount in enumerate(line.discounts):
        yield from _amount(f"{at}.discounts[{j}].amount", discount.amount)
    if sum(d.amount for d in line.discounts) > line.price:
        yield OrderProblem(f"{at}.discounts", "must not exceed the line's price")


def _taxes(at: str, taxes: tuple[TaxLine, ...]) -> Iterator[OrderProblem]:
    for j, tax in enumerate(taxes):
        yield from _amount(f"{at}.taxes[{j}].amount", tax.amount)


def _shipping(order: Order) -> Iterator[OrderProblem]:
    yield from _amount("shipping.price", order.shipping.price)
    yield from _amount("shipping.discount", order.shipping.discount)
    yield from _taxes("shipping", order.shipping.taxes)
    if order.shipping.discount > order.shipping.price or shipping_paid(order.shipping) < 0:
        yield OrderProblem("shipping.discount", "must not exceed the price")


def _amount(field: str, amount: int) -> Iterator[OrderProblem]:
    if not 0 <= amount <= LARGEST_AMOUNT:
        yield OrderProblem(field, f"must be between 0 and {LARGEST_AMOUNT} minor units, is {amount}")


def _discounts(order: Order) -> Iterator[OrderProblem]:
    known = {line.id for line in order.lines}
    for i, discount in enumerate(order.discounts):
        yield from _allocations(f"discounts[{i}].allocations", discount, known)


def _allocations(at: str, discount: Discount, known: set[str]) -> Iterator[OrderProblem]:
    if not discount.allocations:
        return
    yield from _unique(at, "line_id", [line_id for line_id, _ in discount.allocations])
    for j, (line_id, amount) in enumerate(discount.allocations):
        if line_id not in known:
            yield OrderProblem(f"{at}[{j}].line_id", f"no line {line_id!r} in this order")
        yield from _amount(f"{at}[{j}].amount", amount)
    if sum(amount for _, amount in discount.allocations) != discount.amount:
        yield OrderProblem(at, "must add up to the discount")


def _gifts(order: Order) -> Iterator[OrderProblem]:
    """No line may cost less than nothing; asked last, for it takes an order that can be priced."""
    pricing = Pricing(order)
    for line in order.lines:
        if pricing.net(line.id) < 0:
            yield OrderProblem("discounts", f"take more off the line {line.id!r} than it costs")


def _fulfilments(order: Order) -> Iterator[OrderProblem]:
    ordered = {line.id: line.quantity for line in order.lines}
    sent: Counter[str] = Counter()
    for i, fulfilment in enumerate(order.fulfilments):
        for j, (line_id, quantity) in enumerate(fulfilment.lines):
            field = f"fulfilments[{i}].lines[{j}]"
            sent[line_id] += quantity
            if line_id not in ordered:
                yield OrderProblem(f"{field}.line_id", f"no line {line_id!r} in this order")
            elif quantity < 1:
                yield OrderProblem(f"{field}.quantity", f"must be at least 1, is {quantity}")
            elif sent[line_id] > ordered[line_id]:
                yield OrderProblem(f"{field}.quantity", f"more sent than the {ordered[line_id]} ordered")


def _payments(order: Order) -> Iterator[OrderProblem]:
    for i, payment in enumerate(order.payments):
        if payment.refunded > payment.captured:
            yield OrderProblem(f"payments[{i}].refunded", "must not exceed what was captured")


def _times(order: Order) -> Iterator[OrderProblem]:
    yield from _time("place_time", order.placed_time)
    for i, payment in enumerate(order.payments):
        yield from _time(f"payments[{i}].capture_time", payment.captured_time)
    for i, fulfilment in enumerate(order.fulfilments):
        at, shipped, delivered = f"fulfilments[{i}]", fulfilment.shipped_time, fulfilment.delivered_time
        wrong = [*_time(f"{at}.ship_time", shipped), *_time(f"{at}.deliver_time", delivered)]
        yield from wrong
        if not wrong and shipped and delivered and delivered < shipped:
            yield OrderProblem(f"{at}.deliver_time", "must not lie before ship_time")


def _texts(at: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, tuple | frozenset):
        for i, one in enumerate(value):
            yield from _texts(f"{at}[{i}]", one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(f"{at}.{field.name}".lstrip("."), getattr(value, field.name))


def _time(field: str, time: datetime | None) -> Iterator[OrderProblem]:
    if time is not None and time.utcoffset() is None:
        yield OrderProblem(field, "must say its time zone")
    elif time is not None and not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        text = f"must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}, is {time.isoformat()}"
        yield OrderProblem(field, text)


_CHECKS = (_identity, _quantities, _amounts, _shipping, _discounts, _fulfilments, _payments, _times)
