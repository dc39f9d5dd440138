"""One town on each database, made once; each test works in a transaction that is rolled back."""

from collections.abc import Iterator

import pytest
from sendback_service.store import opened

from service.tests.audit.town import Town, a_town
from service.tests.effects.world import HandClock
from tests.databases import Databases


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def url(databases: Databases) -> str:
    """Where the town is."""
    return databases.migrated()


@pytest.fixture(scope="session")
def town(url: str) -> Iterator[Town]:
    """Everything that a return can come to, come to rest."""
    clock = HandClock()
    database = opened(url, clock)
    with a_town(database, clock) as made:
        yield made.live()
    database.shut()
