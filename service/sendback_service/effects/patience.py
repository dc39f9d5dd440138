"""How long to wait before the next try, and when to stop waiting for an answer that will not come."""

from datetime import datetime, timedelta

# DOMAIN: after ten minutes with nothing to ask, people take over.
GIVE_UP_ASKING = timedelta(minutes=10)
LABEL_ROUNDS = 6
TRANSFER_ROUNDS = 20
LETTER_ROUNDS = 8
_LONGEST = timedelta(hours=1)
_FIRST = timedelta(seconds=5)


def next_try(now: datetime, round: int, asked: float | None = None) -> datetime:
    """5 s, 10 s, 20 s … up to an hour; no sooner than the other side asked for."""
    wait = min(_LONGEST, _FIRST * 2 ** min(round, 12))
    if asked is not None:
        wait = max(wait if round else timedelta(), timedelta(seconds=min(asked, 86400)))
    return now + wait
