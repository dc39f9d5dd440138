"""A port that several processes serve together."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sendback_service.configuration import ConfigurationError


@contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """Holds the port, a free one for 0, for servers that bind it by SO_REUSEPORT. A port where anybody else listens is
    refused: the system would share calls out between strangers."""
    family, kind, _, _, address = _resolved(host, port)
    with socket.socket(family, kind) as probe, socket.socket(family, kind) as kept:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind(address)
            probe.close()
            kept.bind(address)
        except OSError as taken:
            raise ConfigurationError(
                f"cannot listen on {host}:{port}: {taken.strerror or taken}; is another server running there?"
            ) from None
        yield kept.getsockname()[1]


def _resolved(host: str, port: int) -> tuple[int, int, int, str, tuple[str, int]]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]  # type: ignore[return-value]
    except OSError as unknown:
        raise ConfigurationError(f"server.host {host!r}: {unknown.strerror or unknown}") from None
