"""The store: tables, transactions, the two dialects, migrations. Rows end here.

database = opened("sqlite:///sendback.db", clock)
merchant = await database.read(lambda tx: tx.session.get(MerchantRow, id).name)
"""

from pathlib import Path

from sendback_service.clock import Clock
from sendback_service.store.database import Database
from sendback_service.store.postgres import PostgresDatabase
from sendback_service.store.sqlite import SqliteDatabase


def opened(url: str, clock: Clock) -> Database:
    """`url` is `sqlite:///PATH` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), clock)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(url.replace("postgres://", "postgresql://", 1), clock)
    raise ValueError(f"database url {url!r}: give sqlite:///PATH or postgresql://…")


__all__ = ["Database", "opened"]
