"""One process per executor name. The lock goes with the process, however it ends: in PostgreSQL with its connection,
beside SQLite with its open file."""

import fcntl
import os
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Protocol, Self
from urllib.parse import quote

if TYPE_CHECKING:
    from sendback_service.store.advisory_lock import AdvisoryLock

_PAUSE_SECONDS = 0.1


class ExecutorTaken(Exception):
    """Another process runs under this name."""


class Lock(Protocol):
    """Kept as long as the process runs."""

    def held(self) -> bool: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Executors:
    """The locks of an installation's workers: in its database, or in files of `data_dir` where that is SQLite."""

    database_url: str
    data_dir: Path

    def take(self, name: str, patience_seconds: float = 3.0) -> Lock:
        """Waits a moment for a process of that name that is just ending. Raises `ExecutorTaken`."""
        until = time.monotonic() + patience_seconds
        while (lock := self.borrow(name)) is None:
            if time.monotonic() > until:
                raise ExecutorTaken(
                    f"a worker named {name!r} is running already: give this one another name "
                    "(--name, worker.executor in sendback.toml, or SENDBACK_WORKER__EXECUTOR), give none, or end the "
                    "other one first"
                )
            time.sleep(_PAUSE_SECONDS)
        return lock

    def take_any(self) -> tuple[str, Lock]:
        """The first number that nobody has: names come back into use, so that their number stays small."""
        for number in count(1):
            name = f"worker-{number}"
            if (lock := self.borrow(name)) is not None:
                return name, lock
        raise AssertionError("numbers have no end")

    def anybody(self) -> bool:
        """Whether a process lives under any name."""
        if not self.database_url.startswith("sqlite"):
            return _in_postgres().anybody(self.database_url)
        for path in self.data_dir.glob("*.lock"):
            if (lock := _FileLock.take(path)) is None:
                return True
            lock.close()
        return False

    def borrow(self, name: str) -> Lock | None:
        """None where a process lives under that name."""
        if self.database_url.startswith("sqlite"):
            return _FileLock.take(self.data_dir / f"{quote(name, safe='')}.lock")
        return _in_postgres().take(self.database_url, name)


def _in_postgres() -> "type[AdvisoryLock]":
    from sendback_service.store.advisory_lock import AdvisoryLock

    return AdvisoryLock


class _FileLock:
    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def take(cls, path: Path) -> "_FileLock | None":
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        return cls(file)

    def held(self) -> bool:
        """The system takes it from nobody who lives."""
        return not self._file.closed and os.fstat(self._file.fileno()).st_nlink > 0

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
