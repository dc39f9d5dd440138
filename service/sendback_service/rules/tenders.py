"""Which payment gives back how much: gift cards first, then the newest payment; never more than is left of each."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sendback_sdk.orders import Payment

from sendback_service.rules.values import frozen

_OLDEST = datetime.min.replace(tzinfo=UTC)


@frozen
class Tender:
    """`account` names who refunds it; empty: the merchant's default."""

    payment_id: str
    account: str
    amount: int


def beyond_report(
    payments: Sequence[Payment], paid: Sequence[tuple[str, int, str]]
) -> tuple[tuple[str, int], ...]:
    """What we gave back, as (payment id, amount), without those refunds that the shop reported as part of `refunded`
    by their references: counted there, they must not be counted here.

    `paid` has what came back to the shop again with its sign turned. It is left again, unless it is part of `refunded`
    still: then that is made good here, with the sign turned too."""
    reported = {reference for payment in payments for reference in payment.refund_references if reference}
    gone = [(id, amount) for id, amount, reference in paid if amount > 0 and reference not in reported]
    return *gone, *((payment.id, back) for payment in payments if (back := _reported_still(payment, paid)))


def _reported_still(payment: Payment, paid: Sequence[tuple[str, int, str]]) -> int:
    """What is part of a payment's `refunded` though it came back to the shop, with its sign turned.

    A shop may take it off `refunded` and name its reference on. So it counts only where all that the shop reports are
    refunds of ours, and come to `refunded` to the last unit: anything else leaves open whether it was taken off, and
    what is in doubt is not paid out twice."""
    named = set(payment.refund_references)
    ours = [(amount, name) for id, amount, name in paid if id == payment.id and name and name in named]
    known = named == {name for _, name in ours} and payment.refunded == sum(abs(amount) for amount, _ in ours)
    return sum(amount for amount, _ in ours if amount < 0) if known else 0


def left_to_refund(payments: Sequence[Payment], paid: Sequence[tuple[str, int]]) -> int:
    """What is left of all payments together. `paid` is what we gave back beyond what the shop reports: (payment id,
    amount), the id empty for store credit, which counts against the order as a whole."""
    whole = sum(p.captured - p.refunded for p in payments) - sum(amount for _, amount in paid)
    return max(0, whole)


def tenders(payments: Sequence[Payment], paid: Sequence[tuple[str, int]], amount: int) -> tuple[Tender, ...]:
    """Spreads `amount`, which must not exceed `left_to_refund`."""
    given: list[Tender] = []
    for payment in sorted(payments, key=_rank, reverse=True):
        before = sum(part for payment_id, part in paid if payment_id == payment.id)
        part = min(amount, max(0, payment.captured - payment.refunded - before))
        if part > 0:
            given.append(Tender(payment.id, payment.account, part))
            amount -= part
    return tuple(given)


def _rank(payment: Payment) -> tuple[bool, datetime]:
    return payment.gift_card, payment.captured_time or _OLDEST
