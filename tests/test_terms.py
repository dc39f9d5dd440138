"""Limits, and terms for some territories or customers, from the policy to the buyer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sendback.v1 import merchant_service_pb2, policy_pb2, return_pb2, returns_service_pb2
from sendback_client import SendbackError, minor_units, money
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import World

from tests.shops import a_policy, a_shop, an_address, an_order, get, items, make

pb = returns_service_pb2
Decision = return_pb2.Decision


def test_a_customer_returns_no_more_than_allowed(world: World, request: pytest.FixtureRequest) -> None:
    limits = policy_pb2.ReturnLimits(days=30, returns=2)
    orders = [an_order(f"#{n}", email="Same@Example.com") for n in (1, 2, 3)]
    shop = a_shop(world, request.node.name, *orders, an_order("#4"), limits=limits)
    first, _ = make(shop.client, "ext-#1"), make(shop.client, "ext-#2")
    with pytest.raises(SendbackError) as limited:
        make(shop.client, "ext-#3")
    assert limited.value.metadata["code"] == "LIMIT_REACHED"
    case = shop.client.returns.ExplainEligibility(pb.ExplainEligibilityRequest(order_id="ext-#3"))
    assert {(unit.code, unit.rule) for unit in case.units} == {("LIMIT_REACHED", "limits.returns")}
    assert not Buyer(world, shop, "#3").look().window_open
    assert make(shop.client, "ext-#4").id, "another customer"
    assert make(shop.client, "ext-#3", override_note="Fidèle").id
    shop.client.returns.CancelReturn(pb.CancelReturnRequest(return_id=first.id))
    assert make(shop.client, "ext-#1", items=items(l2=1), override_note="x").id


def test_a_customer_returns_no_more_value_than_allowed(world: World, request: pytest.FixtureRequest) -> None:
    limits = policy_pb2.ReturnLimits(days=30, values=[money(9200, "EUR")])
    shop = a_shop(world, request.node.name, an_order(customer_id="cus"), limits=limits)
    make(shop.client)
    with pytest.raises(SendbackError) as limited:
        make(shop.client, items=items(l2=1))
    assert limited.value.metadata == {"code": "LIMIT_REACHED", "left_minor": "300"}


def test_a_fee_makes_goods_no_cheaper_to_a_limit(world: World, request: pytest.FixtureRequest) -> None:
    terms = {
        "limits": policy_pb2.ReturnLimits(days=30, values=[money(20_000, "EUR")]),
        "labels": policy_pb2.LabelTerms(policy="FLAT_FEE", fees=[money(4000, "EUR")]),
    }
    orders = [an_order(f"#{n}", customer_id="cus") for n in (1, 2, 3)]
    shop = a_shop(world, request.node.name, *orders, **terms)
    for order in ("ext-#1", "ext-#2"):
        assert minor_units(make(shop.client, order).estimated_amount) == 8900 - 4000
    with pytest.raises(SendbackError) as limited:
        make(shop.client, "ext-#3")
    assert limited.value.metadata == {"code": "LIMIT_REACHED", "left_minor": "2200"}


def test_other_terms_for_some_territories_and_customers(world: World, request: pytest.FixtureRequest) -> None:
    particulars = [
        policy_pb2.ParticularTerms(customer_ids=["trouble"], always_approve=True),
        policy_pb2.ParticularTerms(region_codes=["DE"], window_days=1, restocking_percent=20),
        policy_pb2.ParticularTerms(
            region_codes=["BE"], label_policy="FLAT_FEE", label_fees=[money(300, "EUR")]
        ),
    ]
    berlin = an_address(region_code="DE", postal_code="10115", city="Berlin")
    brussels = an_address(region_code="BE", postal_code="1000", city="Bruxelles")
    shop = a_shop(
        world,
        request.node.name,
        an_order("#1", customer_id="trouble"),
        an_order("#2", ship_to=berlin),
        an_order("#3", ship_to=brussels),
        an_order("#4"),
        particulars=particulars,
    )
    assert make(shop.client, "ext-#1").decision == Decision.IN_REVIEW
    with pytest.raises(SendbackError) as late:
        make(shop.client, "ext-#2")
    assert late.value.metadata["code"] == "WINDOW_EXPIRED"
    kept = make(shop.client, "ext-#2", override_note="Kulanz")
    assert minor_units(kept.estimated_amount) == 8900 - 1780
    assert minor_units(make(shop.client, "ext-#3").shown_fee) == 300
    plain = make(shop.client, "ext-#4")
    assert (plain.decision, plain.HasField("shown_fee")) == (Decision.APPROVED, False)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"limits": policy_pb2.ReturnLimits(returns=2)}, "policy.limits.days"),
        ({"particulars": [policy_pb2.ParticularTerms(window_days=3)]}, "policy.particulars[0]"),
    ],
)
def test_half_a_policy_is_refused(
    world: World, request: pytest.FixtureRequest, policy: dict[str, object], field: str
) -> None:
    shop = a_shop(world, request.node.name)
    with pytest.raises(SendbackError) as refused:
        shop.client.merchants.PublishPolicy(
            merchant_service_pb2.PublishPolicyRequest(policy=a_policy(**policy))
        )
    assert [problem.field for problem in refused.value.fields] == [field]


def test_a_policy_is_read_as_it_was_published(world: World, request: pytest.FixtureRequest) -> None:
    wanted = a_policy(
        limits=policy_pb2.ReturnLimits(days=30, returns=3, values=[money(50_000, "EUR")]),
        particulars=[
            policy_pb2.ParticularTerms(region_codes=["IC"], window_days=0, restocking_percent=0),
            policy_pb2.ParticularTerms(customer_ids=["a"], label_policy="NONE"),
        ],
        service=policy_pb2.ServiceTerms(reminder_days=3, parcel_days=4, inspection_days=5, refund_days=6),
        approval=policy_pb2.ApprovalTerms(customer_ids=["b"]),
    )
    shop = a_shop(world, request.node.name)
    shop.client.merchants.PublishPolicy(merchant_service_pb2.PublishPolicyRequest(policy=wanted))
    found = shop.client.merchants.GetPolicy(merchant_service_pb2.GetPolicyRequest())
    for part in ("limits", "service", "approval"):
        assert getattr(found, part) == getattr(wanted, part)
    assert list(found.particulars) == list(wanted.particulars)


def test_approving_and_cancelling_at_once_ends_one_way(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, approval=policy_pb2.ApprovalTerms(always=True))
    made = make(shop.client)
    calls = (
        lambda: shop.client.returns.ApproveReturn(pb.ApproveReturnRequest(return_id=made.id, etag=made.etag)),
        lambda: shop.client.returns.CancelReturn(pb.CancelReturnRequest(return_id=made.id, etag=made.etag)),
    )
    with ThreadPoolExecutor(2) as desk:
        tries = [desk.submit(call) for call in calls]
        errors = [error.reason for t in tries if isinstance(error := t.exception(), SendbackError)]
    assert errors == ["ETAG_STALE"]
    assert get(shop.client, made.id).decision in (Decision.APPROVED, Decision.CANCELLED)
