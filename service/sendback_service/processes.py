"""Processes that belong together: forked once everything is imported, so that each starts in a moment and shares its
memory with the others, and born again should they die.

The parent has one thread and does nothing else, so that what is forked from it is whole. However it ends, its
children end with it.
"""

import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from sendback_service.configuration import ConfigurationError
from sendback_service.effects.error_summary import described

# Who dies sooner than that after its birth has a trouble that a new birth will hardly mend at once.
_YOUNG_SECONDS = 1.0
# Who was told to stop has so long at least, and so much longer than it was given for what is in flight.
_STOP_SECONDS = 45.0
_SPARE_SECONDS = 25.0
_STOPPING = (signal.SIGTERM, signal.SIGINT)

Ready = Callable[[], None]


@dataclass(slots=True, eq=False)
class Child:
    """`run` is the whole life of a process: it is told how to say that it is ready, and returns after SIGTERM."""

    name: str
    run: Callable[[Ready], None]
    pid: int = field(default=0, init=False)
    born: float = field(default=0.0, init=False)


def keep(
    children: Sequence[Child], all_ready: Callable[[], None] = lambda: None, *, leave_seconds: float = 0.0
) -> None:
    """Keeps the children alive until SIGTERM or SIGINT, then lets them end, for which they were given `leave_seconds`.
    `all_ready` is called once."""
    _Parent(children, all_ready, leave_seconds).live()


class _Parent:
    def __init__(
        self, children: Sequence[Child], all_ready: Callable[[], None], leave_seconds: float = 0.0
    ) -> None:
        self._children = children
        self._all_ready = all_ready
        self._patience_seconds = max(_STOP_SECONDS, leave_seconds + _SPARE_SECONDS)
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        # Children write a byte when they are ready; that the other pipe has no writer tells them that we are gone.
        self._heard, self._saying = os.pipe()
        self._alive, self._living = os.pipe()
        self._unready = len(children)
        self._stopping = False

    def live(self) -> None:
        for number in _STOPPING:
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        while not self._stopping:
            self._bear()
            self._rest()
            self._bury()
        self._end()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _bear(self) -> None:
        """Whoever is not there, unless the last birth was a moment ago."""
        for child in self._children:
            if not child.pid and time.monotonic() - child.born > _YOUNG_SECONDS:
                child.born = time.monotonic()
                child.pid = os.fork() or self._be(child)

    def _rest(self) -> None:
        ready, _, _ = select.select([self._woken.fileno(), self._heard], [], [], _YOUNG_SECONDS / 2)
        if self._woken.fileno() in ready:
            self._woken.recv(4096)
        if self._heard in ready:
            self._hear(len(os.read(self._heard, 4096)))

    def _hear(self, ready: int) -> None:
        """Those that were born again say that they are ready too: heard, and of no news."""
        before, self._unready = self._unready, max(0, self._unready - ready)
        if before and not self._unready:
            self._all_ready()

    def _bury(self) -> None:
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG) != (0, 0):
                structlog.get_logger().error("process.died", process=child.name, pid=child.pid)
                child.pid = 0

    def _end(self) -> None:
        """Everybody is told; who does not end in time is ended."""
        living = [child for child in self._children if child.pid]
        for child in living:
            os.kill(child.pid, signal.SIGTERM)
        until = time.monotonic() + self._patience_seconds
        while living and time.monotonic() < until:
            living = [child for child in living if os.waitpid(child.pid, os.WNOHANG) == (0, 0)]
            time.sleep(0.02)
        for child in living:
            structlog.get_logger().error("process.killed", process=child.name, pid=child.pid)
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)

    def _be(self, child: Child) -> int:
        """In the child: leads its life and never returns."""
        status = 1
        try:
            self._leave()
            child.run(lambda: _say(self._saying))
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException as broken:
            structlog.get_logger().error("process.failed", process=child.name, why=_why(broken))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _leave(self) -> None:
        """What is the parent's stays the parent's."""
        signal.set_wakeup_fd(-1)
        for number in (*_STOPPING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._living)
        threading.Thread(target=_end_with, args=(self._alive,), name="parent", daemon=True).start()


def _say(pipe: int) -> None:
    os.write(pipe, b".")


def _end_with(pipe: int) -> None:
    """Blocks until nobody holds the other end any more."""
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _why(broken: BaseException) -> str:
    """What is to be mended where it is the configuration's, else the kind of error and its place."""
    return str(broken) if isinstance(broken, ConfigurationError) else described(broken)
