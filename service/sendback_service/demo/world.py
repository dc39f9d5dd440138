"""Where the demo's stories happen: an installation, and the outside world beside it, every part of which counts."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from google.protobuf import json_format
from sendback.v1 import (
    merchant_pb2,
    merchant_service_pb2,
    order_pb2,
    order_service_pb2,
    policy_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import Client
from sendback_sdk.testing import CarrierEmulator, MailEmulator, RefundEmulator

from sendback_service.demo.installation import Installation

_WAIT_SECONDS = 20.0
_SCOPES = (
    "returns.read",
    "returns.write",
    "labels.write",
    "orders.read",
    "orders.write",
    "settings.read",
    "settings.write",
    "events.read",
    "buyers.read",
    "buyers.write",
    "credit.read",
    "credit.write",
)
_TOML = """
channel = "mail"
refunds = "bank"

[portal]
base_url = "https://returns.example"
private_hosts = ["127.0.0.1"]

[accounts.post]
plugin = "rehearsal"
settings = {{ base_url = "{carrier}", token = "env:DEMO_CARRIER_TOKEN", timeout_seconds = 1.5 }}

[accounts.bank]
plugin = "refund"
settings = {{ endpoint = "{bank}/refunds", secret = "env:DEMO_REFUND_SECRET" }}

[accounts.mail]
plugin = "email"
settings = {{ sender = "Returns <returns@shop.example>", host = "127.0.0.1", port = {smtp}, security = "none" }}

[[routes]]
accounts = ["post"]
"""


class StoryFailed(Exception):
    """Something did not come out as told."""


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise StoryFailed(f"{what}: {found!r} instead of {wanted!r}")


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant of the demo with its client, and its orders by number."""

    id: str
    name: str
    slug: str
    client: Client
    orders: dict[str, order_pb2.Order]


class World(AbstractContextManager["World"]):
    """`carrier`, `bank` and `post` are the outside: what counts is what they say that they did. `environment` is
    handed on to the installation."""

    def __init__(
        self,
        folder: Path,
        database: str = "",
        *,
        servers: int = 1,
        workers: int = 1,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._stack = ExitStack()
        self._folder = folder
        self._database = database
        self._counts = servers, workers
        self._environment = environment or {}
        self._clients: list[Client] = []
        self._turned = timedelta()

    def __enter__(self) -> "World":
        enter = self._stack.enter_context
        self._folder.mkdir(parents=True, exist_ok=True)
        self.carrier = enter(CarrierEmulator(record=self._folder / "carrier.jsonl"))
        self.bank = enter(RefundEmulator(record=self._folder / "bank.jsonl"))
        self.post = enter(MailEmulator(record=self._folder / "post.jsonl"))
        toml = _TOML.format(carrier=self.carrier.url, bank=self.bank.url, smtp=self.post.port)
        secrets = {"DEMO_CARRIER_TOKEN": self.carrier.token, "DEMO_REFUND_SECRET": self.bank.secret}
        servers, workers = self._counts
        self.installation = enter(
            Installation(
                self._folder / "installation",
                toml,
                {**self._environment, **secrets},
                self._database,
                servers=servers,
                workers=workers,
            )
        )
        self.operator = self._client(self.installation.operator_key)
        self.portal = self.client(merchant_pb2.AccessKey(kind=merchant_pb2.AccessKey.PORTAL))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            client.close()
        self._stack.close()

    def set_clock(self, now: datetime) -> None:
        """The orders' dates are fixed, so the demo's clock is turned to their days."""
        self.pass_time(now - datetime.now(UTC) - self._turned)

    @property
    def turned(self) -> timedelta:
        """How far the installation's clock is ahead of ours."""
        return self._turned

    def pass_time(self, by: timedelta) -> None:
        by = timedelta(seconds=int(by.total_seconds()))
        self._turned += by
        self.installation.turn_clock(by)

    def open_shop(
        self, name: str, slug: str, policy: policy_pb2.Policy, orders: Sequence[order_pb2.Order]
    ) -> Shop:
        """A merchant with the Returns Pack, an active portal, a policy, a warehouse and these orders."""
        merchants = self.operator.merchants
        merchant = merchants.CreateMerchant(
            merchant_service_pb2.CreateMerchantRequest(merchant=merchant_pb2.Merchant(name=name))
        )
        merchants.SetEntitlement(
            merchant_service_pb2.SetEntitlementRequest(merchant_id=merchant.id, entitled=True)
        )
        wanted = merchant_pb2.AccessKey(
            kind=merchant_pb2.AccessKey.MERCHANT, merchant_id=merchant.id, scopes=_SCOPES
        )
        client = self.client(wanted)
        client.merchants.CreateWarehouse(
            merchant_service_pb2.CreateWarehouseRequest(warehouse=_warehouse(name))
        )
        settings = merchant_pb2.PortalSettings(
            status=merchant_pb2.PortalStatus.ACTIVE, slug=slug, default_language_code="en"
        )
        client.merchants.UpdatePortalSettings(
            merchant_service_pb2.UpdatePortalSettingsRequest(settings=settings)
        )
        client.merchants.PublishPolicy(merchant_service_pb2.PublishPolicyRequest(policy=policy))
        for rejected in client.import_orders(orders).rejected:
            raise StoryFailed(f"{name}: order {rejected.external_id} was rejected: {rejected.problems}")
        return Shop(merchant.id, name, slug, client, {order.number: order for order in orders})

    def order_id(self, shop: Shop, number: str) -> str:
        return self.order(shop, number).id

    def order(self, shop: Shop, number: str) -> order_pb2.Order:
        external_id = shop.orders[number].external_id
        return shop.client.orders.GetOrder(order_service_pb2.GetOrderRequest(order_id=external_id))

    def until(
        self,
        shop: Shop,
        return_id: str,
        what: str,
        ready: Callable[[return_pb2.Return], bool],
        seconds: float = _WAIT_SECONDS,
    ) -> return_pb2.Return:
        """The return, once it is as wanted; fails where that takes too long."""
        until = time.monotonic() + seconds
        while True:
            found = shop.client.returns.GetReturn(returns_service_pb2.GetReturnRequest(return_id=return_id))
            if ready(found):
                return found
            if time.monotonic() > until:
                raise StoryFailed(f"{return_id}: {what} did not come about:\n{found}")
            time.sleep(0.05)

    def mails_to(self, address: str) -> list[Any]:
        """What really arrived for somebody, in order."""
        return [mail.parsed() for mail in self.post.mailbox(address)]

    def await_mails(self, address: str, count: int) -> list[Any]:
        until = time.monotonic() + _WAIT_SECONDS
        while len(self.mails_to(address)) < count and time.monotonic() < until:
            time.sleep(0.05)
        found = self.mails_to(address)
        expect(f"mails to {address}", len(found), count)
        return found

    def refunds_of(self, found: return_pb2.Return) -> int:
        """Payments that the bank really made for a return: its keys are the transfers'."""
        references = {s.provider_reference.removeprefix("refund-") for s in found.settlements}
        return sum(key in references for key in self.bank.paid)

    def labels_of(self, found: return_pb2.Return) -> int:
        """Labels that the carrier really sold for a return."""
        return sum(len(self.carrier.labels(parcel.id)) for parcel in found.parcels)

    def key_of(self, shop: Shop) -> str:
        """Another key of the shop's people, with all scopes."""
        return self._key(
            merchant_pb2.AccessKey(kind=merchant_pb2.AccessKey.MERCHANT, merchant_id=shop.id, scopes=_SCOPES)
        )

    def client(self, wanted: merchant_pb2.AccessKey) -> Client:
        """A client with a key of its own."""
        return self._client(self._key(wanted))

    def _client(self, key: str) -> Client:
        client = Client(self.installation.target, key=key)
        self._clients.append(client)
        return client

    def _key(self, wanted: merchant_pb2.AccessKey) -> str:
        request = merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
        client = Client(self.installation.target, key=self.installation.operator_key)
        with client:
            return client.merchants.CreateAccessKey(request).secret


def read_orders(file: Path) -> Iterator[order_pb2.Order]:
    """Orders of a JSON lines file: one `sendback.v1.Order` in proto JSON a line."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield json_format.Parse(line, order_pb2.Order())
        except json_format.ParseError as wrong:
            raise StoryFailed(f"{file}:{number}: no order: {wrong}") from None


def latest_day(files: list[Path]) -> datetime:
    """The day after the last thing that happened to any of the orders."""
    times = [t for file in files for order in read_orders(file) for t in _times(order)]
    if not times:
        raise StoryFailed("no orders were found")
    return max(times) + timedelta(days=1)


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _times(order: order_pb2.Order) -> Iterator[datetime]:
    yield order.place_time.ToDatetime(tzinfo=UTC)
    for fulfilment in order.fulfilments:
        for name in ("ship_time", "deliver_time"):
            if fulfilment.HasField(name):
                yield getattr(fulfilment, name).ToDatetime(tzinfo=UTC)


def _warehouse(name: str) -> merchant_pb2.Warehouse:
    texts = {
        "fr": "Glissez le bon de livraison dans le colis.",
        "en": "Please enclose the packing slip.",
        "es": "Incluya el albarán en el paquete.",
        "de": "Bitte legen Sie den Lieferschein bei.",
    }
    return merchant_pb2.Warehouse(
        address={
            "name": "Retours",
            "company": name,
            "street": "1 quai Rambaud",
            "postal_code": "69002",
            "city": "Lyon",
            "region_code": "FR",
        },
        enclose=[policy_pb2.LocalizedText(language_code=k, text=v) for k, v in texts.items()],
    )
