"""The statutory withdrawal: open whatever the policy says, made in two steps, acknowledged at once, provable."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from sendback.v1 import (
    label_service_pb2,
    order_pb2,
    policy_pb2,
    portal_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, minor_units, money
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, NOW, a_shop, accept, an_order, get, happened, make, whole

pb = returns_service_pb2
Basis = return_pb2.ReturnBasis
STRICT = {
    "window": policy_pb2.ReturnWindow(days=1, time_zone="Europe/Paris"),
    "approval": policy_pb2.ApprovalTerms(always=True),
    "exclusions": policy_pb2.Exclusions(region_codes=["FR"]),
    "restocking_percent": 40,
}
# In Paris; in UTC it is the 8th still.
PAST_MIDNIGHT = Timestamp(seconds=int(datetime(2026, 11, 8, 23, 30, tzinfo=UTC).timestamp()))
DELIVERY = order_pb2.Shipping(price=money(490, "EUR"))


def email_of(request: pytest.FixtureRequest) -> str:
    return "".join(c if c.isalnum() else "-" for c in request.node.name)[-60:] + "@example.com"


def start(world: World, buyer: Buyer, **wanted: object) -> portal_service_pb2.Withdrawal:
    return world.portal.portal.StartWithdrawal(
        portal_service_pb2.StartWithdrawalRequest(session_token=buyer.token, **wanted)
    )


def confirm(
    world: World, buyer: Buyer, seen: portal_service_pb2.Withdrawal, **more: object
) -> return_pb2.Return:
    return world.portal.portal.ConfirmWithdrawal(
        portal_service_pb2.ConfirmWithdrawalRequest(
            session_token=buyer.token, items=seen.items, quote_hash=seen.quote.hash, **more
        )
    )


@pytest.fixture
def later(world: World) -> Iterator[World]:
    yield world
    world.set_clock(NOW)


def test_a_name_that_is_read_from_the_right_keeps_to_itself(
    world: World, request: pytest.FixtureRequest
) -> None:
    """Else the figure behind it is read as one of it."""
    lines = [
        order_pb2.OrderLine(id=str(number), title=title, quantity=number, price=money(1000, "EUR"))
        for number, title in enumerate(("קמיץ (XL) – כחול", "Verre"), 1)
    ]
    shop = a_shop(world, request.node.name, an_order(lines=lines))
    declared = start(world, Buyer(world, shop, "#1")).statement
    assert declared.endswith("1 × \u2068קמיץ (XL) – כחול\u2069, 2 × Verre.")


def test_the_whole_order_is_withdrawn_from_whatever_the_policy_says(
    world: World, request: pytest.FixtureRequest
) -> None:
    email = email_of(request)
    order = an_order(email=email, shipping=DELIVERY, place_time=PAST_MIDNIGHT)
    shop = a_shop(world, request.node.name, order, **STRICT)
    buyer = Buyer(world, shop, "#1")
    assert not buyer.look().window_open
    assert buyer.look().withdrawal_open
    seen = start(world, buyer)
    assert seen.statement.startswith("Je me rétracte du contrat conclu avec Boutique")
    assert "3 × Verre" in seen.statement
    assert "passée le 9 novembre 2026\xa0:" in seen.statement
    assert minor_units(seen.quote.amount) == 8900 + 1000 + 490
    assert seen.until_time.ToDatetime().isoformat() == "2026-11-26T23:00:00"
    made = confirm(world, buyer, seen, request_id="once")
    assert confirm(world, buyer, seen, request_id="once").id == made.id
    assert (made.basis, made.decision) == (Basis.STATUTORY_WITHDRAWAL, return_pb2.Decision.APPROVED)
    mails = world.await_mails(email, 2)
    told = next(m for m in mails if "rétractation" in m["Subject"])
    said = told.get_body(("plain",)).get_content()
    assert "20 novembre 2026" in said
    assert made.reference in said
    accept(shop.client, made)
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    assert [minor_units(s.amount) for s in done.settlements] == [8900 + 1000 + 490]
    assert "withdrawal.acknowledged" in happened(shop, made.id, "withdrawal.acknowledged")


def test_a_withdrawal_from_the_whole_order_that_is_asked_for_again_is_the_same(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name, an_order(email=email_of(request)), **STRICT)
    buyer = Buyer(world, shop, "#1")
    wanted = portal_service_pb2.ConfirmWithdrawalRequest(
        session_token=buyer.token, quote_hash=start(world, buyer).quote.hash, request_id="once"
    )
    made = world.portal.portal.ConfirmWithdrawal(wanted)
    assert len(made.units) == 4
    assert world.portal.portal.ConfirmWithdrawal(wanted).id == made.id
    wanted.request_id = "twice"
    with pytest.raises(SendbackError) as nothing:
        world.portal.portal.ConfirmWithdrawal(wanted)
    assert nothing.value.reason == "NOT_RETURNABLE"


def test_a_part_is_withdrawn_from_without_delivery(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, an_order(shipping=DELIVERY), labels=FLAT_FEE, **STRICT)
    buyer = Buyer(world, shop, "#1")
    one = [return_pb2.ReturnItem(order_line_id="1", quantity=1)]
    seen = start(world, buyer, items=one)
    assert minor_units(seen.label_offer.fee) == 500, "told beforehand, or it could not be taken"
    assert minor_units(seen.quote.amount) == 8900 - 500
    assert confirm(world, buyer, seen).basis == Basis.STATUTORY_WITHDRAWAL


def test_after_fourteen_days_the_right_has_ended(later: World, request: pytest.FixtureRequest) -> None:
    """Delivered on 12 November: until the end of 26 November in Paris."""
    shop = a_shop(later, request.node.name, an_order())
    later.set_clock(NOW.replace(day=26, hour=22, minute=58))
    assert start(later, Buyer(later, shop, "#1")).items
    later.set_clock(NOW.replace(day=26, hour=23, minute=1))
    buyer = Buyer(later, shop, "#1")
    assert not buyer.look().withdrawal_open
    with pytest.raises(SendbackError) as over:
        start(later, buyer)
    assert (over.value.reason, over.value.metadata["code"]) == ("NOT_RETURNABLE", "WINDOW_EXPIRED")


def test_what_the_law_excepts_is_left_out(world: World, request: pytest.FixtureRequest) -> None:
    lines = [
        order_pb2.OrderLine(id="1", title="Gravée", quantity=1, price=money(100, "EUR"), personalised=True),
        order_pb2.OrderLine(
            id="2", title="Oreiller", quantity=1, price=money(100, "EUR"), hygiene_sealed=True
        ),
        order_pb2.OrderLine(id="3", title="Verre", quantity=1, price=money(100, "EUR"), final_sale=True),
    ]
    buyer = Buyer(world, a_shop(world, request.node.name, an_order(lines=lines)), "#1")
    assert [(item.order_line_id, item.quantity) for item in start(world, buyer).items] == [("3", 1)]
    sealed = return_pb2.ReturnItem(order_line_id="2", quantity=1, seal_intact=True)
    assert start(world, buyer, items=[sealed]).quote.hash
    with pytest.raises(SendbackError) as engraved:
        start(world, buyer, items=[return_pb2.ReturnItem(order_line_id="1", quantity=1)])
    assert engraved.value.metadata["code"] == "PERSONALISED"


def test_what_was_shown_is_what_is_confirmed(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    seen = start(world, buyer)
    with pytest.raises(SendbackError) as stale:
        buyer.confirm({"1": 1, "2": 3}, portal_service_pb2.Estimate(quote=seen.quote))
    assert stale.value.reason == "QUOTE_STALE", "a withdrawal's quote makes no goodwill return"
    with pytest.raises(SendbackError) as staff:
        make(shop.client, basis="STATUTORY_WITHDRAWAL")
    assert staff.value.reason == "INVALID_FIELD"


def test_money_is_due_fourteen_days_after_the_withdrawal(
    later: World, request: pytest.FixtureRequest
) -> None:
    policy = {**STRICT, "unused_label_days": 60}
    shop = a_shop(later, request.node.name, an_order(), **policy)
    buyer = Buyer(later, shop, "#1")
    made = confirm(later, buyer, start(later, buyer))
    later.until(shop, made.id, "a label", lambda r: bool(r.parcels[0].tracking_number))
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(
            parcel_id=get(shop.client, made.id).parcels[0].id, transit="DELIVERED"
        )
    )
    later.pass_time(timedelta(days=14, minutes=5))
    later.until(shop, made.id, "work", lambda _: work(shop) == {"inspection.due", "refund.due"})


def test_money_is_due_where_the_goods_came_after_the_return_had_lapsed(
    later: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(later, request.node.name, an_order(), **{**STRICT, "unused_label_days": 10})
    buyer = Buyer(later, shop, "#1")
    made = confirm(later, buyer, start(later, buyer))
    later.pass_time(timedelta(days=10, minutes=5))
    later.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.EXPIRED)
    linked = shop.client.returns.ReceiveParcel(pb.ReceiveParcelRequest(return_id=made.id))
    assert (linked.linked_return_id, linked.basis) == (made.id, Basis.STATUTORY_WITHDRAWAL)
    later.pass_time(timedelta(days=3, hours=22))
    assert work(shop) == set()
    later.pass_time(timedelta(hours=2))
    later.until(shop, linked.id, "work", lambda _: work(shop) == {"refund.due"})


def work(shop: Shop) -> set[str]:
    return {i.kind for i in shop.client.returns.ListWorkItems(pb.ListWorkItemsRequest()).work_items}


def test_the_evidence_is_whole(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    made = confirm(world, buyer, start(world, buyer))
    happened(shop, made.id, "message.sent")
    asked = pb.ExportWithdrawalEvidenceRequest(return_id=made.reference)
    found = json.loads(whole(shop.client.returns.ExportWithdrawalEvidence(asked)))
    assert found["kind"] == "sendback.withdrawal-evidence"
    assert found["declared_time"].startswith("2026-11-20T12:")
    assert found["return"]["basis"] == "STATUTORY_WITHDRAWAL"
    assert {unit["line_id"] for unit in found["units"]} == {"1", "2"}
    assert found["order"]["number"] == "#1"
    assert found["policy"]["window"]["days"] == 30
    assert {message["occasion"] for message in found["messages"]} >= {"withdrawal"}
    assert [event["type"] for event in found["events"]][:2] == ["return.requested", "return.approved"]
    shop.client.import_orders([an_order("#9")])
    goodwill = pb.ExportWithdrawalEvidenceRequest(return_id=make(shop.client, "ext-#9").id)
    with pytest.raises(SendbackError) as other:
        next(iter(shop.client.returns.ExportWithdrawalEvidence(goodwill)))
    assert other.value.reason == "STATE_FORBIDS"
