"""The worker that an embedded server starts for itself, and starts again should it die."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import structlog

_REST_SECONDS = 1.0
_STOP_SECONDS = 30


class Offspring:
    """`config` is the configuration file that the server itself was given."""

    def __init__(self, config: Path | None) -> None:
        self._config = config
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        self._keeper = threading.Thread(target=self._keep, name="offspring", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
        if self._keeper is not None:
            self._keeper.join(_STOP_SECONDS)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._child = self._born()
            status = self._child.wait()
            if not self._stopping.is_set():
                structlog.get_logger().error("worker.died", status=status)
                self._stopping.wait(_REST_SECONDS)

    def _born(self) -> subprocess.Popen[bytes]:
        """Its standard input is a pipe that nobody else holds: when this process ends, however, the pipe closes and
        the child ends too."""
        environment = dict(os.environ)
        if self._config is not None:
            environment["SENDBACK_CONFIG"] = str(self._config)
        command = [sys.executable, "-m", "sendback_service.command", "worker", "--with-parent"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
