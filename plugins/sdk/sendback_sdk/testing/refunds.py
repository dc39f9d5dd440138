"""A merchant's own refund endpoint: verifies the signature by itself, pays each key once, counts what it paid."""

import base64
import hashlib
import hmac
import time
from pathlib import Path

from sendback_sdk.testing.emulator import Answer, Asked, Emulator

_TOLERANCE_SECONDS = 300
SECRET = "whsec_" + base64.b64encode(b"a secret for practice only, 32b!").decode()


class RefundEmulator(Emulator):
    """`paid` maps each key to (minor units, currency); `payments` counts every payment really made. An endpoint that
    does not know its keys (`deduplicates=False`) pays as often as it is asked."""

    def __init__(
        self,
        *,
        secret: str = SECRET,
        deduplicates: bool = True,
        state: str = "SETTLED",
        record: Path | None = None,
    ) -> None:
        super().__init__(record=record)
        self.secret = secret
        self.paid: dict[str, tuple[int, str]] = {}
        self.payments = 0
        self._deduplicates = deduplicates
        self._state = state

    def answer(self, asked: Asked) -> Answer:
        if asked.method != "POST":
            return Answer(405, {"error": "POST only"})
        problem = self._unverified(asked)
        if problem:
            return Answer(401, {"error": problem})
        try:
            wanted = asked.json()["data"]
            key, amount = str(wanted["key"]), (int(wanted["amount_minor"]), str(wanted["currency"]))
        except (ValueError, KeyError, TypeError):
            return Answer(400, {"error": "malformed"})
        if amount[0] <= 0 or key != asked.headers.get("webhook-id"):
            return Answer(422, {"error": "no such refund"})
        if key in self.paid and self.paid[key] != amount:
            return Answer(409, {"error": "this key was paid with another amount"})
        if key not in self.paid or not self._deduplicates:
            self.paid[key] = amount
            self.payments += 1
            self.note(did="refund", key=key, amount_minor=amount[0], currency=amount[1])
        return Answer(200, {"reference": f"refund-{key}", "state": self._state})

    def _unverified(self, asked: Asked) -> str:
        id, stamp = asked.headers.get("webhook-id", ""), asked.headers.get("webhook-timestamp", "")
        if not id or not stamp.isdigit() or abs(time.time() - int(stamp)) > _TOLERANCE_SECONDS:
            return "no id, or a time-stamp too old"
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        content = f"{id}.{stamp}.".encode() + asked.body
        wanted = b"v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
        given = asked.headers.get("webhook-signature", "").encode().split(b" ")
        return "" if any(hmac.compare_digest(wanted, g) for g in given) else "the signature is wrong"
