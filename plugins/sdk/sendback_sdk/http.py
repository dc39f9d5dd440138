"""The one place where HTTP is made: a client with time-outs and limits, and what its failures mean."""

import ssl
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

import httpx

from sendback_sdk.errors import Declined, Misconfigured, OutcomeUnknown, TryLater

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
LARGEST_ANSWER = 4 * 1024 * 1024
_SHOWN = 300
_OF_THE_TRANSFER = {"content-encoding", "content-length", "transfer-encoding"}
# What peers write in. Python knows more, some of which take hours for an answer, or fail on it.
_CHARSETS = {"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}


def client(
    *,
    timeout: httpx.Timeout = TIMEOUT,
    on_call: Callable[[str, str, int], None] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """A client that follows no redirect and asks no proxy. `on_call` is told method, host and status, never more.
    `transport` carries its requests; over the network unless given."""

    def tell(response: httpx.Response) -> None:
        if on_call is not None:
            on_call(response.request.method, response.request.url.host, response.status_code)

    return httpx.Client(
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        verify=_trusted(),
        event_hooks={"response": [tell]},
        transport=transport,
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are believed. One for all accounts: each of its own would take a megabyte and 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


def send(client: httpx.Client, method: str, url: str, **options: Any) -> httpx.Response:
    """One call that changes something on the other side, with its failures told apart:

    no connection or 429/503: nothing happened (`TryLater`); 401/403: `Misconfigured`; other 4xx: `Declined`;
    a time-out, a broken or oversized answer, any other 5xx: nobody knows (`OutcomeUnknown`).

    An error that comes of an answer has it as its cause, for APIs that say more than a status does:
    `error.__cause__` is an `httpx.HTTPStatusError` with the `response`.
    """
    try:
        with client.stream(method, url, **options) as response:
            answer = _read(response)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as broken:
        raise TryLater(f"no connection: {type(broken).__name__}") from broken
    except httpx.HTTPError as broken:
        raise OutcomeUnknown(type(broken).__name__) from broken
    return _answered(answer)


def _read(response: httpx.Response) -> httpx.Response:
    """Reads no more than the limit: a hostile answer must not fill the memory."""
    pieces, size = [], 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise OutcomeUnknown(f"an answer of more than {LARGEST_ANSWER} bytes")
        pieces.append(piece)
    headers = [(k, v) for k, v in response.headers.multi_items() if k not in _OF_THE_TRANSFER]
    answer = httpx.Response(
        response.status_code, headers=headers, content=b"".join(pieces), request=response.request
    )
    said = (answer.charset_encoding or "").lower()
    answer.encoding = said if said in _CHARSETS else "utf-8"
    return answer


def _answered(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    return _refused(response)


def _refused(response: httpx.Response) -> NoReturn:
    said = f"{response.status_code}: {response.text[:_SHOWN]}"
    answered = httpx.HTTPStatusError(said, request=response.request, response=response)
    if response.status_code in (429, 503):
        raise TryLater(said, after=_retry_after(response)) from answered
    if response.status_code in (401, 403):
        raise Misconfigured(said) from answered
    if response.is_client_error:
        raise Declined(said) from answered
    raise OutcomeUnknown(said) from answered


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None
