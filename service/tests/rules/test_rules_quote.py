"""Sums that are known, and each rule by itself."""

from dataclasses import replace
from typing import Any

import pytest
from sendback_sdk.orders import Discount, Order, OrderLine, Payment, Shipping, TaxLine
from sendback_sdk.testing.builders import an_order
from sendback_service.rules.policy import CreditTerms, Fault, GradeTerms, Policy, ShippingRefund
from sendback_service.rules.quote import (
    Circumstances,
    Quote,
    QuoteRule,
    QuoteUnit,
    Step,
    following,
    quote,
    quote_hash,
)
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.tenders import Tender

from service.tests.rules.drawn import back

R = QuoteRule
PLAIN = Policy()
ALL = (("1", 0), ("1", 1), ("2", 0))


def line(id: str, quantity: int, price: int, **more: Any) -> OrderLine:
    return OrderLine(id, "Robe en lin", quantity, price, **more)


def paid(*lines: OrderLine, captured: int = 10**6, **more: Any) -> Order:
    return an_order(lines=lines, payments=(Payment("pay_1", captured),), **more)


def quoted(order: Order, *units: QuoteUnit | tuple[str, int], policy: Policy = PLAIN, **around: Any) -> Quote:
    found = tuple(unit if isinstance(unit, QuoteUnit) else QuoteUnit(*unit) for unit in units)
    return quote(order, policy, found, Circumstances(**around))


def told(found: Quote) -> list[tuple[QuoteRule, int]]:
    return [(step.rule, step.amount) for step in found.steps]


# The vectors.


def test_a_line_of_1000_for_three_units_one_at_a_time() -> None:
    order = paid(line("1", 3, 1000))
    assert [quoted(order, ("1", n)).amount for n in range(3)] == [333, 334, 333]


def test_an_order_discount_of_100_over_600_and_400() -> None:
    order = paid(line("1", 1, 600), line("2", 1, 400), discounts=(Discount("CODE", 100),))
    assert quoted(order, ("1", 0)).amount == 540
    assert told(quoted(order, ("1", 0))) == [(R.GOODS, 600), (R.ORDER_DISCOUNT, -60)]


def test_two_units_of_10000_less_2000_with_ten_per_cent_on_top() -> None:
    tax = TaxLine("VAT", 100_000, 1800, False)
    order = paid(line("1", 2, 20_000, discounts=(Discount("SALE", 2000),), taxes=(tax,)))
    found = quoted(order, ("1", 0))
    assert found.amount == 9900
    assert found.steps == (
        Step(R.GOODS, 10_000, 10_000, 10_000),
        Step(R.LINE_DISCOUNT, 10_000, -1000, 9000),
        Step(R.TAX, 9000, 900, 9900),
    )


def test_an_item_of_5099_with_a_label_fee_of_500() -> None:
    found = quoted(paid(line("1", 1, 5099)), ("1", 0), label_fee=500)
    assert (found.amount, found.label_fee, found.unrecovered_fee) == (4599, 500, 0)
    assert told(found) == [(R.GOODS, 5099), (R.LABEL_FEE, -500)]


def test_an_item_of_300_with_a_label_fee_of_500() -> None:
    found = quoted(paid(line("1", 1, 300)), ("1", 0), label_fee=500)
    assert (found.amount, found.label_fee, found.unrecovered_fee) == (0, 300, 200)
    assert found.tenders == ()


# Delivery.


def two_lines(shipping: int = 999) -> Order:
    return paid(line("1", 2, 6000), line("2", 1, 4000), shipping=Shipping(shipping))


@pytest.mark.parametrize(
    ("rule", "first", "rest"),
    [
        (ShippingRefund.NEVER, 0, 0),
        (ShippingRefund.IF_ALL_RETURNED, 0, 999),
        (ShippingRefund.STATUTORY, 0, 999),
        (ShippingRefund.PROPORTIONAL, 300, 699),
        (ShippingRefund.ALWAYS, 999, 0),
    ],
)
def test_delivery_over_two_returns(rule: ShippingRefund, first: int, rest: int) -> None:
    policy = Policy(shipping=rule)
    one = quoted(two_lines(), ALL[0], policy=policy)
    two = quoted(
        two_lines(), *ALL[1:], policy=policy, shipping_refunded=one.shipping, before=frozenset(ALL[:1])
    )
    assert (one.shipping, two.shipping) == (first, rest)


@pytest.mark.parametrize("rule", ShippingRefund)
def test_no_more_delivery_than_was_paid(rule: ShippingRefund) -> None:
    found = quoted(two_lines(), *ALL, policy=Policy(shipping=rule), shipping_refunded=990)
    assert found.shipping == (0 if rule is ShippingRefund.NEVER else 9)
    assert quoted(two_lines(), *ALL, policy=Policy(shipping=rule), shipping_refunded=5000).shipping == 0


@pytest.mark.parametrize("rule", ShippingRefund)
def test_an_empty_box_does_not_give_back_delivery(rule: ShippingRefund) -> None:
    assert quoted(two_lines(), *back(ALL, percent=0), policy=Policy(shipping=rule)).amount == 0


def test_what_is_missing_is_not_returned() -> None:
    units = (*back(ALL[:2]), *back(ALL[2:], percent=0))
    assert quoted(two_lines(), *units, policy=Policy(shipping=ShippingRefund.IF_ALL_RETURNED)).shipping == 0
    assert quoted(two_lines(), *units, policy=Policy(shipping=ShippingRefund.PROPORTIONAL)).shipping == 599


@pytest.mark.parametrize(
    ("rule", "shipping"),
    [
        (ShippingRefund.NEVER, 0),
        (ShippingRefund.IF_ALL_RETURNED, 999),
        (ShippingRefund.STATUTORY, 999),
        (ShippingRefund.PROPORTIONAL, 999),
        (ShippingRefund.ALWAYS, 999),
    ],
)
@pytest.mark.parametrize("gone", [("gone", 0), ("1", 2)])
def test_what_came_back_and_left_the_order_since_is_no_part_of_it(
    rule: ShippingRefund, shipping: int, gone: tuple[str, int]
) -> None:
    found = quoted(two_lines(), *ALL, policy=Policy(shipping=rule), before=frozenset({gone}))
    assert found.shipping == shipping


def test_delivery_with_its_tax_and_discount() -> None:
    shipping = Shipping(1000, 200, (TaxLine("VAT", 200_000, 160, False), TaxLine("VAT", 200_000, 133, True)))
    order = paid(line("1", 1, 100), shipping=shipping)
    assert quoted(order, ("1", 0), policy=Policy(shipping=ShippingRefund.ALWAYS)).shipping == 960


def test_goods_given_away_share_no_delivery() -> None:
    order = paid(line("1", 1, 0), shipping=Shipping(500))
    assert quoted(order, ("1", 0), policy=Policy(shipping=ShippingRefund.PROPORTIONAL)).shipping == 0


# Fees.


def test_restocking_is_taken_after_discounts_and_before_the_label() -> None:
    order = paid(line("1", 1, 10_000), discounts=(Discount("CODE", 2000),))
    found = quoted(order, ("1", 0), policy=Policy(restocking_percent=15), label_fee=500)
    assert told(found) == [
        (R.GOODS, 10_000),
        (R.ORDER_DISCOUNT, -2000),
        (R.RESTOCKING, -1200),
        (R.LABEL_FEE, -500),
    ]
    assert found.amount == 6300


@pytest.mark.parametrize("fault", [Fault.MERCHANT, Fault.CARRIER])
def test_no_restocking_for_what_is_not_the_buyers_fault(fault: Fault) -> None:
    found = quoted(paid(line("1", 1, 10_000)), *back([("1", 0)], fault), policy=Policy(restocking_percent=15))
    assert told(found) == [(R.GOODS, 10_000)]


def test_restocking_falls_on_the_buyers_units_only() -> None:
    units = (*back(ALL[:1]), *back(ALL[1:], Fault.MERCHANT))
    found = quoted(two_lines(), *units, policy=Policy(restocking_percent=10))
    assert found.steps[-1] == Step(R.RESTOCKING, 3000, -300, 9700)


def test_restocking_is_no_more_than_what_the_unit_still_counts() -> None:
    found = quoted(
        paid(line("1", 1, 1000)), *back([("1", 0)], percent=10), policy=Policy(restocking_percent=50)
    )
    assert told(found) == [(R.GOODS, 1000), (R.INSPECTION, -900), (R.RESTOCKING, -100)]
    assert found.amount == 0


def test_the_label_fee_may_be_taken_off_refunded_delivery() -> None:
    order = paid(line("1", 1, 300), shipping=Shipping(400))
    found = quoted(order, ("1", 0), policy=Policy(shipping=ShippingRefund.ALWAYS), label_fee=500)
    assert (found.amount, found.unrecovered_fee) == (200, 0)


def test_the_stages_of_a_return_pay_the_fee_in_turn() -> None:
    order = paid(line("1", 3, 900))
    owed, charged = 500, []
    for number in range(3):
        found = quoted(order, ("1", number), label_fee=owed)
        charged.append(found.label_fee)
        owed = found.unrecovered_fee
    assert charged == [300, 200, 0]


# Inspection.


def test_rejected_and_missing_count_nothing_and_a_grade_its_per_cent() -> None:
    units = (QuoteUnit("1", 0, percent=0), QuoteUnit("1", 1, percent=70), QuoteUnit("2", 0))
    found = quoted(two_lines(), *units)
    assert told(found) == [(R.GOODS, 10_000), (R.INSPECTION, -3900)]
    assert (found.amount, found.goods) == (6100, 6100)
    assert found.lines == (("1", 2100), ("2", 4000))


# Store credit.


def credit(**terms: Any) -> Policy:
    return Policy(credit=CreditTerms(enabled=True, **terms))


def credited(policy: Policy, price: int = 10_000, **around: Any) -> Quote:
    order = paid(line("1", 1, price), captured=price)
    return quoted(order, ("1", 0), policy=policy, outcome=SettlementKind.STORE_CREDIT, **around)


def test_credit_asks_no_payment_for_money() -> None:
    found = credited(credit())
    assert (found.amount, found.bonus, found.tenders) == (10_000, 0, ())


@pytest.mark.parametrize(
    ("terms", "bonus"),
    [
        ({"bonus_percent": 10}, 1000),
        ({"bonus_percent": 10, "bonus_maximum": (("EUR", 400),)}, 400),
        ({"bonus_percent": 10, "bonus_maximum": (("JPY", 400),)}, 1000),
        ({"bonus_percent": 10, "maximum": (("EUR", 10_250),)}, 250),
        ({"bonus_percent": 10, "maximum": (("EUR", 9_000),)}, 0),
        ({"bonus_percent": 0, "bonus_maximum": (("EUR", 400),)}, 0),
    ],
)
def test_the_bonus_keeps_to_its_caps(terms: dict[str, Any], bonus: int) -> None:
    found = credited(credit(**terms))
    assert (found.bonus, found.amount) == (bonus, 10_000 + bonus)


def test_a_refund_has_no_bonus() -> None:
    assert quoted(two_lines(), *ALL, policy=credit(bonus_percent=10)).bonus == 0


def test_there_is_no_bonus_on_nothing() -> None:
    assert credited(credit(bonus_percent=10), label_fee=10_000).bonus == 0


def test_the_bonus_is_outside_of_what_is_left_to_refund() -> None:
    found = credited(credit(bonus_percent=10), paid=(("pay_1", 4000),))
    assert (found.cut, found.bonus, found.amount) == (4000, 600, 6600)


# What is left.


def test_what_is_left_caps_the_amount_and_says_so() -> None:
    order = replace(two_lines(0), payments=(Payment("pay_1", 10_000, refunded=5000),))
    found = quoted(order, *ALL, paid=(("pay_1", 1000),))
    assert found.steps[-1] == Step(R.CAP, 4000, -6000, 4000)
    assert (found.amount, found.cut) == (4000, 6000)
    assert found.tenders == (Tender("pay_1", "", 4000),)
    assert found.lines == (("1", 2400), ("2", 1600))


def test_a_cut_is_spread_by_largest_remainder() -> None:
    order = paid(line("1", 1, 100), line("2", 1, 100), line("3", 1, 100), captured=100)
    found = quoted(order, ("1", 0), ("2", 0), ("3", 0))
    assert found.lines == (("1", 34), ("2", 33), ("3", 33))


def test_an_order_that_was_never_paid_gives_nothing_back() -> None:
    found = quoted(replace(two_lines(), payments=()), *ALL)
    assert (found.amount, found.cut, found.tenders) == (0, 10_000, ())


def test_refunds_are_in_the_currency_of_the_charge() -> None:
    for currency in ("JPY", "EUR", "KWD"):
        assert quoted(replace(two_lines(), currency=currency), *ALL).currency == currency


def test_nothing_comes_back_and_nothing_is_paid() -> None:
    found = quoted(two_lines(), label_fee=500)
    assert (found.amount, found.steps, found.unrecovered_fee) == (0, (), 500)


# The next return.


def test_what_a_refund_leaves_for_the_orders_next_return() -> None:
    around = Circumstances(label_fee=500, paid=(("pay_1", 100),), shipping_refunded=10)
    units = (QuoteUnit("1", 0), QuoteUnit("1", 1, percent=0))
    made = quote(two_lines(), Policy(shipping=ShippingRefund.ALWAYS), units, around)
    left = following(around, made, units)
    assert left.paid == (("pay_1", 100), ("pay_1", made.amount))
    assert (left.shipping_refunded, left.before) == (999, frozenset({("1", 0)}))
    assert (left.label_fee, left.outcome) == (0, SettlementKind.REFUND)


def test_credit_counts_as_paid_back_without_its_bonus() -> None:
    order = paid(line("1", 1, 10_000), line("2", 1, 4000), captured=12_000)
    units = (QuoteUnit("1", 0),)
    around = Circumstances(SettlementKind.STORE_CREDIT)
    made = quote(order, credit(bonus_percent=10), units, around)
    left = following(around, made, units)
    assert (made.bonus, left.paid) == (1000, (("", 10_000),))
    assert quote(order, PLAIN, (QuoteUnit("2", 0),), left).amount == 2000


# The name of a quote.


def test_the_same_facts_have_the_same_hash() -> None:
    first, second = (
        quote_hash(quoted(two_lines(), *ALL), order=["o", 1], policy=7, places=frozenset("ab")) for _ in "12"
    )
    assert first == second
    assert len(first) == 64


@pytest.mark.parametrize(
    "other",
    [
        quoted(two_lines(), *ALL[1:]),
        quoted(two_lines(), *ALL, label_fee=1),
        quoted(replace(two_lines(), currency="USD"), *ALL),
        quoted(two_lines(), *ALL, outcome=SettlementKind.STORE_CREDIT),
    ],
)
def test_another_quote_has_another_hash(other: Quote) -> None:
    assert quote_hash(other) != quote_hash(quoted(two_lines(), *ALL))


def test_other_facts_have_another_hash() -> None:
    found = quoted(two_lines(), *ALL)
    named = [
        quote_hash(found),
        quote_hash(found, policy=1),
        quote_hash(found, policy=2),
        quote_hash(found, p=1),
    ]
    assert len(set(named)) == len(named)


def test_grades_are_per_cents_of_the_policy_and_not_of_the_quote() -> None:
    """The caller looks the grade up; the quote is told what counts, and says the same for every table."""
    policies = (Policy(), Policy(grades=GradeTerms((("C_DAMAGED", 30),))))
    found = {quoted(two_lines(), *back(ALL, percent=30), policy=policy).amount for policy in policies}
    assert found == {3000}
