"""A worker's lock in PostgreSQL: it goes with the connection, however its process ends."""

from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from zlib import crc32

import psycopg

_SPACE = crc32(b"sendback") >> 1
# A host that vanished is noticed within seconds on both sides: here so that the process ends, there so that the lock
# is free for others.
_QUICKLY: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 2000,
    "options": "-c tcp_keepalives_idle=1 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2 "
    "-c tcp_user_timeout=2000",
}


class AdvisoryLock:
    """A lock on a name in this database."""

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

    @staticmethod
    def anybody(url: str) -> bool:
        ours = "classid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        with psycopg.connect(url, **_QUICKLY) as connection:
            found = connection.execute(
                f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND {ours} LIMIT 1", (_SPACE,)
            )
            return found.fetchone() is not None

    def held(self) -> bool:
        """Whether the connection, and with it the lock, is still there."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Says that it is free before it hangs up: the database notices a closed connection only a little later."""
        with suppress(psycopg.Error):
            self._connection.execute("SELECT pg_advisory_unlock_all()")
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
