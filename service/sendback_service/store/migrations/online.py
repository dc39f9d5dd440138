"""What migrations do to big tables while the service runs. Every step can be begun anew, and so must be whatever a
migration does before one: the first step outside of a transaction commits it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

LOCK_WAIT = "SET lock_timeout = '1s'"


@contextmanager
def outside_a_transaction() -> Iterator[None]:
    """Each statement commits by itself, so that nothing stays locked; those that wait do so without standing in
    anybody's way, and may take their time. SQLite has one writer at a time anyway."""
    if op.get_bind().dialect.name != "postgresql":
        yield
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        yield
        op.execute(LOCK_WAIT)


def index_online(
    name: str,
    table: str,
    columns: Sequence[str],
    where: sa.TextClause | None = None,
    *,
    unique: bool = False,
) -> None:
    """Makes an index without stopping writers. What a try that was cut off left behind is dropped before."""
    with outside_a_transaction():
        concurrently = op.get_bind().dialect.name == "postgresql"
        op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=concurrently)
        op.create_index(
            name,
            table,
            list(columns),
            unique=unique,
            sqlite_where=where,
            postgresql_where=where,
            postgresql_concurrently=concurrently,
        )


def replace_index_online(name: str, table: str, columns: Sequence[str], *, unique: bool = False) -> None:
    """Other columns under the same name. Whoever searches has the one or the other all the time, and what is unique
    stays so, also where a try was cut off: the names change hands in one transaction."""
    if op.get_bind().dialect.name != "postgresql":
        op.drop_index(name, table_name=table)
        op.create_index(name, table, list(columns), unique=unique)
        return
    index_online(f"{name}_anew", table, columns, unique=unique)
    _drop_online(f"{name}_before", table)
    op.execute(f"ALTER INDEX IF EXISTS {name} RENAME TO {name}_before")
    op.execute(f"ALTER INDEX {name}_anew RENAME TO {name}")
    _drop_online(f"{name}_before", table)


def _drop_online(name: str, table: str) -> None:
    with outside_a_transaction():
        op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
