"""The line between an installation and its database: it can be cut, as networks are, without a word to either end."""

import contextlib
import socket
import threading
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

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        self._whole.clear()

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
        threading.Thread(target=self._forward, args=(far, near), daemon=True).start()
        self._forward(near, far)

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        """What arrives while the cable is cut is lost with its connection."""
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                if not self._whole.is_set():
                    return
                sink.sendall(piece)
        _hang_up(source, sink)


def _hang_up(*ends: socket.socket) -> None:
    """Also under a thread that still listens, which closing alone would not wake."""
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
