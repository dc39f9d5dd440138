"""An order that comes back in any number of returns, each with a fee of its own, for money or for credit: at no time
has more gone back than was paid, and in the end all of it has, less what was kept and said."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st
from sendback_sdk.orders import Order
from sendback_service.rules.policy import CreditTerms, Policy, ShippingRefund
from sendback_service.rules.quote import Circumstances, Quote, QuoteRule, QuoteUnit, following, quote
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.worth import Pricing, shipping_paid

from service.tests.rules.drawn import keys, orders, parts_of

_OUTCOMES = st.lists(st.sampled_from([SettlementKind.REFUND, SettlementKind.STORE_CREDIT]), min_size=1)
# None, one that most goods cover, one that is more than many are worth.
_FEES = st.lists(st.sampled_from([0, 1, 499, 10**7]), min_size=1)


@dataclass(frozen=True, slots=True)
class Course:
    """`parts` are the returns, one after the other; outcomes and fees are taken in turn."""

    order: Order
    policy: Policy
    parts: list[tuple[QuoteUnit, ...]]
    outcomes: list[SettlementKind]
    fees: list[int]

    def quotes(self) -> Iterator[Quote]:
        around = Circumstances()
        for number, units in enumerate(self.parts):
            outcome = self.outcomes[number % len(self.outcomes)]
            fee = self.fees[number % len(self.fees)]
            made = quote(self.order, self.policy, units, replace(around, outcome=outcome, label_fee=fee))
            yield made
            around = following(around, made, units)


@st.composite
def courses(draw: st.DrawFn, percents: tuple[int, ...] = (100,)) -> Course:
    """Everything comes back, in any split."""
    order = draw(orders())
    policy = Policy(
        shipping=draw(st.sampled_from(ShippingRefund)),
        restocking_percent=draw(st.sampled_from([0, 7, 100])),
        credit=CreditTerms(enabled=True, bonus_percent=draw(st.sampled_from([0, 10]))),
    )
    percent = st.sampled_from(percents)
    parts = [
        tuple(QuoteUnit(*key, percent=draw(percent)) for key in part)
        for part in parts_of(keys(order), draw(st.integers(0, 2**32)))
    ]
    return Course(order, policy, parts, draw(_OUTCOMES), draw(_FEES))


def paid(order: Order) -> int:
    return Pricing(order).total + shipping_paid(order.shipping)


def kept(made: Quote) -> int:
    """What a quote says that it keeps."""
    restocking = sum(step.amount for step in made.steps if step.rule is QuoteRule.RESTOCKING)
    return made.label_fee + made.cut - restocking


@given(courses(percents=(0, 30, 55, 100)))
def test_at_no_time_has_more_gone_back_than_was_paid(course: Course) -> None:
    whole, given_back, cards = paid(course.order), 0, Counter[str]()
    captured = {payment.id: payment.captured for payment in course.order.payments}
    for made in course.quotes():
        given_back += made.amount - made.bonus
        assert 0 <= given_back <= whole
        cards.update({tender.payment_id: tender.amount for tender in made.tenders})
        assert all(amount <= captured[id] for id, amount in cards.items())
        if made.outcome is SettlementKind.REFUND:
            assert sum(tender.amount for tender in made.tenders) == made.amount


@given(courses())
def test_in_the_end_all_of_it_has_gone_back_less_what_was_kept_and_said(course: Course) -> None:
    quotes = list(course.quotes())
    back = sum(made.amount - made.bonus for made in quotes)
    delivery = sum(made.shipping for made in quotes)
    assert back + sum(map(kept, quotes)) == Pricing(course.order).total + delivery
    # Nothing caps what does not exceed what was paid.
    assert [made.cut for made in quotes] == [0] * len(quotes)
    rule, goods = course.policy.shipping, Pricing(course.order).total
    if rule is ShippingRefund.NEVER or (rule is ShippingRefund.PROPORTIONAL and not goods):
        assert delivery == 0
    else:
        assert delivery == shipping_paid(course.order.shipping)


@given(courses())
def test_each_return_keeps_its_own_fee_as_far_as_it_goes(course: Course) -> None:
    for number, made in enumerate(course.quotes()):
        fee = course.fees[number % len(course.fees)]
        assert made.label_fee + made.unrecovered_fee == fee
        assert not made.unrecovered_fee or made.amount == made.bonus


@given(courses(), st.integers(1, 10**7))
def test_a_fee_that_goes_back_is_given_whole_where_it_was_taken(course: Course, fee: int) -> None:
    """After the first return kept one: by itself, as an account of no units."""
    first = quote(course.order, course.policy, course.parts[0], Circumstances(label_fee=fee))
    around = following(Circumstances(), first, course.parts[0])
    back = quote(course.order, course.policy, (), replace(around, label_fee=-first.label_fee))
    assert (back.amount, back.goods, back.shipping) == (first.label_fee, 0, 0)
    assert sum(tender.amount for tender in back.tenders) == first.label_fee
    assert (
        first.amount + back.amount
        == quote(course.order, course.policy, course.parts[0], Circumstances()).amount
    )
