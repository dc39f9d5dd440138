"""A port that several processes serve together."""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sendback_service.configuration import ConfigurationError

# For servers that were there before and are just ending, as after a kill of their parent.
_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.1


@contextmanager
def reserved(host: str, port: int, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[int]:
    """Holds the port, a free one for 0, for servers that bind it by SO_REUSEPORT. A port where anybody else listens is
    refused after a while: the system would share calls out between strangers."""
    family, kind, _, _, address = _resolved(host, port)
    until = time.monotonic() + patience_seconds
    while True:
        try:
            kept = _bound(family, kind, address)
        except OSError as taken:
            if taken.errno == errno.EADDRINUSE and time.monotonic() < until:
                time.sleep(_PAUSE_SECONDS)
                continue
            raise ConfigurationError(
                f"cannot listen on {host}:{port}: {taken.strerror or taken}; is another server running there?"
            ) from None
        with kept:
            yield kept.getsockname()[1]
        return


def _bound(family: int, kind: int, address: tuple[str, int]) -> socket.socket:
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
    kept = socket.socket(family, kind)
    try:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        kept.bind(address)
    except OSError:
        kept.close()
        raise
    return kept


def _resolved(host: str, port: int) -> tuple[int, int, int, str, tuple[str, int]]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]  # type: ignore[return-value]
    except OSError as unknown:
        raise ConfigurationError(f"server.host {host!r}: {unknown.strerror or unknown}") from None
