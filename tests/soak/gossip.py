"""A bank that tells of refunds by webhook, too: before it answers, late, twice at once, and the contrary of what it
said."""

import json
import random
import threading
import time
from datetime import UTC, datetime

from sendback.v1 import event_service_pb2
from sendback_client import SendbackError
from sendback_refund.signature import signed_headers
from sendback_sdk.testing.emulator import Answer, Asked
from sendback_service.demo.world import World

_SETTLED, _FAILED = "refund.settled", "refund.failed"
# How a refund's life goes at this bank, and how often of ten.
_FATES = {
    "says nothing more": 4,
    "tells first": 2,
    "tells late": 2,
    "refuses late": 1,
    "contradicts itself": 1,
}
# Who is told to come again does so for longer than a call of ours may be under way.
_TRIES, _REST = 120, 0.5


class Gossip:
    """In the place of the bank's own answers. `wrong` is what it could not get rid of."""

    def __init__(self, seed: str, world: World) -> None:
        self._random = random.Random(f"{seed}/gossip")
        self._world = world
        self._pay = world.bank.answer
        self._fates: dict[str, str] = {}
        self._telling: list[threading.Thread] = []
        self.wrong: list[str] = []
        world.bank.answer = self._answer  # type: ignore[method-assign]

    def quiet(self) -> None:
        """Nothing new is begun, and all that was to be told was."""
        self._world.bank.answer = self._pay  # type: ignore[method-assign]
        for thread in self._telling:
            thread.join()

    def _answer(self, asked: Asked) -> Answer:
        """The same key has the same fate."""
        key = asked.headers.get("webhook-id", "")
        fate = self._fates.setdefault(key, self._random.choices(list(_FATES), list(_FATES.values()))[0])
        taken_on = Answer(200, {"reference": f"refund-{key}", "state": "SUBMITTED"})
        if fate == "refuses late":
            self._tell(key, _FAILED)
            return taken_on
        answer = self._pay(asked)
        if fate == "tells first":
            for thread in self._tell(key, _SETTLED):
                thread.join(1)
        elif fate == "tells late":
            self._tell(key, _SETTLED, self._random.random())
            return taken_on
        elif fate == "contradicts itself":
            self._tell(key, _SETTLED)
            self._tell(key, _FAILED, self._random.random())
        return answer

    def _tell(self, key: str, type: str, after: float = 0.0) -> list[threading.Thread]:
        """Twice at once."""
        telling = [
            threading.Thread(target=self._told, args=(key, type, after), daemon=True) for _ in range(2)
        ]
        for thread in telling:
            thread.start()
        self._telling += telling
        return telling

    def _told(self, key: str, type: str, after: float) -> None:
        time.sleep(after)
        body = json.dumps({"type": type, "data": {"key": key, "reference": f"refund-{key}"}}).encode()
        for _ in range(_TRIES):
            try:
                self._deliver(f"{type}/{key}", body)
            except SendbackError:
                time.sleep(_REST)
            else:
                return
        self.wrong.append(f"{type} of {key} was never heard")

    def _deliver(self, id: str, body: bytes) -> None:
        """Signed at the time that the installation has."""
        now = datetime.now(UTC) + self._world.turned
        headers = signed_headers([self._world.bank.secret], id, body, now.timestamp())
        request = event_service_pb2.DeliverWebhookRequest(
            account="bank",
            headers=[
                event_service_pb2.WebhookHeader(name=name, value=value) for name, value in headers.items()
            ],
            body=body,
        )
        self._world.portal.events.DeliverWebhook(request, timeout=5)
