"""The line between an installation and its database: it can be cut, as networks are, without a word to either end."""

import contextlib
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType

_PIECE = 65536


class Cable(AbstractContextManager["Cable"]):
    """Forwards connections from `host`, on a free port, to the server's own socket file."""

    def __init__(self, server: str, host: str = "127.0.0.1") -> None:
        self._server = server
        self._listener = socket.create_server((host, 0))
        self._whole = threading.Event()
        self._whole.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._frays, self._random = 0.0, random.Random()
        self.frayed: Counter[str] = Counter()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        self._whole.clear()

    @contextlib.contextmanager
    def fraying(self, share: float, seed: int | str) -> Iterator[None]:
        """In the block so many of all commits break their connection: before the server hears of them, or when it has
        done them and before its answer is heard. `frayed` counts both."""
        self._random.seed(seed)
        self._frays = share
        try:
            yield
        finally:
            self._frays = 0.0

    def mend(self) -> None:
        """New connections get through. Those that hung are gone, as routers forget them."""
        for pair in self._pairs:
            _hang_up(*pair)
        self._pairs.clear()
        self._whole.set()

    def __enter__(self) -> "Cable":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.mend()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._whole.wait()
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(self._server)
        except OSError:
            near.close()
            return
        self._pairs.append((near, far))
        threading.Thread(target=self._forward, args=(far, near, "unanswered"), daemon=True).start()
        self._forward(near, far, "unheard")

    def _forward(self, source: socket.socket, sink: socket.socket, lost: str) -> None:
        """What arrives while the cable is cut is lost with its connection."""
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                if not self._whole.is_set():
                    return
                if self._breaks_at(piece):
                    self.frayed[lost] += 1
                    break
                sink.sendall(piece)
        _hang_up(source, sink)

    def _breaks_at(self, piece: bytes) -> bool:
        """A commit is asked for and answered by its name."""
        return self._frays > 0 and b"COMMIT" in piece and self._random.random() < self._frays


def _hang_up(*ends: socket.socket) -> None:
    """Also under a thread that still listens, which closing alone would not wake."""
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
