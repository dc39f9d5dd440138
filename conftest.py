"""Databases for the tests of every member: `sqlite.migrated()` is one, and `postgres.migrated()` another; and where
processes come from."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import nursery
from tests.databases import Databases, PostgresDatabases, SqliteDatabases, cluster

_GIVEN = os.environ.get("SENDBACK_TEST_DATABASE_URL", "")


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Databases]:
    databases = SqliteDatabases()
    yield databases
    databases.drop()


@pytest.fixture(scope="session")
def clusters() -> list[PostgresDatabases]:
    """Those in which databases were made so far."""
    return []


@pytest.fixture(scope="session")
def postgres(postgres_url: str, clusters: list[PostgresDatabases]) -> Iterator[Databases]:
    databases = PostgresDatabases(postgres_url)
    clusters.append(databases)
    yield databases
    if _GIVEN:
        databases.drop()  # ours go with their cluster


@pytest.fixture(autouse=True)
def _databases_of_one_test(clusters: list[PostgresDatabases]) -> Iterator[None]:
    """What several tests share was made before, and stays."""
    there = sum(one.count() for one in clusters)
    yield
    for one in clusters:
        one.drop_but(there)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """$SENDBACK_TEST_DATABASE_URL, else a PostgreSQL that all processes of the run share."""
    if _GIVEN:
        yield _GIVEN
        return
    server = cluster(_folder_of_the_run(tmp_path_factory))
    yield server.get_uri()
    server.cleanup()


def _folder_of_the_run(folders: pytest.TempPathFactory) -> Path:
    """Each process of xdist has a folder of its own in that of the run."""
    own = folders.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def _nursery() -> None:
    """Installations of tests start their processes from one that has imported everything."""
    from sendback_service.demo.installation import Installation

    Installation.spawn = staticmethod(nursery.spawn)  # type: ignore[assignment]
