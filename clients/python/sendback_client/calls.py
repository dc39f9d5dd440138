"""What every call gets, whether it is awaited or not: metadata, request id, deadline, retries."""

import random
import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import Message

from sendback_client.errors import SendbackError

_FIRST_WAIT = 0.05
_LONGEST_WAIT = 2.0
LARGEST_MESSAGE = 4 * 1024 * 1024
# Questions, and what does no more when it is done twice.
_REPEATABLE = re.compile(
    "(Get|List|Find|Explain|Quote|Estimate|Diff|Simulate|Preview|Check|Start|Revoke|Deliver)"
)
OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)


# An access key; or what gives the token that is to be shown now, for those that expire.
Key = str | Callable[[], str]


@dataclass(frozen=True, slots=True)
class Manner:
    """How this client calls. `timeout` is in seconds; streams that watch have none."""

    key: Key
    timeout: float
    language: str = ""
    actor: str = ""

    def metadata(self, given: Any = ()) -> list[tuple[str, str | bytes]]:
        key = self.key if isinstance(self.key, str) else self.key()
        own: list[tuple[str, str | bytes]] = [("authorization", f"Bearer {key}")] if key else []
        if self.language:
            own.append(("accept-language", self.language))
        if self.actor:
            own.append(("actor", self.actor))
        return [*own, *(given or ())]


def channel_credentials(
    tls: bytes | bool | None, certificate: tuple[bytes, bytes] | None
) -> grpc.ChannelCredentials | None:
    """None for a plain line."""
    if not tls and certificate is None:
        return None
    chain, key = certificate or (None, None)
    return grpc.ssl_channel_credentials(tls if isinstance(tls, bytes) else None, key, chain)


class Details(grpc.ClientCallDetails):
    """A call's details as the interceptors hand them on."""

    def __init__(self, details: Any, manner: Manner, timeout: float | None) -> None:
        self.method = details.method
        self.timeout = timeout
        self.metadata = tuple(manner.metadata(details.metadata))
        self.credentials = details.credentials
        self.wait_for_ready = getattr(details, "wait_for_ready", None)
        self.compression = getattr(details, "compression", None)


def with_request_id(request: Any) -> Any:
    """A copy that has a request id, where the message knows one and the caller gave none."""
    if not isinstance(request, Message) or "request_id" not in request.DESCRIPTOR.fields_by_name:
        return request
    if getattr(request, "request_id", ""):
        return request
    named = type(request)()
    named.CopyFrom(request)
    named.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
    return named


def repeatable(method: str | bytes, request: Any) -> bool:
    """Whether a call may be made twice. A request id tells the service that it is the same request."""
    name = method.decode() if isinstance(method, bytes) else method
    knows_id = isinstance(request, Message) and "request_id" in request.DESCRIPTOR.fields_by_name
    return knows_id or _REPEATABLE.match(name.rpartition("/")[2]) is not None


class Patience:
    """How long a call may still take, and how long to rest before it is tried again."""

    def __init__(self, timeout: float) -> None:
        self._until = time.monotonic() + timeout
        self._wait = _FIRST_WAIT

    @property
    def left(self) -> float:
        return max(0.001, self._until - time.monotonic())

    def rest_after(self, error: SendbackError) -> float | None:
        """Seconds to rest; None where it is no use to try again."""
        busy = error.code is grpc.StatusCode.RESOURCE_EXHAUSTED and error.retry_after is not None
        if error.code is not grpc.StatusCode.UNAVAILABLE and not busy:
            return None
        wait = max(error.retry_after or 0.0, self._wait * random.uniform(0.5, 1.5))
        self._wait = min(_LONGEST_WAIT, self._wait * 2)
        return wait if wait < self.left else None


def rests() -> Iterator[float]:
    """Between the tries of a stream that is to go on for ever."""
    wait = _FIRST_WAIT
    while True:
        yield wait * random.uniform(0.5, 1.5)
        wait = min(_LONGEST_WAIT, wait * 2)
