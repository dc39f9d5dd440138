"""Shopify's orders as ours; the amounts are worked out by hand beside them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sendback_sdk import (
    Change,
    Declined,
    Discount,
    Fulfilment,
    Order,
    OrderQuery,
    OrderState,
    RefundLine,
    TaxLine,
)
from sendback_shopify import Shopify
from sendback_shopify.testing import (
    ShopifyEmulator,
    a_line,
    a_parcel,
    a_payment,
    a_refund,
    a_return,
    an_allocation,
    an_order,
    bag,
    tax,
)
from sendback_shopify.testing.goods import PLACED

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def found(shop: Shopify, number: str = "1001") -> Order:
    order = shop.find_order(OrderQuery(number))
    assert order is not None
    return order


def test_an_order_with_every_kind_of_discount_and_tax(shop: Shopify, emulator: ShopifyEmulator) -> None:
    """Three shirts at 20.00 less 6.00 of their own and 5.40 of the order's; one bag at 40.00 less 4.60 of the order's.
    Shirts: 60.00 − 6.00 − 5.40 = 48.60 with 20 % inside (8.10). Bag: 40.00 − 4.60 = 35.40 with two taxes."""
    shirts = a_line(
        "1",
        quantity=3,
        unit="20.0",
        discountAllocations=[
            an_allocation(0, "Three for less", "6.0", method="EACH"),
            an_allocation(1, "", "5.4", code="AUTUMN"),
        ],
        taxLines=[tax("TVA", "0.2", "8.1")],
    )
    purse = a_line(
        "2",
        unit="40.0",
        discountAllocations=[an_allocation(1, "", "4.6", code="AUTUMN")],
        taxLines=[tax("TVA", "0.2", "5.9"), tax("Eco", "0.005", "0.18")],
    )
    delivery: dict[str, Any] = {
        "originalPriceSet": bag("6.9", "EUR"),
        "discountAllocations": [an_allocation(2, "Half", "3.45")],
        "taxLines": [tax("TVA", "0.2", "0.58")],
    }
    emulator.shop.add(
        an_order(lines=[shirts, purse], shippingLines=[delivery], originalTotalDutiesSet=bag("12.5", "EUR"))
    )
    order = found(shop)
    first, second = order.lines
    assert (first.id, first.quantity, first.price) == ("1", 3, 6000)
    assert first.discounts == (Discount("Three for less", 600),)
    assert first.taxes == (TaxLine("TVA", 200_000, 810, inclusive=True),)
    assert (second.price, second.discounts) == (4000, ())
    assert second.taxes[1] == TaxLine("Eco", 5_000, 18, inclusive=True)
    assert order.discounts == (Discount("AUTUMN", 1000, (("1", 540), ("2", 460))),)
    assert (order.shipping.price, order.shipping.discount, order.shipping.taxes[0].amount) == (690, 345, 58)
    assert order.duties == 1250


def test_what_people_and_carriers_need_is_there(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.shop.add(an_order())
    order = found(shop)
    line = order.lines[0]
    assert (order.id, order.number, order.language, order.customer_id) == ("1001", "#1001", "fr-FR", "55")
    assert (order.email, order.tags, order.placed_time) == ("camille@example.com", {"vip"}, PLACED)
    assert order.ship_to is not None
    assert (order.ship_to.street, order.ship_to.country) == ("12 bis rue des Lilas", "FR")
    assert (line.weight_grams, line.hs_code, line.country_of_origin) == (350, "620442", "PT")
    assert (line.image_url, line.tags, line.variant) == ("https://cdn.example/robe.jpg", {"linen"}, "38")
    assert order.fulfilments == (Fulfilment("f1", (("1", 1),), PLACED, PLACED),)


@pytest.mark.parametrize(
    ("currency", "unit", "minor"), [("JPY", "8900", 8900), ("KWD", "8.901", 8901), ("EUR", "7.5", 750)]
)
def test_amounts_are_the_buyers_to_the_last_digit(
    shop: Shopify, emulator: ShopifyEmulator, currency: str, unit: str, minor: int
) -> None:
    """The shop's own currency (SEK here) is never read."""
    emulator.shop.add(an_order(currency=currency, lines=[a_line("1", unit=unit, currency=currency)]))
    order = found(shop)
    assert (order.currency, order.lines[0].price, order.payments[0].captured) == (currency, minor, minor)


def test_tax_on_top_is_told_from_tax_inside(shop: Shopify, emulator: ShopifyEmulator) -> None:
    line = a_line("1", unit="100", taxLines=[tax("Sales tax", "0.0825", "8.25"), tax("Unrated", None, "1")])
    emulator.shop.add(an_order(lines=[line], taxesIncluded=False))
    assert found(shop).lines[0].taxes == (
        TaxLine("Sales tax", 82_500, 825, inclusive=False),
        TaxLine("Unrated", 0, 100, inclusive=False),
    )


def test_gift_cards_captures_and_refunds_of_all_kinds(shop: Shopify, emulator: ShopifyEmulator) -> None:
    """89.00: 30 by gift card, 59 captured of an authorization. Back: 10 to the card, 5 as credit to nobody's payment
    (taken from the gift card), 7 still pending to the card, and 50 that failed."""
    back = {"kind": "REFUND", "parentTransaction": {"id": "gid://shopify/OrderTransaction/card"}}
    later = (PLACED + timedelta(hours=1)).isoformat()
    transactions = [
        a_payment("auth", "59", kind="AUTHORIZATION"),
        a_payment("card", "59", kind="CAPTURE", processedAt=later),
        a_payment("gift", "30", gateway="gift_card"),
        a_payment("b1", "10", **back),
        a_payment("b2", "5", kind="REFUND", gateway="shopify_store_credit"),
        a_payment("b3", "7", status="PENDING", **back),
        a_payment("b4", "50", status="FAILURE", **back),
    ]
    refund = a_refund("77", [], transactions=[transactions[3]])
    emulator.shop.add(an_order(transactions=transactions, refunds=[refund]))
    card, gift = found(shop).payments
    assert (card.id, card.captured, card.refunded, card.refund_references) == ("card", 5900, 1700, ("77",))
    assert (gift.id, gift.captured, gift.refunded, gift.gift_card) == ("gift", 3000, 500, True)


def test_units_that_an_edit_took_off_are_gone_with_their_share(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    """Four sold, one taken off before it was sent: three quarters of the discount and of the tax are left."""
    line = a_line(
        "1",
        quantity=4,
        unit="10",
        currentQuantity=3,
        discountAllocations=[an_allocation(0, "Sale", "4")],
        taxLines=[tax("TVA", "0.2", "6")],
    )
    gone = a_line("2", quantity=1, currentQuantity=0)
    emulator.shop.add(an_order(lines=[line, gone], fulfillments=[a_parcel("f1", [(line, 3)])]))
    order = found(shop)
    only = order.lines[0]
    assert len(order.lines) == 1
    assert (only.quantity, only.price, only.taxes[0].amount) == (3, 3000, 450)
    assert order.discounts == (Discount("Sale", 300, (("1", 300),)),)


@pytest.mark.parametrize(("note", "left"), [("by staff", 1), ("Return [sendback:trf_1]", 2)])
def test_sent_units_that_staff_refunded_are_gone_and_ours_stay(
    shop: Shopify, emulator: ShopifyEmulator, note: str, left: int
) -> None:
    line = a_line("1", quantity=2, currentQuantity=1)
    emulator.shop.add(an_order(lines=[line], refunds=[a_refund("7", [(line, 1)], note=note)]))
    order = found(shop)
    assert order.lines[0].quantity == left
    assert order.fulfilments[0].lines == (("1", left),)


def test_sent_units_that_staff_refunded_in_a_return_of_shopifys_own_are_gone(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    """One of line 1 came back there and was paid for; it cannot come back here once more."""
    line, kept = a_line("1", quantity=2, currentQuantity=1), a_line("2")
    order = emulator.shop.add(an_order(lines=[line, kept]))
    theirs = a_return("5", [(order["fulfillments"][0]["fulfillmentLineItems"][0], 1)])
    order["returns"].append(theirs)
    order["refunds"].append(a_refund("7", [(line, 1)], in_return=theirs))
    assert found(shop).fulfilments[0].lines == (("1", 1), ("2", 1))
    assert shop.list_orders(LONG_AGO, "").orders == (found(shop),)


@pytest.mark.parametrize("events", [("return.requested", "return.approved"), ("return.approved",)])
def test_sent_units_that_staff_refunded_in_a_return_of_ours_stay(
    shop: Shopify, emulator: ShopifyEmulator, events: tuple[str, ...]
) -> None:
    """Our mark stands in the buyer's note of a request, and in the staff's of a return that was opened at once."""
    line = a_line("1", quantity=2, currentQuantity=1)
    order = emulator.shop.add(an_order(lines=[line]))
    for event in events:
        shop.mirror(Change(event, event, "ret_1", "R7K3F9Q2", "1001", (RefundLine("1", 1),)))
    order["refunds"].append(a_refund("7", [(line, 1)], in_return=order["returns"][0]))
    assert found(shop).fulfilments[0].lines == (("1", 2),)


def test_parcels_stand_as_they_left_and_lost_ones_do_not_count(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    line = a_line("1", quantity=3)
    late = PLACED + timedelta(days=2)
    parcels = [
        a_parcel("f2", [(line, 1)], createdAt=late.isoformat(), deliveredAt=PLACED.isoformat()),
        a_parcel("f1", [(line, 2)], deliveredAt=None),
        a_parcel("f0", [(line, 3)], status="CANCELLED"),
    ]
    emulator.shop.add(an_order(lines=[line], fulfillments=parcels))
    assert found(shop).fulfilments == (
        Fulfilment("f1", (("1", 2),), PLACED, None),
        Fulfilment("f2", (("1", 1),), PLACED, PLACED),  # entered late: delivered before it was "sent"
    )


def test_an_order_larger_than_any_page_is_read_whole(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.points.most = emulator.points.available = 1_000_000
    lines = [a_line(str(n), unit="1.00") for n in range(1, 301)]
    parcels = [a_parcel("big", [(line, 1) for line in lines[:280]])]
    parcels += [a_parcel(f"s{n}", [(lines[280 + n], 1)]) for n in range(15)]
    payments = [a_payment(f"p{n}", "10") for n in range(30)]
    refunds = [
        a_refund(str(n), [(line, 1) for line in part])
        for n, part in enumerate([lines[:20], *([line] for line in lines[20:30])])
    ]
    for line in lines[:30]:
        line["currentQuantity"] = 0
    emulator.shop.add(an_order(lines=lines, fulfillments=parcels, transactions=payments, refunds=refunds))
    order = found(shop)
    assert len(order.lines) == 270
    assert sum(units for parcel in order.fulfilments for _, units in parcel.lines) == 265
    assert sum(payment.captured for payment in order.payments) == 30_000
    page = shop.list_orders(LONG_AGO, "")
    assert page.orders == (order,)


@pytest.mark.parametrize("charges", [2, 3, 4, 50])
def test_shipping_is_the_sum_of_all_its_charges(
    shop: Shopify, emulator: ShopifyEmulator, charges: int
) -> None:
    """However many: some shops charge by parcel or by sender."""
    charge = {
        "originalPriceSet": bag("5", "EUR"),
        "discountAllocations": [an_allocation(0, "Half", "2.5")],
        "taxLines": [tax("TVA", "0.2", "0.42")],
    }
    emulator.shop.add(an_order(shippingLines=[charge] * charges))
    order = found(shop)
    assert (order.shipping.price, order.shipping.discount) == (500 * charges, 250 * charges)
    assert sum(tax.amount for tax in order.shipping.taxes) == 42 * charges
    assert shop.list_orders(LONG_AGO, "").orders == (order,)


def test_an_order_that_cannot_be_read_whole_is_not_read_by_half(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    emulator.shop.add(an_order(transactions=[a_payment(f"p{n}", "1") for n in range(200)]))
    with pytest.raises(Declined, match="200 payments"):
        shop.find_order(OrderQuery("1001"))


@pytest.mark.parametrize("typed", ["1001", "#1001", " #1001 "])
def test_an_order_is_found_as_buyers_type_it(shop: Shopify, emulator: ShopifyEmulator, typed: str) -> None:
    emulator.shop.add(an_order())
    assert found(shop, typed).id == "1001"


def test_the_shops_own_prefix_may_be_left_out(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.shop.number_format = ("EN", "-FR")
    emulator.shop.add(an_order("7", name="EN1001-FR"))
    emulator.shop.add(an_order("8", name="EN1001-DE"))
    for typed in ("1001", "EN1001-FR", "en1001-fr"):
        assert found(shop, typed).id == "7"


@pytest.mark.parametrize("typed", ["", "#", "100", "1001' OR name:'1002", "\\", "x" * 300, "1001 email:*"])
def test_nothing_but_the_number_itself_finds_an_order(
    shop: Shopify, emulator: ShopifyEmulator, typed: str
) -> None:
    emulator.shop.add(an_order("5", name="#1001-B"))
    emulator.shop.add(an_order("6", name="#1002"))
    assert shop.find_order(OrderQuery(typed)) is None


def test_orders_are_listed_by_change_and_page_by_page(shop: Shopify, emulator: ShopifyEmulator) -> None:
    for n in range(10):
        changed = PLACED + timedelta(minutes=10 - n)
        emulator.shop.add(an_order(str(1000 + n), updatedAt=changed.isoformat(), transactions=[]))
    seen, cursor = [], ""
    since = PLACED + timedelta(minutes=3)
    while True:
        page = shop.list_orders(since, cursor)
        seen += [order.id for order in page.orders]
        cursor = page.cursor
        if not cursor:
            break
    assert seen == [str(1000 + n) for n in range(7, -1, -1)]
    assert page.through == PLACED + timedelta(minutes=10)


def test_one_order_that_cannot_be_read_holds_up_no_other(
    shop: Shopify, emulator: ShopifyEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.shop.add(an_order("1001", lines=[a_line("1", unit="8.905")]))
    emulator.shop.add(an_order("1002", updatedAt=(PLACED + timedelta(hours=1)).isoformat()))
    page = shop.list_orders(LONG_AGO, "")
    assert [order.id for order in page.orders] == ["1002"]
    assert page.through == PLACED + timedelta(hours=1)
    assert "more decimals" in caplog.text


def test_guests_the_deleted_and_the_unaddressed(shop: Shopify, emulator: ShopifyEmulator) -> None:
    line = a_line("1", product=None, variant=None, image=None, weight=None, sku=None, variantTitle=None)
    emulator.shop.add(
        an_order(
            lines=[line],
            customer=None,
            email=None,
            customerLocale=None,
            shippingAddress=None,
            cancelledAt=PLACED.isoformat(),
        )
    )
    order = found(shop)
    assert (order.customer_id, order.email, order.language, order.ship_to) == ("", "", "", None)
    assert (order.state, order.lines[0].product_id) == (OrderState.CANCELLED, "")
