"""The database of the engine of workflows: how its connections are kept, and ours to it."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine


def prepare(url: str) -> None:
    """WAL stays with the file. Every commit reaches the disk: an event that has its position starts nothing again."""
    if _is_file(url):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()


def pool(url: str) -> dict[str, Any]:
    """How it keeps connections of its own: as we do. A file needs not be asked whether it lives."""
    if _is_file(url):
        return {"pool_pre_ping": False}
    from sendback_service.store import postgres

    return postgres.POOL


def queue(url: str) -> Engine:
    """Connections of our own to its tables: many workflows are started in one transaction."""
    if _is_file(url):
        from sendback_service.store import sqlite

        return sqlite.writing(Path(url.removeprefix("sqlite:///")))
    from sendback_service.store import postgres

    return postgres.engine(url)


def _is_file(url: str) -> bool:
    return url.startswith("sqlite:///")
