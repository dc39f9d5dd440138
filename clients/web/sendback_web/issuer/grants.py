"""Who may be let in, the codes that say so, and what a code is exchanged for."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

_CODE_SECONDS = 60
_TOKEN_SECONDS = 300
_MOST_CODES = 1000
ALGORITHM = "ES256"


class NotLoopback(Exception):
    """This address could be reached from elsewhere, and nobody asks for a password here."""


class GrantRefused(Exception):
    """An error of RFC 6749, section 5.2."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may say who they are. `claims` go into the id token as they stand."""

    subject: str
    name: str
    email: str
    title: str = ""
    claims: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """An application that people are let in to."""

    id: str
    secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asked for when it sent somebody here."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str


@dataclass(frozen=True, slots=True)
class _Code:
    person: Person
    asked: Asked
    until: float


def must_be_loopback(uri: str) -> str:
    """The address as it is, where nobody else can reach it."""
    host = urlsplit(uri).hostname or ""
    if not is_loopback(host):
        raise NotLoopback(
            f"{uri or 'no address'} is not a loopback address; use a real identity provider there"
        )
    return uri


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Grants:
    """Codes are good once, for a minute, for whoever knows the verifier."""

    def __init__(self, issuer: str, client: Client, clock: Callable[[], float] = time.time) -> None:
        self._issuer = issuer
        self._client = client
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": ALGORITHM}, auto_kid=True)

    def keys(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def code(self, person: Person, asked: Asked) -> str:
        now = self._clock()
        self._codes = {name: code for name, code in self._codes.items() if code.until > now}
        if len(self._codes) >= _MOST_CODES:
            raise GrantRefused("temporarily_unavailable")
        name = secrets.token_urlsafe(32)
        self._codes[name] = _Code(person, asked, now + _CODE_SECONDS)
        return name

    def tokens(self, client: tuple[str, str], code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """The answer of the token endpoint."""
        wanted = f"{self._client.id}:{self._client.secret}".encode()
        if not hmac.compare_digest(":".join(client).encode(), wanted):
            raise GrantRefused("invalid_client")
        found = self._codes.pop(code, None)
        if found is None or found.until <= self._clock() or redirect_uri != found.asked.redirect_uri:
            raise GrantRefused("invalid_grant")
        if not hmac.compare_digest(_challenge(verifier), found.asked.challenge.encode()):
            raise GrantRefused("invalid_grant")
        return {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": _TOKEN_SECONDS,
            "id_token": self._id_token(found.person, found.asked.nonce),
        }

    def _id_token(self, person: Person, nonce: str) -> str:
        now = int(self._clock())
        said = {
            **person.claims,
            "iss": self._issuer,
            "sub": person.subject,
            "aud": self._client.id,
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
            "nonce": nonce,
            "name": person.name,
            "email": person.email,
            "email_verified": person.claims.get("email_verified", True),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, said, self._key)


def _challenge(verifier: str) -> bytes:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=")
