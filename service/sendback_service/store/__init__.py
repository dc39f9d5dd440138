"""The store: tables, transactions, the two dialects, migrations. Rows end here.

database = opened("sqlite:///sendback.db", clock)
merchant = await database.read(lambda tx: tx.session.get(MerchantRow, id).name)

Each dialect is loaded by who has such a database: PostgreSQL's drivers take 14 MB.
"""

from pathlib import Path

from sendback_service.clock import Clock
from sendback_service.store.database import Database


def opened(url: str, clock: Clock) -> Database:
    """`url` is `sqlite:///PATH` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        from sendback_service.store.sqlite import SqliteDatabase

        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), clock)
    if url.startswith(("postgresql://", "postgres://")):
        from sendback_service.store.postgres import PostgresDatabase

        return PostgresDatabase(url.replace("postgres://", "postgresql://", 1), clock)
    raise ValueError(f"database url {url!r}: give sqlite:///PATH or postgresql://…")


__all__ = ["Database", "opened"]
