"""Which errors say that the database could not be asked, rather than that we asked something wrong."""

import queue
import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SQLITE = (
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database file",
)
_ANY = (PoolTimeout, ConnectionError, TimeoutError, queue.Full)
_DRIVERS = frozenset({"asyncpg", "psycopg"})


def is_outage(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_outage(error.orig))
    if isinstance(error, sqlite3.OperationalError):
        return any(text in str(error) for text in _SQLITE)
    return isinstance(error, _ANY) or (_is_of_a_driver(error) and _is_outage_of_postgres(error))


def _is_of_a_driver(error: BaseException) -> bool:
    """Who works on SQLite never loads a driver for PostgreSQL."""
    return type(error).__module__.partition(".")[0] in _DRIVERS


def _is_outage_of_postgres(error: BaseException) -> bool:
    from sendback_service.store.postgres_outage import OUTAGES

    return isinstance(error, OUTAGES)


def is_stuck(error: BaseException) -> bool:
    """Whether only new connections help: SQLite's, once opened on a disk that may only be read, can never write."""
    return "attempt to write a readonly database" in str(error)


def is_duplicate(error: BaseException) -> bool:
    """Whether somebody else wrote the same key first."""
    return isinstance(error, IntegrityError)
