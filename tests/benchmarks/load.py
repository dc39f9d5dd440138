"""A bounded load: so many calls, so many at a time, each answered without error or the run is void."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Call = Callable[[bytes], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Calls per second, p50 and p95 in milliseconds, CPU microseconds of the server per call: medians of rounds."""

    per_second: float
    p50_ms: float
    p95_ms: float
    cpu_us: float


async def measure(call: Call, rounds: Sequence[Sequence[bytes]], concurrency: int, pid: int) -> Measured:
    found = [await _round(call, requests, concurrency, pid) for requests in rounds]
    return Measured(*(statistics.median(getattr(m, name) for m in found) for name in Measured.__slots__))


async def _round(call: Call, requests: Sequence[bytes], concurrency: int, pid: int) -> Measured:
    waiting = iter(requests)
    times: list[float] = []

    async def caller() -> None:
        for request in waiting:
            began = time.perf_counter()
            await call(request)
            times.append(time.perf_counter() - began)

    cpu, began = cpu_seconds(pid), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(concurrency)))
    lasted, used = time.perf_counter() - began, cpu_seconds(pid) - cpu
    times.sort()
    return Measured(
        per_second=len(times) / lasted,
        p50_ms=1000 * times[len(times) // 2],
        p95_ms=1000 * times[len(times) * 95 // 100],
        cpu_us=1e6 * used / len(times),
    )


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
