"""A small HTTP server on a free loopback port, in threads of its own, that can be told to fail."""

import json
import sys
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

E = TypeVar("E", bound="Emulator")

_LARGEST_BODY = 1024 * 1024
_HANG_SECONDS = 30.0
_LATE_SECONDS = 3.0


class Fault(StrEnum):
    """What can go wrong with the next call that changes something.

    BUSY: 503 with Retry-After, nothing done. THROTTLED: 429, nothing done. REFUSE: 422, nothing done. BREAK: 500,
    nothing done. ACT_THEN_HANG: done, and never answered. ACT_THEN_CUT: done, and the connection cut. NONSENSE: done,
    and an answer that nobody can read. DEEP: done, and JSON without a bottom. HALF: done, and half an answer. HUGE:
    done, and five megabytes. LATE: done, and answered after a while. TWICE: done, and answered twice.
    """

    BUSY = "BUSY"
    THROTTLED = "THROTTLED"
    REFUSE = "REFUSE"
    BREAK = "BREAK"
    ACT_THEN_HANG = "ACT_THEN_HANG"
    ACT_THEN_CUT = "ACT_THEN_CUT"
    NONSENSE = "NONSENSE"
    DEEP = "DEEP"
    HALF = "HALF"
    HUGE = "HUGE"
    LATE = "LATE"
    TWICE = "TWICE"


_BEFORE = {Fault.BUSY: 503, Fault.THROTTLED: 429, Fault.REFUSE: 422, Fault.BREAK: 500}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in: `path` with its query, the names of `headers` in lower case, `body` unread."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is HTTP's. `body` is sent as JSON; bytes are sent as they are, under the content-type that `headers`
    name."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or is killed, is nothing to speak of; all else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Emulator(AbstractContextManager[Any]):
    """A server on a free loopback port while its block lasts. One of your own answers in `answer()`.

    `record` names a file that gets a line of JSON for everything that was really done; BUSY and THROTTLED ask to come
    again after `retry_after` seconds.
    """

    def __init__(self, *, record: Path | None = None, retry_after: int = 1) -> None:
        self._record = record
        self._retry_after = retry_after
        self._faults: list[tuple[Fault, bytes]] = []
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def fail(self, *faults: Fault, about: str = "") -> None:
        """The next calls that change something fail so, one each, in this order; only those whose body holds `about`,
        where that is given."""
        self._faults.extend((fault, about.encode()) for fault in faults)

    def calm(self) -> None:
        """What was still to fail does not."""
        self._faults.clear()

    def __enter__(self: E) -> E:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answer:
        """What the real one would answer. Called under a lock: one at a time."""
        raise LookupError(f"{type(self).__name__} answers nothing")

    def changes(self, asked: Asked) -> bool:
        """Whether this call changes something: only those fail on demand."""
        return asked.method == "POST"

    def note(self, **what: Any) -> None:
        """Keeps a line of what was really done."""
        if self._record is not None:
            with self._record.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"time": time.time(), **what}, ensure_ascii=False) + "\n")

    def _take_fault(self, asked: Asked) -> Fault | None:
        if self.changes(asked):
            for place, (fault, about) in enumerate(self._faults):
                if about in asked.body:
                    del self._faults[place]
                    return fault
        return None


def _handler(emulator: Emulator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are written apart: without this every answer waits 40 ms for an acknowledgement.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def do_PATCH(self) -> None:
            self._serve()

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            if length > _LARGEST_BODY:
                self._send(Answer(413, {"error": "the request is too large"}))
                return
            headers = {key.lower(): value for key, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(length))
            with emulator._lock:
                fault = emulator._take_fault(asked)
                if fault in _BEFORE:
                    self._send(_unwilling(fault, emulator._retry_after))
                    return
                answer = emulator.answer(asked)
            self._fail(fault, answer) if fault else self._send(answer)

        def _send(self, answer: Answer) -> None:
            body = _bytes(answer.body)
            self._write(answer.status, answer.headers, body, len(body))

        def _fail(self, fault: Fault, answer: Answer) -> None:
            if fault is Fault.ACT_THEN_HANG:
                emulator._closing.wait(_HANG_SECONDS)
                self.close_connection = True
            elif fault is Fault.ACT_THEN_CUT:
                self.close_connection = True
            elif fault is Fault.LATE:
                emulator._closing.wait(_LATE_SECONDS)
                self._send(answer)
            elif fault is Fault.TWICE:
                self._send(answer)
                self._send(answer)
                self.close_connection = True
            elif fault is Fault.NONSENSE:
                self._write(answer.status, {}, b"<html>Welcome</html>", 20)
            elif fault is Fault.DEEP:
                self._write(answer.status, {}, b"[" * 100_000, 100_000)
            elif fault is Fault.HUGE:
                self._write(answer.status, {}, b" " * 5_000_000, 5_000_000)
            else:
                body = _bytes(answer.body)
                self._write(answer.status, {}, body[: len(body) // 2], len(body))
                self.close_connection = True

        def _write(self, status: int, headers: dict[str, str], body: bytes, length: int) -> None:
            try:
                self.send_response(status)
                for name, value in {"content-type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(length))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Silent: tests look at what was counted."""

    return Handler


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()


def _unwilling(fault: Fault, retry_after: int) -> Answer:
    headers = {"retry-after": str(retry_after)} if fault in (Fault.BUSY, Fault.THROTTLED) else {}
    return Answer(_BEFORE[fault], {"error": fault.lower()}, headers)
