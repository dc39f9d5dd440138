"""A shop with one of everything, so that messages can name what is there; and keys of each kind."""

from contextlib import suppress
from dataclasses import dataclass

from sendback.v1 import event_service_pb2, merchant_pb2, merchant_service_pb2, order_service_pb2
from sendback_client import SendbackError
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World
from sendback_service.keys import KeyKind, Scope
from sendback_service.pages import token_of

from tests.shops import a_shop, an_order, make, upload

_ORDERS = 6


@dataclass(frozen=True, slots=True)
class Ground:
    shop: Shop
    keys: dict[KeyKind, str]
    known: dict[str, list[str]]


def a_ground(world: World, name: str) -> Ground:
    shop = a_shop(world, name, *(an_order(f"#{number}") for number in range(1, _ORDERS)))
    keys = {
        KeyKind.OPERATOR: world.installation.operator_key,
        KeyKind.PORTAL: key_of(world, merchant_pb2.AccessKey(kind="PORTAL")),
        KeyKind.MERCHANT: key_of(world, with_all_scopes(shop.id)),
    }
    return Ground(shop, keys, _known(world, shop))


def with_all_scopes(merchant_id: str) -> merchant_pb2.AccessKey:
    scopes = [scope.value for scope in Scope]
    return merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=merchant_id, scopes=scopes)


def key_of(world: World, wanted: merchant_pb2.AccessKey) -> str:
    request = merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
    return world.operator.merchants.CreateAccessKey(request).secret


def _known(world: World, shop: Shop) -> dict[str, list[str]]:
    made = [make(shop.client, f"ext-#{number}") for number in (1, 2, 3)]
    buyers = [Buyer(world, shop, "#1"), Buyer(world, shop, "#4")]
    settlements = [s.id for m in made for s in m.settlements]
    spare = world.operator.merchants.CreateAccessKey(
        merchant_service_pb2.CreateAccessKeyRequest(access_key=with_all_scopes(shop.id))
    )
    warehouses = shop.client.merchants.ListWarehouses(merchant_service_pb2.ListWarehousesRequest()).warehouses
    erased = shop.client.orders.EraseBuyerData(
        order_service_pb2.EraseBuyerDataRequest(email="nobody@example.com")
    )
    events = shop.client.events.ListEvents(event_service_pb2.ListEventsRequest()).events
    orders = {order.order_id for order in made} | {buyer.order.id for buyer in buyers}
    return {
        "merchant_id": [shop.id],
        "slug": [shop.slug],
        "return_id": [m.id for m in made] + [made[0].reference],
        "return_ids": [m.id for m in made],
        "linked_return_id": [made[0].id],
        "parcel_id": [m.parcels[0].id for m in made],
        "order_id": [*sorted(orders), "ext-#5"],
        "external_id": ["ext-#5", "ext-new"],
        "number": ["#1", "#5", "5"],
        "email": ["buyer1@example.com", "buyer5@example.com"],
        "email_or_postal_code": ["75020", "buyer1@example.com"],
        "order_line_id": ["1", "2"],
        "line_id": ["1", "2"],
        "settlement_id": settlements or ["set_x"],
        "access_key_id": [spare.access_key.id],
        "access_token": [buyer.scan.token for buyer in buyers],
        "session_token": [buyer.token for buyer in buyers],
        "warehouse_id": [warehouses[0].id, ""],
        "image_id": [upload(shop).id],
        "logo_image_id": [upload(shop).id],
        "erasure_id": [erased.id],
        "resume_token": [events[-1].resume_token if events else "", "9" * 20],
        "account": ["post", "bank", "mail", "own"],
        "plugin": ["local", "rehearsal", "refund"],
        "etag": ["", "", "1", "2"],
        "quote_hash": ["x"],
        "request_id": ["", "one", "two"],
        "page_token": ["", "", "x", *_forged()],
        "time_zone": ["Europe/Paris", "UTC", "Nowhere/Land"],
        "region_code": ["FR", "DE", "BE"],
        "currency_code": ["EUR"],
        "language_code": ["fr", "en", "es", "de", "it"],
    }


def _forged() -> list[str]:
    """Of the form of ours, by somebody who knows it."""
    names = (
        "returns",
        "work",
        "keys",
        "arrivals",
        "events",
        "routings",
        "deliveries",
        "credit_entries",
        "orders",
    )
    return [token_of(name, key) for name in names for key in ("", "abc", "9" * 20, "\x00", "\ud800")]


def reopen(world: World, ground: Ground) -> None:
    """What calls may have shut: the next ones are to find it open again."""
    merchants = world.operator.merchants
    settings = merchant_pb2.PortalSettings(status="ACTIVE", slug=ground.shop.slug)
    mask = {"paths": ["status", "slug"]}
    with suppress(SendbackError):
        merchants.SetEntitlement(
            merchant_service_pb2.SetEntitlementRequest(merchant_id=ground.shop.id, entitled=True)
        )
        merchants.UpdatePortalSettings(
            merchant_service_pb2.UpdatePortalSettingsRequest(
                merchant_id=ground.shop.id, settings=settings, update_mask=mask
            )
        )
    for number in ("#1", "#4"):
        with suppress(SendbackError):
            ground.known["session_token"].append(Buyer(world, ground.shop, number).token)
    del ground.known["session_token"][:-2]
