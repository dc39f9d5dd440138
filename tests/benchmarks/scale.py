"""What growth costs: the same calls on databases of different sizes. A fast loader multiplies returns that were made by
RPC, in the database itself; half of all belong to one merchant, the rest to a thousand others, few of them large."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import psycopg
from google.protobuf.message import Message
from sendback.v1 import order_service_pb2, return_pb2, returns_service_pb2
from sqlmodel import SQLModel

from tests.benchmarks.calls import PAGE, Desk, Line
from tests.benchmarks.figures import Figures
from tests.benchmarks.load import Asked, all_of, measure, middle
from tests.benchmarks.processes import Group
from tests.benchmarks.shop import Shop, set_up
from tests.benchmarks.stand import Stand, stand

SEED = 200
_CALLS, _ROUNDS, _AT_ONCE = 200, 5, 8
_TABLES = (
    "orders",
    "order_version",
    "returns",
    "unit",
    "parcel",
    "event",
    "message",
    "deadline",
    "request_key",
    "settlement",
    "transfer",
    "attempt",
)
_IDS = ("id", "order_id", "return_id", "subject_id", "resource_id", "settlement_id", "parcel_id")
_NAMES = (
    "reference",
    "external_id",
    "number_key",
    "request_id",
    "return_reference",
    "tracking_number",
    "provider_reference",
)
_SERVICE = "/sendback.v1.ReturnsService"


def grown(folder: Path, url: str, group: Group, sizes: Sequence[int]) -> Figures:
    """For PostgreSQL: p50 of each call at each size, and what the dearest grew by from the smallest to the largest."""
    if not url:
        return {}
    figures: Figures = {}
    times: dict[int, dict[str, float]] = {}
    for size in sorted(sizes):
        name = f"scale_{size}"
        with stand(folder / name, "postgres", database_beside(url, name), group) as here:
            here.installation.kill_worker()
            shop = set_up(
                here.installation.target, here.installation.operator_key, SEED + _CALLS * (_ROUNDS + 1)
            )
            times[size] = asyncio.run(_timed(here, shop, size))
        figures |= {f"{call}_postgres_at_{size}_p50_ms": time for call, time in times[size].items()}
    least, most = times[min(times)], times[max(times)]
    figures |= {f"{call}_cost_growth": most[call] / least[call] for call in least}
    figures["scale_cost_growth"] = max(most[call] / least[call] for call in least)
    figures["scale_largest"] = max(times)
    return figures


async def _timed(here: Stand, shop: Shop, size: int) -> dict[str, float]:
    line = Line(here.installation.target)
    own = shop.authorization()
    desk = Desk(line.call(f"{_SERVICE}/CreateReturn", own), shop)
    await all_of(desk.create, desk.requests(SEED))
    fill(here.url, size // SEED)
    made = [return_pb2.Return.FromString(answer) for answer in desk.made]
    asked = {
        "create": Asked(desk.create, [desk.requests(_CALLS) for _ in range(_ROUNDS)], here.server),
        "get": _asked(line, here, f"{_SERVICE}/GetReturn", own, _gets(here.url, size // SEED, made)),
        "list": _asked(
            line,
            here,
            f"{_SERVICE}/ListReturns",
            own,
            [returns_service_pb2.ListReturnsRequest(page_size=PAGE)],
        ),
        "find": _asked(
            line,
            here,
            f"{_SERVICE}/FindReturns",
            own,
            [returns_service_pb2.FindReturnsRequest(text=r.reference) for r in made],
        ),
        "orders": _asked(
            line,
            here,
            "/sendback.v1.OrderService/GetOrder",
            own,
            [order_service_pb2.GetOrderRequest(order_id=r.order_id) for r in made],
        ),
        "estimate": Asked(
            line.call("/sendback.v1.PortalService/EstimateReturn", shop.authorization(portal=True)),
            [[shop.estimate_request()] * _CALLS] * _ROUNDS,
            here.server,
        ),
    }
    found = await measure(asked, _AT_ONCE, here.database)
    await line.close()
    return {name: middle(rounds).p50_ms for name, rounds in found.items()}


def _asked(
    line: Line, here: Stand, method: str, own: tuple[tuple[str, str], ...], requests: Sequence[Message]
) -> Asked:
    wanted = [request.SerializeToString() for request in requests]
    return Asked(line.call(method, own), [(wanted * _CALLS)[:_CALLS] for _ in range(_ROUNDS)], here.server)


def _gets(
    url: str, copies: int, made: Sequence[return_pb2.Return]
) -> list[returns_service_pb2.GetReturnRequest]:
    """Returns from all over the table: of the merchant's own copies every other one."""
    step = max(2, copies // _CALLS // 2 * 2)
    numbers = range(step, copies, step) or range(1)
    chosen = [
        made[place % len(made)].id if not n else copy_of(made[place % len(made)].id, n)
        for place, n in enumerate(numbers)
    ]
    return [returns_service_pb2.GetReturnRequest(return_id=id) for id in chosen[:_CALLS]]


def fill(url: str, copies: int) -> None:
    """Copies every row of the tables that grow, `copies` - 1 times."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute(
            "INSERT INTO merchant (id, name, entitled, revision, create_time)"
            " SELECT 'mer_' || g, 'Other ' || g, true, 1, 0 FROM generate_series(0, 999) g"
        )
        for table in _TABLES:
            names = [column.name for column in SQLModel.metadata.tables[table].columns]
            parts = ", ".join(_copied(table, name) for name in names)
            connection.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {parts} FROM {table} s,"
                f" (SELECT n, CASE WHEN n % 2 = 1 THEN 'mer_' || (1000 * random() ^ 3)::int % 1000 END AS other"
                f" FROM (SELECT setseed(0.5)) seed, generate_series(1, {copies - 1}) n OFFSET 0) g"
            )
        connection.execute("ANALYZE")


def copy_of(id: str, number: int) -> str:
    """As `_copied` has it."""
    return f"{id[:4]}{number:07x}{id[-19:]}"


def _copied(table: str, name: str) -> str:
    if name == "merchant_id":
        return "coalesce(g.other, s.merchant_id)"
    if table == "deadline" and name == "id":
        return (
            "s.kind || ':' || left(s.subject_id, 4) || lpad(to_hex(g.n), 7, '0') || right(s.subject_id, 19)"
        )
    if name in _IDS:
        return _unless_empty(name, f"left(s.{name}, 4) || lpad(to_hex(g.n), 7, '0') || right(s.{name}, 19)")
    if name in _NAMES or (table, name) == ("orders", "number"):
        return _unless_empty(name, f"s.{name} || '-' || g.n")
    if name == "position":
        return "s.position + g.n * 1000000"
    if name in ("create_time", "time"):
        return f"s.{name} - g.n * 60000000::bigint"
    return f"s.{name}"


def _unless_empty(name: str, copied: str) -> str:
    return f"CASE s.{name} WHEN '' THEN '' ELSE {copied} END"


def database_beside(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, query = url.partition("?")
    made = f"{head.rpartition('/')[0]}/{name}"
    return f"{made}?{query}" if query else made
