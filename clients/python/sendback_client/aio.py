"""The client for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from sendback.v1 import event_pb2, order_pb2, order_service_pb2, return_pb2
from sendback.v1.document_pb2 import LabelDocument
from sendback.v1.event_service_pb2 import WatchEventsRequest
from sendback.v1.label_service_pb2 import GetLabelDocumentRequest
from sendback.v1.order_service_pb2 import ExportBuyerDataRequest, PrintInsertsRequest
from sendback.v1.portal_service_pb2 import PortalWatchReturnRequest
from sendback.v1.returns_service_pb2 import ExportReturnsRequest

from sendback_client.calls import (
    OPTIONS,
    Details,
    Key,
    Manner,
    Patience,
    channel_credentials,
    repeatable,
    rests,
    with_request_id,
)
from sendback_client.errors import SendbackError, error_of
from sendback_client.papers import Paper
from sendback_client.services import attach

if TYPE_CHECKING:
    from sendback.v1.carrier_service_pb2_grpc import CarrierServiceAsyncStub
    from sendback.v1.credit_service_pb2_grpc import CreditServiceAsyncStub
    from sendback.v1.event_service_pb2_grpc import EventServiceAsyncStub
    from sendback.v1.label_service_pb2_grpc import LabelServiceAsyncStub
    from sendback.v1.merchant_service_pb2_grpc import MerchantServiceAsyncStub
    from sendback.v1.message_service_pb2_grpc import MessageServiceAsyncStub
    from sendback.v1.order_service_pb2_grpc import OrderServiceAsyncStub
    from sendback.v1.portal_service_pb2_grpc import PortalServiceAsyncStub
    from sendback.v1.returns_service_pb2_grpc import ReturnsServiceAsyncStub


class AsyncClient:
    """Arguments as for `Client`."""

    portal: "PortalServiceAsyncStub"
    returns: "ReturnsServiceAsyncStub"
    labels: "LabelServiceAsyncStub"
    orders: "OrderServiceAsyncStub"
    merchants: "MerchantServiceAsyncStub"
    messages: "MessageServiceAsyncStub"
    carriers: "CarrierServiceAsyncStub"
    events: "EventServiceAsyncStub"
    credit: "CreditServiceAsyncStub"

    def __init__(
        self,
        target: str,
        *,
        key: Key,
        tls: bytes | bool | None = None,
        certificate: tuple[bytes, bytes] | None = None,
        timeout: float = 10.0,
        language: str = "",
        actor: str = "",
    ) -> None:
        manner = Manner(key, timeout, language, actor)
        interceptors = [_Unary(manner), _Stream(manner), _Intake(manner)]
        credentials = channel_credentials(tls, certificate)
        if credentials is None:
            self._channel = grpc.aio.insecure_channel(target, options=OPTIONS, interceptors=interceptors)
        else:
            self._channel = grpc.aio.secure_channel(
                target, credentials, options=OPTIONS, interceptors=interceptors
            )
        attach(self, self._channel)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._channel.close()

    async def save_label(self, parcel_id: str, path: Path | str, *, qr: bool = False) -> Path:
        """Saves a label, or its printerless code, at a path or in a folder; checks it first."""
        kind = LabelDocument.QR if qr else LabelDocument.LABEL
        request = GetLabelDocumentRequest(parcel_id=parcel_id, document=kind)
        pieces = self.labels.GetLabelDocument(request)
        return await _saved(pieces, path, f"{'qr' if qr else 'label'}-{parcel_id}")

    async def save_returns(self, request: ExportReturnsRequest, path: Path | str) -> Path:
        """Saves a CSV file of returns, or of their units, at a path or in a folder. Any number of them."""
        return await _saved(self.returns.ExportReturns(request), path, "returns")

    async def save_inserts(self, request: PrintInsertsRequest, path: Path | str) -> Path:
        """Saves the packing-slip inserts of many orders as one document."""
        return await _saved(self.orders.PrintInserts(request), path, "inserts")

    async def save_buyer_data(self, request: ExportBuyerDataRequest, path: Path | str) -> Path:
        """Saves everything that is kept about a buyer, as JSON."""
        return await _saved(self.orders.ExportBuyerData(request), path, "buyer-data")

    async def import_orders(
        self, orders: Iterable[order_pb2.Order]
    ) -> order_service_pb2.ImportOrdersResponse:
        """Sends orders in a stream; the answer says which were rejected, and why."""
        requests = (order_service_pb2.ImportOrdersRequest(order=order) for order in orders)
        try:
            return await self.orders.ImportOrders(requests)
        except grpc.RpcError as broken:
            raise error_of(broken) from None

    async def watch_events(
        self, resume_token: str = "", types: Sequence[str] = (), *, stop_at_end: bool = False
    ) -> AsyncIterator[event_pb2.Event]:
        """Events behind the token, without gap or repetition, also when the line breaks in between."""
        behind = resume_token

        def again() -> Any:
            request = WatchEventsRequest(resume_token=behind, types=types, stop_at_end=stop_at_end)
            return self.events.WatchEvents(request)

        async for event in _for_ever(again):
            behind = event.resume_token
            yield event

    def watch_return(self, session_token: str, return_id: str) -> AsyncIterator[return_pb2.Return]:
        """A buyer's return now, and whenever it changes."""
        request = PortalWatchReturnRequest(session_token=session_token, return_id=return_id)
        return _for_ever(lambda: self.portal.WatchReturn(request))


class _Unary(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, manner: Manner) -> None:
        self._manner = manner

    async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        patience = Patience(details.timeout or self._manner.timeout)
        named = with_request_id(request)
        while True:
            call = await continuation(_details(details, self._manner, patience.left), named)
            try:
                return await call
            except grpc.RpcError as broken:
                error = error_of(broken)
            rest = patience.rest_after(error) if repeatable(details.method, named) else None
            if rest is None:
                raise error
            await asyncio.sleep(rest)


class _Stream(grpc.aio.UnaryStreamClientInterceptor):
    def __init__(self, manner: Manner) -> None:
        self._manner = manner

    async def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Any:
        return await continuation(_details(details, self._manner, details.timeout), request)


class _Intake(grpc.aio.StreamUnaryClientInterceptor):
    def __init__(self, manner: Manner) -> None:
        self._manner = manner

    async def intercept_stream_unary(self, continuation: Any, details: Any, requests: Any) -> Any:
        return await continuation(_details(details, self._manner, details.timeout), requests)


def _details(details: Any, manner: Manner, timeout: float | None) -> grpc.aio.ClientCallDetails:
    ready = Details(details, manner, timeout)
    return grpc.aio.ClientCallDetails(
        ready.method,
        timeout,
        grpc.aio.Metadata(*(ready.metadata or ())),
        ready.credentials,
        ready.wait_for_ready,
    )


async def _told(stream: Any) -> AsyncIterator[Any]:
    try:
        async for message in stream:
            yield message
    except grpc.RpcError as broken:
        raise error_of(broken) from None


async def _saved(pieces: Any, path: Path | str, name: str) -> Path:
    with Paper(path, name) as paper:
        async for piece in _told(pieces):
            paper.add(piece)
        return paper.save()


async def _for_ever(begin: Callable[[], Any]) -> AsyncIterator[Any]:
    """Begins again when the line breaks; ends when the stream does."""
    pauses = rests()
    while True:
        try:
            async for message in _told(begin()):
                pauses = rests()
                yield message
        except SendbackError as error:
            if error.code is not grpc.StatusCode.UNAVAILABLE:
                raise
            await asyncio.sleep(next(pauses))
        else:
            return
