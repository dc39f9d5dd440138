"""However much passes through a stream, little of it is in memory at a time: many times as many events, returns or
orders take as much; and a server does not run far ahead of who does not read."""

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.type.date_pb2 import Date
from sendback.v1 import event_service_pb2, order_service_pb2, returns_service_pb2
from sendback_service import feed
from sendback_service.demo.world import Shop
from sendback_service.store.tables import EventRow, FeedRow
from sendback_service.store.transaction import Author, Transaction
from sqlmodel import insert

from service.tests.plans.inside import Inside
from tests.benchmarks.loader import Copies, fill
from tests.shops import a_shop, an_order, make

pytestmark = pytest.mark.timeout(600)
# What is much more may take so much more: what is put in and out of the interpreter's own stores. The text of a file
# that was gathered before it is sent takes half as much again.
MORE = 2**19
FEW, MANY = 1_000, 5_000
# Whoever notes every byte is slow.
_PATIENCE = 300.0
_LOADER = Author("import", "test")


@pytest.fixture
def world(sqlite: Any, tmp_path: Path) -> Iterator[Inside]:
    """What is read is read in the same pieces on either database."""
    with Inside(tmp_path, sqlite.migrated()) as world:
        yield world


def peak(act: Callable[[], object]) -> int:
    """The most bytes that Python held at once meanwhile, beyond what it held before."""
    act()
    gc.collect()
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def happen(world: Inside, merchant_id: str, count: int, size: int = 100) -> None:
    """So many events of this size, and nothing else."""

    def write(tx: Transaction) -> None:
        first = tx.session.get(FeedRow, 1) or FeedRow(id=1, position=0)
        rows = [
            {
                **{
                    "merchant_id": merchant_id,
                    "id": f"evt_{first.position + n:026}",
                    "type": "portal.changed",
                },
                **{
                    "subject_type": "merchant",
                    "subject_id": f"{merchant_id}-{first.position}",
                    "sequence": n,
                },
                **{"position": first.position + n, "time": n, "cause": "rpc", "actor": ""},
                **{"attributes": {"part": "x" * size}, "intents": {}},
            }
            for n in range(1, count + 1)
        ]
        tx.session.connection().execute(insert(EventRow), rows)
        first.position += count
        tx.session.add(first)

    world.database.transact(write, _LOADER)


def read(world: Inside, method: str, request: Any) -> int:
    """All of a stream, piece by piece; answers how many there were."""
    metadata = (("authorization", f"Bearer {world.installation.operator_key}"),)
    with grpc.insecure_channel(world.installation.target) as channel:
        stream = channel.unary_stream(f"/sendback.v1.{method}")
        return sum(1 for _ in stream(request.SerializeToString(), metadata=metadata))


def test_a_stream_of_events(world: Inside) -> None:
    request = event_service_pb2.WatchEventsRequest(stop_at_end=True)
    happen(world, "mer_1", FEW)
    few = peak(lambda: read(world, "EventService/WatchEvents", request))
    happen(world, "mer_1", MANY - FEW)
    assert read(world, "EventService/WatchEvents", request) >= MANY
    assert peak(lambda: read(world, "EventService/WatchEvents", request)) < few + MORE


def test_a_stream_of_rare_events_takes_no_more_memory(world: Inside) -> None:
    request = event_service_pb2.WatchEventsRequest(stop_at_end=True, types=["parcel.lost"])
    happen(world, "mer_1", FEW)
    few = peak(lambda: read(world, "EventService/WatchEvents", request))
    happen(world, "mer_1", MANY - FEW)
    assert peak(lambda: read(world, "EventService/WatchEvents", request)) < few + MORE


@pytest.fixture
def shop(world: Inside) -> Shop:
    return a_shop(world, "memory")


@pytest.mark.parametrize("rows", ["RETURNS", "UNITS"])
def test_a_file_of_many_returns_takes_no_more_memory(sqlite: Any, tmp_path: Path, rows: str) -> None:
    request = returns_service_pb2.ExportReturnsRequest(rows=rows)
    few, many = _of_returns(sqlite, tmp_path, lambda shop, _: list(map(len, _pieces(shop, request))))
    assert many < few + MORE


def test_figures_of_many_returns_take_no_more_memory(sqlite: Any, tmp_path: Path) -> None:
    def ask(shop: Shop, world: Inside) -> None:
        now = world.clock.now
        first, last = (Date(year=y, month=now.month, day=now.day) for y in (now.year - 4, now.year))
        figures = shop.client.returns.GetFigures(
            returns_service_pb2.GetFiguresRequest(first_date=first, last_date=last), timeout=_PATIENCE
        )
        assert figures.total.return_count > FEW // 3

    few, many = _of_returns(sqlite, tmp_path, ask)
    assert many < few + MORE


def _pieces(shop: Shop, request: returns_service_pb2.ExportReturnsRequest) -> Iterator[bytes]:
    return (piece.data for piece in shop.client.returns.ExportReturns(request, timeout=_PATIENCE))


def _of_returns(sqlite: Any, folder: Path, ask: Callable[[Shop, Inside], object]) -> list[int]:
    """What it takes of few returns, and of many."""
    found = []
    for count in (FEW, MANY):
        with Inside(folder / str(count), sqlite.migrated()) as world:
            shop = a_shop(world, "memory", *(an_order(f"#{n}") for n in range(5)))
            for number in range(5):
                make(shop.client, f"ext-#{number}")
            world.stage.run()
            fill(world.url, Copies(count // 5, world.clock.now.timestamp()))
            found.append(peak(lambda shop=shop, world=world: ask(shop, world)))
    return found


def test_orders_that_come_in(world: Inside, shop: Shop) -> None:
    def take(name: str, count: int) -> Callable[[], None]:
        def orders() -> Iterator[order_service_pb2.ImportOrdersRequest]:
            for number in range(count):
                yield order_service_pb2.ImportOrdersRequest(order=an_order(f"{name}-{number}"))

        def ask() -> None:
            assert shop.client.orders.ImportOrders(orders(), timeout=_PATIENCE).rejected_count == 0

        return ask

    few = peak(take("few", 150))
    assert peak(take("many", 1_350)) < few + MORE


def test_many_wrong_orders_are_counted_and_some_of_them_named(world: Inside, shop: Shop) -> None:
    wrong = order_service_pb2.ImportOrdersRequest(order=an_order("#wrong", currency_code="???"))
    told = shop.client.orders.ImportOrders(iter([wrong] * 2_000))
    assert told.rejected_count == 2_000
    assert len(told.rejected) <= 1_000


def test_a_server_waits_for_who_does_not_read(world: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fits into the windows of the wires on the way, some megabytes, and no more."""
    happen(world, "mer_1", MANY, size=4_000)
    read_so_far = [0]
    usual = feed._between

    def counted(*args: Any) -> Any:
        found = usual(*args)
        read_so_far[0] += len(found)
        return found

    monkeypatch.setattr(feed, "_between", counted)
    metadata = (("authorization", f"Bearer {world.installation.operator_key}"),)
    with grpc.insecure_channel(world.installation.target) as channel:
        stream = channel.unary_stream("/sendback.v1.EventService/WatchEvents")(
            event_service_pb2.WatchEventsRequest().SerializeToString(), metadata=metadata
        )
        assert len(list(islice(stream, 3))) == 3
        before, steady = -1, 0
        while steady < 5:
            steady = steady + 1 if read_so_far[0] == before else 0
            before = read_so_far[0]
            time.sleep(0.2)
        stream.cancel()
    assert before < MANY // 3, f"{before} events were read for somebody who took three"
