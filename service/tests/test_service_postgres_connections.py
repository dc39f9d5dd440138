"""The connections of the hot statements, on a PostgreSQL: kept at hand, given up where they are of no use any more."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from sendback_service.store.postgres_connections import PostgresConnections

_OWN = "SELECT pg_backend_pid()"
_FEW = "SELECT name FROM unnest($1::text[]) AS name"
_PLANS = "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement = $1"

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
