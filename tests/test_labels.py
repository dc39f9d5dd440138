"""Labels for real life, over the API: several parcels of one return, where to leave them, and one fee."""

import pytest
from sendback.v1 import label_service_pb2, policy_pb2, portal_service_pb2, return_pb2, returns_service_pb2
from sendback_client import SendbackError, minor_units
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, a_shop, accept, items, make

pb = portal_service_pb2
Label = return_pb2.LabelStatus


@pytest.fixture
def feed(world: World, request: pytest.FixtureRequest) -> Shop:
    """A shop that takes a fee for labels and pays once it has seen everything."""
    return a_shop(
        world, request.node.name, labels=FLAT_FEE, settlement=policy_pb2.SettlementMoment.INSPECTION
    )


def labelled(world: World, shop: Shop, return_id: str, count: int) -> return_pb2.Return:
    return world.until(
        shop,
        return_id,
        f"{count} labels",
        lambda found: [parcel.label for parcel in found.parcels] == [Label.PURCHASED] * count,
    )


def test_a_buyer_sends_two_parcels_and_pays_one_fee(world: World, feed: Shop) -> None:
    buyer = Buyer(world, feed, "#1")
    made = make(feed.client, items=items(l1=1, l2=1))
    labelled(world, feed, made.id, 1)
    wanted = pb.PortalAddParcelRequest(session_token=buyer.token, return_id=made.id, request_id="second")
    for _ in range(2):
        added = world.portal.portal.AddParcel(wanted)
    assert len(added.parcels) == 2
    two = labelled(world, feed, made.id, 2)
    assert world.labels_of(two) == 2
    assert len({parcel.tracking_number for parcel in two.parcels}) == 2
    wanted.request_id = "third"
    with pytest.raises(SendbackError) as refused:
        world.portal.portal.AddParcel(wanted)
    assert refused.value.reason == "TOO_LARGE"
    for parcel in two.parcels:
        feed.client.labels.ReportTracking(
            label_service_pb2.ReportTrackingRequest(parcel_id=parcel.id, transit=return_pb2.Transit.DELIVERED)
        )
    accept(feed.client, two)
    paid = world.until(feed, made.id, "money", lambda found: bool(found.settlements))
    assert [minor_units(settlement.label_fee) for settlement in paid.settlements] == [500]


def test_staff_ask_for_another_label(world: World, feed: Shop) -> None:
    made = make(feed.client, items=items(l1=1))
    labelled(world, feed, made.id, 1)
    stale = returns_service_pb2.AddParcelRequest(return_id=made.id, etag="999")
    with pytest.raises(SendbackError) as refused:
        feed.client.returns.AddParcel(stale)
    assert refused.value.reason == "ETAG_STALE"
    feed.client.returns.AddParcel(returns_service_pb2.AddParcelRequest(return_id=made.reference))
    labelled(world, feed, made.id, 2)


def test_a_label_costs_nothing_once_only_the_merchant_s_fault_is_left(
    world: World, request: pytest.FixtureRequest
) -> None:
    reasons = [
        policy_pb2.ReturnReason(code=code, fault=fault, titles=[{"language_code": "en", "text": code}])
        for code, fault in (("BROKEN", "MERCHANT"), ("REGRET", "BUYER"))
    ]
    shop = a_shop(world, request.node.name, labels=FLAT_FEE, reasons=reasons)
    both = items(l1=1, l2=1)
    both[0].reason_code, both[1].reason_code = "BROKEN", "REGRET"
    made = make(shop.client, items=both)
    labelled(world, shop, made.id, 1)
    assert minor_units(made.estimated_amount) == 8900 + 333 - 500
    left = shop.client.returns.CancelUnits(
        returns_service_pb2.CancelUnitsRequest(return_id=made.id, units=[{"order_line_id": "2", "unit": 0}])
    )
    assert (left.label_offer, minor_units(left.estimated_amount)) == (
        return_pb2.LabelOffer.FREE_LABEL,
        8900,
    )
    del left.units[1:]
    accept(shop.client, left)
    paid = world.until(shop, made.id, "money", lambda found: bool(found.settlements))
    assert [minor_units(settlement.amount) for settlement in paid.settlements] == [8900]


def test_where_a_parcel_can_be_left(world: World, feed: Shop) -> None:
    """This carrier has no points to name. Nobody asks for the parcels of others."""
    buyer = Buyer(world, feed, "#1")
    made = labelled(world, feed, make(feed.client, items=items(l1=1)).id, 1)
    wanted = pb.ListDropOffPointsRequest(session_token=buyer.token, parcel_id=made.parcels[0].id)
    assert list(world.portal.portal.ListDropOffPoints(wanted).points) == []
    other = a_shop(world, f"{feed.slug}-other")
    theirs = make(other.client)
    for parcel_id in (theirs.parcels[0].id, "par_none"):
        wanted.parcel_id = parcel_id
        with pytest.raises(SendbackError) as refused:
            world.portal.portal.ListDropOffPoints(wanted)
        assert refused.value.reason == "NOT_FOUND"


def test_a_label_on_its_way_is_not_voided_and_the_refusal_says_so(world: World, feed: Shop) -> None:
    made = make(feed.client, items=items(l1=1))
    (parcel,) = labelled(world, feed, made.id, 1).parcels
    feed.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=parcel.id, transit=return_pb2.Transit.HANDED_OVER)
    )
    with pytest.raises(SendbackError) as refused:
        feed.client.labels.VoidLabel(label_service_pb2.VoidLabelRequest(parcel_id=parcel.id))
    assert refused.value.metadata["state"] == "HANDED_OVER"
