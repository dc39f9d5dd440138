"""Secrets are planted wherever there is room for one; then everything that is said, logged and kept is searched.

The parrot is a carrier that sends back what it was sent, as some do in their error pages."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sendback.v1 import (
    carrier_service_pb2,
    event_service_pb2,
    merchant_pb2,
    merchant_service_pb2,
    order_service_pb2,
    portal_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback.v1.webhook_pb2 import WebhookEndpoint
from sendback_client import Client, SendbackError
from sendback_sdk.testing.emulator import Answer, Asked, Emulator
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World
from sendback_service.vault import new_key

from tests.rooms import places_of
from tests.shops import NOW, a_shop, an_address, an_order, get, make

CARRIER, SIGNING = "canary-carrier-token+/=", "canary-signing-key-of-enough-length"
BANK = "whsec_Y2FuYXJ5LXNlY3JldC1vZi10aGUtYmFuaw=="
UNREADABLE = "canary-that-is-no-secret-of-this-kind"
WRONG = "canary-key-that-nobody-made"
JWT = "canaryheader.canarybody.canarysignature"
PERSONAL = ("Camille Kanarienvogel", "kanari@example.com", "12 rue du Canari", "canary comment")
_ACCOUNTS = """
[accounts.parrot]
plugin = "rehearsal"
settings = {{ base_url = "{parrot}", token = "env:CANARY_CARRIER" }}

[accounts.trial]
plugin = "rehearsal"
sandbox = true
settings = {{ base_url = "{parrot}", token = "env:CANARY_CARRIER" }}
"""


class Parrot(Emulator):
    """Refuses everything, and says what it was sent. `heard` counts."""

    heard = 0

    def answer(self, asked: Asked) -> Answer:
        self.heard += 1
        return Answer(422, {"error": "what is this?", "sent": asked.headers["authorization"]})


@dataclass(slots=True)
class Cage:
    """A world with canaries in it. `said` is whatever any call was answered, `secrets` what must not be in it."""

    world: World
    shop: Shop
    parrot: Parrot
    secrets: dict[str, str]
    said: list[str] = field(default_factory=list)

    def call(self, rpc: Any, request: Any) -> Any:
        """Remembers what was answered or refused."""
        try:
            answer = rpc(request)
        except SendbackError as refused:
            self.said.append(f"{refused} {refused.metadata} {refused.fields}")
            return None
        self.said.append(str(answer))
        return answer


@pytest.fixture(scope="module")
def cage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cage]:
    keys = {"SENDBACK_SECRETS_KEY": new_key(), "SENDBACK_SECRET_KEY": SIGNING, "CANARY_CARRIER": CARRIER}
    folder = tmp_path_factory.mktemp("canaries")
    with Parrot() as parrot, World(folder, environment=keys) as world:
        world.set_clock(NOW)
        file = world.installation.file
        text = file.read_text().replace('accounts = ["post"]', 'accounts = ["parrot", "post"]')
        file.write_text(text + _ACCOUNTS.format(parrot=parrot.url))
        name, email, street, _ = PERSONAL
        address = an_address(name=name, street=street)
        shop = a_shop(
            world, "canary", an_order("#1", email=email, ship_to=address), an_order("#2", ship_to=address)
        )
        cage = Cage(world, shop, parrot, dict(keys))
        _until(lambda: any(a.name == "trial" for a in _accounts(cage)))
        _plant(cage)
        yield cage


def _plant(cage: Cage) -> None:
    """A life in which everything is used that is secret, rightly and wrongly."""
    world, shop = cage.world, cage.shop
    merchants, events = shop.client.merchants, shop.client.events
    for secret in (BANK, UNREADABLE):
        account = merchant_service_pb2.AccountToConnect(
            name="own", plugin="refund", secrets={"secret": secret}
        )
        account.settings.update({"endpoint": "https://bank.example/refunds"})
        cage.call(merchants.ConnectAccount, merchant_service_pb2.ConnectAccountRequest(account=account))
    key = world.operator.merchants.CreateAccessKey(
        merchant_service_pb2.CreateAccessKeyRequest(
            access_key=merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=shop.id, scopes=["orders.read"])
        )
    )
    endpoint = WebhookEndpoint(uri="https://shop.example/hook")
    hook = events.CreateWebhookEndpoint(
        event_service_pb2.CreateWebhookEndpointRequest(webhook_endpoint=endpoint)
    )
    buyer = Buyer(world, shop, "#1")
    cage.secrets |= {"key": key.secret, "hook": hook.secret, "bank": BANK, "unreadable": UNREADABLE}
    cage.secrets |= {
        "operator": world.installation.operator_key,
        "session": buyer.token,
        "slip": buyer.scan.token,
    }
    _call_wrongly(cage, buyer)
    made = make(shop.client, "ext-#2", items=[{"order_line_id": "1", "quantity": 1, "comment": PERSONAL[3]}])
    bought = world.until(
        shop, made.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED
    )
    cage.said.append(str(bought))
    test = carrier_service_pb2.TestAccountRequest(
        account="trial", ship_from=an_address(), ship_to=an_address(), weight_grams=500
    )
    cage.call(world.operator.carriers.TestAccount, test)
    cage.call(shop.client.returns.ListWorkItems, returns_service_pb2.ListWorkItemsRequest())
    cage.call(events.ListEvents, event_service_pb2.ListEventsRequest(page_size=200))
    cage.call(merchants.ListConnectedAccounts, merchant_service_pb2.ListConnectedAccountsRequest())
    cage.said.append(str(_accounts(cage)) + str(get(shop.client, made.id)))
    cage.said.append(world.installation.run("plugins") + world.installation.run("key", "list"))


def _call_wrongly(cage: Cage, buyer: Buyer) -> None:
    """What is secret, put where it does not belong or is not believed."""
    target = cage.world.installation.target
    for key in (WRONG, JWT, buyer.token, buyer.scan.token, f"{cage.secrets['key']}x"):
        with Client(target, key=key) as client:
            cage.call(client.orders.ListOrders, order_service_pb2.ListOrdersRequest())
    portal = cage.world.portal.portal
    for token in (f"{buyer.token}x", cage.secrets["key"], JWT):
        request = portal_service_pb2.GetReturnableOrderRequest(session_token=token)
        cage.call(portal.GetReturnableOrder, request)
    for token in (f"{buyer.scan.token}x", cage.secrets["key"]):
        request = portal_service_pb2.StartSessionRequest(slug=cage.shop.slug, access_token=token)
        cage.call(portal.StartSession, request)
    guess = portal_service_pb2.OrderCredential(number="#1", email_or_postal_code=WRONG)
    cage.call(portal.StartSession, portal_service_pb2.StartSessionRequest(slug=cage.shop.slug, order=guess))


def _accounts(cage: Cage) -> Any:
    return cage.world.operator.carriers.ListAccounts(carrier_service_pb2.ListAccountsRequest()).accounts


def _until(ready: Any, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "the configuration did not come into force"
        time.sleep(0.1)


def _planted(cage: Cage) -> list[str]:
    return [*cage.secrets.values(), WRONG, JWT]


def test_the_parrot_was_heard_and_quoted_without_the_secret(cage: Cage) -> None:
    """Otherwise the other tests would search where nothing was said."""
    assert cage.parrot.heard
    assert any("[redacted]" in said and "what is this?" in said for said in cage.said)
    assert places_of(cage.world, cage.shop, "what is this?", ["attempt"])


def test_no_answer_and_no_error_holds_a_secret(cage: Cage) -> None:
    found = [(secret, said) for secret in _planted(cage) for said in cage.said if secret in said]
    assert found == []


def test_no_log_holds_a_secret_or_anything_personal(cage: Cage) -> None:
    logs = {name: cage.world.installation.log(name) for name in ("server.log", "worker.log")}
    assert all(logs.values())
    for word in (*_planted(cage), *PERSONAL, cage.secrets["key"][4:]):
        assert [name for name, text in logs.items() if word in text] == [], word


def test_nothing_secret_is_kept_in_the_clear(cage: Cage) -> None:
    places = {word: places_of(cage.world, cage.shop, word) for word in _planted(cage)}
    assert {word: found for word, found in places.items() if found} == {}
    for file in (cage.world.installation.folder / "data").iterdir():
        data = file.read_bytes()
        assert [word for word in _planted(cage) if word.encode() in data] == [], file.name


def test_no_event_says_anything_personal(cage: Cage) -> None:
    for word in PERSONAL:
        assert places_of(cage.world, cage.shop, word, ["event"]) == []
