"""What a shop tells of its orders: each is read anew, outside any transaction, and kept as a version like every other.

Refunds that others made stand among the order's payments, and count from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sendback_sdk import Declined, FindsOrders, Order, OrderChange, OrderQuery

from sendback_service.call import Call
from sendback_service.lookups import Lookups
from sendback_service.orders import Kept, Orders
from sendback_service.store import Database
from sendback_service.store.transaction import Transaction
from sendback_service.work_items import ask_staff

INVALID = "order.invalid"
# Whoever tells of more at once is believed as it is: reading them all would take longer than a webhook may.
_MOST_READ = 10
_BATCH = 50


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
        return await self.take(orders, account, call)

    async def take(self, orders: Sequence[Order], account: str, call: Call) -> Taken:
        """One that cannot be kept is said, put before staff, and holds up no other."""
        kept: list[Kept] = []
        for start in range(0, len(orders), _BATCH):
            kept += await self.orders.take(call, orders[start : start + _BATCH])
        refused = [(order, what) for order, what in zip(orders, kept, strict=True) if what.news == "rejected"]
        for order, what in refused:
            _say(account, order, what)
        if refused:
            await self.database.write(lambda tx: _ask(tx, call), call.author)
        return Taken(sum(what.news in ("created", "changed") for what in kept), not refused)

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
    named = answer is None or all(isinstance(word, str) for word in (answer.id, answer.number, answer.email))
    return "" if named else "an order without id, number or e-mail address"


def _say(account: str, order: Order, what: Kept) -> None:
    fields = [problem.field for problem in what.problems[:20]]
    structlog.get_logger().warning("order.refused", account=account, order=str(order.id)[:200], fields=fields)


def _ask(tx: Transaction, call: Call) -> None:
    ask_staff(tx, call.merchant_id, INVALID, "")
