"""A server that answers as it is told, to each access key apart; with TLS beside, under a certificate of its own."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from types import TracebackType
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status
from sendback.v1 import (
    document_pb2,
    event_pb2,
    event_service_pb2_grpc,
    label_service_pb2_grpc,
    merchant_service_pb2,
    merchant_service_pb2_grpc,
    return_pb2,
    returns_service_pb2_grpc,
)

PDF = b"%PDF-1.4 a label"


@dataclass
class Whim:
    """What one caller gets, and what it asked. `refusals` are used up one a call; what came is kept with metadata."""

    refusals: list[Status] = field(default_factory=list)
    chunks: list[document_pb2.DocumentChunk] = field(default_factory=list)
    asked: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)


class Capricious(
    AbstractContextManager["Capricious"],
    returns_service_pb2_grpc.ReturnsServiceServicer,
    label_service_pb2_grpc.LabelServiceServicer,
    merchant_service_pb2_grpc.MerchantServiceServicer,
    event_service_pb2_grpc.EventServiceServicer,
):
    def __init__(self) -> None:
        self.whims: defaultdict[str, Whim] = defaultdict(Whim)
        key, self.roots = certificate()
        self._server = grpc.server(ThreadPoolExecutor(8))
        returns_service_pb2_grpc.add_ReturnsServiceServicer_to_server(self, self._server)
        label_service_pb2_grpc.add_LabelServiceServicer_to_server(self, self._server)
        merchant_service_pb2_grpc.add_MerchantServiceServicer_to_server(self, self._server)
        event_service_pb2_grpc.add_EventServiceServicer_to_server(self, self._server)
        secure = grpc.ssl_server_credentials([(key, self.roots)])
        self.target = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self.secure_target = f"127.0.0.1:{self._server.add_secure_port('127.0.0.1:0', secure)}"

    def __enter__(self) -> "Capricious":
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop(None)

    def CreateReturn(self, request: Any, context: Any) -> return_pb2.Return:
        self._met(request, context)
        return return_pb2.Return(id="ret_1")

    def CreateAccessKey(self, request: Any, context: Any) -> merchant_service_pb2.CreateAccessKeyResponse:
        self._met(request, context)
        return merchant_service_pb2.CreateAccessKeyResponse(secret="sbk_1")

    def GetLabelDocument(self, request: Any, context: Any) -> Iterator[document_pb2.DocumentChunk]:
        whim = self._whim(context)
        whim.asked.append((request, dict(context.invocation_metadata())))
        yield from whim.chunks
        if whim.refusals:
            context.abort_with_status(rpc_status.to_status(whim.refusals.pop(0)))

    def WatchEvents(self, request: Any, context: Any) -> Iterator[event_pb2.Event]:
        """Six events; refuses, where it is to, in the middle."""
        whim = self._whim(context)
        whim.asked.append((request, dict(context.invocation_metadata())))
        for position in range(int(request.resume_token or 0) + 1, 7):
            if position == 4 and whim.refusals:
                context.abort_with_status(rpc_status.to_status(whim.refusals.pop(0)))
            yield event_pb2.Event(id=f"evt_{position}", resume_token=str(position))

    def _met(self, request: Any, context: Any) -> None:
        whim = self._whim(context)
        whim.asked.append((request, dict(context.invocation_metadata())))
        if whim.refusals:
            context.abort_with_status(rpc_status.to_status(whim.refusals.pop(0)))

    def _whim(self, context: Any) -> Whim:
        return self.whims[dict(context.invocation_metadata())["authorization"].removeprefix("Bearer ")]


def refusal(code: grpc.StatusCode, reason: str, retry_after: float | None = None) -> Status:
    """With all the details that there are."""
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=reason, domain="sendback.dev", metadata={"limit": "merchant"}),
        error_details_pb2.LocalizedMessage(locale="de", message="Nein."),
    ]
    if retry_after is not None:
        delay = Duration(nanos=int(retry_after * 1e9))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    packed = []
    for detail in details:
        packed.append(AnyMessage())
        packed[-1].Pack(detail)
    return Status(code=code.value[0], message="no", details=packed)


def chunks(data: bytes = PDF, *, promised: bytes = PDF) -> list[document_pb2.DocumentChunk]:
    """In two pieces, of a document that was to be what is promised."""
    head = document_pb2.DocumentChunk(
        media_type="application/pdf",
        size=len(promised),
        sha256=hashlib.sha256(promised).hexdigest(),
        data=data[:5],
    )
    return [head, document_pb2.DocumentChunk(data=data[5:])]


def certificate() -> tuple[bytes, bytes]:
    """A key and its own certificate for 127.0.0.1, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "capricious")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, made.public_bytes(serialization.Encoding.PEM)
