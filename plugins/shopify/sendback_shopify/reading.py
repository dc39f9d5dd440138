"""Orders read from the shop: found by number, listed by change."""

from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, ValidationError
from sendback_sdk import Declined, Order, OrderPage
from sendback_sdk.plugin import Log

from sendback_shopify import documents
from sendback_shopify.admin import Admin
from sendback_shopify.amounts import Unreadable
from sendback_shopify.answers import Answer, Nodes, Page
from sendback_shopify.facts import OrderFacts
from sendback_shopify.gid import gid
from sendback_shopify.orders import order
from sendback_shopify.paging import LISTED, READ, complete, followed

_LONGEST_NUMBER = 64


class _Named(Answer):
    id: str
    name: str


class _Shop(Answer):
    order_number_format_prefix: str | None = None
    order_number_format_suffix: str | None = None


class _Candidates(Answer):
    shop: _Shop
    orders: Nodes[_Named]


class _One(Answer):
    order: dict[str, Any] | None


class _Listed(Answer):
    """Orders as they came: one that cannot be read must not spoil its page."""

    orders: Page[dict[str, Any]]


class _Changed(Answer):
    updated_at: AwareDatetime


class Orders:
    def __init__(self, admin: Admin, log: Log) -> None:
        self._admin, self._log = admin, log

    def find(self, number: str) -> Order | None:
        """With or without the shop's prefix and suffix. Shopify looks for words and finds more than was asked for, so
        that every find is compared."""
        bare = number.strip().removeprefix("#")
        if not bare or len(bare) > _LONGEST_NUMBER:
            return None
        found = self._candidates(f"#{bare}", bare)
        shop = found.shop
        whole = f"{shop.order_number_format_prefix or ''}{bare}{shop.order_number_format_suffix or ''}"
        wanted = {name.casefold() for name in (bare, f"#{bare}", whole)}
        ids = _equal(found, wanted)
        if not ids and whole not in (bare, f"#{bare}"):
            ids = _equal(self._candidates(whole), wanted)
        return self._read(ids[0]) if ids else None

    def read(self, id: str) -> Order | None:
        """By the last part of its gid."""
        return self._read(gid("Order", id))

    def facts(self, id: str) -> OrderFacts | None:
        return self._facts(gid("Order", id))

    def page(self, since: datetime, cursor: str) -> OrderPage:
        """Orders changed since then, the longest unchanged first. One that cannot be read is said and left out, so
        that it holds up no other."""
        query = f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"
        page = self._admin.ask(documents.ORDERS, _Listed, query=query, after=cursor or None).orders
        return OrderPage(
            orders=tuple(one for node in page.nodes if (one := self._listed(node)) is not None),
            cursor=(page.page_info.end_cursor or "") if page.page_info.has_next_page else "",
            through=max((time for node in page.nodes if (time := _changed(node))), default=None),
        )

    def _listed(self, node: dict[str, Any]) -> Order | None:
        try:
            facts = _facts(node)
            return priced(facts) if complete(facts, LISTED) else self._read(facts.id)
        except Declined as problem:
            self._log.error("shopify.order_unreadable", order=str(node.get("id"))[:64], problem=problem.text)
            return None

    def _read(self, order_gid: str) -> Order | None:
        facts = self._facts(order_gid)
        return None if facts is None else priced(facts)

    def _facts(self, order_gid: str) -> OrderFacts | None:
        node = self._admin.ask(documents.ORDER, _One, id=order_gid).order
        if node is None:
            return None
        facts = _facts(node)
        return facts if complete(facts, READ) else followed(self._admin, facts)

    def _candidates(self, *names: str) -> _Candidates:
        query = " OR ".join(f"name:{_quoted(name)}" for name in names)
        return self._admin.ask(documents.CANDIDATES, _Candidates, query=query)


def priced(facts: OrderFacts) -> Order:
    """The contract's order. `Declined` where the shop says of it what cannot be."""
    try:
        return order(facts)
    except Unreadable as problem:
        raise Declined(f"order {facts.name}: {problem}") from problem


def _facts(node: dict[str, Any]) -> OrderFacts:
    try:
        return OrderFacts.model_validate(node)
    except ValidationError as broken:
        place = ".".join(str(part) for part in broken.errors()[0]["loc"])
        raise Declined(f"order {str(node.get('name'))[:64]} cannot be read at {place}") from broken


def _changed(node: dict[str, Any]) -> datetime | None:
    try:
        return _Changed.model_validate(node).updated_at
    except ValidationError:
        return None


def _quoted(name: str) -> str:
    """A value of the search's grammar, in which quotes and backslashes mean themselves."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    return f"'{escaped}'"


def _equal(found: _Candidates, wanted: set[str]) -> list[str]:
    return [one.id for one in found.orders.nodes if one.name.casefold() in wanted]
