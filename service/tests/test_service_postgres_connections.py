"""The connections of the hot statements, on a PostgreSQL: kept at hand, given up where they are of no use any more. And
how theirs and those of all other statements plan what they ask."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from sendback_service.store import postgres as postgres_pool
from sendback_service.store.outage import is_outage
from sendback_service.store.postgres_connections import PLANNED_ANEW, PostgresConnections
from sqlalchemy import create_engine, text

from tests.databases import Databases

_OWN = "SELECT pg_backend_pid()"
_FEW = "SELECT name FROM unnest($1::text[]) AS name"
_PLANS = "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement = $1"

# A merchant's crowd may be found by its names; one of it is to be found by its number. Nobody counts the rows.
_CROWD = """
CREATE TABLE crowd (merchant text, id text, name text, notes char(1000), PRIMARY KEY (merchant, id))
  WITH (autovacuum_enabled = off);
CREATE INDEX crowd_name ON crowd (merchant, name);
CREATE TABLE friend (merchant text, crowd_id text, FOREIGN KEY (merchant, crowd_id) REFERENCES crowd (merchant, id))"""
_ONE = "SELECT name FROM crowd WHERE merchant = $1 AND id = $2"
_COME = "INSERT INTO crowd SELECT 'm', n::text, n::text, 'long' FROM generate_series(1, 4000) AS n"
# How often PostgreSQL plans a statement for what is asked, before it keeps a plan.
_TRIED_OUT = 5
_READ = "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'crowd_name'"

Story = Callable[[PostgresConnections], Awaitable[None]]


def _told(url: str, story: Story, size: int = 2) -> None:
    async def tell() -> None:
        connections = PostgresConnections(url, size, {})
        try:
            async with asyncio.timeout(20):
                await story(connections)
        finally:
            await connections.close()

    asyncio.run(tell())


async def _pid(connections: PostgresConnections) -> int:
    return int((await connections.fetch(_OWN))[0][0])


def test_the_same_connection_is_taken_again(postgres_url: str) -> None:
    async def story(connections: PostgresConnections) -> None:
        assert await _pid(connections) == await _pid(connections)
        assert connections.in_use() == 0

    _told(postgres_url, story)


@pytest.mark.parametrize(
    "why", [socket.gaierror(-2, "Name or service not known"), OSError(113, "No route to host")]
)
def test_a_host_that_is_gone_is_an_outage_like_one_that_refuses(
    monkeypatch: pytest.MonkeyPatch, why: OSError
) -> None:
    """A name that nobody knows while its container is away, a route that is down."""

    async def gone(*_: object, **__: object) -> None:
        raise why

    monkeypatch.setattr(asyncpg, "create_pool", gone)
    assert is_outage(_failure("postgresql://sendback@db/sendback"))


def test_a_socket_that_is_gone_is_an_outage(tmp_path: Path) -> None:
    """PostgreSQL takes it away when it stops."""
    assert is_outage(_failure(f"postgresql://sendback@/sendback?host={tmp_path}"))


def test_a_socket_that_goes_while_there_are_connections_is_an_outage(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(connections: PostgresConnections) -> None:
        await _pid(connections)
        pool = connections._pool
        assert pool is not None
        await pool.expire_connections()
        while connections._at_hand:
            await connections._at_hand.pop().close()

        async def gone(*_: object, **__: object) -> None:
            raise FileNotFoundError(2, "No such file or directory")

        monkeypatch.setattr(pool, "_connect", gone)
        with pytest.raises(ConnectionError):
            await _pid(connections)

    _told(postgres_url, story, size=1)


def _failure(url: str) -> BaseException:
    async def story(connections: PostgresConnections) -> None:
        await connections.fetch(_OWN)

    with pytest.raises(Exception) as failed:  # noqa: PT011
        _told(url, story)
    return failed.value


def test_more_statements_than_connections_take_turns(postgres_url: str) -> None:
    async def story(connections: PostgresConnections) -> None:
        rows = await asyncio.gather(
            *(connections.fetch("SELECT $1::int, pg_sleep(0.02)", n) for n in range(20))
        )
        assert [row[0][0] for row in rows] == list(range(20))
        assert connections.in_use() == 0

    _told(postgres_url, story)


def test_a_statement_is_planned_once(postgres_url: str) -> None:
    """One that PostgreSQL would plan anew each time: of as many names as are asked for it thinks less than of many."""

    async def story(connections: PostgresConnections) -> None:
        for _ in range(12):
            await connections.fetch(_FEW, ["one"])
        assert await connections.fetch(_PLANS, _FEW) == [(0, 12)]

    _told(postgres_url, story, size=1)


@pytest.fixture
def crowded(postgres: Databases) -> Iterator[str]:
    url = postgres.empty()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.exec_driver_sql(_CROWD)
    yield url
    engine.dispose()


def test_a_way_that_was_short_while_a_table_was_empty_is_soon_given_up(crowded: str) -> None:
    async def story(connections: PostgresConnections) -> None:
        await connections.fetch(_ONE, "m", "7")
        await connections.fetch(_COME)
        for _ in range(min(PLANNED_ANEW)):
            await connections.fetch(_ONE, "m", "7")
        [[name]] = await connections.fetch(
            "SELECT name FROM pg_prepared_statements WHERE statement = $1", _ONE
        )
        plan = await connections.fetch(f"EXPLAIN EXECUTE {name}('m', '7')")
        assert "Index Scan using crowd_pkey" in plan[0][0]

    _told(crowded, story, size=1)


def test_what_the_database_asks_itself_for_us_is_planned_anew_too(crowded: str) -> None:
    """Whether the other end of a foreign key is there: by a plan that each connection keeps."""
    engine = postgres_pool.engine(crowded)
    befriend = text("INSERT INTO friend VALUES ('m', :id)")

    def read() -> int:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_stat_force_next_flush()"))
        with engine.begin() as connection:
            return int(connection.execute(text(_READ)).scalar_one())

    with engine.begin() as connection:
        connection.execute(text("INSERT INTO crowd VALUES ('m', 'first', '', '')"))
        for _ in range(_TRIED_OUT + 1):
            connection.execute(befriend, {"id": "first"})
        connection.execute(text(_COME))
    for _ in range(min(PLANNED_ANEW)):
        with engine.begin() as connection:
            connection.execute(befriend, {"id": "7"})
    before = read()
    with engine.begin() as connection:
        connection.execute(befriend, {"id": "8"})
    assert read() == before
    engine.dispose()


def test_a_statement_that_fails_leaves_a_connection_of_use(postgres_url: str) -> None:
    async def story(connections: PostgresConnections) -> None:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connections.fetch("SELECT 1 / $1::int", 0)
        assert connections.in_use() == 0
        assert await connections.fetch("SELECT 7") == [(7,)]

    _told(postgres_url, story, size=1)


def test_who_gives_up_in_the_middle_leaves_no_answer_to_the_next(postgres_url: str) -> None:
    async def story(connections: PostgresConnections) -> None:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await connections.fetch("SELECT 1, pg_sleep(5)")
            assert await connections.fetch("SELECT 2") == [(2,)]
        assert connections.in_use() == 0

    _told(postgres_url, story, size=1)


def test_a_connection_that_was_ended_meanwhile_is_made_anew(postgres_url: str) -> None:
    async def story(connections: PostgresConnections) -> None:
        before = await _pid(connections)
        other = await asyncpg.connect(postgres_url)
        await other.execute("SELECT pg_terminate_backend($1)", before)
        await other.close()
        await asyncio.sleep(0.2)
        assert await _pid(connections) != before

    _told(postgres_url, story, size=1)
