"""The processes of the demo: the service with its worker, and this application. They end with the block."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO

_SECONDS = 60
_TOML = """\
data_dir = "{folder}/data"
test_mode = true                # so that `sendback clock 14d` can turn the time
channel = "mail"
refunds = "bank"

[server]
host = "127.0.0.1"
port = 0

[portal]
base_url = "{base_url}"
private_hosts = ["127.0.0.1"]

[accounts.local]
plugin = "local"
settings = {{ qr = true }}

[accounts.bank]
plugin = "refund"

[accounts.mail]
plugin = "email"
settings = {{ sender = "Lumen <retours@lumen.example>", host = "127.0.0.1", port = {smtp}, security = "none" }}

[[routes]]
accounts = ["local"]
"""


class NotStarted(Exception):
    """A process ended before it was ready; says where its log is."""


def free_port(preferred: int = 0) -> int:
    """The preferred one where nobody has it, else any."""
    for port in (preferred, 0):
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return int(tried.getsockname()[1])
    raise NotStarted("no port is free")


class Processes(AbstractContextManager["Processes"]):
    """Logs lie in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []
        self._logs: list[IO[bytes]] = []
        self.target = ""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._running):
            process.terminate()
        for process in reversed(self._running):
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for log in self._logs:
            log.close()

    def service(self, base_url: str, smtp: int) -> str:
        """Makes an installation and starts its server and worker; answers the operator's key."""
        file = self._folder / "sendback.toml"
        file.write_text(_TOML.format(folder=self._folder.resolve().as_posix(), base_url=base_url, smtp=smtp))
        environment = {"SENDBACK_CONFIG": str(file)}
        made = subprocess.run(
            [sys.executable, "-m", "sendback_service.command", "init", str(self._folder)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise NotStarted(f"sendback init: {made.stderr.strip()[-500:]}")
        serving = ("-m", "sendback_service.command", "serve")
        self.target = self._started("service", serving, environment, r"sendback serves on (\S+:\d+)")
        return made.stdout.splitlines()[-1]

    def web(self, environment: Mapping[str, str]) -> None:
        self._started("web", ("-m", "sendback_web", "serve"), environment, r"sendback-web serves on (\S+)")

    def wait(self) -> None:
        """Until one of them ends."""
        while all(process.poll() is None for process in self._running):
            with suppress(subprocess.TimeoutExpired):
                self._running[-1].wait(1)

    def _started(
        self, name: str, arguments: tuple[str, ...], environment: Mapping[str, str], ready: str
    ) -> str:
        log = (self._folder / f"{name}.log").open("ab")
        self._logs.append(log)
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
        )
        self._running.append(process)
        line = process.stdout.readline().decode() if process.stdout else ""
        if (found := re.search(ready, line)) is None:
            raise NotStarted(f"the {name} did not start; see {log.name}")
        return found[1]
