"""Somebody who takes webhooks: verifies each signature by itself, knows repetitions, and counts."""

import base64
import hashlib
import hmac
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any

from sendback_sdk.testing.emulator import Answer, Asked, Emulator

_TOLERANCE_SECONDS = 300
SECRET = "whsec_" + base64.b64encode(b"a secret for practice only, 32b!").decode()


class ReceiverEmulator(Emulator):
    """`taken` are the bodies that were taken, each once; `calls` counts every call by its `webhook-id`. The next calls
    are answered by what `say` was given: a status, or a status and headers. `secrets` are those that it accepts; an
    empty list takes anything unsigned."""

    def __init__(self, *secrets: str, record: Path | None = None) -> None:
        super().__init__(record=record)
        self.secrets = list(secrets)
        self.asked: list[Asked] = []
        self.taken: list[Any] = []
        self.calls: Counter[str] = Counter()
        self._known: set[str] = set()
        self._sayings: deque[Answer] = deque()

    def say(self, status: int, times: int = 1, **headers: str) -> None:
        """`location="…"` and the like are headers; `_` stands for a hyphen in their names."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._sayings.extend(Answer(status, {"said": status}, named) for _ in range(times))

    def answer(self, asked: Asked) -> Answer:
        id = asked.headers.get("webhook-id", "")
        self.asked.append(asked)
        self.calls[id] += 1
        if self.secrets and not self._signed(asked, id):
            return Answer(401, {"error": "the signature is wrong"})
        if self._sayings:
            return self._sayings.popleft()
        if id not in self._known:
            self._known.add(id)
            self.taken.append(asked.json())
            self.note(did="webhook", id=id, type=self.taken[-1].get("type"))
        return Answer(204)

    def types(self) -> list[str]:
        """What the taken ones were about, in the order in which they came."""
        return [str(body["type"]) for body in self.taken]

    def _signed(self, asked: Asked, id: str) -> bool:
        stamp = asked.headers.get("webhook-timestamp", "")
        if not id or not stamp.isdigit() or abs(time.time() - int(stamp)) > _TOLERANCE_SECONDS:
            return False
        content = f"{id}.{stamp}.".encode() + asked.body
        given = asked.headers.get("webhook-signature", "").split(" ")
        return any(_signature(secret, content) in given for secret in self.secrets)


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
