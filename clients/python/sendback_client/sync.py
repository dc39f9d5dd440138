"""The client for programs that wait."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc
from sendback.v1 import event_pb2, order_pb2, order_service_pb2, return_pb2
from sendback.v1.carrier_service_pb2_grpc import CarrierServiceStub
from sendback.v1.credit_service_pb2_grpc import CreditServiceStub
from sendback.v1.document_pb2 import DocumentChunk, LabelDocument
from sendback.v1.event_service_pb2 import WatchEventsRequest
from sendback.v1.event_service_pb2_grpc import EventServiceStub
from sendback.v1.label_service_pb2 import GetLabelDocumentRequest
from sendback.v1.label_service_pb2_grpc import LabelServiceStub
from sendback.v1.merchant_service_pb2_grpc import MerchantServiceStub
from sendback.v1.message_service_pb2_grpc import MessageServiceStub
from sendback.v1.order_service_pb2 import ExportBuyerDataRequest, PrintInsertsRequest
from sendback.v1.order_service_pb2_grpc import OrderServiceStub
from sendback.v1.portal_service_pb2 import PortalGetLabelDocumentRequest, PortalWatchReturnRequest
from sendback.v1.portal_service_pb2_grpc import PortalServiceStub
from sendback.v1.returns_service_pb2 import ExportReturnsRequest
from sendback.v1.returns_service_pb2_grpc import ReturnsServiceStub

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


class Client:
    """`target` is `host:port`. `key` is an access key, or what gives a token when it is called; "" where a certificate
    says who calls. `tls` is the root certificates in PEM, True for the system's, None for a plain line; `certificate`
    is this client's own, its chain and its key in PEM."""

    portal: PortalServiceStub
    returns: ReturnsServiceStub
    labels: LabelServiceStub
    orders: OrderServiceStub
    merchants: MerchantServiceStub
    messages: MessageServiceStub
    carriers: CarrierServiceStub
    events: EventServiceStub
    credit: CreditServiceStub

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
        credentials = channel_credentials(tls, certificate)
        if credentials is None:
            plain = grpc.insecure_channel(target, options=OPTIONS)
        else:
            plain = grpc.secure_channel(target, credentials, options=OPTIONS)
        self._channel = plain
        attach(self, grpc.intercept_channel(plain, _Interceptor(Manner(key, timeout, language, actor))))

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    def save_label(self, parcel_id: str, path: Path | str, *, qr: bool = False) -> Path:
        """Saves a label, or its printerless code, at a path or in a folder; checks it first."""
        kind = LabelDocument.QR if qr else LabelDocument.LABEL
        request = GetLabelDocumentRequest(parcel_id=parcel_id, document=kind)
        return _saved(self.labels.GetLabelDocument(request), path, f"{'qr' if qr else 'label'}-{parcel_id}")

    def save_buyers_label(
        self, session_token: str, parcel_id: str, path: Path | str, *, qr: bool = False
    ) -> Path:
        """The same for a buyer's session."""
        kind = LabelDocument.QR if qr else LabelDocument.LABEL
        request = PortalGetLabelDocumentRequest(
            session_token=session_token, parcel_id=parcel_id, document=kind
        )
        return _saved(self.portal.GetLabelDocument(request), path, f"{'qr' if qr else 'label'}-{parcel_id}")

    def save_returns(self, request: ExportReturnsRequest, path: Path | str) -> Path:
        """Saves a CSV file of returns, or of their units, at a path or in a folder. Any number of them."""
        return _saved(self.returns.ExportReturns(request), path, "returns")

    def save_inserts(self, request: PrintInsertsRequest, path: Path | str) -> Path:
        """Saves the packing-slip inserts of many orders as one document."""
        return _saved(self.orders.PrintInserts(request), path, "inserts")

    def save_buyer_data(self, request: ExportBuyerDataRequest, path: Path | str) -> Path:
        """Saves everything that is kept about a buyer, as JSON."""
        return _saved(self.orders.ExportBuyerData(request), path, "buyer-data")

    def import_orders(self, orders: Iterable[order_pb2.Order]) -> order_service_pb2.ImportOrdersResponse:
        """Sends orders in a stream; the answer says which were rejected, and why."""
        return self.orders.ImportOrders(order_service_pb2.ImportOrdersRequest(order=o) for o in orders)

    def watch_events(
        self, resume_token: str = "", types: Sequence[str] = (), *, stop_at_end: bool = False
    ) -> Iterator[event_pb2.Event]:
        """Events behind the token, without gap or repetition, also when the line breaks in between."""
        behind = resume_token

        def again() -> Iterator[event_pb2.Event]:
            request = WatchEventsRequest(resume_token=behind, types=types, stop_at_end=stop_at_end)
            return iter(self.events.WatchEvents(request))

        for event in _for_ever(again):
            behind = event.resume_token
            yield event

    def watch_return(self, session_token: str, return_id: str) -> Iterator[return_pb2.Return]:
        """A buyer's return now, and whenever it changes."""
        request = PortalWatchReturnRequest(session_token=session_token, return_id=return_id)
        return _for_ever(lambda: iter(self.portal.WatchReturn(request)))


class _Interceptor(
    grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor, grpc.StreamUnaryClientInterceptor
):
    def __init__(self, manner: Manner) -> None:
        self._manner = manner

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        patience = Patience(details.timeout or self._manner.timeout)
        named = with_request_id(request)
        while True:
            call = continuation(Details(details, self._manner, patience.left), named)
            if not isinstance(broken := call.exception(), grpc.RpcError):
                return call
            error = error_of(broken)
            rest = patience.rest_after(error) if repeatable(details.method, named) else None
            if rest is None:
                raise error from None
            time.sleep(rest)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return _told(continuation(Details(details, self._manner, details.timeout), request))

    def intercept_stream_unary(self, continuation: Callable[..., Any], details: Any, requests: Any) -> Any:
        call = continuation(Details(details, self._manner, details.timeout), requests)
        if isinstance(broken := call.exception(), grpc.RpcError):
            raise error_of(broken) from None
        return call


def _told(stream: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from stream
    except grpc.RpcError as broken:
        raise error_of(broken) from None


def _saved(pieces: Iterable[DocumentChunk], path: Path | str, name: str) -> Path:
    with Paper(path, name) as paper:
        for piece in pieces:
            paper.add(piece)
        return paper.save()


def _for_ever(begin: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Begins again when the line breaks; ends when the stream does."""
    pauses = rests()
    while True:
        try:
            for message in begin():
                pauses = rests()
                yield message
        except SendbackError as error:
            if error.code is not grpc.StatusCode.UNAVAILABLE:
                raise
            time.sleep(next(pauses))
        else:
            return
