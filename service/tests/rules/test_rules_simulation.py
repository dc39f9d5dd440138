"""What another policy would have made of past orders."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sendback_sdk.orders import Fulfilment, Order, OrderLine, Payment, Shipping
from sendback_sdk.testing.builders import an_order
from sendback_service.rules.judging import (
    ACCEPTED,
    CREDIT_NOT_OFFERED,
    IN_REVIEW,
    RETURNABLE,
    CustomersReturn,
    Surroundings,
)
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.policy import (
    Approval,
    CreditTerms,
    Exclusions,
    Fault,
    GradeTerms,
    LabelPolicy,
    LabelTerms,
    Limits,
    Particular,
    Policy,
    Reason,
    ShippingRefund,
    Window,
)
from sendback_service.rules.requested_return import RequestedReturn, RequestedUnit
from sendback_service.rules.simulation import PastOrder, PastReturn, SimulatedReturn, simulate
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.tally import MOST_EXAMPLES, Tally

from service.tests.rules.drawn import keys, orders, parts_of
from service.tests.rules.test_rules_differences import policies

PLAIN = Policy()
FEE = Policy(labels=LabelTerms(LabelPolicy.FLAT_FEE, (("EUR", 500),)))
ORDER = an_order(
    lines=(OrderLine("1", "Robe en lin", 1, 8900), OrderLine("2", "Verre", 3, 1000)),
    fulfilments=(),
    payments=(Payment("pay_1", 9900),),
)
DELIVERED = ORDER.placed_time
ORDER = replace(ORDER, fulfilments=(Fulfilment("f1", (("1", 1), ("2", 3)), DELIVERED, DELIVERED),))


def days(count: int) -> datetime:
    return DELIVERED + timedelta(days=count)


def asked(*units: tuple[str, int], day: int = 10, **changes: Any) -> PastReturn:
    """A return of some units, ten days after they came."""
    what = RequestedReturn(ORDER, tuple(RequestedUnit(*unit) for unit in units), "FR")
    inner = {
        name: changes.pop(name) for name in ("order", "units", "place", "outcome", "basis") if name in changes
    }
    return replace(PastReturn("ret_1", days(day), replace(what, **inner), PLAIN), **changes)


def tried(draft: Policy, *returns: PastReturn, now: int = 20, **changes: Any) -> tuple[PastOrder, Any]:
    past = replace(PastOrder("ord_1", ORDER, PLAIN, returns), **changes)
    return past, simulate(past, draft, Surroundings(days(now), frozenset({"FR"}), {}))


def of_return(draft: Policy, *returns: PastReturn) -> SimulatedReturn:
    return tried(draft, *returns)[1].returns[-1]


def judged(one: SimulatedReturn) -> tuple[str, str]:
    return one.course.judged, one.instead.judged


@given(orders(), policies, st.integers(0, 2**32), st.integers(0, 40))
@settings(max_examples=60)
def test_the_policy_that_held_changes_nothing(order: Order, policy: Policy, seed: int, day: int) -> None:
    sent = Fulfilment("f1", tuple((line.id, line.quantity) for line in order.lines), DELIVERED, DELIVERED)
    order = replace(order, fulfilments=(sent,))
    returns = tuple(asked(*part, day=day, order=order, policy=policy) for part in parts_of(keys(order), seed))
    past = PastOrder("ord_1", order, policy, returns)
    found = simulate(past, policy, Surroundings(days(30), frozenset({"FR"}), {}))
    assert all(unit.judged == unit.instead for unit in found.units)
    assert all(one.course == one.instead for one in found.returns)
    assert len(found.units) == len(keys(order))


def test_a_shorter_window_refuses_what_came_late() -> None:
    one = of_return(Policy(window=Window(7)), asked(("1", 0)))
    assert judged(one) == (ACCEPTED, "WINDOW_EXPIRED")
    assert (one.course.amount, one.instead.amount) == (8900, 0)
    assert (one.course.offer, one.instead.offer) == (LabelOfferKind.FREE_LABEL, None)


def test_units_are_judged_when_they_were_asked_for_and_others_now() -> None:
    _, found = tried(Policy(window=Window(14)), asked(("1", 0), day=10), now=20)
    told = {(u.line_id, u.number): (u.return_id, u.judged, u.instead) for u in found.units}
    assert told == {
        ("1", 0): ("ret_1", RETURNABLE, RETURNABLE),
        **{("2", n): ("", RETURNABLE, "WINDOW_EXPIRED") for n in range(3)},
    }


def test_a_unit_of_two_returns_is_counted_once_as_last_asked_for() -> None:
    returns = (asked(("1", 0), day=5, stood=False), asked(("1", 0), day=12, id="ret_2"))
    _, found = tried(Policy(window=Window(10)), *returns)
    (unit,) = (unit for unit in found.units if unit.line_id == "1")
    assert (unit.return_id, unit.instead) == ("ret_2", "WINDOW_EXPIRED")
    assert [judged(one)[1] for one in found.returns] == [ACCEPTED, "WINDOW_EXPIRED"]


def test_what_was_refused_would_come_back_under_a_longer_window() -> None:
    _, found = tried(Policy(window=Window(60)), now=40)
    assert {(unit.judged, unit.instead) for unit in found.units} == {("WINDOW_EXPIRED", RETURNABLE)}


def test_one_excluded_unit_refuses_the_return() -> None:
    excluding = Policy(exclusions=Exclusions(product_ids=frozenset({"glass"})))
    lines = (ORDER.lines[0], replace(ORDER.lines[1], product_id="glass"))
    one = of_return(excluding, asked(("1", 0), ("2", 0), order=replace(ORDER, lines=lines)))
    assert judged(one) == (ACCEPTED, "PRODUCT_EXCLUDED")


def test_what_a_plugin_excludes_is_excluded_on_both_sides() -> None:
    around = Surroundings(days(20), frozenset({"FR"}), {"1": "plugin.rule"})
    found = simulate(PastOrder("ord_1", ORDER, PLAIN, (asked(("1", 0)),)), Policy(window=Window(1)), around)
    assert judged(found.returns[0]) == ("PRODUCT_EXCLUDED", "PRODUCT_EXCLUDED")


def test_staff_would_go_beyond_the_policy_again() -> None:
    draft = Policy(window=Window(1), approval=Approval(always=True))
    assert judged(of_return(draft, asked(("1", 0), overridden=True))) == (ACCEPTED, ACCEPTED)


def test_a_fee_is_taken_off_and_a_reason_of_the_merchants_waives_it() -> None:
    one = of_return(FEE, asked(("1", 0)))
    assert (one.instead.amount, one.instead.label_fee, one.instead.offer) == (
        8400,
        500,
        LabelOfferKind.LABEL_WITH_FEE,
    )
    broken = replace(FEE, reasons=(Reason("BROKEN", (), Fault.MERCHANT),))
    past = asked(units=(RequestedUnit("1", 0, "BROKEN"),))
    assert (of_return(broken, past).instead.amount, of_return(FEE, past).instead.amount) == (8900, 8400)


def test_no_label_where_no_carrier_serves() -> None:
    past = asked(("1", 0), place="DE")
    assert of_return(FEE, past).instead.offer is LabelOfferKind.INSTRUCTIONS


def test_approval_is_judged_by_what_was_asked_for() -> None:
    above = Policy(approval=Approval(above=(("EUR", 5000),)))
    lost = asked(units=(RequestedUnit("1", 0, worthless=True),))
    assert judged(of_return(above, lost)) == (ACCEPTED, IN_REVIEW)


def test_credit_that_would_not_be_offered() -> None:
    on = Policy(credit=CreditTerms(enabled=True, bonus_percent=10))
    customer = replace(ORDER, customer_id="cus_1")
    past = asked(("1", 0), order=customer, policy=on, outcome=SettlementKind.STORE_CREDIT)
    small = Policy(credit=CreditTerms(enabled=True, maximum=(("EUR", 8000),)))
    assert judged(of_return(PLAIN, past)) == (ACCEPTED, CREDIT_NOT_OFFERED)
    assert judged(of_return(small, past)) == (ACCEPTED, CREDIT_NOT_OFFERED)
    assert of_return(PLAIN, past).course.amount == 9790


@pytest.mark.parametrize(
    ("unit", "amount"),
    [
        (RequestedUnit("1", 0, grade="C_DAMAGED"), 2670),
        (RequestedUnit("1", 0, grade="A_RESELL"), 8900),
        (RequestedUnit("1", 0, worthless=True), 0),
        (RequestedUnit("1", 0), 8900),
    ],
    ids=["graded", "as new", "missing", "not looked at"],
)
def test_what_inspection_found_counts_by_the_drafts_table(unit: RequestedUnit, amount: int) -> None:
    draft = Policy(grades=GradeTerms((("C_DAMAGED", 30),)))
    assert of_return(draft, asked(units=(unit,))).instead.amount == amount


def test_each_side_keeps_its_own_account_of_earlier_returns() -> None:
    """By the draft the first return comes too late, so the second does not make the order whole."""
    order = replace(ORDER, shipping=Shipping(900), payments=(Payment("pay_1", 10_800),))
    whole = Policy(shipping=ShippingRefund.IF_ALL_RETURNED)
    first = asked(*(("2", n) for n in range(3)), day=20, order=order, policy=whole)
    second = asked(("1", 0), day=5, order=order, policy=whole)
    one = of_return(replace(whole, window=Window(14)), first, second)
    assert (one.course.amount, one.instead.amount) == (9800, 8900)
    assert of_return(whole, replace(first, stood=False), second).course.amount == 8900


def test_no_side_gives_back_more_than_was_paid() -> None:
    order = replace(ORDER, payments=(Payment("pay_1", 9000),))
    returns = [asked(("1", 0), order=order), asked(("2", 0), ("2", 1), order=order)]
    assert of_return(FEE, *returns).course.amount == 100
    assert of_return(FEE, *returns).instead.amount == 167


def test_particular_terms_hold_for_those_that_they_are_for() -> None:
    french = Particular(frozenset({"FR"}), window_days=60)
    german = Particular(frozenset({"DE"}), window_days=60)
    for terms, instead in ((french, ACCEPTED), (german, "WINDOW_EXPIRED")):
        draft = Policy(window=Window(7), particulars=(terms,))
        assert judged(of_return(draft, asked(("1", 0)))) == (ACCEPTED, instead)


def test_a_withdrawal_is_judged_by_the_law_alone() -> None:
    draft = Policy(window=Window(1), restocking_percent=20, approval=Approval(always=True))
    one = of_return(draft, asked(("1", 0), basis=Basis.STATUTORY_WITHDRAWAL))
    assert judged(one) == (ACCEPTED, ACCEPTED)
    assert one.instead.amount == 8900
    assert judged(of_return(draft, asked(("1", 0)))) == (ACCEPTED, "WINDOW_EXPIRED")


def others(*parts: tuple[int, int]) -> tuple[CustomersReturn, ...]:
    """The customer's other returns: on which day, worth how much."""
    return tuple(CustomersReturn(f"other_{day}", days(day), "EUR", value) for day, value in parts)


@pytest.mark.parametrize(
    ("limits", "instead"),
    [
        (Limits(30, 2), "LIMIT_REACHED"),
        (Limits(30, 3), ACCEPTED),
        (Limits(5, 2), ACCEPTED),
        (Limits(30, values=(("EUR", 13_900),)), ACCEPTED),
        (Limits(30, values=(("EUR", 13_899),)), "LIMIT_REACHED"),
        (Limits(30, values=(("JPY", 1),)), ACCEPTED),
        (Limits(), ACCEPTED),
    ],
)
def test_limits_count_what_the_customer_returned_before(limits: Limits, instead: str) -> None:
    """On days 1 and 9; what came later, and the return itself, does not count."""
    earlier = (*others((1, 4000), (9, 1000), (11, 9000)), CustomersReturn("ret_1", days(10), "EUR", 8900))
    _, found = tried(Policy(limits=limits), asked(("1", 0)), customers=earlier)
    assert judged(found.returns[0]) == (ACCEPTED, instead)


def test_units_that_nobody_asked_about_meet_the_limit_of_today() -> None:
    _, found = tried(Policy(limits=Limits(30, 1)), customers=others((15, 100)))
    assert {unit.instead for unit in found.units} == {"LIMIT_REACHED"}


def test_customers_whom_staff_look_at() -> None:
    order = replace(ORDER, customer_id="cus_1")
    draft = Policy(approval=Approval(customer_ids=frozenset({"cus_1"})))
    assert judged(of_return(draft, asked(("1", 0), order=order))) == (ACCEPTED, IN_REVIEW)


def test_a_tally_sums_judgements_labels_and_money() -> None:
    tally = Tally()
    for past in (
        asked(("1", 0)),
        asked(("2", 0), stood=False),
        asked(("2", 0), day=25, id="ret_late"),
    ):
        tally.add(tried(replace(FEE, window=Window(14)), past, now=10)[1])
    assert (tally.orders, tally.units, tally.returns) == (3, 12, 3)
    assert tally.unit_changes == {(RETURNABLE, "WINDOW_EXPIRED"): 1}
    assert tally.return_changes == {(ACCEPTED, "WINDOW_EXPIRED"): 1}
    assert tally.labels == [3, 2]
    sums = tally.money["EUR"]
    assert (sums.refunds, sums.label_fees, sums.credits) == ([8900 + 333, 8400], [0, 500], [0, 0])
    assert sums.changed == 2


def test_instructions_instead_of_labels_are_told() -> None:
    tally = Tally()
    tally.add(tried(Policy(labels=LabelTerms(LabelPolicy.NONE)), asked(("1", 0)))[1])
    assert (tally.labels, tally.return_changes, tally.money["EUR"].changed) == ([1, 0], {}, 0)
    (example,) = tally.examples()
    assert example.what.instead.offer is LabelOfferKind.INSTRUCTIONS  # type: ignore[union-attr]


def test_examples_are_of_every_kind_and_no_more_than_fifty() -> None:
    tally = Tally()
    late, fee = replace(FEE, window=Window(7)), FEE
    for draft in [late] * 90 + [fee]:
        tally.add(tried(draft, asked(("1", 0)), now=5)[1])
    examples = tally.examples()
    assert len(examples) == MOST_EXAMPLES
    kinds = [type(e.what).__name__ for e in examples]
    assert (kinds.count("SimulatedUnit"), kinds.count("SimulatedReturn")) == (24, 26)
    charged = [e.what for e in examples if isinstance(e.what, SimulatedReturn) and e.what.instead.label_fee]
    assert len(charged) == 1
