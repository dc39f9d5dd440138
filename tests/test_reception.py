"""In the warehouse: whatever arrives, in whatever state, with or without a return."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sendback.v1 import label_service_pb2, portal_service_pb2, return_pb2, returns_service_pb2
from sendback_client import SendbackError, minor_units
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, NOW, a_picture, a_shop, accept, an_order, get, happened, items, make

pb = returns_service_pb2
Decision = return_pb2.Decision
State = return_pb2.Inspection
Kind = return_pb2.UnitKind
Settled = return_pb2.SettlementStatus
RESTOCK = return_pb2.Disposition.RESTOCK


@pytest.fixture
def later(world: World) -> Iterator[World]:
    """Time may be turned; it is turned back."""
    yield world
    world.set_clock(NOW)


def receive(shop: Shop, found: return_pb2.Return, **how: object) -> return_pb2.Return:
    return shop.client.returns.ReceiveParcel(pb.ReceiveParcelRequest(return_id=found.id, **how))


def inspect(
    shop: Shop, found: return_pb2.Return, *findings: pb.UnitFinding, **more: object
) -> return_pb2.Return:
    return shop.client.returns.InspectUnits(
        pb.InspectUnitsRequest(return_id=found.id, findings=findings, **more)
    )


def accepted(line: str, unit: int, **more: object) -> pb.UnitFinding:
    return pb.UnitFinding(
        order_line_id=line, unit=unit, result="ACCEPTED", grade="A_RESELL", disposition="RESTOCK", **more
    )


def labelled(world: World, shop: Shop, found: return_pb2.Return) -> return_pb2.Return:
    return world.until(shop, found.id, "a label", lambda r: bool(r.parcels[0].tracking_number))


def work(shop: Shop) -> list[str]:
    return [item.kind for item in shop.client.returns.ListWorkItems(pb.ListWorkItemsRequest()).work_items]


def test_whatever_stands_on_a_parcel_finds_its_return(world: World, shop: Shop) -> None:
    made = labelled(world, shop, make(shop.client))
    buyer = Buyer(world, shop, "#1")
    number = made.parcels[0].tracking_number

    def find(text: str) -> list[str]:
        return [r.id for r in shop.client.returns.FindReturns(pb.FindReturnsRequest(text=text)).returns]

    for text in (
        made.id,
        made.reference,
        made.reference.lower(),
        f" {made.reference[:4]} {made.reference[4:]} ",
        number,
        f"{number} {made.reference}",
        made.parcels[0].id,
        buyer.scan.link,
        buyer.scan.token,
    ):
        assert find(text) == [made.id], text
    assert find("RNONE") == find("https://evil.example/") == []


def test_a_reference_that_was_misread_is_told_from_one_that_nobody_has(shop: Shop) -> None:
    def misread(text: str) -> bool:
        found = shop.client.returns.FindReturns(pb.FindReturnsRequest(text=text))
        assert (len(found.returns), found.misread) in ((0, True), (0, False), (1, False))
        return found.misread

    made = make(shop.client).reference
    wrong = made[:-1] + ("2" if made[-1] != "2" else "3")
    assert not misread(made)
    assert misread(wrong)
    assert misread(f"{wrong[:4]} {wrong[4:]}".lower())
    assert misread(made[:3] + "O" + made[4:]), "a character that no reference has"
    assert not misread("R23456789P"), "whole, and nobody's"
    assert not misread("1Z999AA10123456784")


def test_a_second_parcel_comes_later(world: World, shop: Shop) -> None:
    made = make(shop.client, items=items(l1=1, l2=2))
    receive(shop, made)
    inspect(shop, made, accepted("1", 0))
    again = receive(shop, made, another_parcel=True, tracking_number="LATER-1", request_id="second")
    assert receive(shop, made, another_parcel=True, tracking_number="LATER-1", request_id="second") == again
    assert [parcel.tracking_number for parcel in again.parcels][-1] == "LATER-1"
    assert len(again.parcels) == 2
    assert again.parcels[1].transit == return_pb2.Transit.DELIVERED
    inspect(shop, made, accepted("2", 0), accepted("2", 1))
    done = world.until(shop, made.id, "the end", lambda r: r.decision == Decision.CLOSED)
    assert sum(minor_units(s.amount) for s in done.settlements) == 8900 + 667
    with pytest.raises(SendbackError) as several:
        receive(shop, make(shop.client, items=items(l2=1)), parcel_id="par_x", another_parcel=True)
    assert several.value.reason == "INVALID_FIELD"


def test_goods_that_nobody_announced_get_lines_of_their_own(world: World, shop: Shop) -> None:
    made = make(shop.client)
    receive(shop, made)
    extra = [
        pb.ExtraGoods(kind="WRONG_ITEM", title="Jupe", disposition="RETURN_TO_CUSTOMER", note="not ours"),
        pb.ExtraGoods(kind="UNANNOUNCED", title="Verre", quantity=2, disposition="QUARANTINE"),
    ]
    missing = pb.UnitFinding(order_line_id="1", unit=0, result="MISSING")
    found = inspect(shop, made, missing, extra_goods=extra)
    assert [(u.title, u.kind) for u in found.units if u.kind != Kind.ANNOUNCED] == [
        ("Jupe", Kind.WRONG_ITEM),
        ("Verre", Kind.UNANNOUNCED),
        ("Verre", Kind.UNANNOUNCED),
    ]
    assert found.shipment == return_pb2.Shipment.INSPECTED
    done = world.until(shop, made.id, "the end", lambda r: r.decision == Decision.CLOSED)
    assert [minor_units(s.amount) for s in done.settlements] == [0]
    assert happened(shop, made.id, "return.closed").count("item.unannounced") == 2


def test_staff_add_photos_to_what_they_found(shop: Shop) -> None:
    made = make(shop.client)
    photo = shop.client.returns.UploadPhoto(
        iter([pb.UploadPhotoRequest(return_id=made.reference, data=a_picture())])
    )
    found = inspect(shop, made, accepted("1", 0, image_ids=[photo.id]))
    assert list(found.units[0].finding_image_ids) == [photo.id]
    asked = pb.GetEvidenceRequest(return_id=made.id, image_id=photo.id)
    assert next(iter(shop.client.returns.GetEvidence(asked))).media_type == "image/jpeg"
    other = make(shop.client, items=items(l2=1))
    with pytest.raises(SendbackError) as none:
        inspect(shop, other, accepted("2", 0, image_ids=["img_none"]))
    assert none.value.reason == "NOT_FOUND"


def test_a_parcel_without_a_return_is_kept_until_it_is_known_whose_it_is(world: World, shop: Shop) -> None:
    goods = [pb.ExtraGoods(kind="UNANNOUNCED", title="Robe", disposition="QUARANTINE")]
    wanted = pb.Arrival(tracking_number="NOBODY-1", note="sans bon", goods=goods)
    arrived = shop.client.returns.RecordArrival(pb.RecordArrivalRequest(arrival=wanted))
    assert (arrived.tracking_number, arrived.goods[0].title) == ("NOBODY-1", "Robe")
    assert work(shop) == ["parcel.unknown"]
    with pytest.raises(SendbackError) as twin:
        shop.client.returns.RecordArrival(pb.RecordArrivalRequest(arrival=wanted))
    assert (twin.value.reason, twin.value.metadata["id"]) == ("ALREADY_EXISTS", arrived.id)
    made = make(shop.client)
    assigned = shop.client.returns.AssignArrival(
        pb.AssignArrivalRequest(arrival_id=arrived.id, return_id=made.reference)
    )
    assert assigned.parcels[-1].tracking_number == "NOBODY-1"
    assert assigned.units[0].inspection == State.RECEIVED
    assert work(shop) == []
    assert not shop.client.returns.ListArrivals(pb.ListArrivalsRequest()).arrivals
    with pytest.raises(SendbackError) as again:
        shop.client.returns.AssignArrival(
            pb.AssignArrivalRequest(arrival_id=arrived.id, return_id=made.reference)
        )
    assert again.value.reason == "STATE_FORBIDS"
    known = labelled(world, shop, make(shop.client, items=items(l2=1)))
    with pytest.raises(SendbackError) as ours:
        shop.client.returns.RecordArrival(
            pb.RecordArrivalRequest(arrival=pb.Arrival(tracking_number=known.parcels[0].tracking_number))
        )
    assert known.reference in ours.value.fields[0].description


def test_a_parcel_of_a_return_that_is_over_is_kept_as_one_without_a_return(world: World, shop: Shop) -> None:
    made = labelled(world, shop, make(shop.client))
    shop.client.returns.CancelReturn(pb.CancelReturnRequest(return_id=made.id))
    wanted = pb.Arrival(tracking_number=made.parcels[0].tracking_number, note="sent all the same")
    with pytest.raises(SendbackError) as over:
        receive(shop, made)
    assert over.value.reason == "STATE_FORBIDS"
    arrived = shop.client.returns.RecordArrival(pb.RecordArrivalRequest(arrival=wanted))
    assert arrived.note == "sent all the same"


def expired(world: World, shop: Shop) -> return_pb2.Return:
    made = labelled(world, shop, make(shop.client))
    world.pass_time(timedelta(days=31))
    return world.until(shop, made.id, "expiry", lambda r: r.decision == Decision.EXPIRED)


def test_a_parcel_that_several_record_at_once_is_recorded_once(shop: Shop) -> None:
    def record(number: int) -> str:
        arrival = pb.Arrival(tracking_number="NOBODY-2")
        try:
            return shop.client.returns.RecordArrival(
                pb.RecordArrivalRequest(arrival=arrival, request_id=f"r{number // 4}")
            ).id
        except SendbackError as refused:
            return refused.metadata.get("id", refused.reason)

    with ThreadPoolExecutor(16) as crowd:
        told = set(crowd.map(record, range(16)))
    arrived = shop.client.returns.ListArrivals(pb.ListArrivalsRequest()).arrivals
    assert {one.id for one in arrived} == told
    assert len(told) == 1


def test_a_parcel_after_expiry_opens_a_linked_return(later: World, shop: Shop) -> None:
    old = expired(later, shop)
    linked = receive(shop, old, request_id="late")
    assert linked.id != old.id
    assert (linked.linked_return_id, linked.decision) == (old.id, Decision.APPROVED)
    assert receive(shop, old, request_id="late").id == receive(shop, old).id == linked.id
    accept(shop.client, get(shop.client, linked.id))
    done = later.until(shop, linked.id, "the end", lambda r: r.decision == Decision.CLOSED)
    assert [minor_units(s.amount) for s in done.settlements] == [8900]
    assert get(shop.client, old.id).decision == Decision.EXPIRED


def test_a_fee_that_is_forgiven_is_no_longer_expected(later: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(later, request.node.name, labels=FLAT_FEE)
    old = expired(later, shop)
    linked = receive(shop, old)
    assert [minor_units(r.estimated_amount) for r in (old, linked)] == [8400, 8900]


def test_news_of_a_late_parcel_does_the_same(later: World, shop: Shop) -> None:
    old = expired(later, shop)
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=old.parcels[0].id, transit="DELIVERED")
    )
    found = shop.client.returns.ListReturns(pb.ListReturnsRequest()).returns
    assert [(r.linked_return_id, r.decision) for r in found] == [
        (old.id, Decision.APPROVED),
        ("", Decision.EXPIRED),
    ]
    assert found[0].shipment == return_pb2.Shipment.DELIVERED


def test_a_parcel_that_comes_as_its_return_expires_is_taken_either_way(later: World, shop: Shop) -> None:
    made = labelled(later, shop, make(shop.client))
    later.pass_time(timedelta(days=30, seconds=1))
    counted = receive(shop, made)
    first = get(shop.client, made.id)
    if counted.id == made.id:
        assert first.decision == Decision.APPROVED
    else:
        assert (counted.linked_return_id, first.decision) == (made.id, Decision.EXPIRED)
    accept(shop.client, get(shop.client, counted.id))
    done = later.until(shop, counted.id, "the end", lambda r: r.decision == Decision.CLOSED)
    assert [minor_units(s.amount) for s in done.settlements] == [8900]


def test_a_late_parcel_whose_items_are_in_another_return_is_staff_s(later: World, shop: Shop) -> None:
    old = expired(later, shop)
    other = make(shop.client, override_note="Geste")
    assert receive(shop, old).id == old.id
    assert "parcel.after_expiry" in work(shop)
    assert get(shop.client, other.id).decision == Decision.APPROVED


def test_what_went_back_or_never_came_is_free_by_staff_s_word_alone(world: World, shop: Shop) -> None:
    made = make(shop.client, items=items(l1=1, l2=1))
    rejected = pb.UnitFinding(
        order_line_id="1", unit=0, result="REJECTED", disposition="RETURN_TO_CUSTOMER", note="Portée"
    )
    inspect(shop, made, rejected, pb.UnitFinding(order_line_id="2", unit=0, result="MISSING"))
    with pytest.raises(SendbackError) as held:
        make(shop.client)
    assert held.value.metadata["code"] == "ALREADY_RETURNED"

    def release(line: str) -> return_pb2.Return:
        return shop.client.returns.ReleaseUnits(
            pb.ReleaseUnitsRequest(
                return_id=made.id, units=[{"order_line_id": line, "unit": 0}], note="Renvoyé au client"
            )
        )

    release("1")
    assert make(shop.client).id != made.id
    with pytest.raises(SendbackError) as twice:
        release("1")
    assert twice.value.reason == "STATE_FORBIDS"
    with pytest.raises(SendbackError) as none:
        release("9")
    assert none.value.reason == "NOT_FOUND"


def test_what_was_paid_before_it_was_missed_is_not_free_to_be_paid_again(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop = a_shop(world, request.node.name, settlement="FIRST_SCAN")
    made = make(shop.client, items=items(l1=1, l2=2))
    receive(shop, made)
    paid = world.until(
        shop, made.id, "money", lambda r: [s.state for s in r.settlements] == [Settled.SETTLED]
    )
    inspect(shop, made, pb.UnitFinding(order_line_id="2", unit=1, result="MISSING"))

    def release() -> return_pb2.Return:
        return shop.client.returns.ReleaseUnits(
            pb.ReleaseUnitsRequest(
                return_id=made.id, units=[{"order_line_id": "2", "unit": 1}], note="It comes later"
            )
        )

    with pytest.raises(SendbackError) as refused:
        release()
    assert refused.value.metadata == {
        "state": "MISSING",
        "wanted": "free for another return while it is paid for",
    }
    settlement = paid.settlements[0].id
    shop.client.returns.ReverseSettlement(
        pb.ReverseSettlementRequest(return_id=made.id, settlement_id=settlement, note="bounced")
    )
    release()
    assert make(shop.client, items=items(l2=2)).id


def cancel(shop: Shop, found: return_pb2.Return, *units: tuple[str, int]) -> return_pb2.Return:
    named = [{"order_line_id": line, "unit": unit} for line, unit in units]
    return shop.client.returns.CancelUnits(pb.CancelUnitsRequest(return_id=found.id, units=named))


def test_some_units_are_cancelled_and_the_rest_goes_on(world: World, shop: Shop) -> None:
    made = make(shop.client, items=items(l1=1, l2=3))
    left = cancel(shop, made, ("2", 0), ("2", 2))
    assert [(u.order_line_id, u.unit, u.cancelled) for u in left.units] == [
        ("1", 0, False),
        ("2", 0, True),
        ("2", 1, False),
        ("2", 2, True),
    ]
    assert minor_units(left.estimated_amount) == 8900 + 334
    assert make(shop.client, items=items(l2=2)).id
    receive(shop, made)
    inspect(shop, made, accepted("1", 0), accepted("2", 1))
    done = world.until(shop, made.id, "the end", lambda r: r.decision == Decision.CLOSED)
    assert [minor_units(s.amount) for s in done.settlements] == [8900 + 334]
    with pytest.raises(SendbackError) as late:
        cancel(shop, done, ("1", 0))
    assert late.value.reason == "STATE_FORBIDS"


def test_what_was_inspected_is_paid_once_the_rest_is_cancelled(world: World, shop: Shop) -> None:
    made = make(shop.client, items=items(l1=1, l2=1))
    inspect(shop, made, accepted("1", 0))
    cancel(shop, made, ("2", 0))
    done = world.until(shop, made.id, "the end", lambda r: r.decision == Decision.CLOSED)
    assert [minor_units(s.amount) for s in done.settlements] == [8900]
    assert "reception.completed" in happened(shop, made.id, "return.closed")


def test_the_last_units_take_the_return_with_them(world: World, shop: Shop) -> None:
    made = labelled(world, shop, make(shop.client, items=items(l1=1, l2=1)))
    cancel(shop, made, ("1", 0))
    done = cancel(shop, made, ("2", 0))
    assert done.decision == Decision.CANCELLED
    world.until(shop, made.id, "a void", lambda r: r.parcels[0].label == return_pb2.LabelStatus.VOIDED)


def test_buyers_cancel_units_by_number(world: World, shop: Shop) -> None:
    buyer = Buyer(world, shop, "#1")
    made = buyer.make({"1": 1, "2": 3})

    def cancelled(quantity: int) -> return_pb2.Return:
        item = portal_service_pb2.CancelledItem(order_line_id="2", quantity=quantity)
        return world.portal.portal.CancelUnits(
            portal_service_pb2.PortalCancelUnitsRequest(
                session_token=buyer.token, return_id=made.id, items=[item]
            )
        )

    left = cancelled(2)
    assert [u.unit for u in left.units if u.cancelled] == [1, 2]
    with pytest.raises(SendbackError) as many:
        cancelled(2)
    assert [problem.field for problem in many.value.fields] == ["items[0].quantity"]


def test_nothing_found_is_no_inspection(shop: Shop) -> None:
    made = make(shop.client)
    with pytest.raises(SendbackError) as nothing:
        inspect(shop, made)
    assert [problem.field for problem in nothing.value.fields] == ["findings"]


def test_each_customer_s_order_is_its_own(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, an_order("#1"), an_order("#2"))
    made, other = make(shop.client), make(shop.client, "ext-#2")
    photo = shop.client.returns.UploadPhoto(
        iter([pb.UploadPhotoRequest(return_id=other.id, data=a_picture())])
    )
    with pytest.raises(SendbackError) as foreign:
        inspect(shop, made, accepted("1", 0, image_ids=[photo.id]))
    assert foreign.value.reason == "NOT_FOUND"
