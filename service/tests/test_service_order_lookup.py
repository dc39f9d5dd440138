"""A buyer whose order is not here yet signs in all the same; a stranger learns nothing by trying."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sendback_sdk import Declined, Misconfigured, TryLater
from sendback_service import buyers as buyers_module
from sendback_service.access import CLOSED, Doorkeeper
from sendback_service.buyer_holdings import Buyer
from sendback_service.buyers import Buyers, SignedIn
from sendback_service.call import Call
from sendback_service.erasures import ErasureRequest, Erasures
from sendback_service.host import Host
from sendback_service.order_lookup import OrderLookup
from sendback_service.orders import Orders
from sendback_service.parties import Account
from sendback_service.plugin_lookups import Lookups
from sendback_service.rate_limit import RateLimit
from sendback_service.refusal import Reason, Refusal
from sendback_service.shop_news import ShopNews
from sendback_service.shops import Portal, PortalStatus, Shops
from sendback_service.shops import Shop as Merchant
from sendback_service.sign_ins import SignIns
from sendback_service.store import Database, opened
from sendback_service.store.tables import MerchantRow, OrderRow
from sqlmodel import select

from service.tests.effects.world import MERCHANT, STAFF, START, HandClock
from service.tests.test_service_shop_news import INVALID, SOLD, Shop
from tests.databases import Databases

EMAIL = "buyer@example.org"


class OpenPortal:
    async def by_slug(self, _slug: str) -> Merchant:
        return Merchant(MERCHANT, "Shop", True, 1, START, Portal(PortalStatus.ACTIVE, "shop"))


class Shopkeeping:
    """A host with these shops."""

    def __init__(self, *shops: Any) -> None:
        self.shops = {f"shop{number}": shop for number, shop in enumerate(shops)}

    def shops_of(self, merchant_id: str) -> dict[str, Any]:
        return self.shops if merchant_id == MERCHANT else {}


@pytest.fixture
def database(sqlite: Databases) -> Iterator[Database]:
    made = opened(sqlite.migrated(), HandClock())
    made.transact(lambda tx: tx.session.add(MerchantRow(id=MERCHANT, name="Shop")), STAFF)
    yield made
    made.shut()


@pytest.fixture
def orders(database: Database) -> Orders:
    return Orders(database, Shops(database), Doorkeeper([b"secret"]), "https://portal.example")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buyers_module, "_ANSWER_SECONDS", 0.0)
    monkeypatch.setattr(buyers_module, "_ANSWER_SECONDS_WITH_SHOP", 0.3)


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.has = SOLD
    return made


def portal(database: Database, orders: Orders, *shops: Any, most: int = 60) -> Buyers:
    host: Any = Shopkeeping(*shops)
    doors: Any = OpenPortal()
    lookups = Lookups(seconds=0.2)
    lookup = OrderLookup(host, lookups, ShopNews(database, lookups, orders), RateLimit(most, 60.0))
    sign_ins = SignIns(database, HandClock(), b"secret")
    return Buyers(database, doors, Doorkeeper([b"secret"]), HandClock(), lookup, sign_ins)


def sign_in(buyers: Buyers, number: str = "1001", proof: str = EMAIL) -> SignedIn:
    return asyncio.run(buyers.sign_in_by_order("shop", number, proof, "fr"))


def refused(buyers: Buyers, number: str = "1001", proof: str = EMAIL) -> tuple[Reason, dict[str, str], float]:
    began = time.monotonic()
    with pytest.raises(Refusal) as no:
        sign_in(buyers, number, proof)
    return no.value.reason, no.value.metadata, time.monotonic() - began


def kept(database: Database) -> list[OrderRow]:
    return list(database.look(lambda tx: tx.session.exec(select(OrderRow)).all()))


@pytest.mark.parametrize("proof", [EMAIL, " BUYER@example.org", "75002"])
def test_an_order_that_only_the_shop_has(database: Database, orders: Orders, shop: Shop, proof: str) -> None:
    made = portal(database, orders, shop)
    first = sign_in(made, "#1001", proof)
    assert [row.id for row in kept(database)] == [first.session.order_id]
    shop.raises = AssertionError("what is here is not asked for")
    assert sign_in(made, "1001", proof).session.order_id == first.session.order_id


def test_an_address_of_another_domain_proves_nothing(database: Database, orders: Orders, shop: Shop) -> None:
    shop.has = replace(SOLD, email="Anna@Straße.example")
    made = portal(database, orders, shop)
    sign_in(made, proof="anna@straße.example")
    assert refused(made, proof="anna@strasse.example")[0] is Reason.SIGN_IN_FAILED


def test_of_several_shops_the_one_that_has_it(database: Database, orders: Orders, shop: Shop) -> None:
    broken, empty = Shop(), Shop()
    broken.raises = Misconfigured("no token")
    assert sign_in(portal(database, orders, broken, empty, shop)).session.order_id == kept(database)[0].id


def test_strangers_learn_nothing(database: Database, orders: Orders, shop: Shop) -> None:
    """Not here and not there, only there, and here: the same answer after the same time, and nothing is fetched."""
    nowhere = refused(portal(database, orders, Shop()))
    there = refused(portal(database, orders, shop), proof="stranger@example.org")
    assert kept(database) == []
    sign_in(portal(database, orders, shop))
    here = refused(portal(database, orders, shop), proof="stranger@example.org")
    assert {answer[0] for answer in (nowhere, there, here)} == {Reason.SIGN_IN_FAILED}
    assert nowhere[1] == there[1] == here[1] == {}
    assert all(answer[2] >= 0.3 for answer in (nowhere, there, here))


@pytest.mark.parametrize(
    "raises", [Declined("no"), TryLater(after=3), Misconfigured("no token"), KeyError("x")]
)
def test_a_shop_in_trouble_is_one_without_the_order(
    database: Database, orders: Orders, shop: Shop, raises: Exception
) -> None:
    shop.raises = raises
    assert refused(portal(database, orders, shop))[:2] == (Reason.SIGN_IN_FAILED, {})


@pytest.mark.parametrize(
    "has", ["an order", replace(SOLD, number="1002"), replace(SOLD, email=None), replace(INVALID, id="x1")]
)
def test_an_answer_that_does_not_fit_lets_nobody_in(
    database: Database, orders: Orders, shop: Shop, has: Any
) -> None:
    shop.has = has
    assert refused(portal(database, orders, shop))[0] is Reason.SIGN_IN_FAILED
    assert kept(database) == []


def test_a_buyer_who_was_erased_stays_so(database: Database, orders: Orders, shop: Shop) -> None:
    sign_in(portal(database, orders, shop))
    call = Call("EraseBuyerData", MERCHANT, "somebody")
    asyncio.run(Erasures(database).erase(call, ErasureRequest(Buyer(email=EMAIL))))
    assert refused(portal(database, orders, shop))[0] is Reason.SIGN_IN_FAILED
    assert [row.access_revision for row in kept(database)] == [CLOSED]


def test_shops_are_asked_so_often_and_no_more(database: Database, orders: Orders, shop: Shop) -> None:
    made = portal(database, orders, shop, most=1)
    assert refused(made, proof="stranger@example.org")[0] is Reason.SIGN_IN_FAILED
    assert refused(made)[0] is Reason.SIGN_IN_FAILED
    assert kept(database) == []


def test_guesses_at_one_order_are_limited_before_any_shop_is_asked(
    database: Database, orders: Orders, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buyers_module, "_ANSWER_SECONDS_WITH_SHOP", 0.0)
    made = portal(database, orders, shop)
    reasons = [refused(made, proof="stranger@example.org")[0] for _ in range(11)]
    assert reasons == [Reason.SIGN_IN_FAILED] * 10 + [Reason.RATE_LIMITED]


def test_a_merchants_shops_are_its_own_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account of the configuration is a merchant's where it says so; one that cannot be made is nobody's."""
    monkeypatch.setenv("SHOP_TOKEN", "a token")
    settings = {"shop": "maison.myshopify.com", "token": "env:SHOP_TOKEN"}
    mine = Account(plugin="shopify", settings=settings, merchant=MERCHANT)
    broken = Account(plugin="shopify", settings={}, merchant=MERCHANT)
    host = Host({"mine": mine, "all": Account(plugin="shopify", settings=settings), "broken": broken})
    assert [host.merchant_of(name) for name in ("mine", "all", "gone")] == [MERCHANT, "", ""]
    assert list(host.shops_of(MERCHANT)) == ["mine"]
    assert (host.shops_of(""), host.shops_of("mer_2")) == ({}, {})
