"""Every RPC by its path, and a call without a client in between: for tests that know no RPC by name."""

from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from sendback.v1 import (
    carrier_service_pb2,
    credit_service_pb2,
    event_service_pb2,
    label_service_pb2,
    merchant_service_pb2,
    message_service_pb2,
    order_service_pb2,
    portal_service_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError
from sendback_client.errors import error_of
from sendback_service.demo.world import World

_SERVICES = [
    carrier_service_pb2,
    credit_service_pb2,
    event_service_pb2,
    label_service_pb2,
    merchant_service_pb2,
    message_service_pb2,
    order_service_pb2,
    portal_service_pb2,
    returns_service_pb2,
]
METHODS: dict[str, MethodDescriptor] = {
    f"/{service.full_name}/{method.name}": method
    for module in _SERVICES
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}


def called(world: World, path: str, request: Message, key: str | None) -> SendbackError | None:
    """What a call without a client in between is answered; None where it was done."""
    method = METHODS[path]
    metadata = (("authorization", f"Bearer {key}"),) if key is not None else ()
    answer = message_factory.GetMessageClass(method.output_type)
    with grpc.insecure_channel(world.installation.target) as channel:
        options: dict[str, Any] = {
            "request_serializer": type(request).SerializeToString,
            "response_deserializer": answer.FromString,
        }
        try:
            if method.client_streaming:
                channel.stream_unary(path, **options)(iter([request]), metadata=metadata, timeout=10)
            elif method.server_streaming:
                next(channel.unary_stream(path, **options)(request, metadata=metadata, timeout=1), None)
            else:
                channel.unary_unary(path, **options)(request, metadata=metadata, timeout=10)
        except grpc.RpcError as broken:
            error = error_of(broken)
            # A stream that waits for what is to come was let in.
            waiting = method.server_streaming and error.code is grpc.StatusCode.DEADLINE_EXCEEDED
            return None if waiting else error
    return None


def empty(path: str) -> Message:
    return message_factory.GetMessageClass(METHODS[path].input_type)()
