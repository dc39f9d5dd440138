"""Merchants' own accounts: connected while the service runs, kept secret, used for nobody else."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sendback.v1 import carrier_service_pb2, event_service_pb2, order_pb2, order_service_pb2, return_pb2
from sendback.v1 import merchant_service_pb2 as pb
from sendback_client import SendbackError, money
from sendback_sdk.testing import CarrierEmulator
from sendback_service.command.app import app
from sendback_service.configuration import ConfigurationError
from sendback_service.demo.world import Shop, World
from sendback_service.vault import Vault, VaultLocked, new_key
from typer.testing import CliRunner

from tests.rooms import places_of
from tests.shops import NOW, a_shop, an_order, make
from tests.test_carriers import _soon, _to

KEY = new_key()
SECRET = "a-secret-of-the-merchant-s-own"

_ROOT = Path(__file__).parent.parent
_SHIPPED = {
    file.parent.name for kind in ("carriers", "plugins") for file in (_ROOT / kind).glob("*/pyproject.toml")
} - {"sdk"}

# All that the plugin asks for, but for the file that it would write.
_A_PUBLIC_APP = {
    "shop": "a.myshopify.com",
    "client_id": "app",
    "secrets": {"client_secret": SECRET, "refresh_token": SECRET},
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose operator has set a key."""
    environment = {"SENDBACK_SECRETS_KEY": KEY}
    with World(tmp_path_factory.mktemp("connections"), environment=environment) as world:
        world.set_clock(NOW)
        yield world


def connect(shop: Shop, /, name: str = "own", plugin: str = "local", **given: Any) -> pb.ConnectedAccount:
    secrets, sandbox = given.pop("secrets", {}), given.pop("sandbox", False)
    account = pb.AccountToConnect(name=name, plugin=plugin, secrets=secrets, sandbox=sandbox)
    account.settings.update(given)
    return shop.client.merchants.ConnectAccount(pb.ConnectAccountRequest(account=account))


def connected(shop: Shop) -> list[pb.ConnectedAccount]:
    request = pb.ListConnectedAccountsRequest()
    return list(shop.client.merchants.ListConnectedAccounts(request).accounts)


def refused(call: Callable[[], object]) -> SendbackError:
    with pytest.raises(SendbackError) as error:
        call()
    return error.value


def route(shop: Shop, *accounts: str) -> None:
    shop.client.carriers.UpdateRouting(carrier_service_pb2.UpdateRoutingRequest(routes=[_to(*accounts)]))


def test_a_merchant_s_own_account_sells_its_labels_and_nobody_else_s(bank: World) -> None:
    shop, stranger = a_shop(bank, "own"), a_shop(bank, "other")
    account = connect(shop, qr=True)
    assert (account.account, account.kind, account.settings["qr"]) == (f"{shop.id}/own", "carrier", True)
    _soon(lambda: [one.failure for one in connected(shop)] == [""])
    assert connected(stranger) == []
    route(shop, account.account)
    time.sleep(2)
    made = make(shop.client)
    done = bank.until(
        shop, made.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED
    )
    assert done.parcels[0].carrier_account == account.account
    assert "no account" in str(refused(lambda: route(stranger, account.account)).fields)
    operator = carrier_service_pb2.UpdateRoutingRequest(routes=[_to(account.account)])
    assert refused(lambda: bank.operator.carriers.UpdateRouting(operator)).reason == "INVALID_FIELD"


def test_secrets_are_kept_nowhere_in_the_clear_and_never_told(bank: World) -> None:
    shop = a_shop(bank, "secrets")
    account = connect(
        shop, plugin="rehearsal", base_url="https://post.example", secrets={"token": SECRET}, sandbox=True
    )
    assert list(account.secret_names) == ["token"]
    assert SECRET not in str(account) + str(connected(shop))
    assert places_of(bank, shop, SECRET) == []
    for log in ("server.log", "worker.log"):
        assert SECRET not in bank.installation.log(log)


def test_webhooks_for_it_are_heard_however_long_its_name(bank: World) -> None:
    shop = a_shop(bank, "hooked")
    secrets = {"secret_key": "sk_test_of_the_merchant", "webhook_secret": "whsec_of_the_merchant"}
    account = connect(shop, "a" * 40, "stripe", secrets=secrets).account
    _soon(lambda: [one.failure for one in connected(shop)] == [""])
    forged = event_service_pb2.DeliverWebhookRequest(account=account, body=b"{}")
    assert refused(lambda: bank.portal.events.DeliverWebhook(forged)).reason == "WEBHOOK_REFUSED"
    paid = order_pb2.Payment(id="pi_1", captured=money(8900, "EUR"), account=account)
    shop.client.orders.UpsertOrder(order_service_pb2.UpsertOrderRequest(order=an_order(payments=[paid])))


def test_a_private_network_is_out_of_reach(bank: World) -> None:
    """Also by a name that resolves to it, which is seen only when it is called."""
    shop = a_shop(bank, "private")
    for address in ("http://127.0.0.1:9", "http://localhost/x", "http://[::1]/", "http://169.254.169.254/"):
        error = refused(
            lambda url=address: connect(shop, plugin="rehearsal", base_url=url, secrets={"token": "t"})
        )
        assert error.fields[0].field == "account.settings.base_url"
    with CarrierEmulator(token="t") as inside:
        port = inside.url.rpartition(":")[2]
        account = connect(
            shop, plugin="rehearsal", base_url=f"http://localtest.localhost:{port}", secrets={"token": "t"}
        )
        _soon(lambda: [one.failure for one in connected(shop)] == [""])
        route(shop, account.account)
        time.sleep(2)
        made = make(shop.client)
        bank.until(
            shop, made.id, "another label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED
        )
        assert inside.sold == []


def test_a_merchant_is_told_what_each_plugin_asks_for(bank: World) -> None:
    shop = a_shop(bank, "asks")
    found = shop.client.merchants.ListConnectablePlugins(pb.ListConnectablePluginsRequest()).plugins
    plugins = {plugin.name: plugin for plugin in found}
    assert {"rehearsal", "shopify", "stripe"} <= plugins.keys()
    assert "email" not in plugins
    asked = {setting.name: setting for setting in plugins["rehearsal"].settings}
    assert (asked["token"].required, asked["token"].secret) == (True, True)
    assert (asked["timeout_seconds"].kind, asked["timeout_seconds"].default_text) == (
        pb.PluginSetting.NUMBER,
        "20.0",
    )
    assert "token_file" not in {setting.name for setting in plugins["shopify"].settings}


def test_a_merchant_is_told_of_every_setting_what_it_is(bank: World) -> None:
    """Of the plugins of this repository: those that are connected by merchants are no channels."""
    shop = a_shop(bank, "told")
    found = shop.client.merchants.ListConnectablePlugins(pb.ListConnectablePluginsRequest()).plugins
    plugins = {plugin.name: plugin.settings for plugin in found if plugin.name in _SHIPPED}
    assert plugins.keys() == _SHIPPED - {"email", "webhook"}
    for name, settings in plugins.items():
        silent = [setting.name for setting in settings if not setting.description]
        assert not silent, f"{name}: give each a description"


def test_what_a_plugin_does_not_take_is_said_by_setting(bank: World) -> None:
    shop = a_shop(bank, "by setting")
    error = refused(lambda: connect(shop, plugin="rehearsal", timeout_seconds="soon"))
    assert {problem.field for problem in error.fields} == {
        "account.settings.base_url",
        "account.settings.timeout_seconds",
        "account.secrets.token",
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "No Name"}, "account.name"),
        ({"plugin": "nothing"}, "account.settings"),
        ({"plugin": "rehearsal", "base_url": "https://xn--a.example"}, "account.settings.base_url"),
        ({"plugin": "email", "sender": "a@b.example"}, "account.plugin"),
        ({"unknown": 1}, "account.settings.unknown"),
        (
            {"plugin": "rehearsal", "base_url": "https://post.example", "token": "env:PATH"},
            "account.settings",
        ),
        ({"secrets": {"qr": "x"}}, "account.settings"),
        (
            {"plugin": "shopify", **_A_PUBLIC_APP, "token_file": "/var/lib/sendback/secret.key"},
            "account.settings",
        ),
        ({"plugin": "rehearsal", "timeout_seconds": float("nan")}, "account.settings"),
        ({"plugin": "rehearsal", "timeout_seconds": float("-inf")}, "account.settings"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(bank: World, given: dict[str, Any], field: str) -> None:
    shop = a_shop(bank, f"wrong{field}{given}")
    assert refused(lambda: connect(shop, **given)).fields[0].field == field
    assert connected(shop) == []


def test_the_same_name_again_takes_its_place_and_letting_go_deletes_it(bank: World) -> None:
    shop = a_shop(bank, "again")
    connect(shop, qr=True)
    connect(shop, qr=False)
    assert [one.settings["qr"] for one in connected(shop)] == [False]
    shop.client.merchants.DisconnectAccount(pb.DisconnectAccountRequest(name="own"))
    assert connected(shop) == []
    gone = pb.DisconnectAccountRequest(name="own")
    assert refused(lambda: shop.client.merchants.DisconnectAccount(gone)).reason == "NOT_FOUND"


def test_a_merchant_has_twenty_at_most(bank: World) -> None:
    shop = a_shop(bank, "many")
    for number in range(20):
        connect(shop, f"a{number}")
    assert refused(lambda: connect(shop, "a20")).metadata == {"limit": "20 accounts"}


def test_without_a_key_nothing_is_connected(world: World, shop: Shop) -> None:
    assert refused(lambda: connect(shop)).reason == "SECRETS_KEY_MISSING"


def test_keys_are_rotated_without_a_gap(bank: World) -> None:
    shop = a_shop(bank, "rotated")
    connect(shop, plugin="rehearsal", base_url="https://post.example", secrets={"token": SECRET})
    newer = new_key()
    config = ["--config", str(bank.installation.file)]
    lost = CliRunner().invoke(app, ["secrets", "rotate", *config], env={"SENDBACK_SECRETS_KEY": newer})
    assert lost.exit_code == 2
    assert "nothing was changed" in lost.stderr
    both = {"SENDBACK_SECRETS_KEY": f"{newer},{KEY}"}
    assert CliRunner().invoke(app, ["secrets", "rotate", *config], env=both).exit_code == 0
    again = CliRunner().invoke(app, ["secrets", "rotate", *config], env={"SENDBACK_SECRETS_KEY": newer})
    assert again.exit_code == 0


def test_a_vault_opens_only_with_its_keys() -> None:
    old, new = new_key(), new_key()
    locked = Vault(old).lock({"token": SECRET})
    assert SECRET not in locked
    assert Vault(f"{new},{old}").unlock(locked) == {"token": SECRET}
    rotated = Vault(f"{new},{old}").rotated(locked)
    assert Vault(new).unlock(rotated) == {"token": SECRET}
    with pytest.raises(VaultLocked):
        Vault(old).unlock(rotated)
    with pytest.raises(ConfigurationError, match="sendback secrets key"):
        Vault("no key")


def test_the_command_makes_a_key_that_opens() -> None:
    made = CliRunner().invoke(app, ["secrets", "key"]).stdout.strip()
    assert Vault(made).unlock(Vault(made).lock({"a": "b"})) == {"a": "b"}


@pytest.mark.parametrize("name", ["secrets_key", "secret_key"])
def test_the_key_does_not_stand_in_the_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "sendback.toml"
    file.write_text(f'{name} = "{"x" * 40}"\n')
    said = CliRunner().invoke(app, ["check", "--config", str(file)])
    assert said.exit_code == 2
    assert "from the environment alone" in said.stderr
