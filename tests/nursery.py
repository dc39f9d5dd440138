"""Processes of the service for tests, born of one that has imported everything: they start in a fraction of the time of
`python -m sendback_service.command`, and are otherwise the same. What starts a process as users do, does so by itself.
"""

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from typing import IO, Any

_IMPORTED = (
    "sendback_service.server",
    "sendback_service.worker",
    "sendback_service.command",
    "tests.nursery",
)
_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(list(_IMPORTED))


class Newborn:
    """A process, as `subprocess.Popen` shows one."""

    def __init__(self, process: ForkServerProcess, stdout: IO[bytes] | None) -> None:
        self._process = process
        self.stdout = stdout
        self.stdin = None

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(str(self._process.name), timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def spawn(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    stdout: IO[bytes] | None,
    stderr: IO[bytes],
) -> Newborn:
    """`sendback` with these arguments; without `stdout`, the process' own can be read from what is answered."""
    reading, writing = (None, stdout.fileno()) if stdout is not None else os.pipe()
    process = _nursery.Process(
        target=_live,
        args=(list(arguments), dict(environment), _Handed(writing), _Handed(stderr.fileno())),
        name=" ".join(arguments),
        daemon=True,
    )
    process.start()
    if reading is None:
        return Newborn(process, None)
    os.close(writing)
    return Newborn(process, os.fdopen(reading, "rb"))


class _Handed:
    """A file that goes to the newborn."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _taken, (DupFd(self._number),)


def _taken(handed: Any) -> int:
    return int(handed.detach())


def _live(arguments: list[str], environment: dict[str, str], stdout: Any, stderr: Any) -> None:
    """What a process of its own would find: its environment, its files, its plugins."""
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [folder for folder in environment.get("PYTHONPATH", "").split(os.pathsep) if folder]
    importlib.invalidate_caches()
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.close(stdout)
    os.close(stderr)
    from sendback_service.command import loaded

    loaded()(arguments, prog_name="sendback")
