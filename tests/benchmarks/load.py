"""A bounded load: so many calls, so many at a time, each answered without error or the run is void."""

import asyncio
import math
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.benchmarks.processes import Group

Call = Callable[[bytes], Awaitable[object]]
K = TypeVar("K")
# How long the rounds of `make bench` may take before there are fewer of them, so that it stays within five minutes on
# a slow machine too; but never so few that one decides.
PATIENCE_SECONDS, _FEWEST = 20, 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is measured: `call` is made with each request of a round, so many at a time; `server` does the
    work."""

    call: Call
    rounds: Sequence[Sequence[bytes]]
    at_a_time: int
    server: Group


@dataclass(frozen=True, slots=True)
class Measured:
    """Calls per second, p50 and p95 in milliseconds, CPU microseconds per call of the server and of the database."""

    per_second: float
    p50_ms: float
    p95_ms: float
    cpu_us: float
    database_cpu_us: float


async def measure(
    asked: Mapping[K, Asked], database: Group, patience_seconds: float = math.inf
) -> dict[K, list[Measured]]:
    """The rounds of all that is asked, in turns: what slows the machine down meanwhile falls on all alike."""
    found: dict[K, list[Measured]] = {name: [] for name in asked}
    began = time.perf_counter()
    for number in range(max(len(one.rounds) for one in asked.values())):
        if number >= _FEWEST and time.perf_counter() - began > patience_seconds:
            break
        for name, one in asked.items():
            if number < len(one.rounds):
                found[name].append(await _round(one, one.rounds[number], database))
    return found


def middle(rounds: Sequence[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(*(statistics.median(getattr(m, name) for m in rounds) for name in Measured.__slots__))


async def all_of(call: Call, requests: Sequence[bytes], concurrency: int = 32) -> list[float]:
    """Makes the calls, so many at a time, and answers how many seconds each took."""
    waiting = iter(requests)
    times: list[float] = []

    async def caller() -> None:
        for request in waiting:
            began = time.perf_counter()
            await call(request)
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(caller() for _ in range(concurrency)))
    return times


async def _round(asked: Asked, requests: Sequence[bytes], database: Group) -> Measured:
    cpu, stored, began = asked.server.cpu_seconds(), database.cpu_seconds(), time.perf_counter()
    times = sorted(await all_of(asked.call, requests, asked.at_a_time))
    lasted = time.perf_counter() - began
    used, wrote = asked.server.cpu_seconds() - cpu, database.cpu_seconds() - stored
    return Measured(
        per_second=len(times) / lasted,
        p50_ms=1000 * times[len(times) // 2],
        p95_ms=1000 * times[len(times) * 95 // 100],
        cpu_us=1e6 * used / len(times),
        database_cpu_us=1e6 * wrote / len(times),
    )
