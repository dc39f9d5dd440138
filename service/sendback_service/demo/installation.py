"""A whole installation on free loopback ports: a folder, a database, a server, a worker. For demos and tests.

The processes are real ones, started as operations would start them. They end with the block, whatever happens in it.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

from sendback_service.clock import system_clock
from sendback_service.clock_offset import turn
from sendback_service.configuration import read
from sendback_service.store import opened

_SECONDS = 120.0
_ADDRESS = re.compile(r"sendback serves on (\S+:\d+)")


class InstallationError(Exception):
    """A process did not do what it should; says what its log said."""


def _spawn(
    arguments: Sequence[str], environment: Mapping[str, str], stdout: IO[bytes] | None, stderr: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """`sendback` with these arguments; without `stdout`, what it prints can be read from what is answered."""
    command = [sys.executable, "-m", "sendback_service.command", *arguments]
    return subprocess.Popen(command, env=environment, stdout=stdout or subprocess.PIPE, stderr=stderr)


class Installation(AbstractContextManager["Installation"]):
    """`toml` is the configuration without data_dir and database; `environment` holds the secrets that it names.
    `database` is SQLite in the folder unless a URL is given. Test mode is on, so that the clock can be turned.
    `servers` and `workers` say how many processes of each there are, several being kept alive by one of their own."""

    # Who starts many installations may know a quicker way.
    spawn = staticmethod(_spawn)

    def __init__(
        self,
        folder: Path,
        toml: str = "",
        environment: Mapping[str, str] | None = None,
        database: str = "",
        poll_seconds: float = 0.1,
        servers: int = 1,
        workers: int = 1,
    ) -> None:
        self.folder = folder
        self.file = folder / "sendback.toml"
        self.target = ""
        self.operator_key = ""
        self._toml = toml
        self._database = database
        self._poll_seconds = poll_seconds
        self._counts = {"serve": servers, "worker": workers}
        self._environment = {**os.environ, **(environment or {}), "PYTHONUNBUFFERED": "1"}
        self._server: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._logs: list[IO[bytes]] = []
        self._servers = _Births(folder / "server.log", "server.ready")
        self._workers = _Births(folder / "worker.log", "worker.ready")

    def __enter__(self) -> "Installation":
        self.folder.mkdir(parents=True, exist_ok=True)
        database = f'database_url = "{self._database}"\n' if self._database else ""
        self.file.write_text(
            f'data_dir = "data"\ntest_mode = true\n{database}{self._toml}\n'
            f"[server]\nport = 0\n[worker]\nembedded = false\npoll_seconds = {self._poll_seconds}\n"
        )
        told = self.run("init", str(self.folder)).splitlines()[-1]
        self.operator_key = told if told.startswith("sbk_") else self._another_key()
        self.start_server()
        self.start_worker()
        return self

    def _another_key(self) -> str:
        """Of a database that was there before, whose keys nobody told."""
        return self.run("key", "create", "-c", str(self.file)).splitlines()[-1]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in (self._server, self._worker):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self._server, self._worker):
            if process is not None:
                _wait(process)
        for log in self._logs:
            log.close()

    def run(self, *arguments: str) -> str:
        """Runs a `sendback` command of this installation; answers what it printed."""
        with TemporaryFile() as out, TemporaryFile() as err:
            code = self.spawn(arguments, self._env(), out, err).wait(_SECONDS)
            out.seek(0)
            err.seek(0)
            if code:
                raise InstallationError(f"{' '.join(arguments)}: {err.read().decode()[-2000:]}")
            return out.read().decode()

    def start_server(self) -> None:
        """Where it was before, so that clients find it again."""
        if self.target:
            self._environment["SENDBACK_SERVER__PORT"] = self.target.rpartition(":")[2]
        self._server = self._start("serve", "server.log")
        self.target = self._address(self._server)

    def start_worker(self) -> None:
        before = set(self.working())
        self._worker = self._start("worker", "worker.log")
        self._await_workers(self._worker, before)

    @property
    def server_pid(self) -> int:
        return self._server.pid if self._server is not None else 0

    def kill_worker(self) -> None:
        """-9: nothing is said, nothing is tidied up."""
        self._kill(self._worker)

    def kill_server(self) -> None:
        self._kill(self._server)

    def serving(self) -> list[int]:
        """The processes that serve now."""
        return self._servers.living()

    def working(self) -> list[int]:
        return self._workers.living()

    def turn_clock(self, by: timedelta) -> None:
        """For server and worker alike. What `sendback clock` does, without a process for it."""
        database = opened(read(self.file).database, system_clock)
        try:
            turn(database, by)
        finally:
            database.shut()
        time.sleep(0.5)

    def log(self, name: str) -> str:
        """What `server.log` or `worker.log` says so far: nothing before its process has started."""
        file = self.folder / name
        return file.read_text(errors="replace") if file.exists() else ""

    def _env(self) -> dict[str, str]:
        return {**self._environment, "SENDBACK_CONFIG": str(self.file)}

    def _start(self, command: str, log_name: str) -> subprocess.Popen[bytes]:
        log = (self.folder / log_name).open("ab")
        self._logs.append(log)
        arguments = (command, f"--processes={self._counts[command]}")
        return self.spawn(arguments, self._env(), None if command == "serve" else log, log)

    def _address(self, server: subprocess.Popen[bytes]) -> str:
        line = server.stdout.readline().decode() if server.stdout else ""
        found = _ADDRESS.search(line)
        if found is None:
            raise InstallationError(f"the server did not start: {self.log('server.log')[-2000:]}")
        return found[1]

    def _await_workers(self, process: subprocess.Popen[bytes], before: set[int]) -> None:
        """Until as many are ready as there should be, beside those of a predecessor that still end."""
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until and process.poll() is None:
            if len(set(self.working()) - before) == self._counts["worker"]:
                return
            time.sleep(0.02)
        raise InstallationError(f"no worker.ready: {self.log('worker.log')[-2000:]}")

    def _kill(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait(_SECONDS)


@dataclass(slots=True)
class _Births:
    """The processes of whose birth a log tells. Who waits for one asks often, and a log grows long: each line is read
    once."""

    log: Path
    event: str
    _read: int = 0
    _pids: list[int] = field(default_factory=list)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def living(self) -> list[int]:
        with self._asking:
            self._pids = [pid for pid in dict.fromkeys(self._pids + self._born()) if _lives(pid)]
            return list(self._pids)

    def _born(self) -> list[int]:
        """Since it was last asked. A line that is being written is read the next time."""
        if not self.log.exists():
            return []
        with self.log.open("rb") as log:
            log.seek(self._read)
            news = log.read()
        whole = news[: news.rfind(b"\n") + 1]
        self._read += len(whole)
        marked = f'"{self.event}"'.encode()
        return [int(json.loads(line)["pid"]) for line in whole.splitlines() if marked in line]


def _lives(pid: int) -> bool:
    """Not those that ended and are not mourned yet, nor who ends while it is looked at."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
