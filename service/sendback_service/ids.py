"""Ids: a type prefix and 26 characters that sort by age (`ret_01k4…`), and the short reference that people read."""

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80


def new_id(prefix: str, now: datetime) -> str:
    """An id such as `ret_01k4…`: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32."""
    number = (int(now.timestamp() * 1000) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    digits = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(digits)}"
