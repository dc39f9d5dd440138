"""What growth costs: no call reads a table that grows from end to end, on either database.

PostgreSQL's planner is asked about tables that are filled, SQLite's by the shape of the schema alone."""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import psycopg
import pytest
from sendback_service import decisions
from sendback_service.arrivals import Arrivals
from sendback_service.exports import Exports, Rows
from sendback_service.feed import Feed
from sendback_service.figures import Statistics
from sendback_service.orders import Orders
from sendback_service.parcels import Parcels
from sendback_service.returns import Filter, Returns
from sendback_service.rules.states import Decision
from sendback_service.shops import Shops
from sendback_service.store import Database, opened
from sendback_service.store import statements_postgres as postgres_statements
from sendback_service.store import statements_sqlite as sqlite_statements
from sendback_service.streams import Streams
from sqlalchemy import Engine, event

from service.tests.audit.town import MERCHANT, Town, a_town
from service.tests.effects.world import HandClock
from tests.benchmarks.scale import fill

BIG = (
    "orders|order_version|returns|unit|parcel|event|message|deadline|request_key|transfer|settlement|attempt"
)
Statement = tuple[str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest) -> Iterator[tuple[str, Town]]:
    """A database, and a town in it; on PostgreSQL with thousands of returns like those of the town."""
    url: str = request.getfixturevalue(request.param).migrated()
    clock = HandClock()
    database = opened(url, clock)
    with a_town(database, clock) as town:
        town.close("closed")
        town.make("open")
        if url.startswith("postgresql"):
            fill(url, 2000)
        yield url, town
    database.shut()


@pytest.fixture
def asked(filled: tuple[str, Town]) -> dict[str, list[Statement]]:
    """What each call asks the database, beside the hot statements."""
    town = filled[1]
    return {
        name: _heard(lambda call=call: town.loop.run_until_complete(call()))
        for name, call in _calls(town).items()
    }


def test_no_call_reads_a_growing_table_from_end_to_end(
    filled: tuple[str, Town], asked: dict[str, list[Statement]]
) -> None:
    plans = _postgres_plan if filled[0].startswith("postgresql") else _sqlite_plan
    assert sum(map(len, asked.values())) > 20
    for name, statements in asked.items():
        for statement in statements:
            assert not _whole(plan := plans(filled[0], statement)), f"{name}:\n{statement[0]}\n{plan}"


def test_the_hot_statements_look_up_each_row_by_an_index(filled: tuple[str, Town]) -> None:
    url, town = filled
    if url.startswith("sqlite"):
        hot = sqlite_statements
        names = {"merchant": MERCHANT, "order": "o", "rpc": "r", "request_id": "i"}
        statements: list[Statement] = [
            *((text, names) for text in (hot._LOAD_BY_ID, hot._LOAD_BY_EXTERNAL_ID)),
            *((text, (MERCHANT, "x")) for text in (hot._GET_BY_ID, hot._GET_BY_REFERENCE)),
            (hot._GET_ALL, ('["x"]', MERCHANT)),
            (hot._KEY, ("x",)),
        ]
        plans = [_sqlite_plan(url, statement) for statement in statements]
    else:
        plans = asyncio.run(_hot_plans(url, town.names["open"]))
    assert len(plans) >= 4
    for plan in plans:
        assert not _whole(plan), plan


def test_a_table_that_is_read_whole_is_noticed(filled: tuple[str, Town]) -> None:
    plan = _postgres_plan if filled[0].startswith("postgresql") else _sqlite_plan
    assert _whole(plan(filled[0], ("SELECT id FROM returns WHERE override_note = 'x'", None)))


def _calls(town: Town) -> dict[str, Callable[[], Any]]:
    database: Database = town.database
    shops = Shops(database)
    returns, feed = Returns(database, Streams()), Feed(database, Streams())
    orders = Orders(database, shops, None, "")  # type: ignore[arg-type]
    exports, statistics = Exports(database, shops), Statistics(database, shops)
    open_, now = town.names["open"], town.clock()
    order_id = town.loop.run_until_complete(returns.get(MERCHANT, open_)).order_id
    filters = {
        "all": Filter(),
        "of an order": Filter(order_id=order_id),
        "decided": Filter(decisions=(Decision.APPROVED,)),
        "of a day": Filter(created_from=now - timedelta(days=1), created_before=now),
    }
    lists = {f"list {name}": lambda f=f: returns.list(MERCHANT, f, 50, "") for name, f in filters.items()}
    return {
        **lists,
        "find": lambda: returns.find(MERCHANT, "R7K3F9Q2XX"),
        "work items": lambda: returns.work_items(MERCHANT, 50, ""),
        "quote": lambda: returns.quote(MERCHANT, open_),
        "events of a return": lambda: feed.list(MERCHANT, open_, (), 50, ""),
        "events": lambda: feed.list(MERCHANT, "", ("label.purchased",), 50, ""),
        "all events": lambda: feed.list("", "", (), 50, ""),
        "orders": lambda: orders.list(MERCHANT, "", 50, ""),
        "orders by number": lambda: orders.list(MERCHANT, "#open", 50, ""),
        "order": lambda: orders.get(MERCHANT, order_id),
        "arrivals": lambda: Arrivals(database).list(MERCHANT, 50, ""),
        "parcel": lambda: Parcels(database, shops, Streams()).get(MERCHANT, _parcel(town)),
        "figures": lambda: statistics.of(MERCHANT, now.date() - timedelta(days=30), now.date()),
        "export": lambda: _drained(exports.returns(MERCHANT, Filter(), Rows.RETURNS)),
        "cancel": lambda: _done(town, open_),
    }


def _parcel(town: Town) -> str:
    record = town.loop.run_until_complete(town.database.hot.get(MERCHANT, town.names["closed"]))
    assert record is not None
    return record.parcels[0].id


async def _done(town: Town, return_id: str) -> None:
    await asyncio.get_running_loop().run_in_executor(None, town.do, return_id, decisions.cancel)


async def _drained(pieces: Any) -> None:
    """Enough of it to see how it goes on."""
    count = 0
    async for _ in pieces:
        count += 1
        if count > 3:
            await pieces.aclose()
            return


def _heard(act: Callable[[], object]) -> list[Statement]:
    heard: list[Statement] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            heard.append((statement, parameters[0] if many and parameters else parameters))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    return heard


def _whole(plan: str) -> bool:
    return bool(re.search(rf"Seq Scan on ({BIG})\b|^SCAN ({BIG}|[a-z])\b(?!.*VIRTUAL)", plan, re.MULTILINE))


def _postgres_plan(url: str, statement: Statement) -> str:
    with psycopg.connect(url) as connection:
        rows = connection.execute(f"EXPLAIN {statement[0]}".encode(), statement[1] or None).fetchall()
        connection.rollback()
    return "\n".join(row[0] for row in rows)


async def _hot_plans(url: str, return_id: str) -> list[str]:
    hot = postgres_statements
    many = [MERCHANT] * 8
    connection = await asyncpg.connect(url)
    try:
        plans = [
            await connection.fetch(f"EXPLAIN {text}", *arguments)
            for text, arguments in (
                (hot._LOAD, (many, ["ord_x"] * 8, [None] * 8, ["r"] * 8, ["i"] * 8)),
                (hot._GET_BY_ID, (many, [return_id] * 8)),
                (hot._GET_BY_REFERENCE, (many, ["R2"] * 8)),
                (hot._KEY, (["x"],)),
            )
        ]
    finally:
        await connection.close()
    return ["\n".join(row[0] for row in plan) for plan in plans]


def _sqlite_plan(url: str, statement: Statement) -> str:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement[0]}", statement[1] or ()).fetchall()
    finally:
        connection.close()
    return "\n".join(str(row[3]) for row in rows)
