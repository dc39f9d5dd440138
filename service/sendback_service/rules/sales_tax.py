"""The tax of the sale that a settlement takes back: of the goods, as far as they count, and of the delivery."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sendback_sdk.orders import Order, TaxLine

from sendback_service.rules.apportionment import percent_of, round_half_up, slice_of
from sendback_service.rules.quote import QuoteUnit
from sendback_service.rules.worth import shipping_paid

# Parts per million, and minor units.
Taxes = tuple[tuple[int, int], ...]


def taxes_of(order: Order, units: Sequence[QuoteUnit], shipping: int, shipping_before: int) -> Taxes:
    """By rate, the highest first. Whether it was within the prices or came on top, it is part of what goes back; the
    parts of a line, and of the delivery, add up to what the order had."""
    found: Counter[int] = Counter()
    lines = {line.id: line for line in order.lines}
    for unit in units:
        line = lines[unit.line_id]
        for tax in line.taxes:
            part = slice_of(tax.amount, unit.number, line.quantity)
            found[tax.rate] += percent_of(part, unit.percent)
    found.update(_of_delivery(order.shipping.taxes, shipping_paid(order.shipping), shipping, shipping_before))
    return tuple((rate, amount) for rate, amount in sorted(found.items(), reverse=True) if amount)


def _of_delivery(taxes: Sequence[TaxLine], whole: int, part: int, before: int) -> Mapping[int, int]:
    found: Counter[int] = Counter()
    for tax in taxes if part else ():
        found[tax.rate] += _up_to(tax.amount, before + part, whole) - _up_to(tax.amount, before, whole)
    return found


def _up_to(amount: int, part: int, whole: int) -> int:
    return round_half_up(amount * part, whole)
