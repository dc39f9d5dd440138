"""Signatures after Standard Webhooks 1.0.0: HMAC-SHA256 over id, time-stamp and body, one for each secret in force."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def key_of(secret: str) -> bytes:
    """The bytes of `whsec_<base64 of 24 to 64 bytes>`. Raises `ValueError` for anything else."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("the secret must be whsec_ and the base64 of 24 to 64 random bytes")
    return key


def signed_headers(secrets: Sequence[str], message_id: str, body: bytes, now: float) -> dict[str, str]:
    """`message_id` is the same at every repetition, `now` (seconds since 1970) is that of this one. While secrets are
    turned there are two of them, and a receiver may know either."""
    stamp = str(int(now))
    content = f"{message_id}.{stamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    digest = hmac.digest(key_of(secret), content, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
