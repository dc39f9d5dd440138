"""Locks that a process holds while it lives, in PostgreSQL: they go with the connection, however it ends."""

from types import TracebackType
from typing import Any, Self
from zlib import crc32

import psycopg

_SPACE = crc32(b"sendback") >> 1
# A connection that went silent is noticed within seconds on both sides.
_QUICKLY: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 2000,
}


class AdvisoryLock:
    """A lock on a name in this database. `None` from `take` where somebody else has it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    @classmethod
    def take(cls, url: str, name: str) -> "AdvisoryLock | None":
        connection = psycopg.connect(url, autocommit=True, **_QUICKLY)
        row = connection.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", (_SPACE, crc32(name.encode()) >> 1)
        ).fetchone()
        if row is not None and row[0]:
            return cls(connection)
        connection.close()
        return None

    def held(self) -> bool:
        """Whether the connection, and with it the lock, is still there."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
