"""Shops and orders with defaults: a test says only what matters to it."""

import hashlib
import io
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from sendback.v1 import (
    document_pb2,
    image_pb2,
    merchant_pb2,
    merchant_service_pb2,
    order_pb2,
    policy_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback.v1.address_pb2 import Address
from sendback_client import Client, money
from sendback_client.papers import Paper
from sendback_service.demo.installation import Installation
from sendback_service.demo.world import Shop, World

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WINDOW = policy_pb2.ReturnWindow(days=30, time_zone="Europe/Paris")
FLAT_FEE = policy_pb2.LabelTerms(policy=policy_pb2.LabelPolicy.FLAT_FEE, fees=[money(500, "EUR")])


def a_policy(**changes: Any) -> policy_pb2.Policy:
    return policy_pb2.Policy(**{"window": WINDOW, **changes})


def a_shop(world: World, name: str, *orders: order_pb2.Order, **policy: Any) -> Shop:
    slug = "s" + hashlib.sha256(f"{name}{id(world)}".encode()).hexdigest()[:20]
    return world.open_shop("Boutique", slug, a_policy(**policy), list(orders) or [an_order()])


def a_merchant_key(installation: Installation) -> str:
    """Of a new merchant with a warehouse, on an installation without a world: for labels and events."""
    with Client(installation.target, key=installation.operator_key) as operator:
        merchants = operator.merchants
        shop = merchants.CreateMerchant(
            merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name="S"))
        )
        warehouse = merchant_pb2.Warehouse(address=an_address(name="Lager"))
        merchants.CreateWarehouse(
            merchant_service_pb2.CreateWarehouseRequest(merchant_id=shop.id, warehouse=warehouse)
        )
        wanted = merchant_pb2.AccessKey(
            kind="MERCHANT", merchant_id=shop.id, scopes=["labels.write", "returns.read", "events.read"]
        )
        return merchants.CreateAccessKey(
            merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
        ).secret


def an_order(number: str = "#1", **changes: Any) -> order_pb2.Order:
    """Two lines: a dress for 89.00, three glasses for 10.00 together; paid, delivered eight days ago."""
    order = order_pb2.Order(
        external_id=f"ext-{number}",
        number=number,
        currency_code="EUR",
        email=f"buyer{number.strip('#')}@example.com",
        language_code="fr",
        ship_to=an_address(),
        lines=[
            order_pb2.OrderLine(id="1", title="Robe", quantity=1, price=money(8900, "EUR")),
            order_pb2.OrderLine(id="2", title="Verre", quantity=3, price=money(1000, "EUR")),
        ],
    )
    order.place_time.FromDatetime(NOW - timedelta(days=12))
    for name, value in changes.items():
        field = getattr(order, name)
        if isinstance(value, list):
            del field[:]
            field.extend(value)
        elif hasattr(field, "CopyFrom"):
            field.CopyFrom(value)
        else:
            setattr(order, name, value)
    if not order.payments:
        order.payments.add(id=f"pay-{number}", captured=money(1_000_000, order.currency_code))
    if not order.fulfilments:
        sent = order.fulfilments.add(id="f1")
        for line in order.lines:
            sent.lines.add(line_id=line.id, quantity=line.quantity)
        sent.ship_time.FromDatetime(NOW - timedelta(days=10))
        sent.deliver_time.FromDatetime(NOW - timedelta(days=8))
    return order


def an_address(**changes: str) -> Address:
    parts = {"name": "Camille Martin", "street": "12 bis rue des Lilas", "postal_code": "75020"}
    return Address(**{**parts, "city": "Paris", "region_code": "FR", **changes})


def items(**quantities: int) -> list[return_pb2.ReturnItem]:
    """`items(l1=1, l2=3)`: lines by their number."""
    return [
        return_pb2.ReturnItem(order_line_id=name.removeprefix("l"), quantity=quantity)
        for name, quantity in quantities.items()
    ]


def make(client: Client, order: str = "ext-#1", **request: Any) -> return_pb2.Return:
    """A return by staff's door."""
    wanted = returns_service_pb2.CreateReturnRequest(order_id=order, **{"items": items(l1=1), **request})
    return client.returns.CreateReturn(wanted)


def get(client: Client, return_id: str) -> return_pb2.Return:
    return client.returns.GetReturn(returns_service_pb2.GetReturnRequest(return_id=return_id))


def accept(client: Client, found: return_pb2.Return, **finding: Any) -> return_pb2.Return:
    """Inspects all units of a return alike."""
    usual = {"result": "ACCEPTED", "grade": "A_RESELL", "disposition": "RESTOCK"}
    return client.returns.InspectUnits(
        returns_service_pb2.InspectUnitsRequest(
            return_id=found.id,
            findings=[
                returns_service_pb2.UnitFinding(
                    order_line_id=unit.order_line_id, unit=unit.unit, **{**usual, **finding}
                )
                for unit in found.units
            ],
        )
    )


def settings(shop: Shop, **changed: Any) -> merchant_pb2.PortalSettings:
    """Changes what is named of the portal's settings."""
    return shop.client.merchants.UpdatePortalSettings(
        merchant_service_pb2.UpdatePortalSettingsRequest(
            settings=merchant_pb2.PortalSettings(**changed), update_mask={"paths": list(changed)}
        )
    )


def brand(shop: Shop, **changed: Any) -> merchant_pb2.Brand:
    """Changes what is named of the brand."""
    return shop.client.merchants.UpdateBrand(
        merchant_service_pb2.UpdateBrandRequest(
            brand=merchant_pb2.Brand(**changed), update_mask={"paths": list(changed)}
        )
    )


def a_picture(size: tuple[int, int] = (800, 600)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    return buffer.getvalue()


def upload(shop: Shop, use: str = "LOGO", data: bytes = b"") -> image_pb2.Image:
    """In two pieces."""
    data = data or a_picture()
    pieces = (data[: len(data) // 2], data[len(data) // 2 :])
    return shop.client.merchants.UploadImage(
        merchant_service_pb2.UploadImageRequest(use=use, data=piece) for piece in pieces
    )


def happened(shop: Shop, return_id: str, last: str) -> list[str]:
    """Types of a return's events, once the last one is in the feed: it lags a little behind."""
    until = time.monotonic() + 10
    while True:
        found = [e.type for e in shop.client.watch_events(stop_at_end=True) if e.subject.id == return_id]
        if last in found or time.monotonic() > until:
            return found
        time.sleep(0.05)


def whole(pieces: Iterable[document_pb2.DocumentChunk]) -> bytes:
    """A streamed document, put together and checked."""
    with TemporaryDirectory() as folder, Paper(folder, "document") as paper:
        for piece in pieces:
            paper.add(piece)
        return paper.save().read_bytes()
