"""JSON Web Tokens of one kind, HS256 with our keys, for the sessions of buyers. A library that reads every kind brings
all of cryptography along, 10 MB of each process; here a token with another header than ours is none."""

import base64
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


_HEADER = _coded(b'{"alg":"HS256","typ":"JWT"}')


def signed(claims: Mapping[str, Any], key: bytes) -> str:
    said = f"{_HEADER}.{_coded(json.dumps(claims, separators=(',', ':')).encode())}"
    return f"{said}.{_signature(said, key)}"


def read(token: str, keys: Iterable[bytes]) -> dict[str, Any] | None:
    """What a token says that one of the keys signed; None for any other."""
    said, _, signature = token.rpartition(".")
    given = signature.encode()
    if any(hmac.compare_digest(given, _signature(said, key).encode()) for key in keys):
        return claimed(token)
    return None


def claimed(token: str) -> dict[str, Any] | None:
    """What a token says, not yet believed; None where it is none of this kind."""
    header, _, rest = token.partition(".")
    said, _, _ = rest.partition(".")
    if header != _HEADER:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    except (ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _signature(said: str, key: bytes) -> str:
    return _coded(hmac.digest(key, said.encode(), "sha256"))
