"""From the code on the slip to credit in the shop's own books, on a real server and worker, with an order that only the
shop had."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sendback.v1 import (
    carrier_service_pb2,
    label_service_pb2,
    order_pb2,
    order_service_pb2,
    policy_pb2,
    return_pb2,
)
from sendback_client import SendbackError
from sendback_sdk.testing import Fault
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World
from sendback_shopify.testing import SchemaAbsent, ShopifyEmulator, a_line, admin_schema, an_order

from tests.shops import NOW, a_policy, accept

pytestmark = pytest.mark.xdist_group("shopify")

CACHE = Path(__file__).parent.parent / "build" / "shopify"
CREDIT = policy_pb2.CreditTerms(enabled=True)
CALLS = ["CreateReturn", "CreateDelivery", "Refund", "ProcessReturn", "CloseReturn"]
_ACCOUNT = """
[accounts.maison]
plugin = "shopify"
merchant = "{merchant}"
[accounts.maison.settings]
shop = "{shop}"
token = "env:SHOP_TOKEN"
webhook_secret = "env:SHOP_WEBHOOK_SECRET"
api_root = "{api_root}"
restock_location = "88"
"""


@pytest.fixture(scope="module")
def practice() -> Iterator[ShopifyEmulator]:
    try:
        schema = admin_schema(CACHE)
    except SchemaAbsent as absent:
        pytest.skip(str(absent))
    with ShopifyEmulator(schema) as emulator:
        emulator.shop.add(an_order("1001", lines=[a_line("1", quantity=2, unit="25.00")]))
        yield emulator


@pytest.fixture(scope="module")
def scanned(practice: ShopifyEmulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    secrets = {
        "SHOP_TOKEN": practice.settings["token"],
        "SHOP_WEBHOOK_SECRET": practice.settings["webhook_secret"],
    }
    with World(tmp_path_factory.mktemp("scan"), environment=secrets) as world:
        world.set_clock(NOW)
        yield world


def connected(world: World, practice: ShopifyEmulator) -> Shop:
    """A merchant whose only orders are those of its shop; the configuration is followed as it is written."""
    shop = world.open_shop("Maison", "maison", a_policy(credit=CREDIT), [])
    settings = practice.settings
    with world.installation.file.open("a") as file:
        file.write(_ACCOUNT.format(merchant=shop.id, shop=settings["shop"], api_root=settings["api_root"]))
    return replace(shop, orders={"#1001": order_pb2.Order(external_id="1001", number="#1001")})


def soon(what: str, look: Callable[[], Any]) -> Any:
    until = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < until, f"{what} did not come about"
        time.sleep(0.1)
    return found


def here(shop: Shop) -> bool:
    try:
        shop.client.orders.GetOrder(order_service_pb2.GetOrderRequest(order_id="1001"))
    except SendbackError:
        return False
    return True


def test_from_the_code_on_the_slip_to_credit_in_the_shop(scanned: World, practice: ShopifyEmulator) -> None:
    """The shop is too busy for the first call of every kind."""
    for call in CALLS:
        practice.fail(Fault.THROTTLED, about=f"mutation {call}(")
    shop = connected(scanned, practice)
    soon("the order", lambda: here(shop))
    buyer = Buyer(scanned, shop, "#1001")
    made = buyer.confirm({"1": 2}, buyer.estimate({"1": 2}, "STORE_CREDIT"))
    purchased = return_pb2.LabelStatus.PURCHASED
    found = scanned.until(shop, made.id, "a label", lambda r: r.parcels[0].label == purchased, 60)
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(
            parcel_id=found.parcels[0].id, transit=return_pb2.Transit.HANDED_OVER
        )
    )
    settled = return_pb2.SettlementStatus.SETTLED
    paid = scanned.until(shop, made.id, "credit", lambda r: [s.state for s in r.settlements] == [settled], 60)
    accept(shop.client, paid)
    soon("the end in the shop's books", lambda: [r["status"] for r in practice.shop.returns()] == ["CLOSED"])
    assert practice.payments == 1
    assert not practice._faults
    [refund] = practice.shop.orders["gid://shopify/Order/1001"]["refunds"]
    assert refund["id"].endswith("/" + paid.settlements[0].provider_reference)
    [account] = [a for a in accounts(scanned) if a.name == "maison"]
    assert account.synchronisation.merchant_id == shop.id
    assert account.synchronisation.orders >= 1
    assert account.synchronisation.failure == ""
    soon("a clean audit", lambda: _clean(scanned))


def accounts(world: World) -> list[carrier_service_pb2.Account]:
    return list(world.operator.carriers.ListAccounts(carrier_service_pb2.ListAccountsRequest()).accounts)


def _clean(world: World) -> bool:
    """Raises where the audit finds anything."""
    return "mirror" in world.installation.run("audit", "--json", "--grace", "30")
