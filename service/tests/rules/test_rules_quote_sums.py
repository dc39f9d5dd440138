"""Invariants 3, 4, 5 and 9 over orders of every shape, policies of every kind, splits in every order."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sendback_sdk.orders import Order, Payment
from sendback_service.rules.policy import CreditTerms, Fault, Policy, ShippingRefund
from sendback_service.rules.quote import (
    Circumstances,
    Credited,
    Quote,
    QuoteRule,
    QuoteUnit,
    UnitKey,
    quote,
    quote_hash,
)
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.tenders import left_to_refund
from sendback_service.rules.worth import Pricing, shipping_paid

from service.tests.rules.drawn import keys, orders, parts_of

SEEDS = st.integers(0, 2**32)
ORDER_OF_RULES = list(QuoteRule)


@dataclass(frozen=True, slots=True)
class Story:
    """An order, what comes back of it in which condition, and a fee that is owed once."""

    order: Order
    policy: Policy
    units: tuple[QuoteUnit, ...]
    fee: int
    outcome: SettlementKind


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    caps = st.one_of(st.just(()), st.integers(0, 5000).map(lambda cap: (("JPY", cap), ("EUR", cap))))
    return Policy(
        shipping=draw(st.sampled_from(ShippingRefund)),
        restocking_percent=draw(st.sampled_from([0, 1, 15, 33, 100])),
        credit=CreditTerms(
            enabled=True, bonus_percent=draw(st.sampled_from([0, 7, 100])), bonus_maximum=draw(caps)
        ),
    )


@st.composite
def stories(draw: st.DrawFn) -> Story:
    order = draw(orders())
    if draw(st.booleans()):
        order = replace(order, payments=tuple(draw(_refunded(payment)) for payment in order.payments))
    coming = draw(st.sets(st.sampled_from(keys(order)), min_size=1))
    units = tuple(
        QuoteUnit(*key, draw(st.sampled_from(Fault)), draw(st.sampled_from([0, 30, 55, 100, 100])))
        for key in sorted(coming)
    )
    outcome = draw(st.sampled_from([SettlementKind.REFUND, SettlementKind.STORE_CREDIT]))
    return Story(order, draw(policies()), units, draw(st.sampled_from([0, 1, 500, 10**7])), outcome)


@st.composite
def _refunded(draw: st.DrawFn, payment: Payment) -> Payment:
    """Partly given back elsewhere."""
    return replace(payment, refunded=draw(st.integers(0, payment.captured)))


def at_once(story: Story) -> Quote:
    return quote(story.order, story.policy, story.units, Circumstances(story.outcome, story.fee))


def one_by_one(story: Story, seed: int) -> list[Quote]:
    """Some split of the same units in some order, each part settled before the next."""
    by_key = {(unit.line_id, unit.number): unit for unit in story.units}
    around, found = Circumstances(story.outcome, story.fee), []
    for part in parts_of(list(by_key), seed):
        units = tuple(by_key[key] for key in part)
        found.append(quote(story.order, story.policy, units, around))
        around = _after(around, found[-1], units)
    return found


def _after(around: Circumstances, done: Quote, units: tuple[QuoteUnit, ...]) -> Circumstances:
    money = tuple((t.payment_id, t.amount) for t in done.tenders) or (("", done.amount - done.bonus),)
    came: set[UnitKey] = {(unit.line_id, unit.number) for unit in units if unit.percent}
    return Circumstances(
        around.outcome,
        done.unrecovered_fee,
        around.paid + money,
        around.shipping_refunded + done.shipping,
        around.before | came,
        Credited(
            around.credited.goods + done.goods,
            around.credited.amount + done.amount - done.bonus,
            around.credited.bonus + done.bonus,
        ),
    )


@given(stories(), SEEDS)
def test_any_split_in_any_order_comes_to_the_same(story: Story, seed: int) -> None:
    """Invariant 4."""
    whole, parts = at_once(story), one_by_one(story, seed)
    assert sum(part.amount for part in parts) == whole.amount
    assert sum(part.bonus for part in parts) == whole.bonus
    assert sum(part.goods for part in parts) == whole.goods
    assert sum(part.shipping for part in parts) == whole.shipping
    assert sum(part.label_fee for part in parts) == whole.label_fee
    assert parts[-1].unrecovered_fee == whole.unrecovered_fee


@given(stories(), st.sets(st.tuples(st.sampled_from("0123x"), st.integers(0, 9))))
def test_units_that_left_the_order_change_nothing(story: Story, before: set[UnitKey]) -> None:
    """Shops take lines off an order, and make them smaller, after they came back."""
    kept = before & set(keys(story.order))
    with_them, without = (
        Circumstances(story.outcome, story.fee, before=frozenset(units)) for units in (before, kept)
    )
    assert quote(story.order, story.policy, story.units, with_them) == quote(
        story.order, story.policy, story.units, without
    )


@given(orders(), SEEDS)
def test_everything_back_gives_everything_back(order: Order, seed: int) -> None:
    units = tuple(QuoteUnit(*key) for key in keys(order))
    story = Story(order, Policy(shipping=ShippingRefund.ALWAYS), units, 0, SettlementKind.REFUND)
    paid = Pricing(order).total + shipping_paid(order.shipping)
    assert at_once(story).amount == paid == sum(payment.captured for payment in order.payments)
    assert sum(part.amount for part in one_by_one(story, seed)) == paid


@given(stories(), SEEDS)
def test_no_payment_gives_back_more_than_it_took(story: Story, seed: int) -> None:
    """Invariant 3."""
    parts = one_by_one(story, seed)
    given_back: Counter[str] = Counter()
    for part in parts:
        given_back.update({tender.payment_id: tender.amount for tender in part.tenders})
    left = {payment.id: payment.captured - payment.refunded for payment in story.order.payments}
    assert all(amount <= left[payment_id] for payment_id, amount in given_back.items())
    assert sum(part.amount - part.bonus for part in parts) <= left_to_refund(story.order.payments, ())


@given(stories())
def test_tenders_of_a_refund_are_its_amount(story: Story) -> None:
    found = at_once(story)
    refund = story.outcome is SettlementKind.REFUND
    assert sum(tender.amount for tender in found.tenders) == (found.amount if refund else 0)
    assert all(tender.amount > 0 for tender in found.tenders)


@given(stories())
def test_no_fee_makes_an_outcome_negative(story: Story) -> None:
    """Invariant 5."""
    found = at_once(story)
    assert found.amount >= 0
    assert (
        min(found.goods, found.shipping, found.label_fee, found.unrecovered_fee, found.bonus, found.cut) >= 0
    )
    assert found.label_fee + found.unrecovered_fee == story.fee
    assert all(step.running >= 0 for step in found.steps)


@given(stories())
def test_a_fee_is_left_over_only_where_nothing_else_is(story: Story) -> None:
    found = at_once(story)
    assert not found.unrecovered_fee or found.amount == found.bonus == 0


@given(stories())
def test_steps_tell_the_whole_sum_in_their_fixed_order(story: Story) -> None:
    found = at_once(story)
    runnings = [0, *(step.running for step in found.steps)]
    assert [after - before for before, after in pairwise(runnings)] == [step.amount for step in found.steps]
    assert runnings[-1] == found.amount
    places = [ORDER_OF_RULES.index(step.rule) for step in found.steps]
    assert places == sorted(set(places))
    assert all(step.amount for step in found.steps)


@given(stories())
def test_totals_are_those_of_the_steps(story: Story) -> None:
    found = at_once(story)
    told = {step.rule: step.amount for step in found.steps}
    assert told.get(QuoteRule.SHIPPING, 0) == found.shipping
    assert told.get(QuoteRule.LABEL_FEE, 0) == -found.label_fee
    assert told.get(QuoteRule.CAP, 0) == -found.cut
    assert told.get(QuoteRule.BONUS, 0) == found.bonus
    restocking = told.get(QuoteRule.RESTOCKING, 0)
    assert (
        found.goods + found.shipping + restocking - found.label_fee - found.cut + found.bonus == found.amount
    )


@given(stories())
def test_the_lines_share_the_amount_without_the_bonus(story: Story) -> None:
    """Rule 9: also where a cut was spread."""
    found = at_once(story)
    assert sum(part for _, part in found.lines) == found.amount - found.bonus
    assert [line_id for line_id, _ in found.lines] == sorted({unit.line_id for unit in story.units})
    assert all(part >= 0 for _, part in found.lines)


@given(stories())
def test_bonus_only_on_credit_and_within_its_caps(story: Story) -> None:
    found = at_once(story)
    terms = story.policy.credit
    cap = dict(terms.bonus_maximum).get(story.order.currency, found.bonus)
    assert found.bonus <= min(cap, (found.goods * terms.bonus_percent + 50) // 100)
    assert story.outcome is SettlementKind.STORE_CREDIT or not found.bonus


@given(stories())
def test_computed_again_it_is_the_same(story: Story) -> None:
    """Invariant 9."""
    assert at_once(story) == at_once(story)
    assert quote_hash(at_once(story), order=story.order.id) == quote_hash(
        at_once(story), order=story.order.id
    )


@given(stories())
def test_the_order_in_which_units_are_named_does_not_matter_to_the_money(story: Story) -> None:
    turned = replace(story, units=story.units[::-1])
    assert at_once(turned).steps == at_once(story).steps
    assert at_once(turned).tenders == at_once(story).tenders
