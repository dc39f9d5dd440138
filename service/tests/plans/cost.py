"""What a statement reads: it is carried out on a filled database, counted, and taken back. Nothing is timed, so a busy
machine makes no difference.

On PostgreSQL that is the rows that its scans touched, those included that were thrown away; on SQLite the steps of its
machine, of which a row costs about a dozen."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import asyncpg
import psycopg

from service.tests.plans.heard import Heard
from tests.benchmarks.loader import GROWING

_STEPS = 100
# Who reads a table of so few rows, or does so few steps, from end to end does well.
_FEW_ROWS, _FEW_STEPS = 1_600, 40_000
# All that a merchant has, be it in the order that was asked for; open work alone is little. With LIMIT that is a page.
_MERCHANTS = re.compile(rf"SEARCH ({'|'.join(GROWING)}) USING (?!INDEX work_item_open).*\(merchant_id=\?\)$")
_READ = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass(frozen=True, slots=True)
class Cost:
    """`whole` are the tables that grow and were read from end to end."""

    read: int
    whole: frozenset[str]
    plan: str


def costs(url: str, heard: list[Heard]) -> Iterator[tuple[Heard, Cost]]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            for one in heard:
                yield one, _sqlite(connection, one)
        return
    with psycopg.connect(url) as connection:
        for one in heard:
            plan = asyncio.run(_numbered(url, one)) if one.numbered else _named(connection, one)
            yield one, _postgres(plan)


def _named(connection: psycopg.Connection[Any], one: Heard) -> str:
    try:
        row = connection.execute(
            f"{_explain(one)} {one.statement}".encode(), one.parameters or None
        ).fetchone()
        return json.dumps(row[0]) if row else ""
    finally:
        connection.rollback()


async def _numbered(url: str, one: Heard) -> str:
    """By the plan that fits any parameters, which is what a statement gets that is asked often."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        async with connection.transaction():
            rows = await connection.fetch(f"{_explain(one)} {one.statement}", *one.parameters)
        return str(rows[0][0])
    finally:
        await connection.close()


def _explain(one: Heard) -> str:
    """Rows are not put in twice: of an insertion the plan must be enough."""
    how = "" if "INSERT INTO" in one.statement else "ANALYZE, TIMING OFF, "
    return f"EXPLAIN ({how}FORMAT JSON)"


def _postgres(plan: str) -> Cost:
    nodes = list(_nodes(json.loads(plan)[0]["Plan"]))
    scans = [node for node in nodes if "Relation Name" in node and node["Node Type"] != "ModifyTable"]
    read = sum(int(sum(node.get(name, 0) for name in _READ) * node.get("Actual Loops", 0)) for node in scans)
    whole = {node["Relation Name"] for node in scans if node["Node Type"] == "Seq Scan" and read > _FEW_ROWS}
    return Cost(read, frozenset(whole & set(GROWING)), json.dumps(json.loads(plan), indent=1))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _sqlite(connection: sqlite3.Connection, one: Heard) -> Cost:
    given = one.parameters or ()
    plan = connection.execute(f"EXPLAIN QUERY PLAN {one.statement}", given).fetchall()
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += _STEPS
        return 0

    connection.execute("BEGIN")
    connection.set_progress_handler(count, _STEPS)
    try:
        connection.execute(one.statement, given).fetchall()
    finally:
        connection.set_progress_handler(None, 0)
        connection.execute("ROLLBACK")
    lines = [str(row[3]) for row in plan]
    whole = {table for line in lines for table in GROWING if re.match(rf"SCAN {table}\b", line)}
    found = {found[1] for line in lines if (found := _MERCHANTS.match(line)) and "LIMIT" not in one.statement}
    return Cost(steps, frozenset(found | whole if steps > _FEW_STEPS else found), "\n".join(lines))
