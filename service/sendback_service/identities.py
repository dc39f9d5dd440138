"""Tokens of identity providers (OpenID Connect), for internal services that hold no key of ours.

A token counts where its issuer is configured, its signature is by a key that the issuer publishes now, with an
algorithm that is allowed for that issuer, it is for us, and its time is now. What it then may do, `grants` says.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from jwt.types import Options

from sendback_service.authentication_settings import Issuer
from sendback_service.clock import Clock
from sendback_service.grants import granted
from sendback_service.issuer_keys import IssuerKeys
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, refuse

_LONGEST_TOKEN = 8 * 1024
# Of tokens that were checked, by issuer.
_REMEMBERED = 4096
_OPTIONS: Options = {
    "require": ["exp", "iss", "aud", "sub"],
    # By our own clock, below.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


class Identities:
    """`issuers` by the names that the configuration gives them."""

    def __init__(self, issuers: Mapping[str, Issuer], clock: Clock) -> None:
        self._clock = clock
        self._issuers = {issuer.issuer: (name, issuer) for name, issuer in issuers.items()}
        self._keys = {issuer.issuer: IssuerKeys(name, issuer) for name, issuer in issuers.items()}

    async def holder(self, token: str) -> KeyRecord:
        """Whom a token proves; refuses all that is no good alike."""
        issuer = self._named_in(token)
        keys = self._keys[issuer]
        mark = sha256(token.encode()).digest()
        known = keys.checked.get(mark)
        if known is None:
            known = await self._checked(token, issuer)
            if len(keys.checked) >= _REMEMBERED:
                keys.checked.clear()
            keys.checked[mark] = known
        keys.look_again_when_old()
        if known.expire_time is None or known.expire_time <= self._clock():
            raise refuse(Reason.KEY_INVALID)
        return known

    def _named_in(self, token: str) -> str:
        """The issuer that a token names, not yet believed."""
        if len(token) > _LONGEST_TOKEN:
            raise refuse(Reason.KEY_INVALID)
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            raise refuse(Reason.KEY_INVALID) from None
        named = claims.get("iss")
        if not isinstance(named, str) or named not in self._issuers:
            raise refuse(Reason.KEY_INVALID)
        return named

    async def _checked(self, token: str, named: str) -> KeyRecord:
        name, issuer = self._issuers[named]
        claims = await self._claims(token, issuer)
        ends = _time(claims.get("exp"), issuer.leeway_seconds)
        begins = _time(claims.get("nbf", 0), -issuer.leeway_seconds)
        now = self._clock()
        if ends is None or begins is None or not begins <= now < ends:
            raise refuse(Reason.KEY_INVALID)
        found = granted(issuer.grants, claims, f"{name}:{claims['sub']}", now, ends)
        if found is None:
            raise refuse(Reason.SCOPE_MISSING, scope=f"a grant of issuer {name}")
        return found

    async def _claims(self, token: str, issuer: Issuer) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            algorithm, kid = header.get("alg", ""), header.get("kid", "")
            if algorithm not in issuer.algorithms or not isinstance(kid, str):
                raise refuse(Reason.KEY_INVALID)
            key = await self._keys[issuer.issuer].key(kid, algorithm)
            return jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=issuer.audience,
                issuer=issuer.issuer,
                options=_OPTIONS,
            )
        except jwt.PyJWTError:
            raise refuse(Reason.KEY_INVALID) from None


def _time(seconds: Any, shift: int) -> datetime | None:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not math.isfinite(seconds):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=shift)
    except (OverflowError, ValueError, OSError):
        return None
