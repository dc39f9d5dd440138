"""The one clock. Everything that asks for the time is handed one of these.

In test mode the offset is a row that every process of the installation reads, so that a demo or a test turns the
time for servers and workers alike; otherwise it is zero and cannot be set.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


class TurnedClock:
    """The system's time plus an offset that `turn` sets. For test mode only."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.offset
