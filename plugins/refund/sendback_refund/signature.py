"""Signatures after Standard Webhooks 1.0.0: HMAC-SHA256 over id, time-stamp and body."""

import base64
import binascii
import hashlib
import hmac
import time

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def key_of(secret: str) -> bytes:
    """The bytes of `whsec_<base64 of 24 to 64 bytes>`."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("the secret must be whsec_ and the base64 of 24 to 64 random bytes")
    return key


def signed_headers(secret: str, message_id: str, body: bytes, now: float | None = None) -> dict[str, str]:
    """`message_id` is the same at every repetition; the time is that of this one."""
    stamp = str(int(time.time() if now is None else now))
    content = f"{message_id}.{stamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key_of(secret), content, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }
