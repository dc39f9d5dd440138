"""HTTP for accounts that merchants connected: it reaches no address that lies in a private network, whatever a name
resolves to, and however often that changes."""

import socket
import ssl
from collections.abc import Set
from functools import cache

import httpx

from sendback_service.websites import is_public


class PublicTransport(httpx.BaseTransport):
    """Resolves a host once for each request, and connects to just that address if anybody in the world could.
    `private_hosts` are names that the operator allows although they lie in a private network."""

    def __init__(self, private_hosts: Set[str] = frozenset()) -> None:
        self._private_hosts = frozenset(host.casefold() for host in private_hosts)
        self._inner = httpx.HTTPTransport(verify=_trusted())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = _address(host, port, private=host.casefold() in self._private_hosts)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are believed, read once: there may be an account for every merchant."""
    return httpx.create_ssl_context()


def _address(host: str, port: int, *, private: bool) -> str:
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as unknown:
        raise httpx.ConnectError(f"{host} cannot be resolved") from unknown
    if not found or not (private or all(map(is_public, found))):
        raise httpx.ConnectError(f"{host} lies in a private network")
    return found[0]
