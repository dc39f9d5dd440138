"""A Shopify shop: its orders, refunds, store credit and returns, by the Admin GraphQL API.

Ids in the contract are the last parts of Shopify's: `gid://shopify/Order/1001` is the order `1001`."""

from datetime import datetime

import httpx
from sendback_sdk import (
    Change,
    CreditKind,
    CreditRequest,
    Declined,
    Order,
    OrderPage,
    OrderQuery,
    Platform,
    Receipt,
    RefundLine,
    RefundRequest,
    Suggestion,
    WebhookRequest,
    hookimpl,
)
from sendback_sdk.plugin import Log

from sendback_shopify import webhooks
from sendback_shopify.admin import Admin
from sendback_shopify.credits import CreditDesk
from sendback_shopify.reading import Orders
from sendback_shopify.refunds import RefundDesk
from sendback_shopify.returns import ReturnBook
from sendback_shopify.settings import ShopSettings
from sendback_shopify.suggestion import suggestion


class Shopify(Platform):
    id = "shopify"

    class Settings(ShopSettings):
        """See `ShopSettings`."""

    def __init__(self, settings: ShopSettings, http: httpx.Client, log: Log) -> None:
        super().__init__(settings, http, log)
        self._admin = Admin(settings, http)
        self._orders = Orders(self._admin, log)
        self._refunds = RefundDesk(self._admin, self._orders)
        self._credits = CreditDesk(self._admin)

    def find_order(self, query: OrderQuery) -> Order | None:
        return self._orders.find(query.number)

    def list_orders(self, since: datetime, cursor: str) -> OrderPage:
        return self._orders.page(since, cursor)

    def refund(self, request: RefundRequest) -> Receipt:
        return self._refunds.refund(request)

    def issue_credit(self, request: CreditRequest) -> Receipt:
        """In place of money: a refund of the order. As a gift: an entry in the customer's account."""
        if request.kind is CreditKind.BONUS:
            return self._credits.give(request)
        if not request.order_id:
            raise Declined("store credit in place of money needs the order that was paid")
        return self._refunds.credit(request)

    def find_transfer(self, request: RefundRequest | CreditRequest) -> Receipt | None:
        if isinstance(request, CreditRequest) and request.kind is CreditKind.BONUS:
            return self._credits.find(request)
        return self._refunds.find(request)

    def suggest_refund(self, order_id: str, lines: tuple[RefundLine, ...]) -> Suggestion:
        return suggestion(self._admin, order_id, lines)

    def mirror(self, change: Change) -> None:
        ReturnBook(self._admin, self.settings.restock_location).mirror(change)

    def hear(self, request: WebhookRequest) -> list[webhooks.News]:
        return webhooks.hear(self.settings, self._orders, request)


@hookimpl
def sendback_platforms() -> list[type[Platform]]:
    return [Shopify]
