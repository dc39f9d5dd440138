"""One verdict a unit, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sendback_sdk.orders import Discount, Fulfilment, Order, OrderLine, OrderState
from sendback_sdk.testing.builders import an_address, an_order
from sendback_service.rules.eligibility import NotReturnable, Verdict, verdicts
from sendback_service.rules.policy import Exclusions, Policy, Window

DAY = datetime(2026, 11, 10, 10, tzinfo=UTC)
END = datetime(2026, 11, 24, 23, tzinfo=UTC)
POLICY = Policy(window=Window(14, "Europe/Paris"))


def sold(quantity: int = 1, sent: int | None = None, **line: Any) -> Order:
    """One line, delivered on 10 November unless `sent` leaves some behind."""
    left = quantity if sent is None else sent
    gone = (Fulfilment("f1", (("1", left),), DAY, DAY),) if left else ()
    return an_order(lines=(OrderLine("1", "Robe en lin", quantity, 8900, **line),), fulfilments=gone)


def judged(
    order: Order, policy: Policy = POLICY, *held: tuple[str, int], now: datetime = DAY, **more: Any
) -> tuple[Verdict, ...]:
    return verdicts(order, policy, 7, set(held), now, **more)


def why(order: Order, policy: Policy = POLICY, **more: Any) -> tuple[NotReturnable | None, str]:
    [verdict] = judged(order, policy, **more)
    assert verdict.returnable is (verdict.code is None)
    return verdict.code, verdict.rule


def excluding(**exclusions: Any) -> Policy:
    return replace(POLICY, exclusions=Exclusions(**exclusions))


def test_a_unit_that_can_come_back_says_until_when_and_by_which_policy() -> None:
    assert judged(sold()) == (Verdict("1", 0, None, "window", END, 7),)


def test_the_last_second_counts_and_the_next_does_not() -> None:
    assert why(sold(), now=END - timedelta(microseconds=1)) == (None, "window")
    assert why(sold(), now=END) == (NotReturnable.WINDOW_EXPIRED, "window.days")


def test_what_is_too_late_says_until_when_it_was_returnable() -> None:
    [verdict] = judged(sold(), now=END + timedelta(days=400))
    assert (verdict.code, verdict.until, verdict.policy_version) == (NotReturnable.WINDOW_EXPIRED, END, 7)


def test_units_are_judged_one_by_one() -> None:
    order = sold(4, sent=3)
    assert [(v.unit, v.code) for v in judged(order, POLICY, ("1", 1))] == [
        (0, None),
        (1, NotReturnable.ALREADY_RETURNED),
        (2, None),
        (3, NotReturnable.UNFULFILLED),
    ]


def test_a_unit_held_stays_held_whatever_else_is_wrong_with_it() -> None:
    [verdict] = judged(sold(final_sale=True), POLICY, ("1", 0), now=END)
    assert verdict.code is NotReturnable.ALREADY_RETURNED


def test_what_has_not_left_has_no_last_day() -> None:
    [verdict] = judged(sold(sent=0))
    assert (verdict.code, verdict.until) == (NotReturnable.UNFULFILLED, None)


def test_shipped_is_enough_unless_the_merchant_demands_delivery() -> None:
    order = an_order(fulfilments=(Fulfilment("f1", (("1", 1),), DAY),))
    demanding = replace(POLICY, window=replace(POLICY.window, demand_delivery=True))
    assert why(order) == (None, "window")
    assert why(order, demanding) == (NotReturnable.NOT_DELIVERED, "window.demand_delivery")
    assert why(sold(), demanding) == (None, "window")


@pytest.mark.parametrize(
    ("flag", "code"),
    [
        ("gift_card", NotReturnable.GIFT_CARD),
        ("digital", NotReturnable.DIGITAL),
        ("personalised", NotReturnable.PERSONALISED),
        ("final_sale", NotReturnable.FINAL_SALE),
    ],
)
def test_flags_of_the_line(flag: str, code: NotReturnable) -> None:
    assert why(sold(**{flag: True})) == (code, "line")


def test_a_seal_is_looked_at_in_the_warehouse_and_not_before() -> None:
    assert why(sold(hygiene_sealed=True)) == (None, "window")


@pytest.mark.parametrize(
    ("line", "exclusions", "found"),
    [
        ({"tags": frozenset({"Clearance"})}, {"tags": {"clearance"}}, "exclusions.tags"),
        ({"tags": frozenset({"STRASSE"})}, {"tags": {"straße"}}, "exclusions.tags"),
        ({"product_id": "p1"}, {"product_ids": {"p1", "p2"}}, "exclusions.product_ids"),
    ],
)
def test_excluded_products(line: dict[str, Any], exclusions: dict[str, set[str]], found: str) -> None:
    policy = excluding(**{name: frozenset(values) for name, values in exclusions.items()})
    assert why(sold(**line), policy) == (NotReturnable.PRODUCT_EXCLUDED, found)
    assert why(sold(), policy) == (None, "window")


def test_an_empty_product_id_is_nobodys() -> None:
    assert why(sold(), excluding(product_ids=frozenset({""}))) == (None, "window")


@pytest.mark.parametrize(
    ("discounts", "excluded"), [((4449,), False), ((4450,), True), ((4000, 450), True), ((), False)]
)
def test_discounted_by_at_least_half(discounts: tuple[int, ...], excluded: bool) -> None:
    order = sold(discounts=tuple(Discount("SALE", amount) for amount in discounts))
    found = why(order, excluding(discount_at_least_percent=50))
    assert (found[0] is NotReturnable.DISCOUNT_EXCLUDED) is excluded


def test_gifts_are_not_excluded_for_their_discount_where_none_is_excluded() -> None:
    assert why(sold(discounts=(Discount("GIFT", 8900),))) == (None, "window")


def test_cancelled_blocked_and_barred() -> None:
    order = sold()
    assert why(replace(order, state=OrderState.CANCELLED)) == (NotReturnable.ORDER_CANCELLED, "order")
    tagged = replace(order, tags=frozenset({"Fraud"}))
    assert why(tagged, excluding(order_tags=frozenset({"fraud"})))[0] is NotReturnable.ORDER_BLOCKED
    barred = excluding(customer_ids=frozenset({"cus_1", ""}))
    assert why(replace(order, customer_id="cus_1"), barred)[0] is NotReturnable.CUSTOMER_BLOCKED
    assert why(order, barred) == (None, "window")


@pytest.mark.parametrize(
    ("country", "postal_code", "excluded", "served"),
    [
        ("ES", "35001", "IC", False),
        ("ES", "35001", "ES", False),
        ("IC", "35001", "IC", False),
        ("ES", "28013", "IC", True),
        ("FR", "97110", "GP", False),
        ("FR", "98000", "FR", False),
    ],
)
def test_countries_are_excluded_as_territories_and_as_the_address_names_them(
    country: str, postal_code: str, excluded: str, served: bool
) -> None:
    order = replace(sold(), ship_to=an_address(country=country, postal_code=postal_code))
    found = why(order, excluding(countries=frozenset({excluded})))
    assert found[0] is (None if served else NotReturnable.COUNTRY_NOT_SERVED)


def test_an_order_without_an_address_is_from_nowhere() -> None:
    assert why(replace(sold(), ship_to=None), excluding(countries=frozenset({"FR"}))) == (None, "window")


def test_a_plugins_rule_excludes_its_line_and_is_named() -> None:
    found = why(sold(), plugin_rules={"1": "perishable", "2": "other"})
    assert found == (NotReturnable.PRODUCT_EXCLUDED, "perishable")


def test_a_policy_without_exclusions_excludes_nothing() -> None:
    order = replace(sold(tags=frozenset({""}), product_id="p"), tags=frozenset({""}), customer_id="c")
    assert why(order) == (None, "window")
