"""The same tests on both databases."""

import asyncio
import inspect
from collections.abc import Iterator

import pytest
from sendback_service.store import Database, opened

from service.tests.audit.town import Town, a_town
from service.tests.effects.world import STAFF, Boards, HandClock, Stage, begin
from tests.databases import Databases


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the present schema and nothing in it."""
    return str(request.getfixturevalue(request.param).migrated())


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def database(database_url: str, clock: HandClock) -> Iterator[Database]:
    made = opened(database_url, clock)
    yield made
    made.shut()


@pytest.fixture
def loop(database: Database) -> Iterator[asyncio.AbstractEventLoop]:
    """One for a whole test: the connections of the hot statements belong to it."""
    made = asyncio.new_event_loop()
    yield made
    closing = database.hot.close()  # type: ignore[attr-defined]
    if inspect.isawaitable(closing):
        made.run_until_complete(closing)
    made.close()


@pytest.fixture(scope="module")
def boards(sqlite: Databases) -> Iterator[Boards]:
    made = Boards(sqlite.migrated())
    yield made
    made.database.shut()


@pytest.fixture
def stage(database: Database, clock: HandClock) -> Stage:
    """With an approved return of everything in one order."""
    database.transact(begin, STAFF)
    return Stage(database, clock)


@pytest.fixture
def town(database: Database, clock: HandClock) -> Iterator[Town]:
    with a_town(database, clock) as town:
        yield town
