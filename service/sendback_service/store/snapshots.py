"""Reading beside whoever writes: short transactions that cannot write, each of one consistent moment.

PostgreSQL: REPEATABLE READ, READ ONLY. SQLite: a connection that opened the file for reading alone.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel

from sendback_service.clock import Clock
from sendback_service.store.schema import Revision, revision_in
from sendback_service.store.transaction import Author, Transaction

_READER = Author("read", "")
_BUSY_SECONDS = 30.0
# Nothing that is read in batches takes this long; what does is stopped rather than held open.
_STATEMENT = "-c statement_timeout=120000 -c idle_in_transaction_session_timeout=120000"


class Snapshots:
    """`url` is `sqlite:///PATH` or `postgresql://…`; nothing is made where there is nothing."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        self._engine = _engine(url)

    @contextmanager
    def look(self) -> Iterator[Transaction]:
        """One moment of the database, for reading."""
        with self._engine.connect() as connection, Session(connection) as session:
            yield Transaction(session, self._clock(), _READER)

    def revision(self) -> Revision:
        """The schema's, as `schema.revision`, without making a database."""
        with self._engine.connect() as connection:
            return revision_in(connection)

    def close(self) -> None:
        self._engine.dispose()


def missing_indexes(tx: Transaction) -> list[tuple[str, str]]:
    """Indexes of the schema that the database lacks, or that are unique no more: (table, index)."""
    found = inspect(tx.session.connection())
    missing = []
    for table in SQLModel.metadata.sorted_tables:
        present = {index["name"]: index["unique"] for index in found.get_indexes(table.name)}
        missing += [
            (table.name, str(index.name))
            for index in sorted(table.indexes, key=lambda index: str(index.name))
            if index.name not in present or (index.unique and not present[index.name])
        ]
    return missing


def _engine(url: str) -> Engine:
    if url.startswith("sqlite:///"):
        return _sqlite(Path(url.removeprefix("sqlite:///")))
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError(f"database url {url!r}: give sqlite:///PATH or postgresql://…")
    from sendback_service.store.postgres import QUICKLY

    return create_engine(
        url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=1,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        pool_pre_ping=True,
        connect_args={**QUICKLY, "options": _STATEMENT},
    )


def _sqlite(path: Path) -> Engine:
    made = create_engine("sqlite://", creator=lambda: _opened(path), poolclass=NullPool)
    event.listen(made, "begin", _begin)
    return made


def _opened(path: Path) -> sqlite3.Connection:
    """Readers share an index of the log beside the file. Where it cannot be made there is no writer either."""
    alone = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    uri = f"file:{quote(str(path.resolve()))}?mode=ro{'&immutable=1' if alone else ''}"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
    connection.isolation_level = None
    teach(connection)
    return connection


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def teach(connection: sqlite3.Connection) -> None:
    """What PostgreSQL can by itself, so that one statement serves both."""
    connection.create_function("sha256", 1, lambda data: sha256(data).digest(), deterministic=True)
    connection.create_function("encode", 2, lambda data, _: data.hex(), deterministic=True)
