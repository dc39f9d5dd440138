"""Ids: a type prefix and 26 characters that sort by age (`ret_01k4…`).

Within a process, ids of one millisecond sort by their making too, so that what one transaction writes keeps its order.
"""

import secrets
import threading
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80
_last = 0
_turn = threading.Lock()


def new_id(prefix: str, now: datetime) -> str:
    """An id such as `ret_01k4…`: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32."""
    return f"{prefix}_{_digits(_number(int(now.timestamp() * 1000)))}"


def least_id(prefix: str, time: datetime) -> str:
    """No id made at this time or later sorts before it."""
    return f"{prefix}_{_digits(int(time.timestamp() * 1000) << _RANDOM_BITS)}"


def _digits(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def _number(milliseconds: int) -> int:
    global _last
    with _turn:
        if milliseconds == _last >> _RANDOM_BITS:
            _last += 1 + secrets.randbits(40)
        else:
            _last = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS - 1)
        return _last
