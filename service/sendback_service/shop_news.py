"""What a shop tells of its orders: each is read anew, outside any transaction, and kept as a version like every other.

Refunds that others made stand among the order's payments, and count from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sendback_sdk import Declined, FindsOrders, Order, OrderChange, OrderQuery, Refunds

from sendback_service.call import Call
from sendback_service.orders import ImportResult, Orders
from sendback_service.plugin_lookups import Lookups
from sendback_service.store import Database
from sendback_service.work_items import ask_staff

INVALID = "order.invalid"
# Whoever tells of more at once is believed as it is: reading them all would take longer than a webhook may.
_MOST_READ = 10
BATCH = 50


@dataclass(frozen=True, slots=True)
class Taken:
    """`news`: how many were new or changed. `whole`: none was refused."""

    news: int
    whole: bool


@dataclass(frozen=True, slots=True)
class ShopNews:
    database: Database
    lookups: Lookups
    orders: Orders

    async def hear(self, changes: Sequence[OrderChange], account: str, plugin: object, call: Call) -> Taken:
        orders = [change.order for change in changes]
        if isinstance(plugin, FindsOrders) and len(orders) <= _MOST_READ:
            orders = [await self._anew(account, plugin, order) for order in orders]
        return await self.take(orders, account, plugin, call)

    async def take(self, orders: Sequence[Order], account: str, plugin: object, call: Call) -> Taken:
        """One that cannot be kept is said, put before staff, and holds up no other."""
        kept: list[ImportResult] = []
        own = [of_shop(order, account, plugin) for order in orders]
        for start in range(0, len(own), BATCH):
            kept += await self.orders.take(call, own[start : start + BATCH], account)
        if say_refused(account, orders, kept):
            await self.database.write(lambda tx: ask_staff(tx, call.merchant_id, INVALID, ""), call.author)
        return taken(kept)

    async def _anew(self, account: str, plugin: FindsOrders, told: Order) -> Order:
        """As it is by now, which can be later than what was told, never earlier; as told where it is not found."""
        query = OrderQuery(told.number)
        try:
            found = await self.lookups.ask(account, lambda: plugin.find_order(query), order_problem)
        except Declined:
            return told
        return found if found is not None and found.id == told.id else told


def order_problem(answer: object) -> str:
    """What is wrong with a plugin's answer to a question for an order, "" where nothing is."""
    if not isinstance(answer, Order | None):
        return f"a {type(answer).__name__} instead of an order"
    if answer is None:
        return ""
    if not all(isinstance(word, str) for word in (answer.id, answer.number, answer.email)):
        return "an order without id, number or e-mail address"
    changed = answer.changed_time
    aware = changed is None or (isinstance(changed, datetime) and changed.tzinfo is not None)
    return "" if aware else f"an order that changed at {changed!r}, which is not aware"


def of_shop(order: Order, account: str, plugin: object) -> Order:
    """Payments of an order that a shop tells of are refunded by that shop, where it can and names nobody else."""
    if not isinstance(plugin, Refunds) or all(payment.account for payment in order.payments):
        return order
    payments = (replace(payment, account=payment.account or account) for payment in order.payments)
    return replace(order, payments=tuple(payments))


def taken(kept: Sequence[ImportResult]) -> Taken:
    news = [what.news for what in kept]
    return Taken(news.count("created") + news.count("changed"), "rejected" not in news)


def say_refused(account: str, orders: Sequence[Order], kept: Sequence[ImportResult]) -> int:
    """A line in the log for each order that was not kept; answers how many."""
    refused = [(order, what) for order, what in zip(orders, kept, strict=True) if what.news == "rejected"]
    for order, what in refused:
        fields = [problem.field for problem in what.problems[:20]]
        structlog.get_logger().warning(
            "order.refused", account=account, order=str(order.id)[:200], fields=fields
        )
    return len(refused)
