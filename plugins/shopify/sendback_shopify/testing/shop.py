"""The state of a practice shop, and how its orders are searched."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from graphql import GraphQLError

from sendback_shopify.testing.goods import Node
from sendback_shopify.testing.graph import Info

_TERM = re.compile(r"(name:|updated_at:>=)'((?:[^'\\]|\\.)*)'")


class Shop:
    """`payments` counts every movement of money or credit that really happened. `refund_status` is what payments that
    go back get; `switched_off` names scopes that the app lacks."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.orders: dict[str, Node] = {}
        self.customers: dict[str, Node] = {}
        self.payments = 0
        self.refund_status = "SUCCESS"
        self.switched_off: set[str] = set()
        self.number_format = ("#", "")
        self.keys: dict[str, tuple[str, datetime, Node]] = {}
        self._ids = count(9001)

    def add(self, order: Node) -> Node:
        self.orders[order["id"]] = order
        if order["customer"] is not None:
            customer = self.customers.setdefault(order["customer"]["id"], order["customer"])
            customer.setdefault("storeCreditAccounts", [])
        return order

    def new_id(self, kind: str) -> str:
        return f"gid://shopify/{kind}/{next(self._ids)}"

    def touch(self, order: Node) -> None:
        order["updatedAt"] = self.now()

    def now(self) -> str:
        return self.clock().replace(microsecond=0).isoformat()

    def order(self, id: str) -> Node | None:
        return self.orders.get(of_kind("Order", id))

    def search(self, query: str, sort_key: str, reverse: bool) -> list[Node]:
        """Like Shopify's index it looks for words: `1001` finds `#1001`, and `EN-1001` too."""
        terms = _TERM.findall(query)
        if not terms or _TERM.sub("", query).replace("OR", "").strip():
            raise refused("BAD_REQUEST", f"this practice shop does not understand the search {query}")
        found = [order for order in self.orders.values() if any(_matches(order, *term) for term in terms)]
        field = {"CREATED_AT": "createdAt", "UPDATED_AT": "updatedAt"}[sort_key]
        return sorted(
            found, key=lambda order: (datetime.fromisoformat(order[field]), order["id"]), reverse=reverse
        )

    def returns(self) -> Iterator[Node]:
        for order in self.orders.values():
            yield from order["returns"]


class Windows:
    """What the graph's root shows of a shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def shop(self, _: None, info: Info) -> Node:
        prefix, suffix = self._shop.number_format
        return {"orderNumberFormatPrefix": prefix, "orderNumberFormatSuffix": suffix}

    def orders(
        self, _: None, info: Info, query: str = "", sort_key: str = "", reverse: bool = False, **__: Any
    ) -> list[Node]:
        return self._shop.search(query, sort_key, reverse)

    def order(self, _: None, info: Info, id: str) -> Node | None:
        return self._shop.order(id)

    def customer(self, _: None, info: Info, id: str) -> Node | None:
        return self._shop.customers.get(of_kind("Customer", id))

    def fulfillment(self, _: None, info: Info, id: str) -> Node | None:
        return self._part("Fulfillment", "fulfillments", id)

    def refund(self, _: None, info: Info, id: str) -> Node | None:
        return self._part("Refund", "refunds", id)

    def _part(self, kind: str, field: str, id: str) -> Node | None:
        nodes = (node for order in self._shop.orders.values() for node in order[field])
        return next((node for node in nodes if node["id"] == of_kind(kind, id)), None)


def refused(code: str, message: str, **more: Any) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code, **more})


def of_kind(kind: str, id: str) -> str:
    """Shopify tells an id of another kind from one that is not there."""
    if not re.fullmatch(rf"gid://shopify/{kind}/[A-Za-z0-9_-]+", id):
        raise refused("RESOURCE_NOT_FOUND", f"Invalid id: {id}")
    return id


def _matches(order: Node, field: str, value: str) -> bool:
    value = re.sub(r"\\(.)", r"\1", value)
    if field == "updated_at:>=":
        return datetime.fromisoformat(order["updatedAt"]) >= datetime.fromisoformat(value)
    return set(_words(value)) <= set(_words(order["name"]))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
