"""A fast loader: multiplies what a database holds, in the database itself. Half of all copies belong to one merchant,
the rest to a thousand others, few of them large. Copies are spread over three years, by their times, their ids and
their places in the feed."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from sendback_service.store.tables import SQLModel

from tests.benchmarks.room import check_room

# Everything that orders, returns and their effects leave, but papers and pictures, which nobody searches.
GROWING = (
    *("orders", "order_version", "buyer_key", "returns", "unit", "parcel", "attempt", "tracking", "arrival"),
    *("settlement", "transfer", "credit_entry", "event", "delivery", "message", "mirror", "deadline"),
    *("work_item", "request_key", "erasure", "forgetting", "image", "try", "webhook"),
)
OTHERS = 1000
_AGES = timedelta(days=3 * 365)
_HEAD_BITS = 15
# Heads of seven characters tell times apart that lie so far from each other.
_LEAST_STEP = timedelta(seconds=33)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_AT_A_TIME, _SAID_EVERY = 500, 2_500
_IDS = {
    *("id", "order_id", "return_id", "subject_id", "resource_id", "settlement_id", "parcel_id", "event_id"),
    *("image_id", "erasure_id", "credit_id", "linked_return_id"),
}
_NAMES = {
    *("reference", "external_id", "number_key", "request_id", "return_reference", "tracking_number"),
    *("provider_reference", "key", "value", "customer_id", "customer_key", "mark", "digest"),
}
_TIMES = {"create_time", "update_time", "time", "settle_time", "start_time", "end_time", "done_time"}
# What nobody leaves as it is for years.
_LONG_OVER = {
    ("delivery", "state"): "'DELIVERED'",
    ("work_item", "done_time"): "coalesce(s.done_time, s.create_time) - g.shift",
}

Say = Callable[[str], None]
Run = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Copies:
    """`count` of every row, the first included, which is number 0; `now` is the moment that ages count from."""

    count: int
    now: float = field(default_factory=time.time)

    def of(self, id: str, number: int) -> str:
        """The id that a row's copy has."""
        return f"{id[:4]}{self.head(number)}{id[11:]}" if number else id

    def head(self, number: int) -> str:
        """How ids begin that were made so much earlier."""
        made = int((self.now - number * self.step.total_seconds()) * 1000) >> _HEAD_BITS
        return "".join(_ALPHABET[made >> shift & 31] for shift in range(30, -1, -5))

    @property
    def step(self) -> timedelta:
        return max(_LEAST_STEP, _AGES // self.count)

    @property
    def rows(self) -> list[str]:
        """Number, head, by how many microseconds older, and another merchant for every other one."""
        shift = int(self.step.total_seconds() * 1_000_000)
        return [f"({n}, '{self.head(n)}', {n * shift}, {_owner(n)})" for n in range(1, self.count)]


def fill(url: str, copies: Copies, say: Say = lambda _: None) -> None:
    """Until there are so many of every row. Raises `RoomMissing` where the disk is too small."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            _multiply(connection.execute, copies, say)
            connection.commit()
        return
    with psycopg.connect(url, autocommit=True) as connection:

        def run(statement: str) -> Any:
            return connection.execute(statement.encode())

        check_room(run, GROWING, copies.count)
        run("SET synchronous_commit = off")
        run("SET maintenance_work_mem = '512MB'")
        with _without_indexes(run, say):
            _multiply(run, copies, say)
        run("VACUUM (ANALYZE)")
        run("CHECKPOINT")
        say("vacuumed")


def _multiply(run: Run, copies: Copies, say: Say) -> None:
    places = _make_room_in_feed(run, copies.count)
    run("CREATE TEMPORARY TABLE copy (n BIGINT PRIMARY KEY, head TEXT, shift BIGINT, other TEXT)")
    rows = copies.rows
    for start in range(0, len(rows), _AT_A_TIME):
        run(f"INSERT INTO copy VALUES {', '.join(rows[start : start + _AT_A_TIME])}")
    others = ", ".join(f"('mer_{n}', 'Other {n}', true, 1, 0)" for n in range(OTHERS))
    run(f"INSERT INTO merchant (id, name, entitled, revision, create_time) VALUES {others}")
    for table in GROWING:
        names = [column.name for column in SQLModel.metadata.tables[table].columns]
        parts = ", ".join(_copied(table, name, places) for name in names)
        run(f'CREATE TEMPORARY TABLE first AS SELECT * FROM "{table}"')
        for number in range(1, copies.count, _AT_A_TIME):
            run(
                f'INSERT INTO "{table}" ({", ".join(names)}) SELECT {parts} FROM copy g, first s'
                f" WHERE g.n BETWEEN {number} AND {number + _AT_A_TIME - 1}"
            )
            if number > 1 and number % _SAID_EVERY == 1:
                say(f"{table}: {number - 1:,} of {copies.count:,} copies")
        run("DROP TABLE first")
        if copies.count > _SAID_EVERY:
            say(f"{table}: done")


def _make_room_in_feed(run: Run, count: int) -> int:
    """What is there goes to the feed's end. Answers how many places of the feed each copy has."""
    places = int(run("SELECT coalesce(max(position), 0) + 1 FROM event").fetchone()[0])
    for table in ("event", "feed", "receiver"):
        run(f"UPDATE {table} SET position = position + {places * count}")
    run(
        f"UPDATE installation SET value = CAST(CAST(value AS BIGINT) + {places * count} AS TEXT)"
        " WHERE name IN ('sorted_position', 'observed_position', 'mirrored_position')"
    )
    return places


def _owner(number: int) -> str:
    """NULL where the copy belongs to whom the first rows belong to."""
    drawn = number * 7919 % OTHERS
    return f"'mer_{drawn**3 // OTHERS**2}'" if number % 2 else "CAST(NULL AS TEXT)"


def _copied(table: str, name: str, places: int) -> str:
    if name in ("merchant_id", "owner"):
        return f"CASE s.{name} WHEN '' THEN '' ELSE coalesce(g.other, s.{name}) END"
    if (table, name) == ("deadline", "id"):
        return f"s.kind || ':' || {_id('subject_id')}"
    if (table, name) in _LONG_OVER:
        return _LONG_OVER[table, name]
    if name in _IDS:
        return f"CASE s.{name} WHEN '' THEN '' ELSE {_id(name)} END"
    if name in _NAMES or (table, name) == ("orders", "number"):
        return f"CASE s.{name} WHEN '' THEN '' ELSE s.{name} || '-' || g.n END"
    if name == "position":
        return f"s.position - g.n * {places}"
    return f"s.{name} - g.shift" if name in _TIMES else f"s.{name}"


def _id(name: str) -> str:
    return f"substr(s.{name}, 1, 4) || g.head || substr(s.{name}, 12)"


@contextmanager
def _without_indexes(run: Run, say: Say) -> Iterator[None]:
    """They are made anew at the end, which costs a part of keeping them up meanwhile."""
    keys, indexes = _keys(run), _indexes(run)
    for table, name, _ in keys:
        run(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        run(f'DROP INDEX "{name}"')
    yield
    for table, name, made in keys:
        run(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {made}')
    for _, made in indexes:
        run(made)
    say(f"{len(keys) + len(indexes)} indexes made")


def _keys(run: Run) -> list[tuple[str, str, str]]:
    """Table, name and definition."""
    found = run(
        "SELECT r.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
        " JOIN pg_class r ON r.oid = c.conrelid WHERE c.contype IN ('p', 'u')"
        " AND r.relnamespace = 'public'::regnamespace"
    )
    return [tuple(row) for row in found.fetchall() if row[0] in GROWING]


def _indexes(run: Run) -> list[tuple[str, str]]:
    """Name and definition of those that are no key's."""
    found = run(
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    return [(name, made) for table, name, made in found.fetchall() if table in GROWING]
