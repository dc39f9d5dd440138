"""Makes any call of a running Sendback, knowing nothing of it but its address: the server describes itself.

    python call.py localhost:50051                                             lists the calls
    python call.py localhost:50051 sendback.v1.LabelService/GetLabel '{"parcelId": "par_…"}'

The key is taken from SENDBACK_KEY. Needs `grpcio-reflection`. Requests and answers are proto JSON; what is refused is
shown with all its details, and the program fails.
"""

import json
import os
import sys
from collections.abc import Iterator

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.rpc import error_details_pb2  # noqa: F401  (what refusals carry)
from google.rpc.status_pb2 import Status
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


def main(target: str, call: str = "", request: str = "{}") -> None:
    with grpc.insecure_channel(target) as channel:
        described = ProtoReflectionDescriptorDatabase(channel)
        pool = descriptor_pool.DescriptorPool(described)
        if not call:
            for service in described.get_services():
                print(
                    *(f"{service}/{method.name}" for method in pool.FindServiceByName(service).methods),
                    sep="\n",
                )
            return
        service, _, name = call.partition("/")
        try:
            for answer in answers(channel, pool.FindServiceByName(service).methods_by_name[name], request):
                print(answer)
        except grpc.RpcError as refused:
            sys.exit(told(refused))


def answers(channel: grpc.Channel, method: MethodDescriptor, request: str) -> Iterator[str]:
    """As JSON. For calls that take one message."""
    asked = json_format.Parse(request, message_factory.GetMessageClass(method.input_type)())
    path = f"/{method.containing_service.full_name}/{method.name}"
    made = channel.unary_stream if method.server_streaming else channel.unary_unary
    call = made(
        path,
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
    )
    answer = call(asked, timeout=10, metadata=[("authorization", f"Bearer {os.environ['SENDBACK_KEY']}")])
    for message in answer if method.server_streaming else [answer]:
        yield json_format.MessageToJson(message)


def told(refused: grpc.RpcError) -> str:
    """The code, and `google.rpc.Status` as JSON."""
    for key, value in refused.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            details = json_format.MessageToDict(Status.FromString(value))
            return f"{refused.code().name}\n{json.dumps(details, indent=2, ensure_ascii=False)}"
    return f"{refused.code().name}: {refused.details()}"


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
