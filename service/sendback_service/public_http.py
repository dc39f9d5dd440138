"""HTTP for accounts that merchants connected: it reaches no address that lies in a private network, whatever a name
resolves to, and however often that changes."""

import socket

import httpx

from sendback_service.websites import is_public


class PublicTransport(httpx.BaseTransport):
    """Resolves a host once for each request, and connects to just that address if anybody in the world could."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        address = _address(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _address(host: str, port: int) -> str:
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as unknown:
        raise httpx.ConnectError(f"{host} cannot be resolved") from unknown
    if not found or not all(map(is_public, found)):
        raise httpx.ConnectError(f"{host} lies in a private network")
    return found[0]
