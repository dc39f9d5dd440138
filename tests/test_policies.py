"""A change of policy before it is made: what differs, and what it would have meant for past orders."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from sendback.v1 import (
    merchant_pb2,
    merchant_service_pb2,
    policy_change_pb2,
    policy_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import Client, SendbackError, minor_units, money
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, NOW, WINDOW, a_policy, a_shop, accept, an_order, items, make

B, W = policy_change_pb2.PolicyEffect.BETTER, policy_change_pb2.PolicyEffect.WORSE
DOCUMENT = Path(__file__).resolve().parent.parent / "service/docs/policies.md"
SHORT = policy_pb2.ReturnWindow(days=5, time_zone="Europe/Paris")


def diff(client: Client, **request: Any) -> policy_change_pb2.DiffPoliciesResponse:
    return client.merchants.DiffPolicies(policy_change_pb2.DiffPoliciesRequest(**request))


def simulate(client: Client, **request: Any) -> policy_change_pb2.PolicySimulation:
    return client.merchants.SimulatePolicy(policy_change_pb2.SimulatePolicyRequest(**request))


def publish(shop: Shop, **policy: Any) -> policy_pb2.Policy:
    request = merchant_service_pb2.PublishPolicyRequest(policy=a_policy(**policy))
    return shop.client.merchants.PublishPolicy(request)


def told(changes: Any) -> list[tuple[str, str, int]]:
    return [(change.judged, change.judged_instead, change.count) for change in changes]


def test_two_versions_are_compared_field_by_field(shop: Shop) -> None:
    new = publish(shop, labels=FLAT_FEE, restocking_percent=10)
    found = diff(shop.client, version=1, other_version=new.version)
    assert (found.version, found.other_version, found.effect) == (1, 2, W)
    assert [(d.field, d.old_value, d.new_value, d.effect) for d in found.differences] == [
        ("labels.policy", "FREE", "FLAT_FEE", W),
        ("labels.fees[EUR]", "", "5.00 EUR", W),
        ("restocking_percent", "0", "10", W),
    ]
    back = diff(shop.client, other_version=1)
    assert (back.version, back.effect) == (2, B)


def test_a_draft_is_compared_with_the_current_version(shop: Shop) -> None:
    exclusions = policy_pb2.Exclusions(tags=["final", "outlet"])
    found = diff(shop.client, draft=a_policy(window=SHORT, exclusions=exclusions))
    assert found.other_version == 0
    window, tags = found.differences
    assert (window.field, window.old_value, window.new_value) == ("window.days", "30", "5")
    assert (tags.field, list(tags.added), list(tags.removed), tags.member_count) == (
        "exclusions.tags",
        ["final", "outlet"],
        [],
        2,
    )
    same = diff(shop.client, draft=a_policy())
    assert (list(same.differences), same.effect) == ([], policy_change_pb2.PolicyEffect.NEUTRAL)


def test_a_difference_is_told_in_the_callers_language(world: World, shop: Shop) -> None:
    for language, sentence, orders in (
        (
            "fr",
            "Jours pendant lesquels un retour peut être demandé : 30 → 5. Moins bien pour les acheteurs.",
            "Quelque chose se dégrade",
        ),
        ("en", "Days in which a return can be asked for: 30 → 5. Worse for buyers.", "Something gets worse"),
    ):
        with Client(world.installation.target, key=_key(world, shop), language=language) as client:
            found = diff(client, draft=a_policy(window=SHORT))
            assert found.differences[0].explanation == sentence
            assert found.explanation.startswith(orders)


def _key(world: World, shop: Shop) -> str:
    wanted = merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=shop.id, scopes=["settings.read"])
    request = merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
    return world.operator.merchants.CreateAccessKey(request).secret


def a_fee(minor: int) -> policy_pb2.LabelTerms:
    return policy_pb2.LabelTerms(policy=policy_pb2.LabelPolicy.FLAT_FEE, fees=[money(minor, "EUR")])


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({}, "other"),
        ({"other_version": 0}, "other_version"),
        ({"draft": policy_pb2.Policy(restocking_percent=101)}, "draft.restocking_percent"),
        ({"draft": a_policy(labels=policy_pb2.LabelTerms(region_codes=["US"]))}, "draft.labels.region_codes"),
        ({"draft": a_policy(window=policy_pb2.ReturnWindow(time_zone="X"))}, "draft.window.time_zone"),
        ({"draft": a_policy(labels=a_fee(10**12 + 1))}, "draft.labels.fees[0]"),
        ({"draft": a_policy(labels=a_fee(-1))}, "draft.labels.fees[0]"),
    ],
    ids=[
        "nothing",
        "no version",
        "a rule of the message",
        "a rule of the domain",
        "no zone",
        "a fee beyond all orders",
        "a fee below nothing",
    ],
)
def test_what_is_wrong_with_a_comparison_is_named(shop: Shop, request_: dict[str, Any], field: str) -> None:
    with pytest.raises(SendbackError) as refused:
        diff(shop.client, **request_)
    assert refused.value.reason == "INVALID_FIELD"
    assert [problem.field for problem in refused.value.fields] == [field]


@pytest.mark.parametrize("versions", [{"other_version": 9}, {"version": 9, "other_version": 1}])
def test_a_version_that_is_none_is_not_found(shop: Shop, versions: dict[str, int]) -> None:
    with pytest.raises(SendbackError) as refused:
        diff(shop.client, **versions)
    assert (refused.value.code, refused.value.metadata["id"]) == (grpc.StatusCode.NOT_FOUND, "9")


@pytest.fixture(scope="module")
def past(world: World) -> Shop:
    """Three orders, delivered eight days ago: one sent back and inspected, one on its way, one kept; and an old one."""
    orders = [an_order(f"#{number}") for number in (1, 2, 3)]
    old = an_order("#old")
    old.place_time.FromDatetime(NOW - timedelta(days=200))
    shop = a_shop(world, "past", *orders, old)
    done = accept(shop.client, make(shop.client, "ext-#1", items=items(l1=1)), grade="C_DAMAGED")
    sent = make(shop.client, "ext-#2", items=items(l2=2))
    world.until(shop, done.id, "its end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    world.until(shop, sent.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED)
    return shop


def test_the_same_policy_would_have_changed_nothing(past: Shop) -> None:
    found = simulate(past.client, draft=a_policy())
    assert (found.order_count, found.unit_count, found.return_count, found.complete) == (3, 12, 2, True)
    assert not found.units
    assert not found.returns
    assert not found.examples
    (sums,) = found.money
    assert minor_units(sums.refunds) == minor_units(sums.refunds_instead) == 8900 + 667
    assert (found.label_count, found.label_count_instead, sums.return_count) == (2, 2, 0)


def test_a_shorter_window_would_have_refused_them(past: Shop) -> None:
    found = simulate(past.client, draft=a_policy(window=SHORT))
    assert told(found.units) == [("RETURNABLE", "WINDOW_EXPIRED", 12)]
    assert told(found.returns) == [("ACCEPTED", "WINDOW_EXPIRED", 2)]
    assert found.returns[0].explanation == "The return period for this item has ended."
    assert minor_units(found.money[0].refunds_instead) == 0
    assert (found.label_count, found.label_count_instead) == (2, 0)
    of_returns = [example for example in found.examples if not example.order_line_id]
    assert {example.order_number for example in of_returns} == {"#1", "#2"}
    assert all(example.return_id for example in of_returns)
    assert sum(bool(example.order_line_id) for example in found.examples) == 12


def test_fees_and_grades_would_have_been_taken_off(past: Shop) -> None:
    grades = [policy_pb2.GradeTerm(grade="C_DAMAGED", percent=50)]
    found = simulate(past.client, draft=a_policy(labels=FLAT_FEE, grades=grades))
    (sums,) = found.money
    assert minor_units(sums.refunds_instead) == 4450 - 500 + 667 - 500
    assert (minor_units(sums.label_fees), minor_units(sums.label_fees_instead)) == (0, 1000)
    assert sums.return_count == 2
    by_number = {example.order_number: example for example in found.examples}
    assert minor_units(by_number["#1"].amount_instead) == 3950
    assert by_number["#1"].label_offer_instead == return_pb2.LabelOffer.LABEL_WITH_FEE


def test_what_was_missing_or_rejected_counts_nothing(shop: Shop) -> None:
    accept(shop.client, make(shop.client, items=items(l1=1)), result="MISSING", grade=None, disposition=None)
    (sums,) = simulate(shop.client, draft=a_policy()).money
    assert (minor_units(sums.refunds), minor_units(sums.refunds_instead)) == (0, 0)


def test_a_return_that_was_cancelled_is_judged_but_not_counted_as_money(shop: Shop) -> None:
    made = make(shop.client)
    shop.client.returns.CancelReturn(returns_service_pb2.CancelReturnRequest(return_id=made.id))
    found = simulate(shop.client, draft=a_policy(approval=policy_pb2.ApprovalTerms(always=True)))
    assert told(found.returns) == [("ACCEPTED", "IN_REVIEW", 1)]
    assert not found.money


def test_an_order_is_tried_as_it_was_when_its_return_was_asked_for(shop: Shop) -> None:
    make(shop.client)
    dearer = an_order("#1")
    dearer.lines[0].price.CopyFrom(money(99900, "EUR"))
    shop.client.import_orders([dearer])
    (sums,) = simulate(shop.client, draft=a_policy()).money
    assert minor_units(sums.refunds) == 8900


def test_limits_would_have_met_the_customer(world: World, request: pytest.FixtureRequest) -> None:
    orders = [an_order(f"#{number}", customer_id="cus_1") for number in (1, 2)]
    shop = a_shop(world, request.node.name, *orders, an_order("#3", customer_id="cus_2"))
    for number in (1, 2, 3):
        make(shop.client, f"ext-#{number}", items=items(l2=1))
    found = simulate(shop.client, draft=a_policy(limits=policy_pb2.ReturnLimits(days=30, returns=1)))
    assert told(found.returns) == [("ACCEPTED", "LIMIT_REACHED", 1)]
    assert {example.order_number for example in found.examples if not example.order_line_id} == {"#2"}
    free = simulate(shop.client, draft=a_policy(limits=policy_pb2.ReturnLimits(days=30, returns=2)))
    assert not free.returns


def test_units_taken_off_a_return_are_no_part_of_it(shop: Shop) -> None:
    made = make(shop.client, items=items(l1=1, l2=1))
    taken = returns_service_pb2.CancelUnitsRequest(
        return_id=made.id, units=[{"order_line_id": "1", "unit": 0}]
    )
    shop.client.returns.CancelUnits(taken)
    (sums,) = simulate(shop.client, draft=a_policy()).money
    assert minor_units(sums.refunds) == 333


def test_terms_for_some_buyers_are_told_and_tried(past: Shop) -> None:
    french = policy_pb2.ParticularTerms(region_codes=["FR"], window_days=5)
    draft = a_policy(particulars=[french])
    (difference,) = diff(past.client, draft=draft).differences
    assert (difference.field, difference.old_value, difference.new_value, difference.effect) == (
        "particulars[FR]",
        "",
        "window_days 5",
        W,
    )
    assert told(simulate(past.client, draft=draft).returns) == [("ACCEPTED", "WINDOW_EXPIRED", 2)]


def test_a_simulation_changes_nothing(past: Shop) -> None:
    def state() -> Any:
        return past.client.returns.ListReturns(returns_service_pb2.ListReturnsRequest())

    before = state()
    simulate(past.client, draft=a_policy(window=SHORT))
    assert state() == before
    current = past.client.merchants.GetPolicy(merchant_service_pb2.GetPolicyRequest())
    assert (current.version, current.window) == (1, WINDOW)


@pytest.mark.parametrize(
    ("start", "end", "numbers"),
    [(13, 11, 3), (12, 11, 3), (13, 12, 0), (11, 0, 0), (201, 199, 1), (300, 0, 4)],
)
def test_the_period_is_that_of_placing(past: Shop, start: int, end: int, numbers: int) -> None:
    period = policy_change_pb2.SimulatePolicyRequest(draft=a_policy())
    period.placed_from_time.FromDatetime(NOW - timedelta(days=start))
    period.placed_before_time.FromDatetime(NOW - timedelta(days=end))
    if numbers:
        assert past.client.merchants.SimulatePolicy(period).order_count == numbers
        return
    with pytest.raises(SendbackError) as refused:
        past.client.merchants.SimulatePolicy(period)
    assert (refused.value.code, refused.value.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "NOTHING_TO_SIMULATE",
    )
    assert refused.value.metadata["from"] == (NOW - timedelta(days=start)).isoformat()


def test_a_period_that_ends_before_it_begins(past: Shop) -> None:
    period = policy_change_pb2.SimulatePolicyRequest(draft=a_policy())
    period.placed_from_time.FromDatetime(NOW)
    period.placed_before_time.FromDatetime(NOW)
    with pytest.raises(SendbackError) as refused:
        past.client.merchants.SimulatePolicy(period)
    assert [problem.field for problem in refused.value.fields] == ["placed_from_time"]


def test_the_program_in_the_documents_runs(
    world: World, past: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setenv("SENDBACK_TARGET", world.installation.target)
    monkeypatch.setenv("SENDBACK_KEY", _key(world, past))
    exec(compile(program, DOCUMENT, "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "Days in which a return can be asked for: 30 → 5. Worse for buyers.",
        "2 of 2 returns: WINDOW_EXPIRED",
        "95 → 0 EUR",
    ]


def test_the_newest_are_tried_before_the_deadline(world: World, request: pytest.FixtureRequest) -> None:
    """More and larger orders than there is time for, or than one call looks at: the answer comes, and says so."""
    orders = []
    for number in range(110):
        order = an_order(f"#{number}")
        order.lines[0].quantity = 5_000
        order.fulfilments[0].lines[0].quantity = 5_000
        orders.append(order)
    shop = a_shop(world, request.node.name, *orders)
    wanted = policy_change_pb2.SimulatePolicyRequest(draft=a_policy(window=SHORT))
    found = shop.client.merchants.SimulatePolicy(wanted, timeout=8)
    assert not found.complete
    assert 1 <= found.order_count < 110
    assert found.unit_count == found.order_count * 5_003
    assert "#109" in {example.order_number for example in found.examples}
