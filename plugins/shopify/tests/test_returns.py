"""Our returns in Shopify's books: whatever news comes, twice or late, leaves them right."""

from dataclasses import replace
from typing import Any

import pytest
from sendback_sdk import Change, Declined, Disposal, Disposition, OutcomeUnknown, RefundLine
from sendback_sdk.testing import Fault, made
from sendback_shopify import Shopify
from sendback_shopify.testing import ShopifyEmulator, a_line, a_parcel, an_order

NEWS = Change(
    "evt_1", "return.requested", "ret_1", "R7K3F9Q2", "1001", (RefundLine("1", 3), RefundLine("2", 1))
)


@pytest.fixture(autouse=True)
def _sold(emulator: ShopifyEmulator) -> None:
    """Four of line 1 in two parcels, one of line 2."""
    one, two = a_line("1", quantity=4), a_line("2")
    parcels = [a_parcel("f1", [(one, 2), (two, 1)]), a_parcel("f2", [(one, 2)])]
    emulator.shop.add(an_order(lines=[one, two], fulfillments=parcels))


@pytest.fixture
def shop(emulator: ShopifyEmulator) -> Shopify:
    return made(Shopify, {**emulator.settings, "restock_location": "88"}, timeout=5)


def tell(shop: Shopify, *events: str, **changes: Any) -> None:
    """Everything twice."""
    for event in events:
        for key in ("evt_a", "evt_b"):
            shop.mirror(replace(NEWS, key=key, event=event, **changes))


def returns(emulator: ShopifyEmulator) -> list[dict[str, Any]]:
    return list(emulator.shop.returns())


def disposed(emulator: ShopifyEmulator) -> dict[str, int]:
    lines = [
        line for order in returns(emulator)[0]["reverseFulfillmentOrders"] for line in order["lineItems"]
    ]
    counts: dict[str, int] = {}
    for line in lines:
        for one in line["dispositions"]:
            counts[one["type"]] = counts.get(one["type"], 0) + one["quantity"]
    return counts


def test_a_request_is_made_once_over_the_parcels_that_hold_its_units(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    tell(shop, "return.requested")
    (made_,) = returns(emulator)
    lines = [(line["fulfillmentLineItem"]["id"], line["quantity"]) for line in made_["returnLineItems"]]
    assert made_["status"] == "REQUESTED"
    assert lines == [
        ("gid://shopify/FulfillmentLineItem/f10", 2),
        ("gid://shopify/FulfillmentLineItem/f20", 1),
        ("gid://shopify/FulfillmentLineItem/f11", 1),
    ]
    assert made_["returnLineItems"][0]["customerNote"] == "Return R7K3F9Q2 [sendback:ret_1]"


@pytest.mark.parametrize("events", [("return.requested", "return.approved"), ("return.approved",)])
def test_an_approved_return_is_open(
    shop: Shopify, emulator: ShopifyEmulator, events: tuple[str, ...]
) -> None:
    """Also where nothing was requested before: then it is opened at once."""
    tell(shop, *events)
    assert [one["status"] for one in returns(emulator)] == ["OPEN"]


def test_a_whole_life(shop: Shopify, emulator: ShopifyEmulator) -> None:
    tell(shop, "return.requested", "return.approved")
    tell(
        shop,
        "label.purchased",
        tracking_number="RX123",
        tracking_url="https://carrier.example/RX123",
        label_url="https://shop.example/label.pdf",
    )
    (order,) = returns(emulator)[0]["reverseFulfillmentOrders"]
    (delivery,) = order["reverseDeliveries"]
    assert delivery["deliverable"]["tracking"]["number"] == "RX123"
    assert delivery["deliverable"]["label"]["publicFileUrl"] == "https://shop.example/label.pdf"
    first = (Disposal("1", 1, Disposition.RESTOCK),)
    tell(shop, "item.accepted", disposals=first)
    assert disposed(emulator) == {"RESTOCKED": 1}
    everything = (
        Disposal("1", 2, Disposition.RESTOCK),
        Disposal("1", 1, Disposition.DESTROY),
        Disposal("2", 1, Disposition.MISSING),
    )
    tell(shop, "item.rejected", "return.closed", disposals=everything)
    assert disposed(emulator) == {"RESTOCKED": 2, "NOT_RESTOCKED": 1, "MISSING": 1}
    assert returns(emulator)[0]["status"] == "CLOSED"
    tell(
        shop, "item.accepted", "return.cancelled", "label.purchased", disposals=first, tracking_number="LATE"
    )
    assert disposed(emulator) == {"RESTOCKED": 2, "NOT_RESTOCKED": 1, "MISSING": 1}


def test_what_can_be_sold_again_waits_for_staff_without_a_location(emulator: ShopifyEmulator) -> None:
    shop = made(Shopify, emulator.settings, timeout=5)
    tell(shop, "return.approved")
    news = (Disposal("1", 1, Disposition.RESTOCK), Disposal("2", 1, Disposition.REFURBISH))
    tell(shop, "item.accepted", disposals=news)
    assert disposed(emulator) == {"PROCESSING_REQUIRED": 2}


def test_a_new_label_takes_the_place_of_the_old(shop: Shopify, emulator: ShopifyEmulator) -> None:
    tell(shop, "return.approved")
    tell(shop, "label.purchased", tracking_number="ONE")
    tell(shop, "label.purchased", tracking_number="TWO")
    (order,) = returns(emulator)[0]["reverseFulfillmentOrders"]
    numbers = [one["deliverable"]["tracking"]["number"] for one in order["reverseDeliveries"]]
    assert numbers == ["TWO"]


@pytest.mark.parametrize(
    ("events", "status"),
    [
        (("return.requested", "return.declined"), "DECLINED"),
        (("return.requested", "return.cancelled"), "DECLINED"),
        (("return.approved", "return.cancelled"), "CANCELED"),
        (("return.approved", "return.expired"), "CANCELED"),
        (("return.approved", "return.declined"), "OPEN"),
    ],
)
def test_how_a_return_ends_early(
    shop: Shopify, emulator: ShopifyEmulator, events: tuple[str, ...], status: str
) -> None:
    tell(shop, *events, note="Final sale. " * 100)
    assert [one["status"] for one in returns(emulator)] == [status]


def test_a_later_return_of_the_same_units_is_another(shop: Shopify, emulator: ShopifyEmulator) -> None:
    tell(shop, "return.requested", "return.declined")
    tell(shop, "return.approved", return_id="ret_2", return_reference="R2")
    assert [one["status"] for one in returns(emulator)] == ["DECLINED", "OPEN"]


@pytest.mark.parametrize("fault", [Fault.ACT_THEN_CUT, Fault.BREAK, Fault.HUGE])
@pytest.mark.parametrize(
    ("before", "event"),
    [
        ((), "return.requested"),
        ((), "return.approved"),
        (("return.approved",), "label.purchased"),
        (("return.approved",), "item.accepted"),
        (("return.approved",), "return.closed"),
    ],
)
def test_news_whose_answer_was_lost_is_told_again_and_done_once(
    shop: Shopify, emulator: ShopifyEmulator, fault: Fault, before: tuple[str, ...], event: str
) -> None:
    more = {"tracking_number": "RX1", "disposals": (Disposal("1", 1, Disposition.DONATE),)}
    tell(shop, *before)
    emulator.fail(fault)
    with pytest.raises(OutcomeUnknown):
        shop.mirror(replace(NEWS, event=event, **more))  # type: ignore[arg-type]
    tell(shop, event, **more)
    (one,) = returns(emulator)
    assert sum(disposed(emulator).values()) == (1 if event in ("item.accepted", "return.closed") else 0)
    deliveries = [
        delivery for order in one["reverseFulfillmentOrders"] for delivery in order["reverseDeliveries"]
    ]
    assert len(deliveries) == (1 if event == "label.purchased" else 0)


def test_news_of_what_shopify_does_not_know_does_nothing(shop: Shopify, emulator: ShopifyEmulator) -> None:
    tell(shop, "return.declined", "return.closed", "item.accepted", "label.purchased", tracking_number="R")
    tell(shop, "message.sent", "settlement.settled")
    assert returns(emulator) == []
    assert not {"RequestReturn", "CreateReturn", "ProcessReturn"} & set(emulator.asked)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lines": (RefundLine("1", 5),)}, "1 of 5 units"),
        ({"lines": (RefundLine("9", 1),)}, "1 of 1 units"),
        ({"order_id": "1002"}, "no order"),
        ({"order_id": "1 OR 1=1"}, "no id"),
    ],
)
def test_what_shopify_cannot_take_back_is_declined(shop: Shopify, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Declined, match=says):
        shop.mirror(replace(NEWS, event="return.approved", **changes))


def test_units_that_others_have_decided_upon_are_not_decided_again(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    tell(shop, "return.approved")
    line = returns(emulator)[0]["reverseFulfillmentOrders"][0]["lineItems"][2]
    line["dispositions"].append({"type": "RESTOCKED", "quantity": 1})
    with pytest.raises(Declined, match="undecided"):
        shop.mirror(replace(NEWS, event="item.missing", disposals=(Disposal("2", 1, Disposition.MISSING),)))


def test_many_parcels_and_lines_are_looked_through(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.points.most = emulator.points.available = 1_000_000
    lines = [a_line(str(n)) for n in range(1, 101)]
    parcels = [a_parcel(f"s{n}", [(lines[n], 1)]) for n in range(8)]
    parcels.append(a_parcel("big", [(line, 1) for line in lines[8:]]))
    emulator.shop.add(an_order("1005", name="#1005", lines=lines, fulfillments=parcels))
    wanted = tuple(RefundLine(id, 1) for id in ("1", "8", "100"))
    for n in range(6):
        tell(shop, "return.requested", "return.declined", order_id="1005", return_id=f"ret_{n}", lines=wanted)
    tell(shop, "return.approved", order_id="1005", return_id="ret_0", lines=wanted)
    assert len(emulator.shop.orders["gid://shopify/Order/1005"]["returns"]) == 6
