"""Ids: a type prefix and 26 characters that sort by age (`ret_01k4…`).

Within a process, ids of one millisecond sort by their making too, so that what one transaction writes keeps its order.
"""

import os
import threading
from datetime import datetime, timedelta
from functools import lru_cache

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_RANDOM_BITS = 80
_SHIFTS = tuple(range(_RANDOM_BITS - 10, -1, -10))
_DRAWN = 1024
_SLACK = timedelta(seconds=1)
_YEARS = range(1971, 9999)
_last = 0
_left = b""
_turn = threading.Lock()


def new_id(prefix: str, now: datetime) -> str:
    """An id such as `ret_01k4…`: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32."""
    return f"{prefix}_{_digits(_number(int(now.timestamp() * 1000)))}"


def least_id(prefix: str, time: datetime) -> str:
    """No id made at this time or later sorts before it."""
    return f"{prefix}_{_digits(int(time.timestamp() * 1000) << _RANDOM_BITS)}"


def ids_between(prefix: str, start: datetime | None, end: datetime | None) -> tuple[str, str]:
    """Every id made from `start` on and before `end` sorts from the first on and before the second; "" for no bound.
    Ids and times are rounded differently."""
    first = least_id(prefix, start - _SLACK) if start is not None and start.year in _YEARS else ""
    return first, least_id(prefix, end + _SLACK) if end is not None and end.year in _YEARS else ""


def random_number(bytes: int) -> int:
    """Of the system's randomness, drawn by the page: each draw would let another thread go first."""
    with _turn:
        return _random(bytes)


def _digits(number: int) -> str:
    return _age(number >> _RANDOM_BITS) + "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])


@lru_cache(64)
def _age(milliseconds: int) -> str:
    """What the ids of a millisecond begin with."""
    return "".join([_PAIRS[(milliseconds >> shift) & 1023] for shift in range(40, -1, -10)])


def _number(milliseconds: int) -> int:
    global _last
    with _turn:
        if milliseconds == _last >> _RANDOM_BITS:
            _last += 1 + _random(5)
        else:
            _last = (milliseconds << _RANDOM_BITS) | (_random(10) >> 1)
        return _last


def _random(bytes: int) -> int:
    global _left
    if len(_left) < bytes:
        _left = os.urandom(_DRAWN)
    drawn, _left = _left[:bytes], _left[bytes:]
    return int.from_bytes(drawn)


def _forget() -> None:
    """Two processes must not share what is drawn, nor a lock that nobody is left to release."""
    global _left, _turn
    _left, _turn = b"", threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
