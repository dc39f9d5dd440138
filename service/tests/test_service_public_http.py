"""Whatever a name resolves to, nothing private is connected to, and what was looked at is what is connected to."""

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sendback_sdk.testing import ReceiverEmulator
from sendback_service.public_http import PublicTransport


@pytest.fixture
def receiver() -> Iterator[ReceiverEmulator]:
    with ReceiverEmulator() as receiver:
        yield receiver


def _resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name resolves to these; answers the names that were asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        if host in addresses:
            return list(real(host, port, *rest, **named))
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr("sendback_service.public_http.socket.getaddrinfo", answer)
    return asked


def _post(url: str, private_hosts: frozenset[str] = frozenset()) -> httpx.Response:
    with httpx.Client(transport=PublicTransport(private_hosts), trust_env=False) as client:
        return client.post(url, json={"type": "x"})


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("93.184.216.34", "10.0.0.7"), ("169.254.169.254",), ("::ffff:10.0.0.7",), ()],
)
def test_a_name_that_leads_into_a_private_network_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    _resolving(monkeypatch, *addresses)
    with pytest.raises(httpx.ConnectError, match=r"shop\.example lies in a private network"):
        _post("https://shop.example/hook")


@pytest.mark.parametrize("host", ["www..shop.example", f"{'a' * 64}.example"])
def test_a_name_that_none_can_have_is_not_followed(host: str) -> None:
    with pytest.raises(httpx.ConnectError, match="cannot be resolved"):
        _post(f"https://{host}/hook")


def test_a_host_that_the_operator_allows_is_reached_by_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, receiver: ReceiverEmulator
) -> None:
    port = receiver.url.rpartition(":")[2]
    asked = _resolving(monkeypatch, "127.0.0.1")
    assert _post(f"http://Shop.Internal:{port}/hook", frozenset({"shop.internal"})).status_code == 204
    assert asked[0].lower() == "shop.internal"
    assert receiver.asked[0].headers["host"].lower() == f"shop.internal:{port}"
