"""A merchant with orders to return from, set up by RPC as anybody would."""

from collections.abc import Iterator
from dataclasses import dataclass

import grpc
from google.type.money_pb2 import Money
from sendback.v1 import (
    merchant_pb2,
    merchant_service_pb2,
    merchant_service_pb2_grpc,
    order_pb2,
    order_service_pb2,
    order_service_pb2_grpc,
    return_pb2,
    returns_service_pb2,
)

UNITS = 4
LINES = 3


@dataclass(frozen=True, slots=True)
class Shop:
    key: str
    orders: int

    def create_requests(self, first: int, count: int) -> list[bytes]:
        """Each returns one unit of each line of some order; `UNITS` of them take all that an order has."""
        items = [return_pb2.ReturnItem(order_line_id=str(n), quantity=1) for n in range(LINES)]
        return [
            returns_service_pb2.CreateReturnRequest(
                order_id=f"order-{number % self.orders}", items=items, request_id=f"bench-{number}"
            ).SerializeToString()
            for number in range(first, first + count)
        ]


def set_up(target: str, operator_key: str, orders: int) -> Shop:
    with grpc.insecure_channel(target) as channel:
        operator = (("authorization", f"Bearer {operator_key}"),)
        merchants = merchant_service_pb2_grpc.MerchantServiceStub(channel)
        merchant = merchants.CreateMerchant(
            merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name="Bench")),
            metadata=operator,
        )
        wanted = merchant_pb2.AccessKey(
            kind=merchant_pb2.AccessKey.MERCHANT,
            merchant_id=merchant.id,
            scopes=["returns.read", "returns.write", "orders.write", "settings.write"],
        )
        key = merchants.CreateAccessKey(
            merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted), metadata=operator
        ).secret
        own = (("authorization", f"Bearer {key}"),)
        merchants.CreateWarehouse(
            merchant_service_pb2.CreateWarehouseRequest(warehouse=_warehouse()), metadata=own
        )
        taken = order_service_pb2_grpc.OrderServiceStub(channel).ImportOrders(_orders(orders), metadata=own)
        if taken.created != orders:
            raise SystemExit(f"{taken.created} of {orders} orders were taken: {taken.rejected[:1]}")
    return Shop(key, orders)


def _warehouse() -> merchant_pb2.Warehouse:
    return merchant_pb2.Warehouse(
        address={"street": "1 quai", "postal_code": "69001", "city": "Lyon", "region_code": "FR"}
    )


def _orders(count: int) -> Iterator[order_service_pb2.ImportOrdersRequest]:
    for number in range(count):
        order = order_pb2.Order(
            external_id=f"order-{number}",
            number=f"#{number}",
            currency_code="EUR",
            email="buyer@example.com",
            ship_to={
                "name": "B",
                "street": "2 rue",
                "postal_code": "75001",
                "city": "Paris",
                "region_code": "FR",
            },
            payments=[order_pb2.Payment(id="pay", captured=Money(currency_code="EUR", units=1000))],
        )
        order.place_time.GetCurrentTime()
        fulfilment = order.fulfilments.add(id="f")
        for line in range(LINES):
            price = Money(currency_code="EUR", units=80)
            order.lines.add(id=str(line), title=f"Article {line}", quantity=UNITS, price=price)
            fulfilment.lines.add(line_id=str(line), quantity=UNITS)
        yield order_service_pb2.ImportOrdersRequest(order=order)
