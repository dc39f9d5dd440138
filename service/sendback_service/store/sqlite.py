"""The embedded database: SQLite in WAL mode. One thread writes, many commits at a time; readers do not wait for it."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlmodel import Session

from sendback_service.clock import Clock
from sendback_service.observability import traces
from sendback_service.store.statements_sqlite import CACHE, SqliteStatements
from sendback_service.store.transaction import Author, Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]

_BUSY_SECONDS = 10.0
_GROUP = 64
_QUEUE = 2048
_READER = Author("read", "")


def engine(path: Path) -> Engine:
    """Connections that leave BEGIN to us: Python's own would come too late for a consistent read."""
    made = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(made, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(CACHE)

    return made


def writing(path: Path) -> Engine:
    """Connections whose transactions write, and say so when they begin. What a savepoint gives back is kept in memory:
    where it is more than a few pages SQLite would make a file for it, and write each page twice."""
    made = engine(path)

    @event.listens_for(made, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA temp_store=MEMORY")

    event.listen(made, "begin", _begin_immediate)
    return made


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    future: Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs jobs one after another, and commits those that are waiting together. It connects for the first of them;
    where it cannot, whoever waits is told so, and the next one has it try again."""

    def __init__(self, made: Engine) -> None:
        self._engine = made
        self._connection: Connection | None = None
        self._jobs: queue.Queue[_Job | None] = queue.Queue(_QUEUE)
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        future: Future[T] = Future()
        self._jobs.put(_Job(work, future), timeout=_BUSY_SECONDS)
        return future

    def waiting(self) -> int:
        return self._jobs.qsize()

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._commit(self._waiting(job)):
                break
        if self._connection is not None:
            self._connection.close()

    def _waiting(self, first: _Job) -> list[_Job | None]:
        group: list[_Job | None] = [first]
        while len(group) < _GROUP and group[-1] is not None:
            try:
                group.append(self._jobs.get_nowait())
            except queue.Empty:
                break
        return group

    def _commit(self, group: list[_Job | None]) -> bool:
        jobs = [job for job in group if job is not None and job.future.set_running_or_notify_cancel()]
        try:
            connection = self._connection = self._connection or self._engine.connect()
            with connection.begin():
                for job in jobs:
                    _run_in_savepoint(connection, job)
        except Exception as broken:
            for job in jobs:
                job.error = job.error or broken
        for job in jobs:
            _answer(job)
        return group[-1] is None


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _run_in_savepoint(connection: Connection, job: _Job) -> None:
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    raw.execute("SAVEPOINT job")
    try:
        job.result = job.work(connection)
    except BaseException as error:
        if not raw.in_transaction:
            # A disk that fails ends the whole transaction, with what others had done in it, and the error that says so
            # may be hidden by those that follow from it.
            raise sqlite3.OperationalError("disk I/O error: the transaction was given up") from error
        job.error = error
        raw.execute("ROLLBACK TO job")
    raw.execute("RELEASE job")


def _answer(job: _Job) -> None:
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)


class SqliteDatabase:
    """See `store.database.Database`."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._reading = engine(path)
        self._writer = Writer(writing(path))
        self._readers = ThreadPoolExecutor(4, "sqlite-reader")
        self.hot = SqliteStatements(path, self._writer.submit)

    async def write(self, work: Work[T], author: Author) -> T:
        return await asyncio.wrap_future(self._writer.submit(self._in_session(work, author)))

    def transact(self, work: Work[T], author: Author) -> T:
        return self._writer.submit(self._in_session(work, author)).result()

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.look, work)

    def look(self, work: Work[T]) -> T:
        with Session(self._reading) as session:
            return work(Transaction(session, self._clock(), _READER))

    def _in_session(self, work: Work[T], author: Author) -> Callable[[Connection], T]:
        trace = traces.here()

        def run(connection: Connection) -> T:
            with Session(
                connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            ) as session:
                transaction = Transaction(session, self._clock(), author, trace)
                result = work(transaction)
                transaction.send()
                session.commit()
                return result

        return run

    def connections(self) -> dict[str, tuple[int, int]]:
        return {"writer": (self._writer.waiting(), _QUEUE)}

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.shut)

    def shut(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        self.hot.close()
        self._reading.dispose()
