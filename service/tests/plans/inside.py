"""A server in the test's own process, so that what it asks the database can be listened to; and a stage beside it, on
which its worker's turns and workflows are played."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sendback.v1 import merchant_pb2
from sendback_service import server
from sendback_service.api.admission import Admission
from sendback_service.api.registration import SERVICE_NAMES, Shared
from sendback_service.command.key import operator_key
from sendback_service.configuration import Configuration
from sendback_service.demo.world import World
from sendback_service.host import Host
from sendback_service.live_configuration import LiveConfiguration
from sendback_service.observability.health import Health
from sendback_service.ports import reserved
from sendback_service.store import opened
from sendback_service.streams import Streams
from sendback_service.vault import new_key

from service.tests.effects.parties import FindingBank, FindingPost
from service.tests.effects.world import HandClock, Stage
from tests.shops import NOW

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()

_POST = {"service": "CP", "country": "FR", "first": 10_000_000, "last": 99_999_999}


class Inside(World):
    """As a `World`, but its server is a thread's, and its worker works when it is told to: `self.stage.run()`."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, url)
        self.url = url
        self.clock = HandClock()
        self.clock.now = NOW

    def __enter__(self) -> "Inside":
        enter = self._stack.enter_context
        patch = enter(pytest.MonkeyPatch.context())
        patch.setenv("PLANS_SECRET", SECRET)
        configuration = _configuration(self._folder, self.url)
        self.database = opened(self.url, self.clock)
        self._stack.callback(self.database.shut)
        self.stage = Stage(self.database, self.clock)
        self.stage.carriers = {"post": FindingPost()}
        self.stage.platforms = {"bank": FindingBank()}
        target = enter(_served(configuration, self.database, self.clock))
        self.installation: Any = SimpleNamespace(target=target, operator_key=operator_key(configuration))
        self.operator = self._client(self.installation.operator_key)
        self.portal = self.client(merchant_pb2.AccessKey(kind=merchant_pb2.AccessKey.PORTAL))
        return self


def _configuration(folder: Path, url: str) -> Configuration:
    return Configuration(
        data_dir=folder,
        database_url=url,
        secret_key="s" * 40,
        secrets_key=new_key(),
        accounts={
            "post": {"plugin": "local", "settings": _POST},
            "trial": {"plugin": "local", "settings": _POST, "sandbox": True},
            "bank": {
                "plugin": "refund",
                "settings": {"endpoint": "http://127.0.0.1:9/refunds", "secret": "env:PLANS_SECRET"},
            },
            "mail": {
                "plugin": "email",
                "settings": {"outbox": str(folder / "outbox"), "sender": "a@shop.example"},
            },
        },
        routes=({"accounts": ("post",)},),
        channel="mail",
        refunds="bank",
    )


@contextmanager
def _served(configuration: Configuration, database: Any, clock: HandClock) -> Iterator[str]:
    """Its address."""
    stop, loop = threading.Event(), asyncio.new_event_loop()
    host = Host(configuration.accounts)
    live = LiveConfiguration(configuration, configuration.data_dir / "none.toml", host, database)
    live.start(stop)
    shared = Shared(database, clock, host, live, Streams())
    admission, health = Admission(64, 256, 512, 64), Health(SERVICE_NAMES)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    with ExitStack() as stack:
        address = f"127.0.0.1:{stack.enter_context(reserved('127.0.0.1', 0))}"
        thread.start()
        started = server._started(configuration, address, shared, admission, health)
        serving = asyncio.run_coroutine_threadsafe(started, loop).result()
        yield address
        stop.set()
        shared.streams.end()
        asyncio.run_coroutine_threadsafe(serving.stop(1), loop).result()
        asyncio.run_coroutine_threadsafe(_closed(database), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _closed(database: Any) -> None:
    closing_ = database.hot.close()
    if asyncio.iscoroutine(closing_):
        await closing_
