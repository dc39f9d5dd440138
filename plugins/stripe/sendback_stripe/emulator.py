"""A Stripe to practise on: strict about parameters and amounts, keeps keys with their first answer, faulty on demand.

with StripeEmulator() as emulator:
    emulator.charge("pi_1", 8900, "eur")
    desk = made(Stripe, emulator.settings)
"""

import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import stripe
from sendback_sdk import WebhookRequest
from sendback_sdk.testing.emulator import Answer, Asked, Emulator

SECRET_KEY = "sk_test_practice_0123456789abcdef"
WEBHOOK_SECRET = "whsec_practice_0123456789abcdef"
_PARAMETERS = frozenset({"payment_intent", "charge", "amount", "reason", "metadata", "instructions_email"})
_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})
_LISTING = frozenset({"payment_intent", "charge", "limit", "starting_after"})
_LARGEST_KEY = 255

Json = dict[str, Any]


@dataclass(slots=True)
class Charge:
    """`captured` in Stripe's units of the currency."""

    id: str
    intent: str
    captured: int
    currency: str
    refunds: list[Json] = field(default_factory=list)

    @property
    def left(self) -> int:
        back: list[int] = [r["amount"] for r in self.refunds if r["status"] not in ("failed", "canceled")]
        return self.captured - sum(back)


class StripeError(Exception):
    def __init__(self, status: int, message: str, *, code: str = "", param: str = "", type: str = "") -> None:
        super().__init__(message)
        error = {"type": type or "invalid_request_error", "message": message, "code": code, "param": param}
        self.answer = Answer(status, {"error": {k: v for k, v in error.items() if v}})


class StripeEmulator(Emulator):
    """`payments` counts refunds really made. `status` is what new ones get. The next POST finds its key in use
    (`in_use`), its charge locked (`locked`), or ends in an error of Stripe's own that is kept with its key, after the
    refund was made (`broken_after`) or before (`broken_before`): each so many times."""

    def __init__(self) -> None:
        super().__init__()
        self.charges: dict[str, Charge] = {}
        self.payments = 0
        self.status = "succeeded"
        self.in_use = self.locked = self.broken_after = self.broken_before = 0
        self.keys: dict[str, tuple[str, Answer]] = {}
        self._ids = count(1)

    @property
    def settings(self) -> dict[str, Any]:
        return {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET, "api_base": self.url}

    def charge(self, intent: str, amount: int, currency: str = "eur") -> Charge:
        made = Charge(f"ch_{next(self._ids)}", intent, amount, currency)
        self.charges[made.id] = made
        return made

    def forget_keys(self) -> None:
        """A day has passed."""
        self.keys.clear()

    def refunds(self) -> list[Json]:
        return [refund for charge in self.charges.values() for refund in charge.refunds]

    def event(
        self, type: str, refund: Json, now: datetime, *, secret: str = WEBHOOK_SECRET, live: bool = False
    ) -> WebhookRequest:
        """As Stripe would send it now, signed by Stripe's own library."""
        body = json.dumps(
            {
                "id": f"evt_{secrets.token_hex(8)}",
                "object": "event",
                "type": type,
                "livemode": live,
                "created": int(now.timestamp()),
                "data": {"object": refund},
            }
        )
        header = stripe.WebhookSignature.generate_signature_header(body, secret, int(now.timestamp()))
        return WebhookRequest((("Stripe-Signature", header),), body.encode(), now)

    def answer(self, asked: Asked) -> Answer:
        try:
            return self._routed(asked)
        except StripeError as error:
            return error.answer

    def _routed(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            raise StripeError(401, "Invalid API Key provided: sk_test_****cdef")
        if not asked.headers.get("stripe-version"):
            raise StripeError(400, "this practice Stripe wants a version", param="Stripe-Version")
        path = urlsplit(asked.path)
        if path.path != "/v1/refunds":
            raise StripeError(404, f"Unrecognized request URL ({asked.method}: {path.path}).")
        if asked.method == "GET":
            return self._list(_form(path.query, _LISTING))
        return self._once(asked)

    def _once(self, asked: Asked) -> Answer:
        """Stripe's idempotency: whatever the endpoint answered once it had begun is answered again."""
        key, body = asked.headers.get("idempotency-key", ""), asked.body.decode()
        if len(key) > _LARGEST_KEY:
            raise StripeError(400, "Idempotency keys can only be up to 255 characters long.")
        if self._spent("in_use"):
            raise StripeError(
                409, "There is currently another in-progress request.", code="idempotency_key_in_use"
            )
        if self._spent("locked"):
            raise StripeError(429, "This object cannot be accessed right now.", code="lock_timeout")
        if key in self.keys:
            first, answer = self.keys[key]
            if first != body:
                message = "Keys for idempotent requests can only be used with the same parameters."
                raise StripeError(400, message, type="idempotency_error")
            return Answer(answer.status, answer.body, {**answer.headers, "Idempotent-Replayed": "true"})
        answer = self._begun(_form(body, _PARAMETERS))
        if key:
            self.keys[key] = (body, answer)
        return answer

    def _begun(self, form: Json) -> Answer:
        if self._spent("broken_before"):
            return _broken()
        try:
            refund = self._refund(form)
        except StripeError as error:
            return error.answer
        return _broken() if self._spent("broken_after") else Answer(200, refund)

    def _spent(self, name: str) -> bool:
        left = getattr(self, name)
        setattr(self, name, max(0, left - 1))
        return bool(left)

    def _refund(self, form: Json) -> Json:
        charge = self._charge_of(form)
        amount = int(form["amount"]) if "amount" in form else charge.left
        if form.get("reason", "requested_by_customer") not in _REASONS:
            raise StripeError(400, f"Invalid reason: {form['reason']}", param="reason")
        if charge.left == 0:
            message = f"Charge {charge.id} has already been refunded."
            raise StripeError(400, message, code="charge_already_refunded")
        if amount <= 0:
            raise StripeError(
                400, "Invalid positive integer", code="parameter_invalid_integer", param="amount"
            )
        if charge.currency in ("bhd", "jod", "kwd", "omr", "tnd") and amount % 10:
            raise StripeError(400, "The last digit of the amount must be 0.", param="amount")
        if amount > charge.left:
            message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({charge.left})"
            raise StripeError(400, message, param="amount")
        return self._made(charge, amount, form)

    def _made(self, charge: Charge, amount: int, form: Json) -> Json:
        refund = {
            "id": f"re_{next(self._ids)}",
            "object": "refund",
            "amount": amount,
            "charge": charge.id,
            "created": int(time.time()),
            "currency": charge.currency,
            "metadata": form.get("metadata", {}),
            "payment_intent": charge.intent or None,
            "reason": form.get("reason"),
            "status": self.status,
        }
        charge.refunds.insert(0, refund)
        self.payments += 1
        return refund

    def _charge_of(self, form: Json) -> Charge:
        if ("charge" in form) == ("payment_intent" in form):
            raise StripeError(400, "One of the following params should be provided: charge, payment_intent.")
        for charge in self.charges.values():
            if form.get("charge") == charge.id or (
                "payment_intent" in form and form["payment_intent"] == charge.intent
            ):
                return charge
        named = form.get("charge") or form.get("payment_intent")
        raise StripeError(404, f"No such payment: '{named}'", code="resource_missing")

    def _list(self, form: Json) -> Answer:
        found, limit = self._charge_of(form).refunds, int(form.get("limit", 10))
        ids = [refund["id"] for refund in found]
        start = ids.index(form["starting_after"]) + 1 if "starting_after" in form else 0
        page = found[start : start + limit]
        more = start + limit < len(found)
        return Answer(200, {"object": "list", "url": "/v1/refunds", "has_more": more, "data": page})


def _form(text: str, allowed: frozenset[str]) -> Json:
    """Nested as `metadata[key]`; unknown and repeated parameters are refused, as Stripe refuses them."""
    found: Json = {}
    if any(len(values) > 1 for values in parse_qs(text, keep_blank_values=True).values()):
        raise StripeError(400, "Duplicate parameters")
    for name, value in parse_qsl(text, keep_blank_values=True):
        outer, _, inner = name.partition("[")
        if outer not in allowed:
            raise StripeError(
                400, f"Received unknown parameter: {outer}", code="parameter_unknown", param=outer
            )
        if inner:
            found.setdefault(outer, {})[inner.rstrip("]")] = value
        else:
            found[outer] = value
    return found


def _broken() -> Answer:
    return Answer(500, {"error": {"type": "api_error", "message": "An unknown error occurred"}})
