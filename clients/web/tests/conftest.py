"""The application before a service that does what it is told."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status
from sendback.v1 import (
    document_pb2,
    event_service_pb2,
    event_service_pb2_grpc,
    portal_service_pb2,
    portal_service_pb2_grpc,
    return_pb2,
)
from sendback_web.application import application
from sendback_web.settings import Settings
from starlette.testclient import TestClient

# What the service takes in no text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Service(portal_service_pb2_grpc.PortalServiceServicer, event_service_pb2_grpc.EventServiceServicer):
    """`refusals` holds what the next calls are refused with, `watch_ends` what streams are broken off with; `asked`
    what came in, with its metadata."""

    def __init__(self) -> None:
        self.refusals: list[tuple[grpc.StatusCode, str, float]] = []
        self.asked: list[Any] = []
        self.metadata: dict[str, Any] = {}
        self.time_zone = ""
        self.number_refused = ""
        self.order = portal_service_pb2.ReturnableOrder()
        self.points: list[portal_service_pb2.DropOffPoint] = []
        self.watch_ends: tuple[grpc.StatusCode, str, float] | None = None
        self.found = return_pb2.Return(
            id="ret_1",
            reference="R7K3F9Q2",
            decision="APPROVED",
            shipment="CREATED",
            parcels=[return_pb2.Parcel(id="par_1", label="PURCHASED", transit="NOT_SCANNED")],
            etag="1",
        )

    def _called(self, request: Any, context: Any) -> None:
        self.asked.append(request)
        self.metadata = dict(context.invocation_metadata())
        if self.refusals:
            code, reason, rest = self.refusals.pop(0)
            _refuse(context, code, reason, rest)

    def GetPortal(self, request: Any, context: Any) -> portal_service_pb2.Portal:
        self._called(request, context)
        return portal_service_pb2.Portal(
            slug=request.slug, available=True, display_name="Chez Nous", time_zone=self.time_zone
        )

    def GetReturn(self, request: Any, context: Any) -> return_pb2.Return:
        return self.found

    def GetReturnableOrder(self, request: Any, context: Any) -> portal_service_pb2.ReturnableOrder:
        return self.order

    def ListReturns(self, request: Any, context: Any) -> portal_service_pb2.PortalListReturnsResponse:
        return portal_service_pb2.PortalListReturnsResponse(returns=[self.found])

    def AddTracking(self, request: Any, context: Any) -> return_pb2.Return:
        self._called(request, context)
        if self.number_refused:
            _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, self.number_refused, 0.0)
        return self.found

    def ListDropOffPoints(self, request: Any, context: Any) -> portal_service_pb2.ListDropOffPointsResponse:
        return portal_service_pb2.ListDropOffPointsResponse(points=self.points)

    def GetImage(self, request: Any, context: Any) -> Iterator[document_pb2.DocumentChunk]:
        self._called(request, context)
        yield document_pb2.DocumentChunk(media_type="image/png", data=b"one")
        yield document_pb2.DocumentChunk(data=b"two")

    def WatchReturn(self, request: Any, context: Any) -> Iterator[return_pb2.Return]:
        for etag in ("1", "2"):
            yield return_pb2.Return(etag=etag)
        if self.watch_ends:
            _refuse(context, *self.watch_ends)

    def DeliverWebhook(self, request: Any, context: Any) -> event_service_pb2.DeliverWebhookResponse:
        self._called(request, context)
        if _CONTROL.search("".join(header.name + header.value for header in request.headers)):
            context.abort_with_status(
                rpc_status.to_status(_status(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", 0))
            )
        return event_service_pb2.DeliverWebhookResponse(updates=2, applied=1)


def _refuse(context: Any, code: grpc.StatusCode, reason: str, rest: float) -> None:
    context.abort_with_status(rpc_status.to_status(_status(code, reason, rest)))


def _status(code: grpc.StatusCode, reason: str, rest: float) -> Status:
    status = Status(code=code.value[0], message="in words")
    details: list[Any] = [error_details_pb2.ErrorInfo(reason=reason)]
    if rest:
        details.append(error_details_pb2.RetryInfo(retry_delay={"seconds": int(rest)}))
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def target(service: Service) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(4))
    portal_service_pb2_grpc.add_PortalServiceServicer_to_server(service, server)
    event_service_pb2_grpc.add_EventServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


@pytest.fixture
def settings(target: str) -> Callable[..., Settings]:
    def made(**changed: Any) -> Settings:
        usual = {"portal_key": "a key", "secret": "of no use to anybody, but long enough", "target": target}
        return Settings(**{**usual, **changed})

    return made


@pytest.fixture
def browser(settings: Callable[..., Settings]) -> Iterator[TestClient]:
    """Follows no redirection."""
    with TestClient(
        application(settings()),
        "http://localhost:8080",
        follow_redirects=False,
        raise_server_exceptions=False,
    ) as client:
        yield client
