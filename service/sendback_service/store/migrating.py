"""The way from one revision of the schema to another.

A running service is not held up by it. Each migration is one short transaction that waits no longer than a moment for
a lock and then tries again, or steps outside one (an index made concurrently, rows filled in batches) that can be
begun anew. What a version needs of the schema stays while an older one may still run beside it.
"""

import time

import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from sendback_service.store.migrations.online import LOCK_WAIT
from sendback_service.store.schema import MIGRATIONS, Revision, engine, present, revision

_ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(7236423, 1)"
_LOCKED = {"55P03", "40P01"}
_TRIES = 120
_PAUSE_SECONDS = 0.5


def migrate(url: str, to: str = "head") -> Revision:
    """Brings the database at `url` to the revision `to` ("head", "base", or an id), up or down."""
    made = engine(url)
    try:
        with made.connect() as connection:
            if connection.dialect.name == "postgresql":
                _wait_for_our_turn(connection)
                connection.execute(text(LOCK_WAIT))
                connection.commit()
            _patiently(connection, to)
    finally:
        made.dispose()
    return revision(url)


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
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["connection"] = connection
    down = to == "base" or _is_older(configuration, connection, to)
    connection.rollback()
    if down:
        command.downgrade(configuration, to)
    else:
        command.upgrade(configuration, to)


def _is_older(configuration: Config, connection: Connection, to: str) -> bool:
    here = present(connection)
    if here is None or to == "head":
        return False
    script = ScriptDirectory.from_config(configuration)
    return to in {r.revision for r in script.iterate_revisions(here, "base")} - {here}
