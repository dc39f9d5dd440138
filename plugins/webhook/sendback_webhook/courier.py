"""One POST to somebody who is not trusted: bounded in time and in what is read of the answer."""

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx
from sendback_sdk import OutcomeUnknown, TryLater

_CONNECT_SECONDS = 5.0
_SHOWN = 200
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`said` is how the body begins, where the status is no success; `after` is Retry-After in seconds."""

    status: int
    said: str = ""
    after: float | None = None


def post(client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    """Raises `TryLater` where nothing was sent, `OutcomeUnknown` where it may have arrived. A connection is never used
    twice: what a receiver does with one cannot trouble the next call."""
    timeout = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
    sent = {**headers, "connection": "close", "accept-encoding": "identity"}
    with _Limit(seconds) as limit:
        try:
            with client.stream(
                "POST",
                url,
                content=body,
                headers=sent,
                timeout=timeout,
                follow_redirects=False,
                extensions={"trace": limit.watch},
            ) as response:
                return _read(response)
        except _NEVER_SENT as broken:
            raise TryLater(f"no connection: {broken or type(broken).__name__}"[:300]) from broken
        except httpx.HTTPError as broken:
            why = f"no answer within {seconds:g} s" if limit.passed else type(broken).__name__
            raise OutcomeUnknown(why) from broken


def _read(response: httpx.Response) -> Answer:
    """The status says it all. Of an error a few words are kept for people; the rest is left unread."""
    if response.is_success:
        return Answer(response.status_code)
    said = next(response.iter_raw(_SHOWN), b"")[:_SHOWN].decode("utf-8", errors="replace")
    return Answer(response.status_code, " ".join(said.split()), _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() and len(value) < 8 else None


class _Limit:
    """Cuts the connection when the time is over. httpx bounds each read: whoever sends a byte now and then would hold
    the call for ever."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Limit":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """httpcore tells of each connection as it is made, and again once it is encrypted."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.passed:
                self._cut()

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            try:
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                return
