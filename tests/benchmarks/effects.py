"""The whole way through the workers: a return is created, its label bought, the buyer told."""

import statistics
import time
from dataclasses import dataclass

import grpc
from sendback.v1 import event_pb2, event_service_pb2

from tests.benchmarks.calls import Desk, Line, connection
from tests.benchmarks.load import all_of
from tests.benchmarks.shop import Metadata, Shop
from tests.benchmarks.stand import Stand

_CREATE = "/sendback.v1.ReturnsService/CreateReturn"
_WATCH = "/sendback.v1.EventService/WatchEvents"
_LONGEST = 120.0
BEFORE = 8
_TOLD = "message.sent"


@dataclass(frozen=True, slots=True)
class Way:
    """`per_core` counts returns per second that a worker spends on a processor; the times are from the return's
    event to that of its letter, with nothing else to do."""

    per_second: float
    per_core: float
    database_cpu_us: float
    p50_s: float
    p95_s: float
    events_per_second: float


async def whole_way(stand: Stand, shop: Shop, burst: int, singles: int) -> Way:
    """`burst` returns at once, then `singles` one after the other. A few go before: what a worker loads once, when it
    makes its first label and letter, is no part of what a way costs."""
    line = Line(connection(stand.installation.target))
    desk = Desk(line.call(_CREATE, shop.authorization()), shop)
    feed = _Feed(stand, shop)
    await all_of(desk.create, desk.requests(BEFORE))
    await feed.until_told(desk.ids())
    worker = stand.worker
    used, stored, began = worker.cpu_seconds(), stand.database.cpu_seconds(), time.perf_counter()
    await all_of(desk.create, desk.requests(burst))
    await feed.until_told(desk.ids())
    lasted = time.perf_counter() - began
    used, stored = worker.cpu_seconds() - used, stand.database.cpu_seconds() - stored
    for request in desk.requests(singles):
        await desk.create(request)
        await feed.until_told(desk.ids()[-1:])
    await line.close()
    waits = sorted(feed.told[id] - feed.asked[id] for id in desk.ids()[-singles:])
    return Way(
        per_second=burst / lasted,
        per_core=burst / used,
        database_cpu_us=1e6 * stored / burst,
        p50_s=statistics.median(waits),
        p95_s=waits[len(waits) * 95 // 100],
        events_per_second=await _rate(stand, shop),
    )


class _Feed:
    """The stream of events, read until everybody was told."""

    def __init__(self, stand: Stand, shop: Shop) -> None:
        self._target = stand.installation.target
        self._metadata = shop.authorization()
        self._token = ""
        self.asked: dict[str, float] = {}
        self.told: dict[str, float] = {}

    async def until_told(self, ids: list[str]) -> None:
        missing = set(ids) - set(self.told)
        request = event_service_pb2.WatchEventsRequest(resume_token=self._token)
        async with grpc.aio.insecure_channel(self._target) as channel:
            async for event in _events(channel, request, self._metadata):
                self._token = event.resume_token
                seconds = event.create_time.ToMicroseconds() / 1e6
                if event.type == "return.requested":
                    self.asked[event.subject.id] = seconds
                elif event.type == _TOLD:
                    self.told[event.subject.id] = seconds
                    missing.discard(event.subject.id)
                if not missing:
                    return


async def _rate(stand: Stand, shop: Shop) -> float:
    """Events per second that a stream gives from the beginning to the end."""
    count, began = 0, time.perf_counter()
    request = event_service_pb2.WatchEventsRequest(stop_at_end=True)
    async with grpc.aio.insecure_channel(stand.installation.target) as channel:
        async for _ in _events(channel, request, shop.authorization()):
            count += 1
    return count / (time.perf_counter() - began)


def _events(
    channel: grpc.aio.Channel, request: event_service_pb2.WatchEventsRequest, metadata: Metadata
) -> "grpc.aio.UnaryStreamCall[event_service_pb2.WatchEventsRequest, event_pb2.Event]":
    stream = channel.unary_stream(
        _WATCH,
        request_serializer=event_service_pb2.WatchEventsRequest.SerializeToString,
        response_deserializer=event_pb2.Event.FromString,
    )
    return stream(request, metadata=metadata, timeout=_LONGEST)
