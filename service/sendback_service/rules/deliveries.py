"""When an event that was not taken is tried again, and who wants it at all."""

from collections.abc import Set
from datetime import datetime, timedelta
from hashlib import sha256

# After each attempt that failed, as Standard Webhooks has it: more than three days in all.
RETRIES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
# However long its receiver rested meanwhile.
LIFE = timedelta(days=4)
_FIRST_REST = timedelta(seconds=5)
_LONGEST_REST = timedelta(minutes=5)
_LONGEST_ASKED = 86_400
# Of the receivers' own business nobody is told by webhook: one that fails would be told of that for ever.
_OWN = "webhook."


def next_attempt(now: datetime, attempts: int, key: str, asked: float | None) -> datetime | None:
    """After so many attempts; None when it was tried often enough. Up to a tenth later, by its key, so that what
    failed together does not come back together; no sooner than the receiver asked for, within a day."""
    if attempts > len(RETRIES):
        return None
    wait = RETRIES[max(attempts, 1) - 1]
    wait += wait * sha256(key.encode()).digest()[0] / 2560
    return now + max(wait, timedelta(seconds=min(asked or 0, _LONGEST_ASKED)))


def rest(failures: int) -> timedelta:
    """How long a receiver is left alone after so many failures in a row."""
    return min(_LONGEST_REST, _FIRST_REST * (1 << min(failures - 1, 10))) if failures else timedelta()


def wants(types: Set[str], type: str) -> bool:
    """`return.*` stands for every type that begins so; no types at all stand for all."""
    if type.startswith(_OWN):
        return False
    return not types or any(_fits(pattern, type) for pattern in types)


def _fits(pattern: str, type: str) -> bool:
    return type.startswith(pattern[:-1]) if pattern.endswith("*") else type == pattern
