"""Signatures after Standard Webhooks 1.0.0: HMAC-SHA256 over id, time-stamp and body."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Sequence

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def key_of(secret: str) -> bytes:
    """The bytes of `whsec_<base64 of 24 to 64 bytes>`."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("the secret must be whsec_ and the base64 of 24 to 64 random bytes")
    return key


def signed_headers(
    secrets: Sequence[str], message_id: str, body: bytes, now: float | None = None
) -> dict[str, str]:
    """`message_id` is the same at every repetition; the time is that of this one. While secrets are rotated there are
    two signatures."""
    stamp = str(int(time.time() if now is None else now))
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(secret, message_id, stamp, body) for secret in secrets),
    }


def verified(secrets: Sequence[str], message_id: str, stamp: str, signature: str, body: bytes) -> bool:
    """Whether one of the signatures is of one of the secrets."""
    wanted = [_signature(secret, message_id, stamp, body).encode() for secret in secrets]
    given = signature.encode().split(b" ")
    return any(hmac.compare_digest(one, other) for one in wanted for other in given)


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    content = f"{message_id}.{stamp}.".encode() + body
    digest = hmac.digest(key_of(secret), content, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
