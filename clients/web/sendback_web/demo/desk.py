"""The console of the demo: its configuration, and the practice provider that its people sign in with."""

import secrets
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import uvicorn

from sendback_web.demo.processes import NotStarted
from sendback_web.demo.shop import DemoShop
from sendback_web.issuer import Client, Issuer, Person

PEOPLE = (
    Person("camille", "Camille Renard", "camille@lumen.example", "Runs Atelier Lumen: the whole console"),
    Person("noor", "Noor Visser", "noor@lumen.example", "Works in the warehouse: the same shop"),
    Person("otto", "Otto Prüfer", "otto@operator.example", "Sees to operations: carriers, routing, keys"),
    Person("sam", "Sam Stranger", "sam@elsewhere.example", "May act for nobody here, and is told so"),
)
_CONFIGURATION = """\
# Who may sign in to the demo's console, and what each may do. See clients/web/docs/console.md.
issuer = "{issuer}"
client_id = "console"
client_secret = "env:DEMO_CONSOLE_SECRET"
operator_key = "env:DEMO_OPERATOR_KEY"

[shops.lumen]
title = "Atelier Lumen"
key = "env:DEMO_SHOP_KEY"

[[people]]
claim = "email"
value = "camille@lumen.example"
shops = ["lumen"]

[[people]]
claim = "email"
value = "noor@lumen.example"
shops = ["lumen"]

[[people]]
claim = "email"
value = "otto@operator.example"
operator = true
"""


class Desk(AbstractContextManager["Desk"]):
    """Serves the provider while the block runs. `base_url` is where the console will be."""

    def __init__(self, base_url: str, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._secret = secrets.token_urlsafe(24)
        issuer = Issuer(self._url, Client("console", self._secret, f"{base_url}/console/callback"), PEOPLE)
        self._server = uvicorn.Server(
            uvicorn.Config(issuer.app, host="127.0.0.1", port=port, log_config=None, access_log=False)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> "Desk":
        self._thread.start()
        while self._thread.is_alive() and not self._server.started:
            self._thread.join(0.05)
        if not self._server.started:
            raise NotStarted("the identity provider did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def environment(self, folder: Path, shop: DemoShop, operator_key: str) -> dict[str, str]:
        """What the application needs besides; the console's configuration is left in the folder."""
        file = folder / "console.toml"
        file.write_text(_CONFIGURATION.format(issuer=self._url), encoding="utf-8")
        return {
            "SENDBACK_WEB_CONSOLE": str(file.resolve()),
            "DEMO_CONSOLE_SECRET": self._secret,
            "DEMO_SHOP_KEY": shop.key,
            "DEMO_OPERATOR_KEY": operator_key,
        }
