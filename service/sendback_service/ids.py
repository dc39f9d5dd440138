"""Ids: a type prefix and 26 characters that sort by age (`ret_01k4…`); and references, which people read.

Within a process, ids of one millisecond sort by their making too, so that what one transaction writes keeps its order,
whatever others make meanwhile.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count

from sendback_service.random_text import RandomText
from sendback_service.rules import reference

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_RANDOM, _REFERENCES = RandomText(_ALPHABET, 10), RandomText(reference.ALPHABET, reference.BODY)
_LEAST = "0" * 16
_SLACK = timedelta(seconds=1)
_YEARS = range(1971, 9999)
_MADE = count()


def new_id(prefix: str, now: datetime) -> str:
    """An id such as `ret_01k4…`, in Crockford's base 32: 48 bits of milliseconds, 30 bits that count what this process
    made, 50 random bits."""
    return f"{prefix}_{_age(int(now.timestamp() * 1000))}{_place()}{_RANDOM.draw()}"


def fresh_reference() -> str:
    """Whether it is taken is for the database to say."""
    while True:
        made = reference.reference(_REFERENCES.draw())
        if made is not None:
            return made


def least_id(prefix: str, time: datetime) -> str:
    """No id made at this time or later sorts before it."""
    return f"{prefix}_{_age(int(time.timestamp() * 1000))}{_LEAST}"


def ids_between(prefix: str, start: datetime | None, end: datetime | None) -> tuple[str, str]:
    """Every id made from `start` on and before `end` sorts from the first on and before the second; "" for no bound.
    Ids and times are rounded differently."""
    first = least_id(prefix, start - _SLACK) if start is not None and start.year in _YEARS else ""
    return first, least_id(prefix, end + _SLACK) if end is not None and end.year in _YEARS else ""


@lru_cache(64)
def _age(milliseconds: int) -> str:
    """What the ids of a millisecond begin with."""
    return "".join([_PAIRS[(milliseconds >> shift) & 1023] for shift in range(40, -1, -10)])


def _place() -> str:
    """Which of a process's ids it is. After a billion they begin anew."""
    made = next(_MADE)
    return _PAIRS[made >> 20 & 1023] + _PAIRS[made >> 10 & 1023] + _PAIRS[made & 1023]
