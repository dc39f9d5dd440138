"""HTTP to shops' servers: it reaches no address that lies in a private network, whatever a name resolves to."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx

# A translation of IPv4 addresses that Python takes for a global one.
_NAT64 = b"\x00\x64\xff\x9b"


class PublicTransport(httpx.AsyncBaseTransport):
    """Resolves a host once for each request, and connects to just that address if anybody in the world could."""

    def __init__(self, private_hosts: tuple[str, ...]) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._private_hosts = private_hosts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host not in self._private_hosts:
            address = await _address(host, request.url.port or (443 if request.url.scheme == "https" else 80))
            request.extensions = {**request.extensions, "sni_hostname": host}
            request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def transport(private_hosts: tuple[str, ...] = ()) -> httpx.AsyncBaseTransport:
    return PublicTransport(private_hosts)


async def _address(host: str, port: int) -> str:
    try:
        entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise httpx.ConnectError(f"{host} cannot be resolved") from unknown
    found = [str(entry[4][0]) for entry in entries]
    if not found or not all(map(is_public, found)):
        raise httpx.ConnectError(f"{host} lies in a private network")
    return found[0]


def is_public(address: str) -> bool:
    """Whether anybody in the world could connect to it; an IPv4 address inside an IPv6 one counts."""
    found = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_within(found)))


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address.packed.startswith(_NAT64):
        inner.append(IPv4Address(address.packed[-4:]))
    return [one for one in inner if one is not None]
