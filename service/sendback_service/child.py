"""The embedded worker: a child process of the server's, kept alive, which ends when the server does."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import structlog

_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
# A worker that lived so long was well; the next one starts without delay.
_WELL_SECONDS = 60.0
_STOP_SECONDS = 30.0


def start_child(command: Sequence[str], config: Path | None) -> subprocess.Popen[bytes]:
    """A worker of this server's own, which ends when the server does, however that ends: its standard input is a
    pipe that nobody else holds."""
    environment = dict(os.environ)
    if config is not None:
        environment["SENDBACK_CONFIG"] = str(config)
    return subprocess.Popen([*command, "--until-stdin-closes"], stdin=subprocess.PIPE, env=environment)


def stop_with_parent() -> None:
    """For the child: ends this process when the parent's end of the pipe is gone."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


class KeptWorker:
    """Starts the child, and starts it again when it dies: at once, then with longer and longer pauses."""

    def __init__(self, command: Sequence[str], config: Path | None) -> None:
        self._command = command
        self._config = config
        self._stop = threading.Event()
        self._child = start_child(command, config)
        self._thread = threading.Thread(target=self._keep, name="kept-worker", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    def stop(self) -> None:
        """Lets the worker finish what it does; ends it if it cannot."""
        self._stop.set()
        self._thread.join()
        self._child.terminate()
        try:
            self._child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdin is not None:
            self._child.stdin.close()

    def _keep(self) -> None:
        deaths, lived = 0, 0.0
        while not self._stop.wait(0.1):
            lived += 0.1
            if self._child.poll() is None:
                continue
            deaths = 0 if lived > _WELL_SECONDS else deaths
            pause = _PAUSES[min(deaths, len(_PAUSES) - 1)]
            structlog.get_logger().error("worker.died", status=self._child.returncode, again_in_seconds=pause)
            if self._stop.wait(pause):
                return
            self._child = start_child(self._command, self._config)
            deaths, lived = deaths + 1, 0.0
