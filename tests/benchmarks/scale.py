"""What growth costs: the same calls on databases of different sizes, in turns, so that what slows the machine down
falls on all alike. Whole lives of returns are made by RPC on each, and multiplied by a fast loader (see `loader`)."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
from google.protobuf.message import Message
from sendback.v1 import (
    event_service_pb2,
    label_service_pb2,
    order_service_pb2,
    portal_service_pb2,
    return_pb2,
    returns_service_pb2,
)

from tests.benchmarks.calls import PAGE, Desk, Line, connection
from tests.benchmarks.figures import Figures
from tests.benchmarks.lives import live
from tests.benchmarks.load import Asked, Measured, measure, middle
from tests.benchmarks.loader import Copies, fill
from tests.benchmarks.processes import Group
from tests.benchmarks.room import RoomMissing
from tests.benchmarks.shop import Metadata, Shop, more_orders, set_up
from tests.benchmarks.stand import Stand, stand

SEED = 200
_CALLS, _ROUNDS, _AT_ONCE = 160, 7, 8
_TOML = '[accounts.till]\nplugin = "refund"\n'
_RETURNS = "/sendback.v1.ReturnsService"


@dataclass(frozen=True, slots=True)
class Place:
    """A database of one size, and the shop in it."""

    size: int
    here: Stand
    shop: Shop
    copies: Copies
    made: list[return_pb2.Return]


def grown(folder: Path, url: str, group: Group, sizes: Sequence[int]) -> Figures:
    """For PostgreSQL: p50 of each call at each size, and what each grew by from the smallest to the largest."""
    if not url:
        return {}
    with ExitStack() as stack:
        places = [_place(stack, folder, database_beside(url, f"scale_{n}"), group, n) for n in sorted(sizes)]
        found = asyncio.run(_timed(places, group))
    figures: Figures = {}
    for (call, size), rounds in found.items():
        figures[f"{call}_postgres_at_{size}_p50_ms"] = middle(rounds).p50_ms
    least, most = places[0].size, places[-1].size
    growths = {call: _growth(found[call, least], found[call, most]) for call, size in found if size == least}
    figures |= {f"{call}_cost_growth": growth for call, growth in growths.items()}
    figures["scale_cost_growth"] = max(growths.values())
    figures["scale_largest"] = most
    return figures


def _growth(small: Sequence[Measured], large: Sequence[Measured]) -> float:
    """The median of the rounds' own ratios."""
    return statistics.median(b.p50_ms / a.p50_ms for a, b in zip(small, large, strict=True))


def _place(stack: ExitStack, folder: Path, url: str, group: Group, size: int) -> Place:
    name = f"scale_{size}"
    here = stack.enter_context(
        stand(folder / name, "postgres", url, group, more='refunds = "till"', accounts=_TOML)
    )
    shop = set_up(here.installation.target, here.installation.operator_key, SEED)
    made = live(here, shop, SEED)
    here.installation.kill_worker()
    copies = Copies(max(1, size // SEED))
    _filled(url, copies, size)
    shop = more_orders(here.installation.target, shop, _CALLS * (_ROUNDS + 1))
    return Place(size, here, shop, copies, made)


def _filled(url: str, copies: Copies, size: int) -> None:
    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"{size:,} returns: {what}; {time.perf_counter() - began:.0f} s", flush=True)

    try:
        fill(url, copies, say)
    except RoomMissing as missing:
        raise SystemExit(f"{size:,} returns: {missing}") from None


async def _timed(places: Sequence[Place], group: Group) -> dict[tuple[str, int], list[Measured]]:
    lines = [Line(connection(place.here.installation.target)) for place in places]
    asked = {
        (call, place.size): one
        for place, line in zip(places, lines, strict=True)
        for call, one in _asked(place, line).items()
    }
    order = sorted(asked, key=lambda key: key[0])
    found = await measure({key: asked[key] for key in order}, group)
    for line in lines:
        await line.close()
    return found


def _asked(place: Place, line: Line) -> dict[str, Asked]:
    shop, ids = place.shop, place.copies
    own, returns = shop.authorization(), _anywhere(place)
    desk = Desk(line.call(f"{_RETURNS}/CreateReturn", own), shop)

    def ask(method: str, requests: Sequence[Message], metadata: Metadata = own) -> Asked:
        wanted = [request.SerializeToString() for request in requests]
        rounds = [[wanted[(n * _CALLS + k) % len(wanted)] for k in range(_CALLS)] for n in range(_ROUNDS)]
        return Asked(line.call(f"/sendback.v1.{method}", metadata), rounds, _AT_ONCE, place.here.server)

    def each(request: Callable[[return_pb2.Return, int], Message]) -> list[Message]:
        return [request(made, number) for made, number in returns]

    pb = returns_service_pb2
    return {
        "create": Asked(
            desk.create, [desk.requests(_CALLS) for _ in range(_ROUNDS)], _AT_ONCE, place.here.server
        ),
        "get": ask(
            "ReturnsService/GetReturn", each(lambda r, n: pb.GetReturnRequest(return_id=ids.of(r.id, n)))
        ),
        "list": ask("ReturnsService/ListReturns", [pb.ListReturnsRequest(page_size=PAGE)]),
        "list_of_order": ask(
            "ReturnsService/ListReturns",
            each(lambda r, n: pb.ListReturnsRequest(order_id=ids.of(r.order_id, n))),
        ),
        "list_cancelled": ask(
            "ReturnsService/ListReturns", [pb.ListReturnsRequest(page_size=PAGE, decisions=["CANCELLED"])]
        ),
        "find": ask(
            "ReturnsService/FindReturns",
            each(lambda r, n: pb.FindReturnsRequest(text=f"{r.reference}-{n}" if n else r.reference)),
        ),
        "work": ask("ReturnsService/ListWorkItems", [pb.ListWorkItemsRequest()]),
        "label": ask(
            "LabelService/GetLabel",
            each(lambda r, n: label_service_pb2.GetLabelRequest(parcel_id=ids.of(r.parcels[0].id, n))),
        ),
        "order": ask(
            "OrderService/GetOrder",
            each(lambda r, n: order_service_pb2.GetOrderRequest(order_id=ids.of(r.order_id, n))),
        ),
        "orders": ask("OrderService/ListOrders", [order_service_pb2.ListOrdersRequest(page_size=PAGE)]),
        "events": ask(
            "EventService/ListEvents",
            [event_service_pb2.ListEventsRequest(page_size=PAGE)],
        ),
        "events_of": ask(
            "EventService/ListEvents",
            each(lambda r, n: event_service_pb2.ListEventsRequest(subject_id=ids.of(r.id, n))),
        ),
        "estimate": ask("PortalService/EstimateReturn", [_estimate(shop)], shop.authorization(portal=True)),
    }


def _estimate(shop: Shop) -> Message:
    return portal_service_pb2.EstimateReturnRequest.FromString(shop.estimate_request())


def _anywhere(place: Place) -> list[tuple[return_pb2.Return, int]]:
    """Returns from all over the table, of the shop's own: copies with even numbers are."""
    wanted = _CALLS * _ROUNDS
    step = max(2, place.copies.count // wanted // 2 * 2)
    numbers = range(0, place.copies.count, step)
    return [(place.made[k % len(place.made)], numbers[k % len(numbers)]) for k in range(wanted)]


def database_beside(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    head, _, query = url.partition("?")
    made = f"{head.rpartition('/')[0]}/{name}"
    return f"{made}?{query}" if query else made
