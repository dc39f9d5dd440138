"""How buyers get in: the token in the QR code, and the session that follows from it.

The token is a signature over the order, so it is the same at every print, nothing of it is kept, and counting up
the order's `access_revision` makes every token given so far worthless. A slip may be found by a stranger: a session
that came from a token sees the items, never name, address or e-mail.

Signing keys are rotated like any other: the first signs, all of them are read, and what a key signed is worthless once
it is taken out. Slips last for years, so an old key stays as long as its slips are to work.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sendback_service import session_tokens
from sendback_service.refusal import Reason, refuse

# The revision of an order that nobody is let in to any more: its buyer's data was erased.
CLOSED = 0
_TOKEN_BYTES = 20
_PURPOSE = "session"


class Strength(StrEnum):
    """How the buyer proved to be one: with what lay in the parcel, or with what only the buyer knows."""

    SLIP = "SLIP"
    KNOWN = "KNOWN"


@dataclass(frozen=True, slots=True)
class BuyerSession:
    merchant_id: str
    order_id: str
    access_revision: int
    strength: Strength
    language: str
    expires: datetime


class Doorkeeper:
    """Signs tokens with the first of the installation's keys, and reads what any of them signed."""

    def __init__(self, secrets: Sequence[bytes], session_length: timedelta = timedelta(hours=1)) -> None:
        self._token_keys = [hmac.digest(secret, b"access token", "sha256") for secret in secrets]
        self._session_keys = [hmac.digest(secret, b"buyer session", "sha256") for secret in secrets]
        self._length = session_length

    def access_token(self, merchant_id: str, order_id: str, revision: int) -> str:
        """`<order>.<signature>`, the order without its prefix; 54 characters that a QR code holds easily."""
        if revision == CLOSED:
            raise refuse(Reason.BUYER_ERASED, order=order_id)
        return _token(self._token_keys[0], merchant_id, order_id, revision)

    def opens(self, token: str, merchant_id: str, order_id: str, revision: int) -> bool:
        if revision == CLOSED:
            return False
        given = token.encode()
        return any(
            hmac.compare_digest(given, _token(key, merchant_id, order_id, revision).encode())
            for key in self._token_keys
        )

    def begin(self, session: BuyerSession) -> str:
        claims = {
            "use": _PURPOSE,
            "mer": session.merchant_id,
            "ord": session.order_id,
            "rev": session.access_revision,
            "str": session.strength,
            "lng": session.language,
            "exp": int(session.expires.timestamp()),
        }
        return session_tokens.signed(claims, self._session_keys[0])

    def session(self, token: str, now: datetime) -> BuyerSession:
        claims = session_tokens.read(token, self._session_keys)
        if claims is None or claims.get("use") != _PURPOSE:
            raise refuse(Reason.SESSION_INVALID)
        expires = datetime.fromtimestamp(claims["exp"], tz=now.tzinfo)
        if expires <= now:
            raise refuse(Reason.SESSION_INVALID)
        return BuyerSession(
            claims["mer"], claims["ord"], claims["rev"], Strength(claims["str"]), claims["lng"], expires
        )

    def expiry(self, now: datetime) -> datetime:
        return now + self._length


def _token(key: bytes, merchant_id: str, order_id: str, revision: int) -> str:
    text = f"{merchant_id}\n{order_id}\n{revision}".encode()
    signature = hmac.new(key, text, hashlib.sha256).digest()[:_TOKEN_BYTES]
    return f"{order_id.removeprefix('ord_')}.{base64.b32encode(signature).decode().lower()}"


def order_named_in(token: str) -> str:
    """The order that a token speaks of, not yet believed."""
    return f"ord_{token.partition('.')[0]}"


def merchant_claimed(session_token: str) -> str:
    """The merchant that a session's token speaks of, not yet believed; empty where it is no token."""
    return _claimed(session_token, "mer")


def order_claimed(session_token: str) -> str:
    """The same for the order."""
    return _claimed(session_token, "ord")


def _claimed(session_token: str, name: str) -> str:
    return str((session_tokens.claimed(session_token) or {}).get(name, ""))


def link(base_url: str, slug: str, token: str) -> str:
    return f"{base_url.rstrip('/')}/{slug}/q/{token}"
