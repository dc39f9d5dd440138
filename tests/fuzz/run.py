"""Calls without end, and what was answered that never should be."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import grpc
from google.protobuf import text_format
from google.protobuf.message import Message
from sendback_service.api.scopes import TABLE
from sendback_service.api.validation import Validation
from sendback_service.demo.world import World
from sendback_service.keys import KeyKind

from tests.fuzz.ground import Ground, a_ground, reopen
from tests.fuzz.messages import Messages
from tests.rpcs import METHODS
from tests.shops import NOW

# What says that something broke rather than that something was wrong with the call.
BROKEN = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS}
_SECONDS = 5.0
# These wait for what is to come; whether they break shows at once.
_WAITING = ("WatchReturn", "WatchEvents", "CreateLabel")
_WAITING_SECONDS = 0.2
_MOST_READ = 5
_NEARLY = 0.1
_PATIENCE = 8
_OTHER_KEY = 0.06
_REOPENED_AFTER = 40


@dataclass(slots=True)
class Outcome:
    """`answers` are counted by RPC and code; `broken` say what was sent and what was answered."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return self.answers.total()

    def done(self, path: str) -> int:
        """Calls that got to the end of the RPC."""
        return self.answers[path, "OK"]


class Fuzz:
    """One shop, one seed. The same seed draws the same messages as long as the API stays the same."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._random = Random(seed)
        self._ground: Ground = a_ground(world, f"fuzz{seed}")
        self._messages = Messages(self._random, self._ground.known, NOW)
        self._validation = Validation()
        self.outcome = Outcome()

    def round(self, paths: Sequence[str], each: int = 1) -> Outcome:
        """Every path so many times, in a drawn order."""
        order = list(paths) * each
        self._random.shuffle(order)
        with grpc.insecure_channel(self._world.installation.target) as channel:
            for number, path in enumerate(order):
                if number % _REOPENED_AFTER == 0:
                    reopen(self._world, self._ground)
                self._call(channel, path)
        return self.outcome

    def _call(self, channel: grpc.Channel, path: str) -> None:
        drawn = [self._drawn(path) for _ in range(self._count(path))]
        sent = [self._bytes(message) for message in drawn]
        code, said = _answered(channel, path, sent, self._metadata(path))
        self.outcome.answers[path, code.name] += 1
        if code in BROKEN:
            texts = "\n---\n".join(_shown(message) for message in drawn)
            self.outcome.broken.append(f"{path}: {code.name} {said}\n{texts}")

    def _drawn(self, path: str) -> Message:
        """Mostly one that keeps the rules of its own fields, so that it gets past the door."""
        strange = self._random.choice((0.0, 0.0, 0.03, 0.2))
        for _ in range(_PATIENCE):
            message = self._messages.drawn(METHODS[path].input_type, strange)
            if strange or not self._validation.problems(message):
                break
        return message

    def _count(self, path: str) -> int:
        return self._random.choice((0, 1, 1, 2, 3)) if METHODS[path].client_streaming else 1

    def _bytes(self, message: Message) -> bytes:
        data = message.SerializeToString()
        return self._messages.nearly(data) if self._random.random() < _NEARLY else data

    def _metadata(self, path: str) -> tuple[tuple[str, str], ...]:
        kinds = sorted(TABLE[path].kinds)
        kind = self._random.choice(list(KeyKind) if self._random.random() < _OTHER_KEY else kinds)
        return (
            ("authorization", f"Bearer {self._ground.keys[kind]}"),
            ("accept-language", self._random.choice(("fr", "de-AT, en;q=0.5", "xx", ";;q=,", "*", ""))),
            ("actor", self._random.choice(("", "Ada", "x" * 300, "~/.;"))),
            ("buyer-address", self._random.choice(("", "198.51.100.7", "2001:db8::1", "nowhere", "x" * 300))),
        )


def _answered(
    channel: grpc.Channel, path: str, sent: list[bytes], metadata: Any
) -> tuple[grpc.StatusCode, str]:
    method = METHODS[path]
    waits = path.endswith(_WAITING)
    options = {"metadata": metadata, "timeout": _WAITING_SECONDS if waits else _SECONDS}
    try:
        if method.client_streaming:
            channel.stream_unary(path)(iter(sent), **options)
        elif method.server_streaming:
            call = channel.unary_stream(path)(sent[0], **options)
            for _ in zip(range(_MOST_READ), call, strict=False):
                pass
            call.cancel()
        else:
            channel.unary_unary(path)(sent[0], **options)
    except grpc.RpcError as refused:
        return refused.code(), refused.details() or ""
    return grpc.StatusCode.OK, ""


def _shown(message: Message) -> str:
    with suppress(Exception):
        return text_format.MessageToString(message, as_utf8=True)[:4000]
    return repr(message)[:4000]


def broken_lines(world: World) -> Iterator[str]:
    """What the server's log says of calls that broke, whoever was still there to hear it."""
    return (line for line in world.installation.log("server.log").splitlines() if '"rpc.broken"' in line)
