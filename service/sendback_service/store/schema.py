"""The schema's revision: what the database has, what this version of the service needs, and the way between.

A running service is not held up by it. Each migration is one short transaction that waits no longer than a moment for
a lock and then tries again, or steps outside one (an index made concurrently, rows filled in batches) that can be
begun anew. What a version needs of the schema stays while an older one may still run beside it.
"""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from sendback_service.store import postgres, sqlite
from sendback_service.store.migrations.online import LOCK_WAIT

_MIGRATIONS = Path(__file__).parent / "migrations"
# The row of `installation` that a migration writes when older versions can run no more: the oldest revision that a
# version may have been made for.
OLDEST = "oldest_schema"
_ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(7236423, 1)"
_LOCKED = {"55P03", "40P01"}
_TRIES = 120
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Revision:
    """`present` is None for an empty database; `oldest` the oldest revision that it serves beside its own."""

    present: str | None
    wanted: str
    oldest: str = ""

    @property
    def current(self) -> bool:
        return self.present == self.wanted

    @property
    def usable(self) -> bool:
        """Also one that a newer version has made, where that says that this one can go on."""
        newer = self.present is not None and self.present > self.wanted
        return self.current or (newer and "" < self.oldest <= self.wanted)

    @property
    def problem(self) -> str:
        """What is wrong and what to do; empty where it can be used."""
        if self.usable:
            return ""
        if self.present is not None and self.present > self.wanted:
            return (
                f"the database is at revision {self.present}, this version knows {self.wanted} and can run beside it "
                "no more: install the newer version"
            )
        return (
            f"the database is at revision {self.present or 'none'}, this version needs {self.wanted}: "
            "run `sendback migrate`"
        )


def migrate(url: str, to: str = "head") -> Revision:
    """Brings the database at `url` to the revision `to` ("head", "base", or an id), up or down."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                _wait_for_our_turn(connection)
                connection.execute(text(LOCK_WAIT))
                connection.commit()
            _patiently(connection, to)
    finally:
        engine.dispose()
    return revision(url)


def revision(url: str) -> Revision:
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return revision_in(connection)
    finally:
        engine.dispose()


def revision_in(connection: Connection) -> Revision:
    present = MigrationContext.configure(connection).get_current_revision()
    return Revision(present, head(), _oldest(connection))


@cache
def head() -> str:
    """The revision that this version knows as the newest. Its scripts are read once: health asks every second."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head() or ""


def _wait_for_our_turn(connection: Connection) -> None:
    """One migrates at a time. Asked again and again: a statement that waits would keep a snapshot, and with it hold up
    the indexes of the one whose turn it is."""
    while not connection.execute(text(_ONE_AT_A_TIME)).scalar():
        connection.commit()
        time.sleep(_PAUSE_SECONDS)


def _patiently(connection: Connection, to: str) -> None:
    """A table that is in use is not waited for in line, where others would have to wait behind us."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            _step(connection, to)
            return
        except OperationalError as broken:
            connection.rollback()
            if not left or getattr(broken.orig, "sqlstate", None) not in _LOCKED:
                raise
            structlog.get_logger().info("migrate.waits", why="a table is in use", tries_left=left)
            time.sleep(_PAUSE_SECONDS)


def _step(connection: Connection, to: str) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    configuration.attributes["connection"] = connection
    down = to == "base" or _is_older(configuration, connection, to)
    connection.rollback()
    if down:
        command.downgrade(configuration, to)
    else:
        command.upgrade(configuration, to)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite:///"):
        return postgres.engine(url, patient=True)
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite.engine(path)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _oldest(connection: Connection) -> str:
    if not inspect(connection).has_table("installation"):
        return ""
    query = text("SELECT value FROM installation WHERE name = :name")
    return connection.execute(query, {"name": OLDEST}).scalar() or ""


def _is_older(configuration: Config, connection: Connection, to: str) -> bool:
    present = MigrationContext.configure(connection).get_current_revision()
    if present is None or to == "head":
        return False
    script = ScriptDirectory.from_config(configuration)
    return to in {r.revision for r in script.iterate_revisions(present, "base")} - {present}
