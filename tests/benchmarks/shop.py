"""A merchant with orders to return from and a portal for its buyers, set up by RPC as anybody would."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from google.type.money_pb2 import Money
from sendback.v1 import (
    address_pb2,
    label_service_pb2,
    merchant_pb2,
    merchant_service_pb2,
    order_pb2,
    order_service_pb2,
    portal_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import Client

UNITS = 4
LINES = 3
Metadata = tuple[tuple[str, str], ...]

_ADDRESS = {
    "name": "B",
    "street": "2 rue",
    "postal_code": "75001",
    "city": "Paris",
    "region_code": "FR",
}
_SCOPES = (
    "returns.read",
    "returns.write",
    "labels.write",
    "orders.read",
    "orders.write",
    "settings.write",
    "events.read",
)


@dataclass(frozen=True, slots=True)
class Shop:
    key: str
    portal_key: str
    session: str
    orders: int
    names: str = "order"

    def create_requests(self, first: int, count: int) -> list[bytes]:
        """Each returns one unit of each line of some order; `UNITS` of them take all that an order has."""
        return [
            returns_service_pb2.CreateReturnRequest(
                order_id=f"{self.names}-{number % self.orders}",
                items=_items(),
                request_id=f"{self.names}-{number}",
            ).SerializeToString()
            for number in range(first, first + count)
        ]

    def label_requests(self, first: int, count: int) -> list[bytes]:
        return [
            label_service_pb2.CreateLabelRequest(
                sender=address_pb2.Address(**_ADDRESS), weight_grams=500, request_id=f"label-{number}"
            ).SerializeToString()
            for number in range(first, first + count)
        ]

    def estimate_request(self) -> bytes:
        return portal_service_pb2.EstimateReturnRequest(
            session_token=self.session, items=_items(), outcome=return_pb2.Outcome.REFUND
        ).SerializeToString()

    def authorization(self, *, portal: bool = False) -> Metadata:
        return (("authorization", f"Bearer {self.portal_key if portal else self.key}"),)


def _items() -> list[return_pb2.ReturnItem]:
    return [return_pb2.ReturnItem(order_line_id=str(n), quantity=1) for n in range(LINES)]


def set_up(target: str, operator_key: str, orders: int) -> Shop:
    """The last order is nobody's but the buyer's who looks at estimates."""
    with Client(target, key=operator_key) as operator:
        merchant = operator.merchants.CreateMerchant(
            merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name="Bench"))
        )
        operator.merchants.SetEntitlement(
            merchant_service_pb2.SetEntitlementRequest(merchant_id=merchant.id, entitled=True)
        )
        own = merchant_pb2.AccessKey(
            kind=merchant_pb2.AccessKey.MERCHANT, merchant_id=merchant.id, scopes=_SCOPES
        )
        key, portal_key = (
            operator.merchants.CreateAccessKey(
                merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
            ).secret
            for wanted in (own, merchant_pb2.AccessKey(kind=merchant_pb2.AccessKey.PORTAL))
        )
    with Client(target, key=key) as client:
        _furnish(client, orders + 1)
    return Shop(key, portal_key, _session(target, portal_key, orders), orders)


def more_orders(target: str, shop: Shop, count: int) -> Shop:
    """The same shop with new orders, which its next returns are made of."""
    with Client(target, key=shop.key) as client:
        taken = client.orders.ImportOrders(_orders(count, "later"))
    if taken.created != count:
        raise SystemExit(f"{taken.created} of {count} orders were taken: {taken.rejected[:1]}")
    return replace(shop, orders=count, names="later")


def _furnish(client: Client, orders: int) -> None:
    client.merchants.CreateWarehouse(merchant_service_pb2.CreateWarehouseRequest(warehouse=_warehouse()))
    settings = merchant_pb2.PortalSettings(
        status=merchant_pb2.PortalStatus.ACTIVE, slug="bench", default_language_code="en"
    )
    client.merchants.UpdatePortalSettings(merchant_service_pb2.UpdatePortalSettingsRequest(settings=settings))
    taken = client.orders.ImportOrders(_orders(orders))
    if taken.created != orders:
        raise SystemExit(f"{taken.created} of {orders} orders were taken: {taken.rejected[:1]}")


def _session(target: str, portal_key: str, number: int) -> str:
    with Client(target, key=portal_key) as portal:
        who = portal_service_pb2.OrderCredential(number=f"#{number}", email_or_postal_code="75001")
        return portal.portal.StartSession(
            portal_service_pb2.StartSessionRequest(slug="bench", order=who)
        ).session_token


def _warehouse() -> merchant_pb2.Warehouse:
    return merchant_pb2.Warehouse(
        address={"street": "1 quai", "postal_code": "69001", "city": "Lyon", "region_code": "FR"}
    )


def _orders(count: int, names: str = "order") -> Iterator[order_service_pb2.ImportOrdersRequest]:
    for number in range(count):
        order = order_pb2.Order(
            external_id=f"{names}-{number}",
            number=f"#{number}" if names == "order" else f"#{names}-{number}",
            currency_code="EUR",
            email="buyer@example.com",
            ship_to=_ADDRESS,
            payments=[order_pb2.Payment(id="pay", captured=Money(currency_code="EUR", units=1000))],
        )
        order.place_time.GetCurrentTime()
        fulfilment = order.fulfilments.add(id="f")
        for line in range(LINES):
            price = Money(currency_code="EUR", units=80)
            order.lines.add(id=str(line), title=f"Article {line}", quantity=UNITS, price=price)
            fulfilment.lines.add(line_id=str(line), quantity=UNITS)
        yield order_service_pb2.ImportOrdersRequest(order=order)
