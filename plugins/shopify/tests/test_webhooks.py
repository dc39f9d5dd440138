"""News from the shop: only what it signed, and only as a hint."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sendback_sdk import (
    Declined,
    Misconfigured,
    OrderChange,
    PrivacyKind,
    PrivacyRequest,
    RefundUpdate,
    TryLater,
    WebhookRequest,
)
from sendback_sdk.testing import Fault, a_refund_request, made
from sendback_shopify import Shopify
from sendback_shopify.testing import ShopifyEmulator, a_payment, an_order

ORDER = {"id": 1001, "admin_graphql_api_id": "gid://shopify/Order/1001", "email": "stale@example.com"}
BUYER = {"id": 55, "email": "camille@example.com", "phone": "+33600000000"}
SHOP = {"shop_id": 1, "shop_domain": "practice.myshopify.com"}


@pytest.fixture(autouse=True)
def _sold(emulator: ShopifyEmulator) -> None:
    emulator.shop.add(an_order())


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("orders/updated", ORDER),
        ("orders/edited", {"order_edit": {"id": 5, "order_id": 1001}}),
        ("refunds/create", {"id": 9, "order_id": 1001, "admin_graphql_api_id": "gid://shopify/Refund/9"}),
        ("fulfillments/update", {"id": 9, "order_id": 1001}),
        (
            "returns/process",
            {"id": 9, "order": {"id": 1001, "admin_graphql_api_id": "gid://shopify/Order/1001"}},
        ),
    ],
)
def test_an_order_that_changed_is_read_anew(
    shop: Shopify, emulator: ShopifyEmulator, topic: str, body: dict[str, Any]
) -> None:
    """What the webhook says of it may be old; twice or out of order it comes to the same."""
    (change,) = shop.hear(emulator.webhook(topic, body))
    assert isinstance(change, OrderChange)
    assert (change.order.id, change.order.email) == ("1001", "camille@example.com")
    sent = (datetime.now(UTC) - timedelta(hours=4)).isoformat()
    assert shop.hear(emulator.webhook(topic, body, x_shopify_triggered_at=sent)) == [change]


def test_a_refund_made_in_the_admin_is_seen(shop: Shopify, emulator: ShopifyEmulator) -> None:
    parent = {"id": "gid://shopify/OrderTransaction/pay_1"}
    back = a_payment("b1", "20", kind="REFUND", parentTransaction=parent)
    emulator.shop.orders["gid://shopify/Order/1001"]["transactions"].append(back)
    (change,) = shop.hear(emulator.webhook("refunds/create", {"order_id": 1001}))
    assert isinstance(change, OrderChange)
    assert change.order.payments[0].refunded == 2000


@pytest.mark.parametrize(("status", "settled"), [("SUCCESS", True), ("FAILURE", False)])
def test_a_refund_of_ours_that_was_pending_ends(
    shop: Shopify, emulator: ShopifyEmulator, status: str, settled: bool
) -> None:
    emulator.shop.refund_status = "PENDING"
    receipt = shop.refund(a_refund_request())
    body = {"order_id": 1001, "kind": "refund"}
    assert len(shop.hear(emulator.webhook("order_transactions/create", body))) == 1
    emulator.shop.orders["gid://shopify/Order/1001"]["transactions"][-1]["status"] = status
    _, update = shop.hear(emulator.webhook("order_transactions/create", body))
    assert isinstance(update, RefundUpdate)
    assert (update.key, update.settled) == ("trf_1", settled)
    assert update.reference == (receipt.reference if settled else "")


@pytest.mark.parametrize(
    ("topic", "body", "kind", "orders"),
    [
        (
            "customers/data_request",
            {**SHOP, "customer": BUYER, "orders_requested": [1001], "data_request": {"id": 7}},
            PrivacyKind.TELL_BUYER,
            ("1001",),
        ),
        (
            "customers/redact",
            {**SHOP, "customer": BUYER, "orders_to_redact": [1001, 1002]},
            PrivacyKind.ERASE_BUYER,
            ("1001", "1002"),
        ),
        ("shop/redact", SHOP, PrivacyKind.ERASE_SHOP, ()),
    ],
)
def test_what_the_law_lets_buyers_ask_is_handed_on(
    shop: Shopify,
    emulator: ShopifyEmulator,
    topic: str,
    body: Any,
    kind: PrivacyKind,
    orders: tuple[str, ...],
) -> None:
    (asked,) = shop.hear(emulator.webhook(topic, body))
    assert isinstance(asked, PrivacyRequest)
    assert (asked.kind, asked.order_ids) == (kind, orders)
    assert asked.customer_ids == (("55",) if "customer" in body else ())
    assert shop.hear(emulator.webhook(topic, body)) == [asked]
    assert emulator.asked == []


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("shop/redact", ORDER),
        ("shop/redact", {**SHOP, "customer": BUYER, "orders_requested": []}),
        ("customers/redact", {**SHOP, "customer": BUYER, "orders_requested": [1001]}),
        ("customers/data_request", {**SHOP, "customer": BUYER, "orders_to_redact": [1001]}),
        ("shop/redact", {"shop_id": 1, "shop_domain": "other.myshopify.com"}),
        ("customers/redact", {**SHOP, "customer": {"id": "x"}, "orders_to_redact": None}),
    ],
)
def test_a_signed_body_does_nothing_under_another_topic(
    shop: Shopify, emulator: ShopifyEmulator, topic: str, body: Any
) -> None:
    """The topic stands in a header, which nobody signs."""
    with pytest.raises(Declined):
        shop.hear(emulator.webhook(topic, body))


@pytest.mark.parametrize(
    "headers",
    [
        {"x_shopify_hmac_sha256": "AAAA"},
        {"x_shopify_hmac_sha256": ""},
        {"x_shopify_hmac_sha256": "é"},
        {"x_shopify_shop_domain": "other.myshopify.com"},
        {"x_shopify_webhook_id": ""},
        {"x_shopify_triggered_at": ""},
        {"x_shopify_triggered_at": "yesterday"},
        {"x_shopify_triggered_at": "2026-11-23T10:00:00"},
        {"x_shopify_triggered_at": "2020-01-01T00:00:00Z"},
        {"x_shopify_triggered_at": "2999-01-01T00:00:00Z"},
    ],
)
def test_what_is_unsigned_foreign_or_old_is_refused(
    shop: Shopify, emulator: ShopifyEmulator, headers: dict[str, str]
) -> None:
    with pytest.raises(Declined):
        shop.hear(emulator.webhook("orders/updated", ORDER, **headers))
    assert emulator.asked == []


def test_a_body_that_was_touched_is_refused(shop: Shopify, emulator: ShopifyEmulator) -> None:
    real = emulator.webhook("orders/updated", ORDER)
    forged = WebhookRequest(real.headers, real.body.replace(b"1001", b"1002"), real.now)
    with pytest.raises(Declined, match="signature"):
        shop.hear(forged)


@pytest.mark.parametrize(
    "body", [{}, {"id": True}, {"order": []}, {"order_edit": 5}, {"order": {"id": None}}]
)
def test_a_signed_body_that_names_no_order_is_no_news(
    shop: Shopify, emulator: ShopifyEmulator, body: Any
) -> None:
    assert shop.hear(emulator.webhook("orders/updated", body)) == []


@pytest.mark.parametrize("body", [[], 5, None, "x", {"order_id": {"a": 1}}, {"order_id": "1 2"}])
def test_a_signed_body_of_another_shape_is_refused(
    shop: Shopify, emulator: ShopifyEmulator, body: Any
) -> None:
    with pytest.raises(Declined, match=r"cannot be read|no id"):
        shop.hear(emulator.webhook("orders/updated", body))


def test_a_body_that_is_deep_or_large_is_refused(shop: Shopify, emulator: ShopifyEmulator) -> None:
    for body in ({"a": "x" * 5_000_000}, json.loads("[" * 900 + "]" * 900)):
        with pytest.raises(Declined):
            shop.hear(emulator.webhook("orders/updated", body))


def test_news_of_no_concern_is_heard_and_forgotten(shop: Shopify, emulator: ShopifyEmulator) -> None:
    assert shop.hear(emulator.webhook("products/update", {"id": 1})) == []
    assert shop.hear(emulator.webhook("orders/delete", {"id": 1001})) == []
    assert (
        shop.hear(
            emulator.webhook("orders/updated", {**ORDER, "admin_graphql_api_id": "gid://shopify/Order/4"})
        )
        == []
    )


def test_a_shop_that_is_busy_is_heard_later(shop: Shopify, emulator: ShopifyEmulator) -> None:
    """Shopify sends the webhook again."""
    emulator.fail(Fault.BUSY, about="query Order(")
    with pytest.raises(TryLater):
        shop.hear(emulator.webhook("orders/updated", ORDER))


def test_without_a_secret_nothing_can_be_heard(emulator: ShopifyEmulator) -> None:
    settings = {name: value for name, value in emulator.settings.items() if name != "webhook_secret"}
    with pytest.raises(Misconfigured, match="webhook_secret"):
        made(Shopify, settings).hear(emulator.webhook("orders/updated", ORDER))
