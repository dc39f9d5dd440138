"""Orders that are not here yet, looked up at the merchant's shop while their buyer signs in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sendback_sdk import Declined, FindsOrders, Order, OrderQuery

from sendback_service.call import Call
from sendback_service.host import Host
from sendback_service.plugin_lookups import Lookups
from sendback_service.rate_limit import RateLimit
from sendback_service.refusal import Refusal
from sendback_service.shop_news import ShopNews, order_problem

# Somebody waits, and waits the same whether the shop has the order or not.
SECONDS = 1.75
_MOST_SHOPS = 3
_MOST_A_MINUTE = 60
_LONGEST_NUMBER = 100


@dataclass(frozen=True, slots=True)
class OrderLookup:
    """Whatever goes wrong is logged and counts as not found. A merchant's shops are asked so many times a minute and no
    more, since strangers can ask and the shop counts our calls."""

    host: Host
    lookups: Lookups
    news: ShopNews
    limit: RateLimit = field(default_factory=lambda: RateLimit(_MOST_A_MINUTE, 60.0))

    def serves(self, merchant_id: str) -> bool:
        return bool(self._shops(merchant_id))

    async def fetch(self, merchant_id: str, number: str, fits: Callable[[Order], bool]) -> bool:
        """Whether a shop has an order that fits, which is then kept as a version like every other. Shops are asked at
        the same time; an order that does not fit leaves no trace."""
        shops = self._shops(merchant_id)
        if len(number) > _LONGEST_NUMBER or not self._allowed(merchant_id):
            return False
        found = await asyncio.gather(*(self._found(name, shop, number) for name, shop in shops))
        fitting = [(*shop, order) for shop, order in zip(shops, found, strict=True) if order and fits(order)]
        for account, plugin, order in fitting[:1]:
            call = Call("StartSession", merchant_id, account, cause="import")
            await self.news.take([order], account, plugin, call)
        return bool(fitting)

    def _shops(self, merchant_id: str) -> list[tuple[str, FindsOrders]]:
        shops: list[tuple[str, FindsOrders]] = []
        for name, shop in self.host.shops_of(merchant_id).items():
            if isinstance(shop, FindsOrders):
                shops.append((name, shop))
        return shops[:_MOST_SHOPS]

    def _allowed(self, merchant_id: str) -> bool:
        allowed = self.limit.allows(merchant_id)
        if not allowed:
            structlog.get_logger().warning("order_lookup.too_many", merchant_id=merchant_id)
        return allowed

    async def _found(self, account: str, shop: FindsOrders, number: str) -> Order | None:
        query = OrderQuery(number)
        try:
            return await self.lookups.ask(account, lambda: shop.find_order(query), order_problem)
        except (Declined, Refusal) as no:
            structlog.get_logger().info("order_lookup.failed", account=account, error=type(no).__name__)
            return None
