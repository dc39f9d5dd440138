"""Terms for one buyer in particular, limits, and the right of withdrawal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sendback_sdk.addresses import Address
from sendback_sdk.orders import Fulfilment, Order, OrderLine, OrderState, Payment
from sendback_service.rules.applied import applied
from sendback_service.rules.eligibility import NotReturnable
from sendback_service.rules.limits import History, reached
from sendback_service.rules.particular import particular
from sendback_service.rules.policy import (
    Approval,
    Exclusions,
    LabelPolicy,
    LabelTerms,
    Limits,
    Particular,
    Policy,
    Window,
)
from sendback_service.rules.quote import Circumstances, QuoteRule, QuoteUnit, adjusted, quote
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.tenders import beyond_report, left_to_refund
from sendback_service.rules.withdrawal import withdrawal_until, withdrawal_verdicts

PLACED = datetime(2026, 11, 1, 9, tzinfo=UTC)
DELIVERED = datetime(2026, 11, 6, 22, 30, tzinfo=UTC)
LINES = (OrderLine("1", "Robe", 1, 8900), OrderLine("2", "Verre", 2, 1000))
SENT = (("1", 1), ("2", 2))


def an_order(**changes: object) -> Order:
    order = Order(
        id="1",
        number="#1",
        currency="EUR",
        placed_time=PLACED,
        lines=LINES,
        customer_id="cus",
        ship_to=Address("A", "s", "35001", "Las Palmas", "ES"),
        fulfilments=(Fulfilment("f", SENT, PLACED, DELIVERED),),
        payments=(Payment("p", 9900),),
    )
    return replace(order, **changes)  # type: ignore[arg-type]


SPAIN = Particular(regions=frozenset({"ES"}), window_days=60)
ISLANDS = Particular(regions=frozenset({"IC"}), label_policy=LabelPolicy.NONE)
GOOD = Particular(customer_ids=frozenset({"vip"}), restocking_percent=0, window_days=90)
BAD = Particular(customer_ids=frozenset({"cus"}), always_approve=True, label_policy=LabelPolicy.FLAT_FEE)


def test_the_first_terms_that_fit_hold_and_the_rest_stays() -> None:
    base = Policy(window=Window(14), restocking_percent=10, particulars=(GOOD, ISLANDS, SPAIN))
    found = applied(base, an_order())
    assert (found.labels.policy, found.window.days, found.restocking_percent) == (LabelPolicy.NONE, 14, 10)
    assert applied(base, an_order(ship_to=Address("A", "s", "28004", "Madrid", "ES"))).window.days == 60
    vip = applied(base, an_order(customer_id="vip"))
    assert (vip.window.days, vip.restocking_percent) == (90, 0)
    assert applied(base, an_order(ship_to=None)) == base


def test_terms_for_customers_leave_guests_alone() -> None:
    base = Policy(labels=LabelTerms(fees=(("EUR", 500),)), particulars=(BAD,))
    found = particular(base, set(), "cus")
    assert found.approval.always
    assert (found.labels.policy, found.labels.fees) == (LabelPolicy.FLAT_FEE, (("EUR", 500),))
    assert particular(base, set(), "") == base


LIMITS = Limits(days=30, returns=3, values=(("EUR", 10_000),))


@pytest.mark.parametrize(
    ("history", "more", "limit"),
    [
        (History(), 0, ""),
        (History(2, (("EUR", 9_999),)), 0, ""),
        (History(3), 0, "limits.returns"),
        (History(1, (("EUR", 10_000),)), 0, "limits.values"),
        (History(1, (("EUR", 6_000),)), 4_000, ""),
        (History(1, (("EUR", 6_000),)), 4_001, "limits.values"),
        (History(1, (("JPY", 90_000),)), 0, ""),
    ],
)
def test_which_limit_is_reached(history: History, more: int, limit: str) -> None:
    assert reached(LIMITS, history, "EUR", more) == limit
    assert reached(Limits(), history, "EUR", more) == ""


def test_the_right_of_withdrawal_runs_from_the_last_item() -> None:
    """Delivered on 6 November at 23:30 in Paris; the rest four days later."""
    assert withdrawal_until(an_order(), "Europe/Paris") == datetime(2026, 11, 20, 23, tzinfo=UTC)
    later = (
        Fulfilment("f", (("1", 1),), PLACED, DELIVERED),
        Fulfilment("g", (("2", 2),), PLACED, DELIVERED + timedelta(days=4)),
    )
    assert withdrawal_until(an_order(fulfilments=later), "Europe/Paris") == datetime(
        2026, 11, 24, 23, tzinfo=UTC
    )
    waiting = (later[0], replace(later[1], delivered_time=None))
    assert withdrawal_until(an_order(fulfilments=waiting), "Europe/Paris") is None


@pytest.mark.parametrize("kind", ["digital", "gift_card"])
def test_what_never_arrives_keeps_the_right_of_withdrawal_open_for_nothing(kind: str) -> None:
    """By the directive's article 9 the days of goods run from the last of the goods."""
    lines = (LINES[0], replace(LINES[1], **{kind: True}))  # type: ignore[arg-type]
    sent = (
        Fulfilment("f", (("1", 1),), PLACED, DELIVERED),
        Fulfilment("g", (("2", 2),), DELIVERED + timedelta(days=4)),
    )
    order = an_order(lines=lines, fulfilments=sent)
    end = datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert withdrawal_until(order, "Europe/Paris") == end
    alone = replace(order, lines=lines[1:], fulfilments=sent[1:])
    assert withdrawal_until(alone, "Europe/Paris") == end + timedelta(days=4)


def _codes(order: Order, policy: Policy, days: int) -> set[NotReturnable | None]:
    now = DELIVERED + timedelta(days=days)
    return {verdict.code for verdict in withdrawal_verdicts(order, policy, 1, frozenset(), now)}


def test_nothing_of_the_merchant_s_own_keeps_a_buyer_from_withdrawing() -> None:
    strict = Policy(
        window=Window(1, demand_delivery=True),
        exclusions=Exclusions(
            countries=frozenset({"ES"}), customer_ids=frozenset({"cus"}), tags=frozenset({"x"})
        ),
        approval=Approval(always=True),
        restocking_percent=50,
        limits=Limits(30, 1),
    )
    sale = tuple(replace(line, final_sale=True, tags=frozenset({"x"})) for line in LINES)
    assert _codes(an_order(lines=sale), strict, 13) == {None}
    assert _codes(an_order(), strict, 15) == {NotReturnable.WINDOW_EXPIRED}
    law = applied(strict, an_order(), Basis.STATUTORY_WITHDRAWAL)
    assert (law.approval.always, law.restocking_percent, law.limits) == (False, 0, Limits())


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"lines": (replace(LINES[0], personalised=True), LINES[1])}, {NotReturnable.PERSONALISED, None}),
        ({"lines": (replace(LINES[0], digital=True), LINES[1])}, {NotReturnable.DIGITAL, None}),
        ({"state": OrderState.CANCELLED}, {NotReturnable.ORDER_CANCELLED}),
        ({"fulfilments": ()}, {NotReturnable.UNFULFILLED}),
    ],
)
def test_what_the_law_excepts(changes: dict[str, object], codes: set[NotReturnable | None]) -> None:
    assert _codes(an_order(**changes), Policy(), 3) == codes


def test_the_whole_order_withdrawn_brings_its_delivery_back() -> None:
    order = an_order(shipping=replace(an_order().shipping, price=490), payments=(Payment("p", 10_390),))
    law = applied(Policy(restocking_percent=20), order, Basis.STATUTORY_WITHDRAWAL)
    every = (QuoteUnit("1", 0), QuoteUnit("2", 0), QuoteUnit("2", 1))
    assert quote(order, law, every, Circumstances()).amount == 10_390
    assert quote(order, law, every[1:], Circumstances()).amount == 1000


def test_staff_s_own_amount_keeps_within_what_is_left() -> None:
    order = an_order(payments=(Payment("p", 5000), Payment("g", 4900, gift_card=True)))
    units = (QuoteUnit("1", 0), QuoteUnit("2", 0))
    around = Circumstances(paid=(("p", 1000),))
    money = quote(order, Policy(), units, around)
    more = adjusted(money, order, around, 8900)
    assert (more.amount, sum(part for _, part in more.lines), sum(t.amount for t in more.tenders)) == (
        8900,
    ) * 3
    assert (more.steps[-1].rule, more.steps[-1].running) == (QuoteRule.MANUAL, 8900)
    for wrong in (0, -1, 8901):
        with pytest.raises(ValueError, match="8900"):
            adjusted(money, order, around, wrong)


def test_staff_s_own_amount_of_credit_has_no_bonus() -> None:
    order, around = an_order(), Circumstances(outcome=SettlementKind.STORE_CREDIT)
    policy = replace(Policy(), credit=replace(Policy().credit, enabled=True, bonus_percent=10))
    money = quote(order, policy, (QuoteUnit("1", 0),), around)
    assert money.bonus == 890
    assert (adjusted(money, order, around, 5000).amount, adjusted(money, order, around, 5000).bonus) == (
        5000,
        0,
    )


def test_a_refund_that_the_shop_reports_is_counted_once() -> None:
    payments = (Payment("p", 9900, refunded=3000, refund_references=("r-1", "elsewhere")),)
    paid = (("p", 2000, "r-1"), ("p", 500, "r-2"), ("p", 100, ""))
    beyond = beyond_report(payments, paid)
    assert beyond == (("p", 500), ("p", 100))
    assert left_to_refund(payments, beyond) == 9900 - 3000 - 600
