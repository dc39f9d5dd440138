"""What two processes on one port cost beside one: returns made and read, and beside that what an echo costs in one
process and in two, all in turns."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import grpc
from sendback.v1 import return_pb2, returns_service_pb2

from tests.benchmarks.calls import CONCURRENCY, RETURNS, Desk, Line, connection
from tests.benchmarks.load import PATIENCE_SECONDS, Asked, Measured, all_of, measure
from tests.benchmarks.processes import Group, callers
from tests.benchmarks.shop import Shop
from tests.benchmarks.stand import Stand, echo

_CALLERS = CONCURRENCY[-1]
_CONNECTIONS = 16
_DRAWS = 20


@dataclass(frozen=True, slots=True)
class Place:
    stand: Stand
    shop: Shop


async def measured(one: Place, two: Place, calls: int, rounds: int) -> dict[str, list[Measured]]:
    """`one` process, `two` with as many callers, and two with twice as many (`company`), so that each has as much to
    do as the one had; the same of an echo's processes."""
    async with AsyncExitStack() as stack:
        visits = []
        for place in (one, two):
            line = await _evenly(place.stand, _CONNECTIONS)
            stack.push_async_callback(line.close)
            visits.append(visit := _Visit(place, line))
            await all_of(visit.once, visit.requests(calls))
        echoes = [_Echo(stack, one, visits[0].made, processes) for processes in (1, 2)]
        asked: dict[str, Asked] = {}
        for kind, alone, both in (("", *visits), ("echo_", *echoes)):
            asked[f"{kind}one"] = alone.asked(calls, rounds, _CALLERS)
            asked[f"{kind}two"] = both.asked(calls, rounds, _CALLERS)
            asked[f"{kind}company"] = both.asked(calls, rounds, 2 * _CALLERS)
        return await measure(asked, one.stand.database, PATIENCE_SECONDS)


def returns_made(calls: int, rounds: int) -> int:
    """The most in one place."""
    return calls * (1 + 2 * rounds)


class _Visit:
    """A return made and read."""

    def __init__(self, place: Place, line: Line) -> None:
        own = place.shop.authorization()
        self._desk = Desk(line.call(f"{RETURNS}/CreateReturn", own), place.shop)
        self._read = line.call(f"{RETURNS}/GetReturn", own)
        self._server = place.stand.server

    @property
    def made(self) -> bytes:
        return self._desk.made[0]

    async def once(self, request: bytes) -> None:
        await self._desk.create(request)
        id = return_pb2.Return.FromString(self._desk.made[-1]).id
        await self._read(returns_service_pb2.GetReturnRequest(return_id=id).SerializeToString())

    def requests(self, count: int) -> list[bytes]:
        return self._desk.requests(count)

    def asked(self, calls: int, rounds: int, at_a_time: int) -> Asked:
        return Asked(self.once, [self.requests(calls) for _ in range(rounds)], at_a_time, self._server)


class _Echo:
    """The same bytes back and forth in so many bare processes, the connections shared out among them."""

    def __init__(self, stack: AsyncExitStack, place: Place, answer: bytes, processes: int) -> None:
        there = [stack.enter_context(echo(place.stand.folder, answer)) for _ in range(processes)]
        line = Line(*(connection(there[n % processes][0]) for n in range(_CONNECTIONS)))
        stack.push_async_callback(line.close)
        self._call = line.call("/bench.Echo/Echo")
        self._group = Group([pid for _, group in there for pid in group.pids])
        self._shop = place.shop

    def asked(self, calls: int, rounds: int, at_a_time: int) -> Asked:
        requests = self._shop.create_requests(0, calls * 2)
        return Asked(self._call, [requests] * rounds, at_a_time, self._group)


async def _evenly(stand: Stand, connections: int) -> Line:
    """As many connections to each of the processes that listen on one port. Who takes one is drawn by lot, and with few
    of them one process often has most: what it gets above its share is given up."""
    target, processes = stand.installation.target, stand.installation.serving()
    taken: dict[int, list[grpc.aio.Channel]] = {process: [] for process in processes}
    for _ in range(_DRAWS * connections):
        if all(len(channels) == connections // len(processes) for channels in taken.values()):
            return Line(*(channel for channels in zip(*taken.values(), strict=True) for channel in channels))
        channel, taker = await _drawn(target, processes)
        if len(taken[taker]) < connections // len(processes):
            taken[taker].append(channel)
        else:
            await channel.close()
    raise SystemExit(f"{connections} connections could not be shared out among {len(processes)} processes")


async def _drawn(target: str, processes: Sequence[int]) -> tuple[grpc.aio.Channel, int]:
    """A new connection, and the process that took it."""
    before = {process: callers(process, target) for process in processes}
    channel = connection(target)
    await channel.channel_ready()
    return channel, next(process for process in processes if callers(process, target) - before[process])
