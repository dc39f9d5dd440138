"""Signing in with the merchant's own identity provider, and who is signed in. State, nonce and verifier wait in the
session; what it keeps afterwards is a name, the acting person and the claims that rules look at."""

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from starlette.requests import Request

from sendback_web.console.oidc import Pending, Provider, ProviderFailed, pending
from sendback_web.console.staff import Grant, Staff

_LOG = structlog.get_logger()
_LONGEST = 80
_PERSON, _PENDING, _SEEN = "person", "pending", "seen"
# So often the session's cookie is made anew, so that it lasts as long as somebody is there.
_SEEN_SECONDS = 60


class SignInFailed(Exception):
    """The identity provider could not be asked, or what it said cannot be believed."""


class Stranger(Exception):
    """Somebody who may act for nobody here."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. `actor` is what events keep of them; `mark` is the session's own, which its forms carry on."""

    name: str
    actor: str
    grant: Grant
    mark: str


class SignIn:
    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._provider = Provider(staff.issuer, staff.client_id, staff.client_secret.get_secret_value())

    async def begin(self, request: Request, callback: str, *, anew: bool) -> str:
        """Where to send the browser."""
        waiting = pending()
        try:
            location = await self._provider.location(callback, waiting, anew=anew)
        except ProviderFailed as failed:
            raise _failed(failed) from None
        request.session[_PENDING] = asdict(waiting)
        return location

    async def finish(self, request: Request, callback: str) -> None:
        """Puts who came back into a new session. Raises SignInFailed or Stranger."""
        kept = request.session.get(_PENDING)
        said = request.query_params
        if not kept or not hmac.compare_digest(said.get("state", "").encode(), kept["state"].encode()):
            raise _failed(ProviderFailed("state"))
        if not said.get("code"):
            raise _failed(ProviderFailed("refused"))
        try:
            claims = await self._provider.claims(said["code"], callback, Pending(**kept))
        except ProviderFailed as failed:
            raise _failed(failed) from None
        self._let_in(request, claims)

    def _let_in(self, request: Request, claims: Mapping[str, Any]) -> None:
        request.session.clear()
        if not self._staff.granted(claims):
            _LOG.warning("console.stranger_refused")
            raise Stranger
        request.session[_PERSON] = {
            "name": _named(claims),
            "actor": _acting(claims),
            "claims": self._staff.telling(claims),
            "since": int(time.time()),
            "mark": secrets.token_urlsafe(12),
        }

    def person(self, request: Request) -> Person | None:
        """Who is signed in, by today's configuration; None for nobody, or for too long already."""
        kept = request.session.get(_PERSON)
        now = int(time.time())
        if not kept or now - kept["since"] > self._staff.longest_hours * 3600:
            return None
        grant = self._staff.granted(kept["claims"])
        if not grant:
            return None
        if now - request.session.get(_SEEN, 0) > _SEEN_SECONDS:
            request.session[_SEEN] = now
        return Person(kept["name"], kept["actor"], grant, kept["mark"])


def _failed(failed: ProviderFailed) -> SignInFailed:
    _LOG.warning("console.sign_in_failed", step=failed.step, error=failed.cause)
    return SignInFailed()


def _named(claims: Mapping[str, Any]) -> str:
    said = claims.get("name") or claims.get("email") or claims["sub"]
    return str(said)[:_LONGEST]


def _acting(claims: Mapping[str, Any]) -> str:
    """An address that the issuer verified, else the subject; metadata of a call is plain ASCII."""
    email = claims.get("email") if claims.get("email_verified") is True else None
    said = str(email or claims["sub"])
    return "".join(sign for sign in said if sign.isascii() and sign.isprintable())[:_LONGEST]
