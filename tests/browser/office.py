"""The console with an identity provider beside it, and the people who work there."""

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from playwright.async_api import Browser, Page
from sendback.v1.merchant_pb2 import AccessKey, Merchant
from sendback.v1.merchant_service_pb2 import (
    CreateAccessKeyRequest,
    CreateMerchantRequest,
    SetEntitlementRequest,
)
from sendback_service.demo.world import World
from sendback_web.demo.processes import free_port
from sendback_web.issuer import Client, Issuer, Person

from tests.browser.site import Site
from tests.browser.windows import Windows

SCOPES = (
    "returns.read",
    "returns.write",
    "labels.write",
    "orders.read",
    "orders.write",
    "settings.read",
    "settings.write",
    "events.read",
    "keys.write",
)
CAMILLE = Person("camille", "Camille Renard", "camille@lumiere.example", "Runs Maison Lumière")
NOOR = Person("noor", "Noor Visser", "noor@lumiere.example", claims={"groups": ["warehouse"]})
OTTO = Person("otto", "Otto Prüfer", "otto@operator.example", claims={"groups": ["operations"]})
STRANGER = Person("stranger", "Sam Stranger", "sam@elsewhere.example")
UNPROVEN = Person("unproven", "Not Camille", "camille@lumiere.example", claims={"email_verified": False})
_SECRET = "a secret that the console shares with the tests' provider"


@dataclass(frozen=True, slots=True)
class Key:
    """A shop's key as the console's configuration names it."""

    name: str
    title: str
    merchant_id: str
    secret: str


class Office(AbstractContextManager["Office"]):
    """`url` is where the console runs. Camille may act for every shop, Noor for the last, Otto sees to operations."""

    def __init__(self, world: World, folder: Path, keys: Iterable[Key], idle_minutes: int = 30) -> None:
        self._world = world
        self._folder = folder
        self._keys = list(keys)
        self._idle = idle_minutes
        self._stack = ExitStack()
        self._states: dict[str, Any] = {}

    def __enter__(self) -> "Office":
        self.port = free_port(0)
        self.url = f"http://127.0.0.1:{self.port}"
        issuer_port = free_port(0)
        self.issuer_url = f"http://127.0.0.1:{issuer_port}"
        client = Client("console", _SECRET, f"{self.url}/console/callback")
        people = [CAMILLE, NOOR, OTTO, STRANGER, UNPROVEN]
        self._stack.enter_context(Served(Issuer(self.issuer_url, client, people).app, issuer_port))
        file = self._folder / "console.toml"
        file.write_text(self._configuration(), encoding="utf-8")
        environment = {
            "SENDBACK_WEB_PORT": str(self.port),
            "SENDBACK_WEB_BASE_URL": self.url,
            "SENDBACK_WEB_CONSOLE": str(file),
            "CONSOLE_SECRET": _SECRET,
            "OPERATOR_KEY": self._world.installation.operator_key,
            **{f"KEY_{key.name.upper()}": key.secret for key in self._keys},
        }
        self.site = self._stack.enter_context(Site(self._world, self._folder, environment))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    async def signed_in(self, browser: Browser, person: Person) -> Any:
        """The cookies of somebody who signed in, for as many windows as are wanted."""
        if person.subject not in self._states:
            windows = Windows(browser, self.url)
            page = await windows("/console/sign-in")
            await sign_in(page, person)
            self._states[person.subject] = await page.context.storage_state()
            await windows.close()
        return self._states[person.subject]

    def _configuration(self) -> str:
        shops = "\n".join(
            f'[shops.{key.name}]\ntitle = "{key.title}"\nkey = "env:KEY_{key.name.upper()}"\n'
            for key in self._keys
        )
        names = [key.name for key in self._keys]
        return f"""
issuer = "{self.issuer_url}"
client_id = "console"
client_secret = "env:CONSOLE_SECRET"
operator_key = "env:OPERATOR_KEY"
idle_minutes = {self._idle}
{shops}
[[people]]
claim = "email"
value = "{CAMILLE.email}"
shops = {names}
[[people]]
claim = "groups"
value = "warehouse"
shops = {names[-1:]}
[[people]]
claim = "groups"
value = "operations"
operator = true
"""


class Served(AbstractContextManager["Served"]):
    """An ASGI application on a port of this machine, in a thread."""

    def __init__(self, app: Any, port: int) -> None:
        self._server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> "Served":
        self._thread.start()
        while self._thread.is_alive() and not self._server.started:
            self._thread.join(0.02)
        assert self._server.started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)


async def sign_in(page: Page, person: Person) -> None:
    """From the console's door to the provider and back."""
    await page.click("main a.button")
    await page.click(f"button[value={person.subject}]")
    await page.wait_for_url(lambda url: "/console/" in url and "/callback" not in url)
    page.elsewhere.clear()  # type: ignore[attr-defined]


def a_key(world: World, name: str, title: str, merchant_id: str, scopes: Iterable[str] = SCOPES) -> Key:
    wanted = AccessKey(
        kind=AccessKey.MERCHANT, merchant_id=merchant_id, scopes=scopes, title=f"{name}'s console"
    )
    made = world.operator.merchants.CreateAccessKey(CreateAccessKeyRequest(access_key=wanted))
    return Key(name, title, merchant_id, made.secret)


def a_bare_merchant(world: World, name: str) -> str:
    """With the Returns Pack, and nothing else yet."""
    merchants = world.operator.merchants
    merchant = merchants.CreateMerchant(CreateMerchantRequest(merchant=Merchant(name=name)))
    merchants.SetEntitlement(SetEntitlementRequest(merchant_id=merchant.id, entitled=True))
    return merchant.id
