"""How long to wait before the next try, and when to stop waiting for an answer that will not come."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from sendback_service.store.outage import is_outage

T = TypeVar("T")

# Of a call without an answer, where nobody can be asked what became of it: then people take over.
GIVE_UP_ASKING = timedelta(minutes=10)
# A call that was cut off may still be under way on the other side: a "nothing was made" that comes sooner is not
# believed.
STILL_UNDER_WAY = timedelta(seconds=30)
# Where a label can be asked after, this is how long it is.
KEEP_ASKING = timedelta(days=7)
# Payment providers that say how long they know a key keep it for a day; half of that is safe.
KEY_KEPT = timedelta(hours=12)
LABEL_ROUNDS = 6
# So long a buyer waits, in all, for a carrier that asks for patience; then it cannot serve this parcel.
LABEL_PATIENCE = timedelta(minutes=10)
VOID_ROUNDS = 20
TRANSFER_ROUNDS = 20
# A day, at an hour each in the end: mail servers are mended, and strangers greylisted, for hours.
LETTER_ROUNDS = 34
# Two days at an hour each: whoever is down that long is seen to by people.
FORGET_ROUNDS = 58
LETTER_REPEATS = 3
# As long: a shop that is away for two days is told no more of that, but of what comes after it.
MIRROR_ROUNDS = 58
_LONGEST = timedelta(hours=1)
_FIRST = timedelta(seconds=5)
_DATABASE_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


def next_try(now: datetime, round: int, asked: float | None = None) -> datetime:
    """5 s, 10 s, 20 s … up to an hour; no sooner than the other side asked for, within a day. The first time it is
    taken at its word where it asks for less."""
    wait = min(_LONGEST, _FIRST * (1 << min(round, 12)))
    if asked:
        wait = max(wait if round else timedelta(), timedelta(seconds=min(asked, 86400)))
    return now + wait


def unless_down(work: Callable[..., T], *args: Any) -> T:
    """Does `work` again for as long as the database cannot be asked; any other error is the caller's."""
    tries = 0
    while True:
        try:
            return work(*args)
        except Exception as broken:
            if not is_outage(broken):
                raise
            structlog.get_logger().warning("effect.waits", error=type(broken).__name__, tries=tries)
            time.sleep(_DATABASE_PAUSES[min(tries, len(_DATABASE_PAUSES) - 1)])
            tries += 1
