"""Every RPC, called with another merchant's key and every id of a shop that has one of everything: nothing is told of
that shop, nothing in it changes. No RPC is known here by name; one that names something new fails until it is said
whose that is."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from sendback.v1 import (
    event_service_pb2,
    merchant_pb2,
    merchant_service_pb2,
    order_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback.v1.webhook_pb2 import WebhookEndpoint
from sendback_service.api.scopes import TABLE
from sendback_service.api.validation import Validation
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World
from sendback_service.keys import KeyKind

from tests.fuzz.ground import key_of, with_all_scopes
from tests.fuzz.messages import Messages
from tests.rooms import await_rest, dump
from tests.rpcs import METHODS
from tests.shops import NOW, a_shop, accept, an_order, make, settings, upload

# Names that are the caller's own, or the shop's, and lead to nothing by themselves.
NOBODYS = {
    *("customer_id", "customer_ids", "external_id", "line_id", "order_line_id", "product_id", "product_ids"),
    *("provider_reference", "request_id", "reference", "account_id", "payment_id"),
}
_NAMING = ("_id", "_ids", "_token")
_DRAWN = 3
_VALIDATION = Validation()
_TRIES = 60
_SECONDS = 0.7
# What a shop's rows hold that its own calls did not bring about: the clockwork's.
_MOVING = ("feed", "tracking", "try", "installation", "deadline")


@dataclass(frozen=True, slots=True)
class Two:
    """`mine` has one of everything, by the names of the fields that name it; `marks` are what nobody else may read."""

    world: World
    mine: Shop
    known: dict[str, list[str]]
    marks: list[str]
    keys: dict[KeyKind, str]


@pytest.fixture(scope="module")
def two(vaulted: World) -> Two:
    world = vaulted
    mine = a_shop(world, "isolation", an_order("#1"), an_order("#2"))
    other = a_shop(world, "isolation's stranger", an_order("#9"))
    known = _one_of_everything(world, mine)
    marks = sorted({value for values in known.values() for value in values if len(value) > 12})
    known |= {"session_token": [Buyer(world, other, "#9").token], "slug": [other.slug]}
    keys = {
        KeyKind.MERCHANT: key_of(world, with_all_scopes(other.id)),
        KeyKind.PORTAL: key_of(world, merchant_pb2.AccessKey(kind="PORTAL")),
    }
    return Two(world, mine, known, marks, keys)


def _one_of_everything(world: World, shop: Shop) -> dict[str, list[str]]:
    client = shop.client
    made = [make(client, "ext-#1"), make(client, "ext-#2")]
    one, two = (world.until(shop, found.id, "a label", _has_label) for found in made)
    accept(client, two)
    two = world.until(shop, two.id, "a refund", _is_paid)
    image, background = upload(shop), upload(shop, "BACKGROUND")
    settings(shop, background_image_id=background.id)
    endpoint = client.events.CreateWebhookEndpoint(
        event_service_pb2.CreateWebhookEndpointRequest(
            webhook_endpoint=WebhookEndpoint(uri="https://shop.example/hook", disabled=True)
        )
    ).webhook_endpoint
    arrival = client.returns.RecordArrival(
        returns_service_pb2.RecordArrivalRequest(arrival={"note": "no slip", "tracking_number": "1Z"})
    )
    erasure = client.orders.EraseBuyerData(
        order_service_pb2.EraseBuyerDataRequest(email="nobody@example.com")
    )
    key = world.operator.merchants.CreateAccessKey(
        merchant_service_pb2.CreateAccessKeyRequest(access_key=with_all_scopes(shop.id))
    ).access_key
    warehouse = client.merchants.ListWarehouses(merchant_service_pb2.ListWarehousesRequest()).warehouses[0]
    work = client.returns.ListWorkItems(returns_service_pb2.ListWorkItemsRequest()).work_items
    page = client.returns.ListReturns(returns_service_pb2.ListReturnsRequest(page_size=1))
    event = next(iter(client.watch_events(stop_at_end=True)))
    return {
        "merchant_id": [shop.id],
        "merchant_ids": [shop.id],
        "order_id": [one.order_id],
        "order_ids": [one.order_id],
        "return_id": [one.id, two.id],
        "linked_return_id": [one.id],
        "parcel_id": [p.id for p in one.parcels],
        "settlement_id": [s.id for s in two.settlements],
        "image_id": [image.id],
        "logo_image_id": [image.id],
        "background_image_id": [background.id],
        "image_ids": [image.id],
        "evidence_image_ids": [image.id],
        "webhook_endpoint_id": [endpoint.id],
        "delivery_id": ["dlv_0"],
        "redemption_id": ["red_0"],
        "arrival_id": [arrival.id],
        "erasure_id": [erasure.id],
        "access_key_id": [key.id],
        "warehouse_id": [warehouse.id],
        "work_item_id": [item.id for item in work] or ["wrk_0"],
        "event_id": [event.id],
        "subject_id": [one.id],
        "id": [warehouse.id],
        "access_token": [Buyer(world, shop, "#1").scan.token],
        "page_token": [page.next_page_token],
        "resume_token": [event.resume_token],
        "account": [f"{shop.id}/own"],
    }


def _has_label(found: return_pb2.Return) -> bool:
    return found.parcels[0].label == return_pb2.LabelStatus.PURCHASED


def _is_paid(found: return_pb2.Return) -> bool:
    return [s.state for s in found.settlements] == [return_pb2.SettlementStatus.SETTLED]


def test_every_name_in_a_request_is_known_to_be_somebodys(two: Two) -> None:
    known = {*two.known, *NOBODYS}
    unknown = {
        f"{method.input_type.name}: {field.name}"
        for method in METHODS.values()
        for field in _named(method.input_type, ())
        if field.name not in known
    }
    assert unknown == set(), "whose is it? Make one in _one_of_everything, or say that it is nobody's"
    assert set(TABLE) == set(METHODS)


def _named(type: Descriptor, above: tuple[Descriptor, ...]) -> Iterator[FieldDescriptor]:
    for field in type.fields:
        inner = field.message_type
        if inner is not None and inner.full_name.startswith("sendback.") and inner not in above:
            yield from _named(inner, (*above, inner))
        elif field.type == FieldDescriptor.TYPE_STRING and field.name.endswith(_NAMING):
            yield field


@pytest.mark.parametrize(
    "path", [p for p, e in TABLE.items() if e.kinds & {KeyKind.MERCHANT, KeyKind.PORTAL}]
)
def test_what_is_another_merchants_is_neither_told_nor_found(path: str, two: Two) -> None:
    """Some requests name the shop itself, which alone is enough to be refused; the others leave it to the key."""
    kind = KeyKind.PORTAL if KeyKind.PORTAL in TABLE[path].kinds else KeyKind.MERCHANT
    metadata = (("authorization", f"Bearer {two.keys[kind]}"),)
    with grpc.insecure_channel(two.world.installation.target) as channel:
        for merchant in (two.mine.id, ""):
            known = {**two.known, "merchant_id": [merchant]}
            messages = Messages(Random(path), known, NOW, always=True)
            for _ in range(_DRAWN):
                code, told = _called(channel, path, _valid(messages, path), metadata)
                assert code not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
                assert [mark for mark in two.marks if mark.encode() in told] == [], code
                if merchant and "merchant_id" in METHODS[path].input_type.fields_by_name:
                    assert code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT), code


def _valid(messages: Messages, path: str) -> bytes:
    for _ in range(_TRIES):
        message = messages.drawn(METHODS[path].input_type, strange=0.0)
        if not _VALIDATION.problems(message):
            return message.SerializeToString()
    raise AssertionError(f"no valid request was drawn: {_VALIDATION.problems(message)}")


def _called(channel: grpc.Channel, path: str, sent: bytes, metadata: Any) -> tuple[grpc.StatusCode, bytes]:
    """The code, and all that was told. What a refusal repeats of the request is not told: only bodies are."""
    method, options = METHODS[path], {"metadata": metadata, "timeout": 20.0}
    try:
        if method.client_streaming:
            return grpc.StatusCode.OK, channel.stream_unary(path)(iter([sent]), **options)
        if method.server_streaming:
            options["timeout"] = _SECONDS
            return grpc.StatusCode.OK, b"".join(channel.unary_stream(path)(sent, **options))
        return grpc.StatusCode.OK, channel.unary_unary(path)(sent, **options)
    except grpc.RpcError as refused:
        return refused.code(), b""


@pytest.fixture(scope="module", autouse=True)
def nothing_changes(two: Two) -> Iterator[None]:
    await_rest(two.world, two.mine)
    before = dump(two.world, two.mine, without=_MOVING)
    yield
    assert dump(two.world, two.mine, without=_MOVING) == before


def test_the_shop_has_one_of_everything(two: Two) -> None:
    """Otherwise ids that lead nowhere would be refused for that."""
    empty = {name: values for name, values in two.known.items() if not values or values[0].endswith("_0")}
    assert set(empty) <= {"delivery_id", "work_item_id", "redemption_id"}
