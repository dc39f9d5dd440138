"""The production database: PostgreSQL. SQLModel over psycopg for what is rare, asyncpg for what is hot."""

import asyncio
import contextvars
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

from psycopg import Connection, Error
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlmodel import Session

from sendback_service.clock import Clock, system_clock
from sendback_service.observability import traces
from sendback_service.store.postgres_connections import PLAN_ANEW, PLANNED_ANEW, PostgresConnections
from sendback_service.store.statements_postgres import PostgresStatements
from sendback_service.store.transaction import Author, Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]

_CONNECTIONS = 8
_TRIES = 5
# Seconds after which a connection is asked whether it still lives before it is used.
RESTED = 1.0
_USED, _TIMES, _BEHIND = "used", "times", "behind"
# Clocks that differ by less are taken for the same.
_SAME = timedelta(seconds=1)
_READER = Author("read", "")
# Serialization failure, deadlock; and a key that somebody else wrote meanwhile, who is found the next time.
_TRY_AGAIN = {"40001", "40P01", "23505"}


# No statement and no lock is waited for without end. A peer that went silent is noticed within seconds, on both sides:
# what it had locked is waited for by others. Our transactions never rest.
_BOUNDS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "5s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
QUICKLY: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def _compare_clocks(connection: Connection[Any], entry: ConnectionPoolEntry) -> None:
    """How far this host's clock is behind the database's, which is the same for all: what one host notes, others
    compare with their time. A clock that is wrong would take a call that is under way elsewhere for one that was lost.
    """
    asked = system_clock()
    [(there,)] = connection.execute("SELECT clock_timestamp()").fetchall()
    connection.rollback()
    answered = system_clock()
    behind = there - (asked + (answered - asked) / 2)
    entry.info[_BEHIND] = behind if abs(behind) > max(_SAME, answered - asked) else timedelta()


def _note(_connection: object, entry: ConnectionPoolEntry) -> None:
    entry.info[_USED] = time.monotonic()


def _ask(connection: Connection[Any], entry: ConnectionPoolEntry, _lent: object) -> None:
    """One that rested may be dead, and the others with it. One that answered a moment ago is not asked: that would be
    a question more for each of ours."""
    entry.info[_TIMES] = times = entry.info.get(_TIMES, 0) + 1
    rested = time.monotonic() - entry.info.get(_USED, time.monotonic()) >= RESTED
    if not rested and times not in PLANNED_ANEW:
        return
    try:
        if times in PLANNED_ANEW:
            connection.execute(PLAN_ANEW)
        _compare_clocks(connection, entry)
    except Error as dead:
        raise InvalidatePoolError from dead


# How connections are kept, ours and those of the engine of workflows. The one used last is used next: the server has
# prepared on it what is asked again and again.
POOL: dict[str, Any] = {
    "pool_use_lifo": True,
    "pool_pre_ping": False,
    "pool_events": [(_compare_clocks, "connect"), (_note, "checkin"), (_ask, "checkout")],
}


def engine(url: str, *, patient: bool = False) -> Engine:
    """`patient`: without bounds on statements, for what changes the schema."""
    options = " ".join(f"-c {name}={value}" for name, value in _BOUNDS.items())
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=_CONNECTIONS,
        connect_args=QUICKLY if patient else {**QUICKLY, "options": options},
        **POOL,
    )


class PostgresDatabase:
    """See `store.database.Database`."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        self._engine = engine(url)
        self._threads = ThreadPoolExecutor(_CONNECTIONS, "postgres")
        self._connections = PostgresConnections(url, _CONNECTIONS, _BOUNDS)
        self.hot = PostgresStatements(self._connections)

    async def write(self, work: Work[T], author: Author) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, contextvars.copy_context().run, self.transact, work, author
        )

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.look, work)

    def transact(self, work: Work[T], author: Author) -> T:
        for left in range(_TRIES - 1, -1, -1):
            try:
                return self._once(work, author)
            except DBAPIError as broken:
                if not left or getattr(broken.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
        raise AssertionError("the last try answers or raises")

    def _once(self, work: Work[T], author: Author) -> T:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            transaction = Transaction(session, self._now(session), author, traces.here())
            result = work(transaction)
            transaction.send()
            return result

    def look(self, work: Work[T]) -> T:
        with Session(self._engine) as session:
            return work(Transaction(session, self._now(session), _READER))

    def _now(self, session: Session) -> datetime:
        behind: timedelta = session.connection().info[_BEHIND]
        return self._clock() + behind

    def connections(self) -> dict[str, tuple[int, int]]:
        pool = self._engine.pool
        used = pool.checkedout() if isinstance(pool, QueuePool) else 0
        return {"rare": (used, _CONNECTIONS), "hot": (self._connections.in_use(), _CONNECTIONS)}

    async def close(self) -> None:
        await self.hot.close()
        await asyncio.get_running_loop().run_in_executor(None, self.shut)

    def shut(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()
