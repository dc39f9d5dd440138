"""What can be wrong with an order that a shop hands in."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sendback_sdk.orders import Order, OrderLine

from sendback_service.rules.worth import Pricing, shipping_paid

_LARGEST_AMOUNT = 10**12
_CURRENCIES_WITHOUT_MONEY = frozenset({"XXX", "XTS"})


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """`field` is a path within the order, such as `lines[0].price`."""

    field: str
    description: str


def problems(order: Order) -> list[OrderProblem]:
    """Everything that is wrong, so that a shop can mend it in one go; empty for a good order."""
    found = (
        list(_amounts(order)) + list(_identity(order)) + list(_fulfilments(order)) + list(_payments(order))
    )
    if not found and Pricing(order).total < 0:
        found.append(OrderProblem("discounts", "discounts are larger than what was bought"))
    return found


def _amounts(order: Order) -> Iterator[OrderProblem]:
    if order.currency in _CURRENCIES_WITHOUT_MONEY:
        yield OrderProblem("currency_code", f"{order.currency} is no money")
    for i, line in enumerate(order.lines):
        at = f"lines[{i}]"
        yield from _amount(f"{at}.price", line.price)
        yield from _discounts(at, line)
        for j, tax in enumerate(line.taxes):
            yield from _amount(f"{at}.taxes[{j}].amount", tax.amount)
    for i, discount in enumerate(order.discounts):
        yield from _amount(f"discounts[{i}].amount", discount.amount)
        yield from _allocations(order, i)
    if shipping_paid(order.shipping) < 0:
        yield OrderProblem("shipping.discount", "must not exceed the price")


def _amount(field: str, amount: int) -> Iterator[OrderProblem]:
    if not 0 <= amount <= _LARGEST_AMOUNT:
        yield OrderProblem(field, f"must be between 0 and {_LARGEST_AMOUNT} minor units, is {amount}")


def _discounts(at: str, line: OrderLine) -> Iterator[OrderProblem]:
    for j, discount in enumerate(line.discounts):
        yield from _amount(f"{at}.discounts[{j}].amount", discount.amount)
    if sum(d.amount for d in line.discounts) > line.price:
        yield OrderProblem(f"{at}.discounts", "must not exceed the line's price")


def _allocations(order: Order, i: int) -> Iterator[OrderProblem]:
    discount = order.discounts[i]
    if not discount.allocations:
        return
    known = {line.id for line in order.lines}
    for j, (line_id, amount) in enumerate(discount.allocations):
        if line_id not in known:
            yield OrderProblem(
                f"discounts[{i}].allocations[{j}].line_id", f"no line {line_id!r} in this order"
            )
        yield from _amount(f"discounts[{i}].allocations[{j}].amount", amount)
    if sum(amount for _, amount in discount.allocations) != discount.amount:
        yield OrderProblem(f"discounts[{i}].allocations", "must add up to the discount")


def _identity(order: Order) -> Iterator[OrderProblem]:
    yield from _unique("lines", "id", [line.id for line in order.lines])
    yield from _unique("payments", "id", [payment.id for payment in order.payments])
    yield from _unique("fulfilments", "id", [fulfilment.id for fulfilment in order.fulfilments])


def _unique(list_name: str, field: str, ids: list[str]) -> Iterator[OrderProblem]:
    for i, id in enumerate(ids):
        if id in ids[:i]:
            yield OrderProblem(f"{list_name}[{i}].{field}", f"{id!r} stands twice")


def _fulfilments(order: Order) -> Iterator[OrderProblem]:
    ordered = {line.id: line.quantity for line in order.lines}
    sent: Counter[str] = Counter()
    for i, fulfilment in enumerate(order.fulfilments):
        for j, (line_id, quantity) in enumerate(fulfilment.lines):
            field = f"fulfilments[{i}].lines[{j}]"
            if line_id not in ordered:
                yield OrderProblem(f"{field}.line_id", f"no line {line_id!r} in this order")
                continue
            sent[line_id] += quantity
            if sent[line_id] > ordered[line_id]:
                yield OrderProblem(f"{field}.quantity", f"more sent than the {ordered[line_id]} ordered")
        if (
            fulfilment.shipped_time
            and fulfilment.delivered_time
            and (fulfilment.delivered_time < fulfilment.shipped_time)
        ):
            yield OrderProblem(f"fulfilments[{i}].deliver_time", "must not lie before ship_time")


def _payments(order: Order) -> Iterator[OrderProblem]:
    for i, payment in enumerate(order.payments):
        yield from _amount(f"payments[{i}].captured", payment.captured)
        yield from _amount(f"payments[{i}].refunded", payment.refunded)
        if payment.refunded > payment.captured:
            yield OrderProblem(f"payments[{i}].refunded", "must not exceed what was captured")
