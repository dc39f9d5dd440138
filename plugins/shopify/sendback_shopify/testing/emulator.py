"""The practice shop's face: the Admin API, the token endpoint, and webhooks as Shopify signs them."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from graphql import GraphQLSchema
from sendback_sdk import WebhookRequest
from sendback_sdk.testing.emulator import Answer, Asked, Emulator

from sendback_shopify.settings import API_VERSION
from sendback_shopify.testing.cost import Points
from sendback_shopify.testing.goods import Node
from sendback_shopify.testing.graph import Graph
from sendback_shopify.testing.refunding import Refunding
from sendback_shopify.testing.returning import Returning
from sendback_shopify.testing.shop import Shop, Windows

_SHOP = "practice.myshopify.com"
_ID, _SECRET, _TOKEN, _REFRESH = (
    "client-1",
    "shpss_practice_secret",
    "shpat_practice_token",
    "shprt_practice_0",
)
_TOKEN_SECONDS = 3600
_INTERNAL = {
    "message": "Internal error. Looks like something went wrong on our end.",
    "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": "bd4c7194"},
}

Change = Callable[[dict[str, Any]], Any]


class ShopifyEmulator(Emulator):
    """`fail` makes the next mutation fail, or with `about="query Order("` the next call of one document; `spoil`
    changes what the next answer to a document says. `asked` names every document that came in, `granted` counts tokens;
    with `grants_in_vain` none of them is good. A `status` other than 200 is answered to everything."""

    def __init__(self, schema: GraphQLSchema, shop: Shop | None = None) -> None:
        super().__init__()
        self.shop = shop or Shop()
        self.points = Points()
        self.tokens = {_TOKEN}
        self.asked: list[str] = []
        self.granted = 0
        self.status = 200
        self.grants_in_vain = False
        self._refresh_token = _REFRESH
        self._spoiled: list[tuple[str, Change]] = []
        self._graph = Graph(schema, _resolvers(self.shop), self.points)

    @property
    def settings(self) -> dict[str, Any]:
        """A static token, and the secret of webhooks."""
        return {"shop": _SHOP, "token": _TOKEN, "webhook_secret": _SECRET, "api_root": self.url}

    @property
    def app_settings(self) -> dict[str, Any]:
        """Signs in by client credentials."""
        return {"shop": _SHOP, "client_id": _ID, "client_secret": _SECRET, "api_root": self.url}

    @property
    def refresh_token(self) -> str:
        """The one that is good next."""
        return self._refresh_token

    @property
    def payments(self) -> int:
        return self.shop.payments

    def install_anew(self) -> str:
        """The app was taken off the shop and put on it again: no token of before is good. Answers the refresh token."""
        self.tokens, self._refresh_token = set(), f"shprt_{secrets.token_hex(8)}"
        return self._refresh_token

    def spoil(self, document: str, change: Change) -> None:
        """The next answer to this document (its operation's name) is what `change` makes of it."""
        self._spoiled.append((document, change))

    def stumble(self, document: str) -> None:
        """The next answer to this document is an internal error of Shopify's: 200, and not a word of points."""
        self.spoil(document, lambda _: {"errors": [_INTERNAL]})

    def webhook(self, topic: str, body: Any, now: datetime | None = None, **headers: str) -> WebhookRequest:
        """As Shopify would send it now; headers by their names in lower case, `_` for `-`."""
        raw = json.dumps(body).encode()
        time = now or datetime.now(UTC)
        signature = base64.b64encode(hmac.digest(_SECRET.encode(), raw, hashlib.sha256)).decode()
        usual = {
            "x_shopify_topic": topic,
            "x_shopify_hmac_sha256": signature,
            "x_shopify_shop_domain": _SHOP,
            "x_shopify_api_version": API_VERSION,
            "x_shopify_webhook_id": secrets.token_hex(8),
            "x_shopify_triggered_at": time.isoformat(),
        }
        shown = {**usual, **headers}
        return WebhookRequest(tuple((k.replace("_", "-"), v) for k, v in shown.items() if v), raw, time)

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/admin/oauth/access_token":
            return self._grant(asked)
        if asked.path != f"/admin/api/{API_VERSION}/graphql.json":
            return Answer(404, {"errors": "Not Found"})
        if self.status != 200:
            return Answer(self.status, {"errors": "Unavailable Shop"})
        if asked.headers.get("x-shopify-access-token") not in self.tokens:
            return Answer(401, {"errors": "[API] Invalid API key or access token"})
        body = asked.json()
        self.asked.append(body["operationName"])
        said = self._graph.answer(body)
        for place, (document, change) in enumerate(self._spoiled):
            if document == body["operationName"]:
                del self._spoiled[place]
                return Answer(200, change(said))
        return Answer(200, said)

    def _grant(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (_ID, _SECRET):
            return Answer(400, {"error": "application_cannot_be_found"})
        answer: Node = {"scope": "write_orders,write_returns", "expires_in": _TOKEN_SECONDS}
        if form.get("grant_type") == "refresh_token":
            if form.get("refresh_token") != self._refresh_token:
                return Answer(400, {"error": "invalid_grant"})
            self._refresh_token = f"shprt_{secrets.token_hex(8)}"
            answer["refresh_token"] = self._refresh_token
        elif form.get("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type"})
        self.granted += 1
        token = f"shpat_{secrets.token_hex(8)}"
        self.tokens = set() if self.grants_in_vain else {token}
        return Answer(200, {"access_token": token, **answer})

    def changes(self, asked: Asked) -> bool:
        """Queries are POSTs too: one fails only where a fault is about it."""
        return b"mutation " in asked.body or any(about and about in asked.body for _, about in self._faults)


def _resolvers(shop: Shop) -> dict[str, Any]:
    windows, refunds, returns = Windows(shop), Refunding(shop), Returning(shop)
    made = returns.resolver
    return {
        "shop": windows.shop,
        "orders": windows.orders,
        "order": windows.order,
        "fulfillment": windows.fulfillment,
        "refund": windows.refund,
        "customer": windows.customer,
        "returnableFulfillments": returns.returnable,
        "returnableFulfillment": returns.returnable_parcel,
        "Order.suggestedRefund": refunds.suggested,
        "refundCreate": refunds.refund_create,
        "storeCreditAccountCredit": refunds.credit,
        "returnRequest": made(returns.request),
        "returnCreate": made(returns.create),
        "returnApproveRequest": made(returns.approve),
        "returnDeclineRequest": made(returns.decline),
        "returnCancel": made(returns.cancel),
        "returnClose": made(returns.close),
        "returnProcess": made(returns.process),
        "reverseDeliveryCreateWithShipping": made(returns.deliver, "reverseDelivery"),
        "reverseDeliveryShippingUpdate": made(returns.ship, "reverseDelivery"),
    }
