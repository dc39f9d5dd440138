"""What units are worth to the buyer, step by step. One function for the estimate and for the settlement."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sendback_sdk.orders import Order

from sendback_service.rules.apportionment import largest_remainder, percent_of, round_half_up, slice_of
from sendback_service.rules.policy import Fault, Policy, ShippingRefund
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.tenders import Tender, left_to_refund, tenders
from sendback_service.rules.values import frozen
from sendback_service.rules.worth import Pricing, Worth, shipping_paid

UnitKey = tuple[str, int]


class QuoteRule(StrEnum):
    """The steps, in their fixed order."""

    GOODS = "GOODS"
    LINE_DISCOUNT = "LINE_DISCOUNT"
    ORDER_DISCOUNT = "ORDER_DISCOUNT"
    TAX = "TAX"
    INSPECTION = "INSPECTION"
    SHIPPING = "SHIPPING"
    RESTOCKING = "RESTOCKING"
    LABEL_FEE = "LABEL_FEE"
    CAP = "CAP"
    BONUS = "BONUS"
    MANUAL = "MANUAL"


@frozen
class QuoteUnit:
    """A unit that comes back: whose fault it is, and how many per cent of it count after inspection."""

    line_id: str
    number: int
    fault: Fault = Fault.BUYER
    percent: int = 100


@frozen
class Credited:
    """What earlier stages of the same return gave as store credit: for which goods, and how much beside the bonus."""

    goods: int = 0
    amount: int = 0
    bonus: int = 0


@frozen
class Circumstances:
    """What else bears on the money: the label fee that is still owed (below nothing: that goes back), what went back
    before (per payment, and of shipping), the units of the order that were counted before (those that came back: not
    missing, not rejected), and the credit of the return's earlier stages."""

    outcome: SettlementKind = SettlementKind.REFUND
    label_fee: int = 0
    paid: tuple[tuple[str, int], ...] = ()
    shipping_refunded: int = 0
    before: frozenset[UnitKey] = frozenset()
    credited: Credited = Credited()


@frozen
class Step:
    """`amount` was added to the total (negative: taken off), which then was `running`."""

    rule: QuoteRule
    base: int
    amount: int
    running: int


@frozen
class Quote:
    """`amount` is what the buyer gets, bonus included; `lines` spreads it over the lines; `tenders` says which
    payment gives how much of a refund."""

    currency: str
    outcome: SettlementKind
    amount: int
    goods: int
    shipping: int
    label_fee: int
    unrecovered_fee: int
    bonus: int
    cut: int
    steps: tuple[Step, ...]
    lines: tuple[tuple[str, int], ...]
    tenders: tuple[Tender, ...]


@dataclass(slots=True)
class _Running:
    total: int = 0
    steps: list[Step] = field(default_factory=list)

    def add(self, rule: QuoteRule, base: int, amount: int) -> None:
        """A step that changes nothing is left out."""
        if amount:
            self.total += amount
            self.steps.append(Step(rule, base, amount, self.total))


def quote(order: Order, policy: Policy, units: tuple[QuoteUnit, ...], around: Circumstances) -> Quote:
    """What the buyer gets for these units, in minor units of the order's currency.

    The worth of the goods, less what inspection took off, with the delivery that the policy pays back, less the
    restocking fee, less the label fee; never below nothing, never more than is left of the order's payments. A bonus
    for store credit comes last, outside that bound. Each step is in `steps`; service/docs/quote.md shows some."""
    pricing = Pricing(order)
    worths = {(u.line_id, u.number): pricing.unit(u.line_id, u.number) for u in units}
    counted = [percent_of(worths[u.line_id, u.number].total, u.percent) for u in units]
    run = _Running()
    _goods(run, worths)
    _inspection(run, units, worths, counted)
    goods = run.total
    _shipping(run, order, policy, pricing, _coming_back(units), around)
    shipping = run.total - goods
    _restocking(run, policy, pricing, units, counted)
    fee = min(around.label_fee, max(0, run.total))
    run.add(QuoteRule.LABEL_FEE, around.label_fee, -fee)
    left = left_to_refund(order.payments, around.paid)
    cut = max(0, run.total - left)
    run.add(QuoteRule.CAP, left, -cut)
    paid_back = run.total
    bonus = _bonus(policy, order.currency, around, goods, paid_back)
    run.add(QuoteRule.BONUS, goods, bonus)
    return Quote(
        currency=order.currency,
        outcome=around.outcome,
        amount=run.total,
        goods=goods,
        shipping=shipping,
        label_fee=fee,
        unrecovered_fee=around.label_fee - fee,
        bonus=bonus,
        cut=cut,
        steps=tuple(run.steps),
        lines=_by_line(paid_back, units, counted),
        tenders=_tenders(order, around, paid_back),
    )


def following(around: Circumstances, made: Quote, units: Sequence[QuoteUnit]) -> Circumstances:
    """What bears on the order's next return once this one was paid. Bonus is outside of what the order was paid."""
    paid = tuple((tender.payment_id, tender.amount) for tender in made.tenders)
    if made.outcome is SettlementKind.STORE_CREDIT:
        paid = (("", made.amount - made.bonus),)
    return Circumstances(
        paid=around.paid + paid,
        shipping_refunded=around.shipping_refunded + made.shipping,
        before=around.before | _coming_back(units),
    )


def adjusted(money: Quote, order: Order, around: Circumstances, amount: int) -> Quote:
    """The quote with staff's own amount in the place of the computed one, within what is left of the payments; what
    staff decide has no bonus of its own. Raises ValueError outside the bounds."""
    left = left_to_refund(order.payments, around.paid)
    if not 0 < amount <= left:
        raise ValueError(f"must be more than nothing and at most {left}")
    step = Step(QuoteRule.MANUAL, money.amount, amount - money.amount, amount)
    return replace(
        money,
        amount=amount,
        bonus=0,
        cut=0,
        steps=(*money.steps, step),
        lines=tuple(
            zip(
                (line for line, _ in money.lines),
                largest_remainder(amount, [max(0, part) or 1 for _, part in money.lines]),
                strict=True,
            )
        ),
        tenders=_tenders(order, around, amount),
    )


def quote_hash(quote: Quote, **facts: Any) -> str:
    """Names a quote and what it was made of: the same facts give the same hash, anything else another."""
    text = json.dumps([asdict(quote), facts], sort_keys=True, separators=(",", ":"), default=sorted)
    return sha256(text.encode()).hexdigest()


def _goods(run: _Running, worths: Mapping[UnitKey, Worth]) -> None:
    whole = sum(worths.values(), Worth())
    run.add(QuoteRule.GOODS, whole.price, whole.price)
    run.add(QuoteRule.LINE_DISCOUNT, whole.price, -whole.line_discount)
    run.add(QuoteRule.ORDER_DISCOUNT, run.total, -whole.order_discount)
    run.add(QuoteRule.TAX, run.total, whole.tax)


def _inspection(
    run: _Running, units: Sequence[QuoteUnit], worths: Mapping[UnitKey, Worth], counted: Sequence[int]
) -> None:
    """`counted` is what each of the units counts for, here and below."""
    lost = sum(worths[u.line_id, u.number].total for u in units) - sum(counted)
    run.add(QuoteRule.INSPECTION, run.total, -lost)


def _coming_back(units: Sequence[QuoteUnit]) -> Set[UnitKey]:
    return {(u.line_id, u.number) for u in units if u.percent}


def _restocking(
    run: _Running,
    policy: Policy,
    pricing: Pricing,
    units: Sequence[QuoteUnit],
    counted: Sequence[int],
) -> None:
    """The line's whole fee is sliced over its units, so that splits add up; never more than the unit still counts."""
    if not policy.restocking_percent:
        return
    buyers = [(u, value) for u, value in zip(units, counted, strict=True) if u.fault is Fault.BUYER]
    quantities = {u.line_id: pricing.quantity(u.line_id) for u, _ in buyers}
    fees = {
        line_id: percent_of(pricing.line(line_id).total, policy.restocking_percent) for line_id in quantities
    }
    fee = sum(min(slice_of(fees[u.line_id], u.number, quantities[u.line_id]), value) for u, value in buyers)
    run.add(QuoteRule.RESTOCKING, sum(value for _, value in buyers), -fee)


def _shipping(
    run: _Running,
    order: Order,
    policy: Policy,
    pricing: Pricing,
    now: Set[UnitKey],
    around: Circumstances,
) -> None:
    """Nothing for delivery where nothing came back: what is missing or was rejected does not make a return whole. What
    came back before and has left the order since is no part of it."""
    paid = shipping_paid(order.shipping)
    before = {key for key in around.before if pricing.sold(*key)}
    due = _shipping_due(policy.shipping, order, pricing, paid, now, before) if now else 0
    run.add(QuoteRule.SHIPPING, paid, max(0, min(due, paid - around.shipping_refunded)))


def _shipping_due(
    rule: ShippingRefund,
    order: Order,
    pricing: Pricing,
    paid: int,
    now: Set[UnitKey],
    before: Set[UnitKey],
) -> int:
    if rule is ShippingRefund.ALWAYS:
        return paid
    if rule is ShippingRefund.PROPORTIONAL:
        whole = pricing.total
        if not whole:
            return 0
        earlier = sum(pricing.unit(*key).total for key in before - now)
        here = sum(pricing.unit(*key).total for key in now)
        return round_half_up(paid * (earlier + here), whole) - round_half_up(paid * earlier, whole)
    if rule in (ShippingRefund.IF_ALL_RETURNED, ShippingRefund.STATUTORY):
        everything = sum(line.quantity for line in order.lines)
        return paid if len(now | before) == everything else 0
    return 0


def _bonus(policy: Policy, currency: str, around: Circumstances, goods: int, credit: int) -> int:
    """A per cent of the return's goods so far, within its own cap, and never lifting the credit above the largest one
    allowed; less what earlier stages had of it."""
    before = around.credited
    credit += before.amount
    if around.outcome is not SettlementKind.STORE_CREDIT or credit <= 0:
        return 0
    bonus = percent_of(min(before.goods + goods, credit), policy.credit.bonus_percent)
    cap = dict(policy.credit.bonus_maximum).get(currency, bonus)
    largest = dict(policy.credit.maximum).get(currency, credit + bonus)
    return max(0, min(bonus, cap, largest - credit) - before.bonus)


def _by_line(amount: int, units: Sequence[QuoteUnit], counted: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """The amount over the lines by what their units count; fees, shipping and a cut fall on all of them."""
    lines: dict[str, int] = {}
    for unit, value in zip(units, counted, strict=True):
        lines[unit.line_id] = lines.get(unit.line_id, 0) + max(0, value)
    parts = largest_remainder(amount, list(lines.values()))
    return tuple(zip(lines, parts, strict=True))


def _tenders(order: Order, around: Circumstances, amount: int) -> tuple[Tender, ...]:
    if around.outcome is not SettlementKind.REFUND:
        return ()
    return tenders(order.payments, around.paid, amount)
