"""News from the shop. A webhook is only a hint that an order changed: the order is read anew, so that neither the
sequence of news matters nor how often it comes. Shopify signs the body and nothing else; a header decides nothing."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from sendback_sdk import (
    Declined,
    Misconfigured,
    OrderChange,
    Receipt,
    ReceiptState,
    RefundUpdate,
    WebhookRequest,
)
from sendback_sdk.webhooks import PrivacyRequest

from sendback_shopify.facts import OrderFacts
from sendback_shopify.gid import tail
from sendback_shopify.privacy import PRIVACY_TOPICS, privacy_request
from sendback_shopify.reading import Orders, priced
from sendback_shopify.refunds import receipts
from sendback_shopify.settings import ShopSettings

News = OrderChange | RefundUpdate | PrivacyRequest

_LARGEST_BODY = 4 * 1024 * 1024
# Shopify goes on trying for four hours, with the time of the first try.
_OLDEST, _AHEAD = timedelta(hours=6), timedelta(minutes=5)
_MONEY = ("refunds/", "order_transactions/")
_ABOUT_ORDERS = ("orders/", "fulfillments/", "returns/", *_MONEY)
_GONE = "orders/delete"


def hear(settings: ShopSettings, orders: Orders, request: WebhookRequest) -> list[News]:
    body = _verified(settings, request)
    topic = request.header("x-shopify-topic")
    if topic in PRIVACY_TOPICS:
        return [privacy_request(topic, body, settings.shop, request.body)]
    if topic == _GONE or not topic.startswith(_ABOUT_ORDERS):
        return []
    id = _order_id(body)
    facts = orders.facts(id) if id else None
    if facts is None:
        return []
    change: list[News] = [OrderChange(priced(facts))]
    return change + (_refunds(facts) if topic.startswith(_MONEY) else [])


def _verified(settings: ShopSettings, request: WebhookRequest) -> dict[str, Any]:
    """The body of a webhook that Shopify signed for this shop, not long ago."""
    secret = settings.signing_secret.encode()
    if not secret:
        raise Misconfigured("webhooks need `client_secret` or `webhook_secret`")
    if len(request.body) > _LARGEST_BODY:
        raise Declined("the webhook is too large")
    wanted = base64.b64encode(hmac.digest(secret, request.body, hashlib.sha256))
    if not hmac.compare_digest(wanted, request.header("x-shopify-hmac-sha256").encode()):
        raise Declined("the signature is wrong")
    if request.header("x-shopify-shop-domain") != settings.shop:
        raise Declined("the webhook is of another shop")
    if not request.header("x-shopify-webhook-id"):
        raise Declined("the webhook has no id")
    _recent(request.header("x-shopify-triggered-at"), request.now)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as broken:
        raise Declined("the body cannot be read") from broken
    if not isinstance(body, dict):
        raise Declined("the body cannot be read")
    return body


def _recent(stamp: str, now: datetime) -> None:
    try:
        age = now - datetime.fromisoformat(stamp)
    except (ValueError, TypeError) as broken:
        raise Declined("the webhook does not say when it was sent") from broken
    if not -_AHEAD <= age <= _OLDEST:
        raise Declined("the webhook is too old, or ahead of its time")


def _order_id(body: dict[str, Any]) -> str:
    """Of a body that is an order, or that names its order in one of Shopify's three ways; empty where it does not."""
    own, found = str(body.get("admin_graphql_api_id")), body.get("order_id")
    for name, field in (("order_edit", "order_id"), ("order", "id")):
        part = body.get(name)
        if isinstance(part, dict):
            found = found or part.get(field)
    if not found and "/Order/" in own:
        found = own
    return tail(str(found)) if found else ""


def _refunds(facts: OrderFacts) -> list[News]:
    """What became of those refunds of ours that have ended."""
    updates: list[News] = []
    for key, outcome in receipts(facts):
        if isinstance(outcome, Receipt) and outcome.state is ReceiptState.SETTLED:
            updates.append(RefundUpdate(key, settled=True, reference=outcome.reference))
        elif isinstance(outcome, Declined):
            updates.append(RefundUpdate(key, settled=False, text=outcome.text))
    return updates
