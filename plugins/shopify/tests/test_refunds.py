"""Money and credit that go back, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sendback_sdk import (
    CreditKind,
    CreditRequest,
    Declined,
    Money,
    OrderQuery,
    OutcomeUnknown,
    Receipt,
    ReceiptState,
    RefundLine,
    RefundRequest,
    Suggestion,
    TryLater,
)
from sendback_sdk.testing import Fault, a_refund_request
from sendback_shopify import Shopify
from sendback_shopify.testing import ShopifyEmulator, a_line, a_payment, an_allocation, an_order

ENDS = datetime(2030, 1, 1, 12, 0, 7, 654321, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sold(emulator: ShopifyEmulator) -> None:
    """100.00, of which 30.00 were paid by gift card."""
    payments = [a_payment("card", "70"), a_payment("gift", "30", gateway="gift_card")]
    emulator.shop.add(an_order(lines=[a_line("1", quantity=4, unit="25")], transactions=payments))


def refund_of(minor: int, payment: str = "card", key: str = "trf_1", **changes: Any) -> RefundRequest:
    return a_refund_request(key=key, payment_id=payment, amount=Money(minor, "EUR"), **changes)


def credit_of(minor: int, key: str = "trf_9", **changes: Any) -> CreditRequest:
    return CreditRequest(key, "55", Money(minor, "EUR"), order_id="1001", **changes)


def paid_back(shop: Shopify) -> dict[str, int]:
    order = shop.find_order(OrderQuery("1001"))
    assert order is not None
    return {payment.id: payment.refunded for payment in order.payments}


def test_partial_refunds_go_to_the_payments_that_they_name(shop: Shopify, emulator: ShopifyEmulator) -> None:
    """Two transfers of one settlement name the same units; both are paid."""
    units = (RefundLine("1", 2),)
    shop.refund(refund_of(3000, "gift", key="a", lines=units))
    shop.refund(refund_of(2000, "card", key="b", lines=units))
    shop.refund(refund_of(1999, "card", key="c"))
    assert paid_back(shop) == {"gift": 3000, "card": 3999}
    assert emulator.payments == 3


def test_a_receipt_names_the_refund_as_the_order_does(shop: Shopify) -> None:
    receipt = shop.refund(refund_of(500))
    order = shop.find_order(OrderQuery("1001"))
    assert order is not None
    assert order.payments[0].refund_references == (receipt.reference,)


def test_a_refund_whose_answer_was_lost_is_found_and_not_made_again(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    for fault in (Fault.ACT_THEN_CUT, Fault.HALF):
        request = refund_of(700, key=f"trf_{fault}")
        emulator.fail(fault)
        with pytest.raises(OutcomeUnknown):
            shop.refund(request)
        found = shop.find_transfer(request)
        assert found == shop.refund(request)
    assert emulator.payments == 2
    assert emulator.asked.count("Refund") == 2


def test_a_refund_that_never_arrived_is_not_found(shop: Shopify, emulator: ShopifyEmulator) -> None:
    request = refund_of(700)
    emulator.fail(Fault.BREAK)
    with pytest.raises(OutcomeUnknown):
        shop.refund(request)
    assert shop.find_transfer(request) is None
    assert shop.refund(request).state is ReceiptState.SETTLED
    assert emulator.payments == 1


def test_a_key_outlives_the_day_that_shopify_keeps_it(shop: Shopify, emulator: ShopifyEmulator) -> None:
    first = shop.refund(refund_of(700))
    emulator.shop.clock = lambda: datetime.now(UTC) + timedelta(days=3)
    assert shop.refund(refund_of(700)) == first
    assert emulator.payments == 1


def test_shopify_itself_keeps_two_that_race_apart(shop: Shopify, emulator: ShopifyEmulator) -> None:
    """Both look and find nothing; the key, the same for both, lets one pass."""
    shop.refund(refund_of(700))
    kept = emulator.shop.orders["gid://shopify/Order/1001"]["refunds"]
    hidden = kept.copy()
    kept.clear()
    assert shop.refund(refund_of(700)).reference == hidden[0]["id"].rsplit("/", 1)[1]
    with pytest.raises(Declined, match="idempotency key"):
        shop.refund(refund_of(701))
    assert emulator.payments == 1


def test_a_call_that_is_under_way_is_asked_again(shop: Shopify, emulator: ShopifyEmulator) -> None:
    said = {"message": "This request is currently in progress, please try again.", "field": None}
    emulator.spoil("Refund", lambda _: {"data": {"refundCreate": {"refund": None, "userErrors": [said]}}})
    with pytest.raises(TryLater):
        shop.refund(refund_of(700))


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (refund_of(7001, "card", order_id="1002"), "no order 1002"),
        (refund_of(10_001), "greater than net payment"),
        (refund_of(100, "nobody"), "no payment nobody"),
        (refund_of(100, "../card"), "no id"),
        (a_refund_request(payment_id="card", amount=Money(100, "USD")), "paid in EUR"),
    ],
)
def test_what_cannot_be_refunded_is_declined(
    shop: Shopify, emulator: ShopifyEmulator, request_: RefundRequest, says: str
) -> None:
    with pytest.raises(Declined, match=says):
        shop.refund(request_)
    assert emulator.payments == 0


@pytest.mark.parametrize("status", ["PENDING", "AWAITING_RESPONSE", "SOMETHING_NEW"])
def test_a_refund_on_its_way_is_followed(shop: Shopify, emulator: ShopifyEmulator, status: str) -> None:
    emulator.shop.refund_status = status if status != "SOMETHING_NEW" else "UNKNOWN"
    receipt = shop.refund(refund_of(700))
    assert receipt.state is ReceiptState.SUBMITTED
    for transaction in emulator.shop.orders["gid://shopify/Order/1001"]["transactions"]:
        transaction["status"] = "SUCCESS"
    assert shop.find_transfer(refund_of(700)) == Receipt(receipt.reference)


def test_a_refund_that_the_provider_refused_is_no_refund(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.shop.refund_status = "FAILURE"
    for _ in range(2):
        with pytest.raises(Declined, match="provider refused"):
            shop.refund(refund_of(700))
    assert paid_back(shop)["card"] == 0
    assert emulator.asked.count("Refund") == 1


def test_credit_in_place_of_money_counts_against_the_order(shop: Shopify, emulator: ShopifyEmulator) -> None:
    receipt = shop.issue_credit(credit_of(4000, expires=ENDS))
    assert shop.issue_credit(credit_of(4000, expires=ENDS)) == receipt
    assert shop.find_transfer(credit_of(4000)) == receipt
    account = emulator.shop.customers["gid://shopify/Customer/55"]["storeCreditAccounts"][0]
    assert [entry["event"] for entry in account["transactions"]] == ["ORDER_REFUND"]
    assert sum(paid_back(shop).values()) == 4000
    with pytest.raises(Declined, match="needs the order"):
        shop.issue_credit(CreditRequest("k", "55", Money(1, "EUR")))


def test_a_gift_that_ends_is_known_again_by_its_end(shop: Shopify, emulator: ShopifyEmulator) -> None:
    gift = credit_of(500, kind=CreditKind.BONUS, expires=ENDS)
    emulator.fail(Fault.ACT_THEN_CUT)
    with pytest.raises(OutcomeUnknown):
        shop.issue_credit(gift)
    found = shop.find_transfer(gift)
    assert found is not None
    assert shop.issue_credit(gift) == found
    assert emulator.payments == 1
    assert sum(paid_back(shop).values()) == 0


def test_a_gift_without_an_end_is_left_to_people_where_it_is_in_doubt(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    gift = credit_of(500, kind=CreditKind.BONUS)
    assert shop.find_transfer(gift) is None
    shop.issue_credit(gift)
    for call in (shop.find_transfer, shop.issue_credit):
        with pytest.raises(OutcomeUnknown, match="as much before"):
            call(gift)
    assert emulator.payments == 1
    emulator.shop.customers["gid://shopify/Customer/55"]["storeCreditAccounts"][0]["transactions"][0][
        "createdAt"
    ] = "2026-01-01T00:00:00Z"
    shop.issue_credit(replace(gift, key="trf_10"))
    assert emulator.payments == 2
    assert shop.find_transfer(credit_of(501, kind=CreditKind.BONUS)) is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"expires": datetime(2020, 1, 1, tzinfo=UTC)}, "EXPIRES_AT_IN_PAST"),
        ({"amount": Money(0, "EUR")}, "NEGATIVE_OR_ZERO_AMOUNT"),
        ({"amount": Money(1_500_001, "EUR")}, "CREDIT_LIMIT_EXCEEDED"),
        ({"customer_id": "56"}, "no customer 56"),
        ({"customer_id": ""}, "no id"),
    ],
)
def test_a_gift_that_shopify_refuses_is_declined(shop: Shopify, changes: dict[str, Any], says: str) -> None:
    request = {
        "key": "k",
        "customer_id": "55",
        "amount": Money(1, "EUR"),
        "kind": CreditKind.BONUS,
        **changes,
    }
    with pytest.raises(Declined, match=says):
        shop.issue_credit(CreditRequest(**request))


def test_what_shopify_would_refund_can_be_laid_beside_our_quote(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    """Two of four at 25.00, less half of 10.00: 45.00; 100.00 were paid, 7.00 of it back."""
    line = a_line("2", quantity=4, unit="25", discountAllocations=[an_allocation(0, "x", "10")])
    emulator.shop.add(an_order("1003", lines=[line], name="#1003"))
    shop.refund(refund_of(700, "pay_1", order_id="1003"))
    suggested = shop.suggest_refund("1003", (RefundLine("2", 2),))
    assert suggested == Suggestion(Money(4500, "EUR"), Money(9300, "EUR"))
    with pytest.raises(Declined):
        shop.suggest_refund("1004", (RefundLine("2", 2),))
    with pytest.raises(Declined):
        shop.suggest_refund("1003", (RefundLine("2", 5),))
