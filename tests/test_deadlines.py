"""People are reminded: the buyer of a label, staff of what is late; and nobody of what was seen to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sendback.v1 import label_service_pb2, policy_pb2, portal_service_pb2, return_pb2, returns_service_pb2
from sendback_client import SendbackError, minor_units
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import NOW, a_shop, accept, an_order, get, happened, items, make

pb = returns_service_pb2
NO_LABELS = policy_pb2.LabelTerms(policy="NONE")


@pytest.fixture
def later(world: World) -> Iterator[World]:
    yield world
    world.set_clock(NOW)


def labelled(world: World, shop: Shop) -> return_pb2.Return:
    made = make(shop.client)
    return world.until(shop, made.id, "a label", lambda r: bool(r.parcels[0].tracking_number))


def scan(shop: Shop, found: return_pb2.Return, transit: str) -> None:
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=found.parcels[0].id, transit=transit)
    )


def work(shop: Shop) -> list[str]:
    return [item.kind for item in shop.client.returns.ListWorkItems(pb.ListWorkItemsRequest()).work_items]


def work_comes(world: World, shop: Shop, found: return_pb2.Return) -> list[str]:
    world.until(shop, found.id, "work", lambda r: r.resolution == return_pb2.Resolution.ACTION_REQUIRED)
    return work(shop)


def test_an_unused_label_is_remembered_once(later: World, request: pytest.FixtureRequest) -> None:
    email = f"reminder-{'pg' if 'postgres' in request.node.name else 'lite'}@example.com"
    service = policy_pb2.ServiceTerms(reminder_days=10)
    shop = a_shop(later, request.node.name, an_order(email=email), service=service)
    made = Buyer(later, shop, "#1").make({"1": 1})
    later.await_mails(email, 1)
    later.pass_time(timedelta(days=20, minutes=1))
    mail = later.await_mails(email, 2)[1]
    assert mail["Subject"] == "Votre étiquette de retour pour la commande #1 vous attend"
    assert "19 décembre 2026" in mail.get_body(("plain",)).get_content()
    assert happened(shop, made.id, "return.reminded").count("return.reminded") == 1


def test_a_return_that_was_approved_late_has_all_its_days(
    later: World, request: pytest.FixtureRequest
) -> None:
    email = f"approved-{'pg' if 'postgres' in request.node.name else 'lite'}@example.com"
    terms = {
        "approval": policy_pb2.ApprovalTerms(always=True),
        "service": policy_pb2.ServiceTerms(reminder_days=10),
    }
    shop = a_shop(later, request.node.name, an_order(email=email), **terms)
    made = Buyer(later, shop, "#1").make({"1": 1})
    later.pass_time(timedelta(days=31))
    shop.client.returns.ApproveReturn(pb.ApproveReturnRequest(return_id=made.id))
    later.until(shop, made.id, "a label", lambda r: bool(r.parcels[0].tracking_number))
    later.await_mails(email, 2)
    later.pass_time(timedelta(days=20, minutes=1))
    later.until(
        shop, made.id, "a reminder", lambda _: "return.reminded" in happened(shop, made.id, "return.reminded")
    )
    reminder = later.await_mails(email, 3)[2]
    assert "19 janvier 2027" in reminder.get_body(("plain",)).get_content()
    assert get(shop.client, made.id).decision == return_pb2.Decision.APPROVED
    later.pass_time(timedelta(days=10))
    later.until(shop, made.id, "its end", lambda r: r.decision == return_pb2.Decision.EXPIRED)


def test_a_parcel_that_does_not_arrive_is_late(later: World, shop: Shop) -> None:
    made = labelled(later, shop)
    scan(shop, made, "HANDED_OVER")
    later.pass_time(timedelta(days=14, minutes=1))
    assert work_comes(later, shop, made) == ["parcel.late"]
    scan(shop, made, "DELIVERED")
    assert work(shop) == []
    assert "deadline.breached" in happened(shop, made.id, "deadline.breached")


def test_what_arrived_waits_to_be_inspected_and_paid(later: World, shop: Shop) -> None:
    made = labelled(later, shop)
    scan(shop, made, "DELIVERED")
    later.pass_time(timedelta(days=5, minutes=1))
    assert work_comes(later, shop, made) == ["inspection.due"]
    later.pass_time(timedelta(days=9))
    later.until(shop, made.id, "more work", lambda _: work(shop) == ["inspection.due", "refund.due"])
    accept(shop.client, made)
    later.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    assert work(shop) == []


def test_staff_see_to_what_never_came_of_a_return_that_began(
    later: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(later, request.node.name, unused_label_days=10)
    made = make(shop.client, items=items(l1=1, l2=1))
    second = made.units.pop()
    accept(shop.client, made)
    later.pass_time(timedelta(days=10, minutes=1))
    assert work_comes(later, shop, made) == ["return.unused"]
    assert "deadline.breached" in happened(shop, made.id, "deadline.breached")
    missing = pb.UnitFinding(order_line_id=second.order_line_id, unit=second.unit, result="MISSING")
    shop.client.returns.InspectUnits(pb.InspectUnitsRequest(return_id=made.id, findings=[missing]))
    done = later.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    assert [minor_units(s.amount) for s in done.settlements] == [8900]
    assert work(shop) == []


def test_nobody_is_reminded_of_what_was_seen_to(later: World, shop: Shop) -> None:
    made = labelled(later, shop)
    scan(shop, made, "DELIVERED")
    accept(shop.client, made)
    later.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    later.pass_time(timedelta(days=40))
    other = make(shop.client, items=[return_pb2.ReturnItem(order_line_id="2", quantity=1)], override_note="x")
    later.until(shop, other.id, "a label", lambda r: bool(r.parcels[0].tracking_number))
    assert work(shop) == []


def test_the_buyer_s_own_tracking_number_is_followed(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, an_order(), an_order("#2"), labels=NO_LABELS)
    buyer = Buyer(world, shop, "#1")
    made = buyer.make({"1": 1})

    def add(number: str, uri: str = "", to: str = made.id) -> return_pb2.Return:
        return world.portal.portal.AddTracking(
            portal_service_pb2.PortalAddTrackingRequest(
                session_token=buyer.token, return_id=to, tracking_number=number, tracking_uri=uri
            )
        )

    followed = add("XY123", "https://carrier.example/XY123")
    assert followed.parcels[0].tracking_number == "XY123"
    found = shop.client.returns.FindReturns(pb.FindReturnsRequest(text="XY123")).returns
    assert [r.id for r in found] == [made.id]
    other = Buyer(world, shop, "#2").make({"1": 1})
    for call, reason in (
        (lambda: add("XY9", "javascript:alert(1)"), "INVALID_FIELD"),
        (lambda: add("XY9", to=other.id), "NOT_FOUND"),
    ):
        with pytest.raises(SendbackError) as refused:
            call()
        assert refused.value.reason == reason


def test_each_parcel_that_a_buyer_sends_has_its_own_number(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name, labels=NO_LABELS)
    buyer = Buyer(world, shop, "#1")
    made = buyer.make({"1": 1, "2": 1})
    own = f"{'PG' if 'postgres' in request.node.name else 'LI'}-"

    def tell(number: str, **which: Any) -> list[str]:
        wanted = portal_service_pb2.PortalAddTrackingRequest(
            session_token=buyer.token, return_id=made.id, tracking_number=own + number, **which
        )
        told = world.portal.portal.AddTracking(wanted)
        return [parcel.tracking_number.removeprefix(own) for parcel in told.parcels]

    assert tell("A", another_parcel=True) == ["A"]
    assert tell("B", another_parcel=True) == ["A", "B"]
    second = get(shop.client, made.id).parcels[1]
    assert tell("C", parcel_id=second.id) == ["A", "C"]
    assert tell("D") == ["D", "C"]
    for wrong, reason in (
        ({"number": "D", "parcel_id": second.id}, "INVALID_FIELD"),
        ({"number": "E", "parcel_id": "par_none"}, "NOT_FOUND"),
    ):
        with pytest.raises(SendbackError) as refused:
            tell(**wrong)
        assert refused.value.reason == reason
    for count in range(2, 20):
        tell(f"N{count}", another_parcel=True)
    with pytest.raises(SendbackError) as full:
        tell("N20", another_parcel=True)
    assert full.value.reason == "TOO_LARGE"


def test_a_label_of_ours_has_its_own_number(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    made = buyer.make({"1": 1})
    with pytest.raises(SendbackError) as refused:
        world.portal.portal.AddTracking(
            portal_service_pb2.PortalAddTrackingRequest(
                session_token=buyer.token, return_id=made.id, tracking_number="MINE"
            )
        )
    assert refused.value.reason == "STATE_FORBIDS"
    assert get(shop.client, made.id).parcels[0].tracking_number != "MINE"
