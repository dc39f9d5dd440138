"""Every RPC against what it should refuse. The table is the service's own description: an RPC that no test knows
fails here by itself."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from sendback.v1 import (
    event_service_pb2,
    merchant_pb2,
    merchant_service_pb2,
    reasons_pb2,
)
from sendback_service.api.scopes import TABLE
from sendback_service.api.status import CODES
from sendback_service.demo.world import World
from sendback_service.keys import KeyKind, Scope
from sendback_service.refusal import Reason

from tests.rpcs import METHODS, called, empty

_REFUSALS = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.ABORTED,
}
_HOSTILE = {
    "control": "a\x00b\x07c",
    "direction": "abc\u202egnp.exe",
    "tower": "Z" + "\u0301" * 500,
    "long": "x" * 100_000,
}
_STRANGE = {
    "sql": "'; DROP TABLE returns; --",
    "html": "<script>alert(1)</script>",
    "emoji": "👩‍👩‍👧‍👦 كتاب",
    "format": "%s%n{0}{x}$(id)`id`",
}


# What is refused before any row is read is tried on one database.
ONCE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def test_every_rpc_stands_in_the_table() -> None:
    assert set(TABLE) == set(METHODS)


def test_every_reason_has_a_code_and_stands_on_the_wire() -> None:
    wire = set(reasons_pb2.ErrorReason.keys()) - {"ERROR_REASON_UNSPECIFIED"}
    assert {reason.value for reason in Reason} == wire == {reason.value for reason in CODES}


@pytest.fixture(scope="module")
def keys(world: World) -> dict[str, str]:
    """A key of each kind; the merchant's has every scope."""
    merchant = world.operator.merchants.CreateMerchant(
        merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name="Schlüssel"))
    )
    return {
        "OPERATOR": world.installation.operator_key,
        "PORTAL": _key(world, merchant_pb2.AccessKey(kind="PORTAL")),
        "MERCHANT": _key(world, _with_all_scopes(merchant.id)),
    }


def _with_all_scopes(merchant_id: str) -> merchant_pb2.AccessKey:
    scopes = [scope.value for scope in Scope]
    return merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=merchant_id, scopes=scopes)


def _key(world: World, wanted: merchant_pb2.AccessKey) -> str:
    request = merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
    return world.operator.merchants.CreateAccessKey(request).secret


@ONCE
@pytest.mark.parametrize("path", METHODS)
def test_without_a_key_or_with_a_wrong_one(path: str, world: World) -> None:
    for key, reason in ((None, "KEY_MISSING"), ("", "KEY_INVALID"), ("sbk_wrong", "KEY_INVALID")):
        refused = called(world, path, empty(path), key)
        assert refused is not None
        assert (refused.code, refused.reason) == (grpc.StatusCode.UNAUTHENTICATED, reason)
        assert refused.message


@ONCE
@pytest.mark.holds("subscription-operator")
@pytest.mark.parametrize("path", METHODS)
def test_with_the_wrong_kind_of_key(path: str, world: World, keys: dict[str, str]) -> None:
    for kind in KeyKind:
        if kind not in TABLE[path].kinds:
            refused = called(world, path, empty(path), keys[kind])
            assert refused is not None
            assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "SCOPE_MISSING")


@ONCE
@pytest.mark.parametrize("path", [path for path, entry in TABLE.items() if entry.scope])
def test_without_the_scope(path: str, world: World, keys: dict[str, str]) -> None:
    merchant = world.operator.merchants.CreateMerchant(
        merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name="Wenig"))
    )
    others = [scope.value for scope in Scope if scope is not TABLE[path].scope]
    key = _key(world, merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=merchant.id, scopes=others))
    refused = called(world, path, empty(path), key)
    assert refused is not None
    assert refused.metadata == {"scope": TABLE[path].scope}


def _right_key(path: str, keys: dict[str, str]) -> str:
    return keys[min(TABLE[path].kinds)]


@ONCE
@pytest.mark.parametrize("path", METHODS)
def test_hostile_text_in_any_field_is_refused_and_named(
    path: str, world: World, keys: dict[str, str]
) -> None:
    for name, text in _HOSTILE.items():
        for field, request in _filled(METHODS[path], text):
            refused = called(world, path, request, _right_key(path, keys))
            if METHODS[path].client_streaming:
                continue
            assert refused is not None, (name, field)
            assert refused.code is grpc.StatusCode.INVALID_ARGUMENT, (name, field, refused)
            assert refused.fields, (name, field)


@pytest.mark.parametrize("path", METHODS)
def test_strange_text_breaks_nothing(path: str, world: World, keys: dict[str, str]) -> None:
    for name, text in _STRANGE.items():
        for field, request in _filled(METHODS[path], text):
            refused = called(world, path, request, _right_key(path, keys))
            assert refused is None or refused.code in _REFUSALS, (name, field, refused)


@ONCE
@pytest.mark.parametrize("path", METHODS)
def test_nothing_said_breaks_nothing(path: str, world: World, keys: dict[str, str]) -> None:
    refused = called(world, path, empty(path), _right_key(path, keys))
    assert refused is None or refused.code in _REFUSALS


def _filled(method: MethodDescriptor, text: str) -> Iterator[tuple[str, Message]]:
    """Requests with the text in one string field each, two levels deep."""
    cls = message_factory.GetMessageClass(method.input_type)
    for field in method.input_type.fields:
        request = cls()
        if field.type == FieldDescriptor.TYPE_STRING:
            _put(request, field, text)
            yield field.name, request
        elif field.message_type is not None and field.message_type.full_name.startswith("sendback."):
            for inner in field.message_type.fields:
                if inner.type == FieldDescriptor.TYPE_STRING:
                    request = cls()
                    part = getattr(request, field.name)
                    _put(part.add() if field.is_repeated else part, inner, text)
                    yield f"{field.name}.{inner.name}", request


def _put(message: Any, field: FieldDescriptor, text: str) -> None:
    if field.is_repeated:
        getattr(message, field.name).append(text)
    else:
        setattr(message, field.name, text)


def test_a_message_that_is_too_large_is_refused(world: World, keys: dict[str, str]) -> None:
    request = event_service_pb2.DeliverWebhookRequest(account="post", body=b"x" * 5_000_000)
    refused = called(world, "/sendback.v1.EventService/DeliverWebhook", request, keys["OPERATOR"])
    assert refused is not None
    assert refused.code is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_bytes_that_are_no_message_are_refused(world: World) -> None:
    with grpc.insecure_channel(world.installation.target) as channel:
        call = channel.unary_unary("/sendback.v1.ReturnsService/GetReturn")
        with pytest.raises(grpc.RpcError):
            call(b"\xff\xff\xff\xff", timeout=5)
