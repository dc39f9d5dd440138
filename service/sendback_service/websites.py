"""Reads a page of somebody's website as any visitor could, and nothing that a visitor could not.

Whoever names the page is not trusted: addresses in private networks are never connected to, whether they are written
out, hidden behind a name, or come by a redirection. The check stands where the connection is made, on the very address
that is connected to, so that a name which changes between check and use gains nothing.
"""

import asyncio
import codecs
import socket
from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore
import httpx

from sendback_service.links import url_in

LARGEST_PAGE = 2 * 1024 * 1024
_SECONDS = 10.0
_REDIRECTIONS = 5
_AT_A_TIME = 4
_PORTS = frozenset({80, 443})
_MOVED = frozenset({301, 302, 303, 307, 308})
_PAGES = ("text/html", "application/xhtml+xml")
# Pages of shops are written in these. Python knows more, some of which take hours for a page, or fail on it.
_CHARSETS = frozenset(
    {
        *("utf-8", "us-ascii", "latin1", "iso-8859-1", "iso-8859-2", "iso-8859-15"),
        *("windows-1250", "windows-1251", "windows-1252"),
        *("big5", "euc-jp", "euc-kr", "gb18030", "gb2312", "gbk", "shift_jis"),
    }
)
# Translations of IPv4 addresses that Python takes for global ones.
_COMPATIBLE = bytes(12)
_NAT64 = b"\x00\x64\xff\x9b"
_GIVEN_OUT = IPv6Network("2000::/3")


class Outcome(StrEnum):
    READ = "READ"
    REFUSED = "REFUSED"
    UNREACHABLE = "UNREACHABLE"
    ERROR_STATUS = "ERROR_STATUS"
    NOT_A_PAGE = "NOT_A_PAGE"


@dataclass(frozen=True, slots=True)
class Page:
    """`html` is empty unless the page was read."""

    outcome: Outcome
    final_uri: str
    html: str = ""


class _Ends(Exception):
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Websites:
    """`private_hosts` are names that the operator allows although they lie in a private network, on any port."""

    def __init__(self, private_hosts: Set[str] = frozenset(), seconds: float = _SECONDS) -> None:
        self._private_hosts = frozenset(host.casefold() for host in private_hosts)
        self._seconds = seconds
        self._turn = asyncio.Semaphore(_AT_A_TIME)

    async def read(self, uri: str) -> Page:
        """The page behind an address, after redirections. Never raises for what the other side does."""
        walk = _Walk(uri)
        try:
            async with self._turn, asyncio.timeout(self._seconds), self._pool() as pool:
                return await self._follow(pool, walk)
        except _Ends as end:
            return Page(end.outcome, walk.at)
        except (httpcore.NetworkError, httpcore.TimeoutException, OSError, UnicodeError):
            return Page(Outcome.UNREACHABLE, walk.at)
        except httpcore.ProtocolError:
            return Page(Outcome.NOT_A_PAGE, walk.at)

    async def _follow(self, pool: httpcore.AsyncConnectionPool, walk: "_Walk") -> Page:
        for _ in range(_REDIRECTIONS + 1):
            target = self._target(walk.at)
            async with pool.stream("GET", target, headers=_headers(target)) as response:
                headers = {key.lower(): value.decode("latin-1") for key, value in response.headers}
                if response.status in _MOVED and b"location" in headers:
                    walk.go(headers[b"location"])
                    continue
                if not 200 <= response.status < 300:
                    raise _Ends(Outcome.ERROR_STATUS)
                return Page(Outcome.READ, walk.at, await _text(response, headers))
        raise _Ends(Outcome.ERROR_STATUS)

    def _pool(self) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(network_backend=_PublicNetwork(self._private_hosts), retries=0)

    def _target(self, uri: str) -> httpcore.URL:
        url = httpx.URL(uri)
        host = url.raw_host
        port = url.port or (443 if url.scheme == "https" else 80)
        allowed_port = port in _PORTS or url.host.casefold() in self._private_hosts
        if url.scheme not in ("http", "https") or not host or url.userinfo or not allowed_port:
            raise _Ends(Outcome.REFUSED)
        return httpcore.URL(scheme=url.raw_scheme, host=host, port=port, target=url.raw_path)


class _Walk:
    """Where a reading has got to."""

    def __init__(self, uri: str) -> None:
        self.at = uri if url_in(uri) else "about:invalid"

    def go(self, location: str) -> None:
        try:
            self.at = str(httpx.URL(self.at).join(location))
        except (httpx.InvalidURL, ValueError):
            raise _Ends(Outcome.ERROR_STATUS) from None


class _PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects to nothing that lies in a private network."""

    def __init__(self, private_hosts: Set[str]) -> None:
        self._private_hosts = private_hosts
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if host.casefold() not in self._private_hosts and not all(map(is_public, addresses)):
            raise _Ends(Outcome.REFUSED)
        return await self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - httpcore's signature
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        raise _Ends(Outcome.REFUSED)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def is_public(address: str) -> bool:
    """Whether anybody in the world could connect to it; an IPv4 address inside an IPv6 one counts."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    reached = (parsed, *_within(parsed))
    return _is_of_the_world(parsed) and all(found.is_global and not found.is_multicast for found in reached)


def _is_of_the_world(address: IPv4Address | IPv6Address) -> bool:
    """Of IPv6 only what is given out to the world: Python takes for global what is not, such as site-local `fec0::`."""
    given_out = isinstance(address, IPv4Address) or address in _GIVEN_OUT
    return given_out or address.packed.startswith(_NAT64)


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address.packed.startswith(_COMPATIBLE):
        inner.append(IPv4Address(address.packed[-4:]))
    if address.packed.startswith(_NAT64):
        inner.append(IPv4Address(address.packed[-4:]))
    return [found for found in inner if found is not None]


def _headers(target: httpcore.URL) -> list[tuple[bytes, bytes]]:
    port = b"" if target.port in _PORTS else b":%d" % (target.port or 0)
    return [
        (b"host", target.host + port),
        (b"user-agent", b"sendback-policy-check"),
        (b"accept", b"text/html"),
        # What is sent as it stands cannot swell when it is unpacked.
        (b"accept-encoding", b"identity"),
    ]


async def _text(response: httpcore.Response, headers: dict[bytes, str]) -> str:
    media_type, _, rest = headers.get(b"content-type", "").partition(";")
    if media_type.strip().lower() not in _PAGES or headers.get(b"content-encoding", "identity") != "identity":
        raise _Ends(Outcome.NOT_A_PAGE)
    decoder = codecs.getincrementaldecoder(_charset(rest))("replace")
    pieces, size = [], 0
    async for piece in response.aiter_stream():
        size += len(piece)
        if size > LARGEST_PAGE:
            raise _Ends(Outcome.NOT_A_PAGE)
        pieces.append(decoder.decode(piece))
    return "".join(pieces) + decoder.decode(b"", final=True)


def _charset(parameters: str) -> str:
    said = parameters.lower().partition("charset=")[2].partition(";")[0].strip().strip("\"'")
    return said if said in _CHARSETS else "utf-8"
