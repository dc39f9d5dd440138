"""The gRPC port as it stands open to the world: TLS, certificates, tokens, and files that are renewed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from sendback.v1 import carrier_service_pb2, merchant_pb2, merchant_service_pb2, order_service_pb2
from sendback_client import Client, SendbackError
from sendback_service.demo.installation import Installation, InstallationError

from tests.certificates import Authority
from tests.provider import Provider

ORDERS = "spiffe://shop.example/orders"
_TOML = """
[server.tls]
certificate = "tls/server.pem"
key = "tls/server.key"
client_ca = "tls/clients.pem"

[[server.tls.grants]]
when = {{ san = "{orders}" }}
kind = "OPERATOR"

[issuers.corp]
issuer = "{issuer}"
audience = "sendback"

[[issuers.corp.grants]]
when = {{ sub = "orders" }}
kind = "MERCHANT"
merchant_claim = "tenant"
scopes = ["orders.read"]

[[issuers.corp.grants]]
when = {{ groups = "operators" }}
kind = "OPERATOR"
"""


@dataclass(frozen=True, slots=True)
class Door:
    """An installation whose port demands certificates, with those who vouch for its callers."""

    installation: Installation
    servers: Authority
    clients: Authority
    provider: Provider

    def client(self, key: str = "", uri: str = "spiffe://shop.example/anybody") -> Client:
        pair = self.clients.client(uri)
        return Client(self.installation.target, key=key, tls=self.servers.roots, certificate=pair, timeout=60)

    def write(self, chain: bytes, key: bytes) -> None:
        folder = self.installation.folder / "tls"
        (folder / "server.key").write_bytes(key)
        (folder / "server.pem").write_bytes(chain)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    servers, clients = Authority("servers"), Authority("clients")
    (folder / "tls").mkdir()
    (folder / "tls" / "clients.pem").write_bytes(clients.roots)
    with Provider() as provider:
        toml = _TOML.format(orders=ORDERS, issuer=provider.issuer)
        installation = Installation(folder, toml)
        door = Door(installation, servers, clients, provider)
        door.write(*servers.server())
        with installation:
            yield door


def _plugins(client: Client) -> int:
    return len(client.carriers.ListPlugins(carrier_service_pb2.ListPluginsRequest()).plugins)


def test_a_key_works_over_tls_with_a_certificate(door: Door) -> None:
    with door.client(door.installation.operator_key) as client:
        assert _plugins(client)


def test_nobody_comes_in_without_tls_or_with_a_strangers_certificate(door: Door) -> None:
    target, key = door.installation.target, door.installation.operator_key
    stranger = Authority("clients").client(ORDERS)
    lines = (
        Client(target, key=key, timeout=2),
        Client(target, key=key, tls=door.servers.roots, timeout=2),
        Client(target, key=key, tls=door.servers.roots, certificate=stranger, timeout=2),
        Client(target, key=key, tls=Authority().roots, certificate=door.clients.client(ORDERS), timeout=2),
    )
    for line in lines:
        with line as client, pytest.raises(SendbackError) as refused:
            _plugins(client)
        assert refused.value.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


def test_a_certificate_is_worth_what_the_configuration_says(door: Door) -> None:
    with door.client(uri=ORDERS) as client:
        assert _plugins(client)
    with door.client() as nobody, pytest.raises(SendbackError) as refused:
        _plugins(nobody)
    assert refused.value.reason == "KEY_MISSING"


def test_a_wrong_key_is_not_made_good_by_a_certificate(door: Door) -> None:
    with door.client("sbk_wrong", uri=ORDERS) as client, pytest.raises(SendbackError) as refused:
        _plugins(client)
    assert refused.value.reason == "KEY_INVALID"


def test_a_token_does_what_its_grant_says_and_no_more(door: Door) -> None:
    with door.client(uri=ORDERS) as operator:
        merchant = operator.merchants.CreateMerchant(
            merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name="M"))
        )
    now = time.time()
    with door.client(lambda: door.provider.token(now, tenant=merchant.id)) as service:
        assert not service.orders.ListOrders(order_service_pb2.ListOrdersRequest()).orders
        with pytest.raises(SendbackError) as beyond:
            service.merchants.GetBrand(merchant_service_pb2.GetBrandRequest())
        assert beyond.value.metadata == {"scope": "settings.read"}
    with door.client(door.provider.token(now, sub="ada", groups=["operators"])) as ada:
        assert _plugins(ada)
    with door.client(door.provider.token(now, aud="billing", sub="ada")) as other:
        with pytest.raises(SendbackError) as refused:
            _plugins(other)
        assert refused.value.reason == "KEY_INVALID"


def test_files_are_renewed_while_it_runs_and_broken_ones_change_nothing(door: Door) -> None:
    door.write(b"no certificate", b"no key")
    with door.client(uri=ORDERS) as client:
        assert _plugins(client)
    assert "tls.refused" in door.installation.log("server.log")
    successors = Authority("servers")
    door.write(*successors.server())
    renewed = Door(door.installation, successors, door.clients, door.provider)
    with renewed.client(uri=ORDERS) as client:
        assert _plugins(client)
    assert "tls.renewed" in door.installation.log("server.log")
    door.write(*door.servers.server())


@pytest.mark.parametrize("broken", ["server.key", "server.pem", "clients.pem"])
def test_a_server_says_which_file_is_wrong(broken: str, door: Door, tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    chain, key = door.servers.server()
    for name, data in (("server.pem", chain), ("server.key", key), ("clients.pem", door.clients.roots)):
        (tmp_path / "tls" / name).write_bytes(b"broken" if name == broken else data)
    toml = _TOML.format(orders=ORDERS, issuer=door.provider.issuer)
    with (
        pytest.raises(InstallationError, match=r"server\.tls\.(key|certificate|client_ca)"),
        Installation(tmp_path, toml),
    ):
        pass
