"""Lives of returns, in the domain's words, on both databases."""

import time
from datetime import timedelta

import pytest
from sendback.v1 import (
    label_service_pb2,
    merchant_pb2,
    merchant_service_pb2,
    policy_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, minor_units, money
from sendback_sdk.testing import Fault
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, NOW, a_shop, accept, an_address, an_order, get, items, make

Label = return_pb2.LabelStatus
Decision = return_pb2.Decision


def closed(found: return_pb2.Return) -> bool:
    return found.decision == Decision.CLOSED


def bought(found: return_pb2.Return) -> bool:
    return found.parcels[0].label == Label.PURCHASED


def test_what_needs_approval_waits_for_staff(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, approval=policy_pb2.ApprovalTerms(above=[money(5000, "EUR")]))
    made = make(shop.client)
    assert made.decision == Decision.IN_REVIEW
    assert made.resolution == return_pb2.Resolution.ACTION_REQUIRED
    assert not made.parcels
    todo = shop.client.returns.ListWorkItems(returns_service_pb2.ListWorkItemsRequest()).work_items
    assert [(item.kind, item.return_id) for item in todo] == [("return.review", made.id)]
    agreed = shop.client.returns.ApproveReturn(returns_service_pb2.ApproveReturnRequest(return_id=made.id))
    assert agreed.decision == Decision.APPROVED
    world.until(shop, made.id, "a label", bought)
    assert not shop.client.returns.ListWorkItems(returns_service_pb2.ListWorkItemsRequest()).work_items
    assert make(shop.client, items=items(l2=1)).decision == Decision.APPROVED


def test_declined_units_are_free_again(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, approval=policy_pb2.ApprovalTerms(always=True))
    made = make(shop.client)
    with pytest.raises(SendbackError) as refused:
        make(shop.client)
    assert refused.value.metadata["code"] == "ALREADY_RETURNED"
    declined = shop.client.returns.DeclineReturn(
        returns_service_pb2.DeclineReturnRequest(return_id=made.id, note="Portée")
    )
    assert declined.decision == Decision.DECLINED
    assert declined.resolution == return_pb2.Resolution.DECLINED
    assert make(shop.client).id != made.id
    with pytest.raises(SendbackError) as late:
        shop.client.returns.ApproveReturn(returns_service_pb2.ApproveReturnRequest(return_id=made.id))
    assert late.value.reason == "STATE_FORBIDS"


def test_cancelling_voids_the_label_with_whoever_sold_it(world: World, shop: Shop) -> None:
    made = make(shop.client)
    world.until(shop, made.id, "a label", bought)
    shop.client.returns.CancelReturn(returns_service_pb2.CancelReturnRequest(return_id=made.id))
    done = world.until(shop, made.id, "a void", lambda r: r.parcels[0].label == Label.VOIDED)
    assert done.decision == Decision.CANCELLED
    assert [label.voided for label in world.carrier.labels(done.parcels[0].id)] == [True]
    assert make(shop.client).decision == Decision.APPROVED


def test_what_was_handed_over_is_not_cancelled(world: World, shop: Shop) -> None:
    made = world.until(shop, make(shop.client).id, "a label", bought)
    shop.client.returns.ReceiveParcel(returns_service_pb2.ReceiveParcelRequest(return_id=made.reference))
    with pytest.raises(SendbackError) as refused:
        shop.client.returns.CancelReturn(returns_service_pb2.CancelReturnRequest(return_id=made.id))
    assert refused.value.reason == "STATE_FORBIDS"


def test_rejected_units_are_not_paid(world: World, shop: Shop) -> None:
    made = make(shop.client, items=items(l1=1, l2=1))
    shop.client.returns.ReceiveParcel(returns_service_pb2.ReceiveParcelRequest(return_id=made.id))
    findings = [
        returns_service_pb2.UnitFinding(
            order_line_id="1", unit=0, result="REJECTED", disposition="RETURN_TO_CUSTOMER", note="portée"
        ),
        returns_service_pb2.UnitFinding(
            order_line_id="2", unit=0, result="ACCEPTED", grade="B_OPENED", disposition="RESTOCK"
        ),
    ]
    shop.client.returns.InspectUnits(
        returns_service_pb2.InspectUnitsRequest(return_id=made.id, findings=findings)
    )
    done = world.until(shop, made.id, "the end", closed)
    assert [minor_units(s.amount) for s in done.settlements] == [333]
    assert world.refunds_of(done) == 1


def test_a_finding_must_be_whole(shop: Shop) -> None:
    made = make(shop.client)
    for finding, field in (
        ({"grade": "LEVEL_UNSPECIFIED"}, "findings[0].grade"),
        ({"disposition": "KIND_UNSPECIFIED"}, "findings[0].disposition"),
        ({"result": "REJECTED", "grade": "LEVEL_UNSPECIFIED"}, "findings[0].note"),
    ):
        with pytest.raises(SendbackError) as refused:
            accept(shop.client, made, **finding)
        assert [problem.field for problem in refused.value.fields] == [field]
    assert get(shop.client, made.id).units[0].inspection == return_pb2.Inspection.EXPECTED


def test_a_late_scan_moves_nothing_back(world: World, shop: Shop) -> None:
    made = world.until(shop, make(shop.client).id, "a label", bought)
    for transit in ("DELIVERED", "HANDED_OVER", "IN_TRANSIT"):
        shop.client.labels.ReportTracking(
            label_service_pb2.ReportTrackingRequest(parcel_id=made.parcels[0].id, transit=transit)
        )
    assert get(shop.client, made.id).parcels[0].transit == return_pb2.Transit.DELIVERED
    time.sleep(0.5)
    late = [
        e.attributes["late"]
        for e in shop.client.watch_events(stop_at_end=True)
        if e.type.startswith("parcel.")
    ]
    assert late == ["false", "true", "true"]


@pytest.mark.holds("credit-frees-label", "credit-choice")
def test_store_credit_makes_the_label_free_and_comes_at_the_first_scan(
    world: World, request: pytest.FixtureRequest
) -> None:
    credit = policy_pb2.CreditTerms(enabled=True, bonus_percent=10, bonus_maximum=[money(500, "EUR")])
    order = an_order(customer_id="cus_1")
    shop = a_shop(world, request.node.name, order, labels=FLAT_FEE, credit=credit)
    buyer = Buyer(world, shop, "#1")
    assert buyer.look().credit_offered
    assert minor_units(buyer.estimate({"1": 1}).quote.amount) == 8400
    estimate = buyer.estimate({"1": 1}, outcome="STORE_CREDIT")
    assert minor_units(estimate.quote.amount) == 8900 + 500
    assert estimate.label_offer.kind == return_pb2.LabelOffer.FREE_LABEL
    made = world.until(shop, buyer.confirm({"1": 1}, estimate).id, "a label", bought)
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=made.parcels[0].id, transit="HANDED_OVER")
    )
    done = world.until(
        shop,
        made.id,
        "credit",
        lambda r: [s.state for s in r.settlements] == [return_pb2.SettlementStatus.SETTLED],
    )
    assert minor_units(done.settlements[0].amount) == 9400
    assert world.refunds_of(done) == 0
    guest = a_shop(world, request.node.name + "guest", labels=FLAT_FEE, credit=credit)
    with pytest.raises(SendbackError) as refused:
        Buyer(world, guest, "#1").estimate({"1": 1}, outcome="STORE_CREDIT")
    assert refused.value.reason == "CREDIT_NOT_OFFERED"


def test_settling_names_the_quote_that_was_seen(world: World, shop: Shop) -> None:
    made = make(shop.client, items=items(l1=1, l2=1))
    quote = shop.client.returns.QuoteSettlement(returns_service_pb2.QuoteSettlementRequest(return_id=made.id))
    assert minor_units(quote.amount) == 0
    with pytest.raises(SendbackError) as stale:
        shop.client.returns.SettleReturn(
            returns_service_pb2.SettleReturnRequest(return_id=made.id, quote_hash="seen-long-ago")
        )
    assert stale.value.reason == "QUOTE_STALE"
    assert stale.value.metadata["current"] == quote.hash


def test_nothing_closes_while_money_is_open(world: World, shop: Shop) -> None:
    world.installation.kill_worker()
    made = make(shop.client)
    accept(shop.client, made)
    try:
        with pytest.raises(SendbackError) as refused:
            shop.client.returns.CloseReturn(returns_service_pb2.CloseReturnRequest(return_id=made.id))
        assert refused.value.reason == "MONEY_OPEN"
    finally:
        world.installation.start_worker()
    world.until(shop, made.id, "the end", closed)


def test_a_return_that_nobody_sends_expires_and_frees_its_units(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name, unused_label_days=5)
    made = world.until(shop, make(shop.client).id, "a label", bought)
    world.pass_time(timedelta(days=6))
    try:
        done = world.until(shop, made.id, "expiry", lambda r: r.decision == Decision.EXPIRED)
        assert done.resolution == return_pb2.Resolution.EXPIRED
        assert make(shop.client).decision == Decision.APPROVED
    finally:
        world.set_clock(NOW)


@pytest.mark.holds("window", "window-last-day")
def test_the_window_closes_after_its_last_day(world: World, request: pytest.FixtureRequest) -> None:
    """Delivered on 12 November, 10 days: until the end of 22 November in Paris."""
    window = policy_pb2.ReturnWindow(days=10, time_zone="Europe/Paris")
    shop = a_shop(world, request.node.name, window=window)
    buyer = Buyer(world, shop, "#1")
    try:
        world.set_clock(NOW.replace(day=22, hour=22, minute=58))
        assert Buyer(world, shop, "#1").look().window_open
        world.set_clock(NOW.replace(day=22, hour=23, minute=1))
        late = Buyer(world, shop, "#1").look()
        assert not late.window_open
        assert {unit.code for line in late.lines for unit in line.units} == {"WINDOW_EXPIRED"}
        assert late.lines[0].units[0].explanation == "Le délai de retour de cet article est dépassé."
    finally:
        world.set_clock(NOW)
    assert buyer.look().window_open


def test_staff_may_go_beyond_the_policy_with_a_reason(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, exclusions=policy_pb2.Exclusions(region_codes=["FR"]))
    with pytest.raises(SendbackError) as refused:
        make(shop.client)
    assert refused.value.metadata["code"] == "COUNTRY_NOT_SERVED"
    assert make(shop.client, override_note="Geste commercial").decision == Decision.APPROVED
    with pytest.raises(SendbackError) as held:
        make(shop.client, override_note="Encore")
    assert held.value.metadata["code"] == "ALREADY_RETURNED"


@pytest.mark.holds("fee-taken")
def test_a_fee_is_due_only_for_a_label_that_was_bought(world: World, request: pytest.FixtureRequest) -> None:
    order = an_order(ship_to=an_address(name="Fee Payer"))
    shop = a_shop(world, request.node.name, order, labels=FLAT_FEE)
    world.carrier.fail(Fault.REFUSE, about="Fee Payer")
    made = make(shop.client)
    assert minor_units(made.shown_fee) == 500
    failed = world.until(shop, made.id, "a failure", lambda r: r.parcels[0].label == Label.FAILED)
    assert not failed.HasField("shown_fee")
    assert [minor_units(r.estimated_amount) for r in (made, failed)] == [8400, 8900]
    accept(shop.client, failed)
    done = world.until(shop, made.id, "the end", closed)
    assert minor_units(done.settlements[0].amount) == 8900


def test_a_parcel_from_elsewhere_gets_what_its_place_gets(world: World, shop: Shop) -> None:
    made = make(shop.client, ship_from=an_address(postal_code="97110", city="Pointe-à-Pitre"))
    assert (made.region_code, made.label_offer) == ("GP", return_pb2.LabelOffer.INSTRUCTIONS)


@pytest.mark.holds("subscription", "complete")
def test_the_portal_needs_what_it_needs(world: World) -> None:
    merchants = world.operator.merchants
    merchant = merchants.CreateMerchant(
        merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name="Neuf"))
    )

    def switch_on(slug: str) -> None:
        settings = merchant_pb2.PortalSettings(status="ACTIVE", slug=slug)
        merchants.UpdatePortalSettings(
            merchant_service_pb2.UpdatePortalSettingsRequest(merchant_id=merchant.id, settings=settings)
        )

    for slug, reason in (("neuf", "NOT_ENTITLED"), ("", "PORTAL_INCOMPLETE"), ("neuf", "PORTAL_INCOMPLETE")):
        with pytest.raises(SendbackError) as refused:
            switch_on(slug)
        assert refused.value.reason == reason
        merchants.SetEntitlement(
            merchant_service_pb2.SetEntitlementRequest(merchant_id=merchant.id, entitled=True)
        )
