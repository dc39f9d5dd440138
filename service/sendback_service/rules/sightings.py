"""What a sighting of a parcel means, whenever it is told; and when to ask for the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sendback_service.rules.states import LIVE, Decision, Transit, can_move

# A label was bought: nobody has handed anything over before that.
FIRST_POLL = timedelta(hours=1)
_LONGEST_UNSEEN = timedelta(hours=24)
_LONGEST_UNDER_WAY = timedelta(hours=6)
# What comes after the end of a return is of interest for so long.
_AFTER_THE_END = timedelta(days=30)
# A label without a return, of which nobody ever says that it is over.
_WITHOUT_RETURN = timedelta(days=120)
ARRIVED = frozenset({Transit.DELIVERED, Transit.LOST})


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen when. `moved`: it moved the parcel's state when it was told."""

    seen: Transit
    time: datetime
    moved: bool


def is_news(present: Transit, seen: Transit, time: datetime, earlier: Iterable[Sighting]) -> bool:
    """Whether this moves the state. What is older than what moved it last moves nothing, but for an arrival, which
    is final whatever was told before it."""
    if not can_move(present, seen):
        return False
    last = max((sighting.time for sighting in earlier if sighting.moved), default=time)
    return seen is Transit.DELIVERED or time >= last


def next_poll(transit: Transit, quiet: int, now: datetime) -> datetime:
    """An hour after news, and twice as long each time without: up to a day while nobody has seen the parcel, up to six
    hours once it is under way."""
    longest = _LONGEST_UNSEEN if transit is Transit.NOT_SCANNED else _LONGEST_UNDER_WAY
    return now + min(longest, FIRST_POLL * (1 << min(quiet, 5)))


def nothing_left_to_hear(transit: Transit, decision: Decision | None, since: datetime, now: datetime) -> bool:
    """`since`: when the return last changed, or the label was asked for where there is no return (`decision` None)."""
    if transit in ARRIVED:
        return True
    if decision is None:
        return now - since > _WITHOUT_RETURN
    return decision not in LIVE and now - since > _AFTER_THE_END
