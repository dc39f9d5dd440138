"""One town on each database, made once; each test works in a transaction that is rolled back."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from sendback_service.store import opened, schema

from service.tests.audit.town import Town, a_town
from service.tests.effects.conftest import postgres
from service.tests.effects.world import HandClock

__all__ = ["postgres"]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes an empty database with the present schema."""

    def made() -> str:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('town') / 'sendback.db'}"
        else:
            server = request.getfixturevalue("postgres")
            name = f"town_{uuid4().hex[:12]}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            url = server.replace("/postgres?", f"/{name}?", 1)
        schema.migrate(url)
        return url

    return made


@pytest.fixture(scope="session")
def url(empty: Callable[[], str]) -> str:
    """Where the town is."""
    return empty()


@pytest.fixture(scope="session")
def town(url: str) -> Iterator[Town]:
    """Everything that a return can come to, come to rest."""
    clock = HandClock()
    database = opened(url, clock)
    with a_town(database, clock) as made:
        yield made.live()
    database.shut()
