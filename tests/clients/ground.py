"""Where scenarios are played: one real installation that all languages call, and a capricious server beside it."""

import os
import signal
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from sendback.v1 import event_pb2, merchant_pb2, return_pb2
from sendback_service.demo.world import Shop, World

from tests.clients.capricious import Capricious, Whim
from tests.clients.hands import Hand
from tests.shops import NOW, a_shop, an_order

_SCOPES = ["returns.read", "returns.write", "labels.write", "orders.read", "orders.write", "events.read"]


@dataclass(frozen=True, slots=True)
class Player:
    """A language's hand, with what is its own on the ground: a shop, a folder, a whim of the capricious server."""

    hand: Hand
    shop: Shop
    folder: Path
    whim: Whim
    ground: "Ground"

    @property
    def language(self) -> str:
        return self.hand.language

    def ids(self) -> list[str]:
        """Of the events of its shop, as the service lists them."""
        return [event.id for event in self.shop.client.watch_events(stop_at_end=True)]


class Ground(AbstractContextManager["Ground"]):
    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self._folder = folder

    def __enter__(self) -> "Ground":
        self.world = self._stack.enter_context(World(self._folder / "world"))
        self.world.set_clock(NOW)
        self.capricious = self._stack.enter_context(Capricious())
        self.roots = self._folder / "roots.pem"
        self.roots.write_bytes(self.capricious.roots)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def target(self) -> str:
        return self.world.installation.target

    def player(self, language: str, command: Any) -> Player:
        """Connected to its shop, and to the capricious server."""
        folder = self._folder / language
        folder.mkdir()
        hand = self._stack.enter_context(Hand(language, command, folder))
        shop = a_shop(self.world, language)
        key = self.key(shop)
        hand.do("connect", "shop", target=self.target, key=key)
        hand.do("connect", "german", target=self.target, key=key, language="de", actor="ana")
        hand.do("connect", "capricious", target=self.capricious.target, key=language, actor="ana")
        return Player(hand, shop, folder, self.capricious.whims[language], self)

    def key(self, shop: Shop) -> str:
        wanted = merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=shop.id, scopes=_SCOPES)
        return self.world._key(wanted)

    def freeze(self) -> None:
        """The server says nothing any more, and hears nothing."""
        os.kill(self.world.installation.server_pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.world.installation.server_pid, signal.SIGCONT)

    def kill(self) -> None:
        self.world.installation.kill_server()

    def start(self) -> None:
        self.world.installation.start_server()


def orders(*numbers: str, **changes: Any) -> list[Any]:
    """As proto JSON: a dress and three glasses each, delivered eight days ago."""
    return [json_format.MessageToDict(an_order(number, **changes)) for number in numbers]


def long_ago(number: str) -> Any:
    """An order whose window is over."""
    order = an_order(number)
    for fulfilment in order.fulfilments:
        fulfilment.ship_time.FromDatetime(NOW - timedelta(days=70))
        fulfilment.deliver_time.FromDatetime(NOW - timedelta(days=68))
    order.place_time.FromDatetime(NOW - timedelta(days=72))
    return json_format.MessageToDict(order)


def a_return(answer: Any) -> return_pb2.Return:
    return _parsed(answer, return_pb2.Return())


def an_event(answer: Any) -> event_pb2.Event:
    return _parsed(answer, event_pb2.Event())


def a_parcel(answer: Any) -> return_pb2.Parcel:
    return _parsed(answer, return_pb2.Parcel())


def _parsed(answer: Any, into: Message) -> Any:
    return json_format.ParseDict(answer, into)


def a_request(order: str = "ext-#a", **changes: Any) -> dict[str, Any]:
    """A dress comes back."""
    return {"orderId": order, "items": [{"orderLineId": "1", "quantity": 1}], **changes}
