"""Three pages over HTTP for those who run the service: /metrics, /ready and /live.

They say nothing of merchants or buyers, and ask for no key: keep the port within your own network. It is off unless the
configuration gives it a number, and on loopback unless it gives a host.
"""

import errno
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from sendback_service.configuration import ConfigurationError
from sendback_service.observability.readiness import Report

# For a predecessor that is just ending.
_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
# Whoever connects and says nothing is let go.
_TIMEOUT_SECONDS = 10
_AT_A_TIME = 16
_TEXT = "text/plain; charset=utf-8"


class Pages:
    """`alive` says what is wrong with this process that a new one would mend, "" where nothing is."""

    def __init__(
        self,
        registries: Iterable[CollectorRegistry],
        ready: Callable[[], Report],
        alive: Callable[[], str] = lambda: "",
    ) -> None:
        self._registries = tuple(registries)
        self._ready = ready
        self._alive = alive

    def answer(self, path: str, accepts: str) -> tuple[int, str, bytes]:
        """Status, media type and body of a page."""
        match path.partition("?")[0]:
            case "/metrics":
                return self._metrics(accepts)
            case "/ready":
                report = self._ready()
                body = {"ready": report.ready, **{name: why or "ok" for name, why in report.problems.items()}}
                return (200 if report.ready else 503), "application/json", json.dumps(body).encode() + b"\n"
            case "/live":
                wrong = self._alive()
                return (503 if wrong else 200), _TEXT, f"{wrong or 'alive'}\n".encode()
        return 404, _TEXT, b"there are /metrics, /ready and /live\n"

    def _metrics(self, accepts: str) -> tuple[int, str, bytes]:
        encoder, media_type = choose_encoder(accepts)
        return 200, media_type, encoder(_Joined(self._registries))


class _Joined(CollectorRegistry):
    """Several registries as one."""

    def __init__(self, registries: Iterable[CollectorRegistry]) -> None:
        super().__init__()
        self._registries = tuple(registries)

    def collect(self) -> Iterator[Any]:
        for registry in self._registries:
            yield from registry.collect()


@contextmanager
def shown(pages: Pages, host: str, port: int) -> Iterator[None]:
    """Serves the pages until the block ends; nothing where `port` is 0."""
    if not port:
        yield
        return
    server = _bound(host, port, pages)
    thread = threading.Thread(target=server.serve_forever, name="pages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _bound(host: str, port: int, pages: Pages) -> ThreadingHTTPServer:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _Server((host, port), _handler(pages))
        except OSError as taken:
            if taken.errno == errno.EADDRINUSE and time.monotonic() < until:
                time.sleep(_PAUSE_SECONDS)
                continue
            raise ConfigurationError(
                f"cannot show metrics on {host}:{port}: {taken.strerror or taken}; "
                "change metrics.port and metrics.worker_port"
            ) from None


class _Server(ThreadingHTTPServer):
    """Answers a few at a time; who comes beside them is sent away, so that nobody can tie this process up."""

    daemon_threads = True
    request_queue_size = _AT_A_TIME

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._places = threading.BoundedSemaphore(_AT_A_TIME)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Asks nobody for the name of this host, which may take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002
        return self._places.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _TIMEOUT_SECONDS
        server_version, sys_version = "sendback", ""

        def do_GET(self) -> None:
            status, media_type, body = pages.answer(self.path, self.headers.get("accept", ""))
            self.send_response(status)
            self.send_header("content-type", media_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Who looks is no news."""

    return Handler
