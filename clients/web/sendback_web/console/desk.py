"""The service as the console calls it: with a shop's key, for the person at the desk, in their language."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sendback_client import AsyncClient

from sendback_web.console.staff import Staff
from sendback_web.service import Metadata, pieces
from sendback_web.settings import Settings

if TYPE_CHECKING:
    from sendback.v1.carrier_service_pb2_grpc import CarrierServiceAsyncStub
    from sendback.v1.event_service_pb2_grpc import EventServiceAsyncStub
    from sendback.v1.label_service_pb2_grpc import LabelServiceAsyncStub
    from sendback.v1.merchant_service_pb2_grpc import MerchantServiceAsyncStub
    from sendback.v1.order_service_pb2_grpc import OrderServiceAsyncStub
    from sendback.v1.returns_service_pb2_grpc import ReturnsServiceAsyncStub

_SECONDS = 15.0
OPERATOR = ""


class Desk:
    """The services, each call with the acting person and the language."""

    returns: "ReturnsServiceAsyncStub"
    labels: "LabelServiceAsyncStub"
    orders: "OrderServiceAsyncStub"
    merchants: "MerchantServiceAsyncStub"
    carriers: "CarrierServiceAsyncStub"
    events: "EventServiceAsyncStub"

    def __init__(self, client: AsyncClient, actor: str, language: str) -> None:
        metadata: Metadata = [("actor", actor), ("accept-language", language)]
        for name in ("returns", "labels", "orders", "merchants", "carriers", "events"):
            setattr(self, name, _Service(getattr(client, name), metadata))


class _Service:
    def __init__(self, stub: Any, metadata: Metadata) -> None:
        self._stub = stub
        self._metadata = metadata

    def __getattr__(self, rpc: str) -> Any:
        return partial(getattr(self._stub, rpc), metadata=self._metadata)


@dataclass(frozen=True, slots=True)
class Document:
    """A streamed document, whole."""

    media_type: str
    content: bytes


async def document(stream: Any) -> Document:
    media_type, parts = "", []
    async for piece in pieces(stream):
        media_type = media_type or piece.media_type
        parts.append(piece.data)
    return Document(media_type, b"".join(parts))


@asynccontextmanager
async def clients(settings: Settings, staff: Staff) -> AsyncIterator[Mapping[str, AsyncClient]]:
    """A client for each shop's key by the shop's name, and the operator's where there is one."""
    keys = {name: shop.key for name, shop in staff.shops.items()}
    if staff.operator_key is not None:
        keys[OPERATOR] = staff.operator_key
    async with AsyncExitStack() as stack:
        made = {}
        for name, key in keys.items():
            client = AsyncClient(
                settings.target, key=key.get_secret_value(), tls=settings.trust, timeout=_SECONDS
            )
            made[name] = await stack.enter_async_context(client)
        yield made
