"""Shops tell of orders and of what buyers ask by law: kept, erased, or put before staff; never lost, never twice."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sendback_sdk import (
    Declined,
    Order,
    OrderChange,
    OrderQuery,
    Payment,
    PrivacyKind,
    PrivacyRequest,
    TryLater,
    WebhookRequest,
)
from sendback_service import credit
from sendback_service.access import Doorkeeper
from sendback_service.credit import Holder
from sendback_service.erasures import Erasures
from sendback_service.kept_orders import KeptOrder
from sendback_service.orders import Orders
from sendback_service.parcels import Parcels
from sendback_service.plugin_lookups import Lookups
from sendback_service.privacy_news import PrivacyNews
from sendback_service.refund_news import RefundNews
from sendback_service.refusal import Reason, Refusal
from sendback_service.shop_news import ShopNews
from sendback_service.shops import Shops
from sendback_service.store import Database, opened
from sendback_service.store.tables import EventRow, MerchantRow, WebhookRow, WorkItemRow
from sendback_service.streams import Streams
from sendback_service.webhooks import Heard, Webhooks
from sqlmodel import select

from service.tests.effects.parties import Bank
from service.tests.effects.world import MERCHANT, ORDER, STAFF, START, HandClock
from tests.databases import Databases

SOLD = replace(ORDER, id="x1", placed_time=START - timedelta(days=1))
REFUNDED = replace(SOLD, payments=(Payment("payment_1", 5000, 2000, refund_references=("r9",)),))
INVALID = replace(SOLD, id="x2", currency="no currency")
ERASE = PrivacyRequest(PrivacyKind.ERASE_BUYER, "k1", ("buyer@example.org",), ("customer_1",), ("x1",))


class Shop(Bank):
    """A shop that tells what it `says`, and shows the order that it `has`; `raises` instead of showing it."""

    id = "shop"

    def __init__(self) -> None:
        super().__init__()
        self.says: list[Any] = []
        self.has: Any = None
        self.raises: Exception | None = None

    def hear(self, _request: WebhookRequest) -> list[Any]:
        return self.says

    def find_order(self, query: OrderQuery) -> Order | None:
        assert query.number.lstrip("#") == "1001"
        if self.raises is not None:
            raise self.raises
        return self.has  # type: ignore[no-any-return]


class OneShop:
    """A host with one shop, of whatever merchant."""

    def __init__(self, shop: Shop, merchant_id: str = MERCHANT) -> None:
        self._shop = shop
        self.merchant_id = merchant_id

    def plugin(self, _name: str) -> Shop:
        return self._shop

    def merchant_of(self, _name: str) -> str:
        return self.merchant_id


@pytest.fixture
def database(sqlite: Databases) -> Iterator[Database]:
    made = opened(sqlite.migrated(), HandClock())
    made.transact(lambda tx: tx.session.add(MerchantRow(id=MERCHANT, name="Shop")), STAFF)
    yield made
    made.shut()


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def host(shop: Shop) -> OneShop:
    return OneShop(shop)


@pytest.fixture
def orders(database: Database) -> Orders:
    return Orders(database, Shops(database), Doorkeeper([b"secret"]), "https://portal.example")


@pytest.fixture
def webhooks(database: Database, host: Any, orders: Orders) -> Webhooks:
    lookups = Lookups()
    return Webhooks(
        database,
        host,
        lookups,
        Parcels(database, Shops(database), Streams()),
        RefundNews(database, "shop"),
        ShopNews(database, lookups, orders),
        PrivacyNews(database, Erasures(database)),
    )


def deliver(webhooks: Webhooks, shop: Shop, *says: Any, body: bytes = b"1") -> Heard:
    shop.says = list(says)
    return asyncio.run(webhooks.deliver("shop", WebhookRequest((), body, START)))


def kept(orders: Orders) -> KeptOrder:
    return asyncio.run(orders.get(MERCHANT, "x1"))


def remembered(database: Database) -> int:
    return len(database.look(lambda tx: tx.session.exec(select(WebhookRow)).all()))


def work(database: Database) -> list[str]:
    return database.look(lambda tx: sorted(tx.session.exec(select(WorkItemRow.kind))))


def events(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))


def test_an_order_that_changed_is_read_anew_and_kept(webhooks: Webhooks, shop: Shop, orders: Orders) -> None:
    """What the shop shows now is later than what was told."""
    shop.has = REFUNDED
    assert deliver(webhooks, shop, OrderChange(SOLD)) == Heard(1, 1)
    assert kept(orders).order.payments == tuple(replace(p, account="shop") for p in REFUNDED.payments)
    assert deliver(webhooks, shop, OrderChange(SOLD)) == Heard(1, 1)
    assert deliver(webhooks, shop, OrderChange(SOLD), body=b"2") == Heard(1, 0)
    assert kept(orders).version == 1


@pytest.mark.parametrize("has", [None, replace(SOLD, id="another")])
def test_one_that_is_not_found_is_kept_as_told(
    webhooks: Webhooks, shop: Shop, orders: Orders, has: Any
) -> None:
    shop.has = has
    assert deliver(webhooks, shop, OrderChange(SOLD)).applied == 1
    shop.raises = Declined("no such order")
    assert deliver(webhooks, shop, OrderChange(REFUNDED), body=b"2").applied == 1
    assert kept(orders).version == 2


def test_a_busy_shop_is_come_back_to(webhooks: Webhooks, shop: Shop, database: Database) -> None:
    shop.raises = TryLater(after=3)
    with pytest.raises(Refusal) as refused:
        deliver(webhooks, shop, OrderChange(SOLD))
    assert refused.value.reason is Reason.ACCOUNT_SILENT
    assert remembered(database) == 0
    shop.raises, shop.has = None, SOLD
    assert deliver(webhooks, shop, OrderChange(SOLD)).applied == 1


def test_one_that_cannot_be_kept_holds_up_no_other_and_is_for_people(
    webhooks: Webhooks, shop: Shop, database: Database
) -> None:
    heard = deliver(webhooks, shop, OrderChange(INVALID), OrderChange(SOLD))
    assert heard == Heard(2, 1)
    assert work(database) == ["order.invalid"]
    assert remembered(database) == 0
    assert deliver(webhooks, shop, OrderChange(replace(INVALID, currency="EUR"))) == Heard(1, 1)
    assert remembered(database) == 1


def test_many_at_once_are_kept_as_told(webhooks: Webhooks, shop: Shop) -> None:
    shop.raises = AssertionError("nobody reads so many anew")
    many = [OrderChange(replace(SOLD, id=f"x{number}")) for number in range(51)]
    assert deliver(webhooks, shop, *many) == Heard(51, 51)


def test_an_account_that_is_nobodys_tells_of_nobodys_orders(
    webhooks: Webhooks, shop: Shop, host: OneShop, database: Database
) -> None:
    host.merchant_id = ""
    for news in (OrderChange(SOLD), ERASE):
        with pytest.raises(Refusal) as refused:
            deliver(webhooks, shop, news)
        assert refused.value.reason is Reason.ACCOUNT_SILENT
        assert refused.value.retry_after
    assert (events(database), remembered(database)) == ([], 0)


def test_a_buyer_is_erased_once(webhooks: Webhooks, shop: Shop, orders: Orders, database: Database) -> None:
    deliver(webhooks, shop, OrderChange(SOLD))
    assert deliver(webhooks, shop, ERASE, body=b"2") == Heard(1, 1)
    assert kept(orders).order.email == ""
    assert work(database) == []
    before = events(database)
    assert deliver(webhooks, shop, ERASE, body=b"3") == Heard(1, 0)
    assert events(database) == before
    deliver(webhooks, shop, OrderChange(REFUNDED), body=b"4")
    assert kept(orders).order.email == ""


def test_erasure_waits_for_what_is_open_and_staff_are_told(
    webhooks: Webhooks, shop: Shop, orders: Orders, database: Database
) -> None:
    deliver(webhooks, shop, OrderChange(SOLD))
    holder = Holder(MERCHANT, "customer_1", "EUR")
    database.transact(lambda tx: credit.give(tx, holder, 100, "gift", None), STAFF)
    assert deliver(webhooks, shop, ERASE, body=b"2").applied == 1
    assert kept(orders).order.email == "buyer@example.org"
    assert work(database) == ["privacy.erase"]
    assert "buyer.erasure_deferred" in events(database)


def test_an_order_of_somebody_who_is_not_found_by_name_is_for_people(
    webhooks: Webhooks, shop: Shop, database: Database
) -> None:
    deliver(webhooks, shop, OrderChange(replace(SOLD, email="", customer_id="")))
    deliver(webhooks, shop, ERASE, body=b"2")
    assert work(database) == ["privacy.erase"]


@pytest.mark.parametrize("kind", [PrivacyKind.TELL_BUYER, PrivacyKind.ERASE_SHOP])
def test_other_requests_are_for_people_each_by_itself(
    webhooks: Webhooks, shop: Shop, orders: Orders, database: Database, kind: PrivacyKind
) -> None:
    deliver(webhooks, shop, OrderChange(SOLD))
    asked = replace(ERASE, kind=kind)
    heard = deliver(webhooks, shop, asked, asked, replace(asked, key="k2"), body=b"2")
    assert heard == Heard(3, 2)
    assert len(work(database)) == 2
    assert kept(orders).order.email == "buyer@example.org"
    told = database.look(
        lambda tx: tx.session.exec(select(EventRow).where(EventRow.type == "buyer.asked")).all()
    )
    assert {event.attributes["order_ids"] for event in told} == {kept(orders).id}


@pytest.mark.parametrize(
    "nonsense",
    [
        OrderChange("an order"),  # type: ignore[arg-type]
        replace(ERASE, key=""),
        replace(ERASE, emails="buyer@example.org"),  # type: ignore[arg-type]
        replace(ERASE, emails=("a@b.c",) * 21),
    ],
)
def test_nonsense_is_refused_whole(webhooks: Webhooks, shop: Shop, database: Database, nonsense: Any) -> None:
    with pytest.raises(Refusal) as refused:
        deliver(webhooks, shop, OrderChange(SOLD), nonsense)
    assert refused.value.reason is Reason.ACCOUNT_SILENT
    assert events(database) == []
