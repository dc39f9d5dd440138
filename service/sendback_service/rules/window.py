"""Until when a unit can come back."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sendback_service.rules.policy import Window
from sendback_service.rules.units import Stretch, Unit

# Days are counted between these. Orders that were kept before their times were looked at may have any.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def returnable_until(unit: Unit | Stretch, placed: datetime, window: Window) -> datetime:
    """The first instant (UTC) at which it is too late: counted from the unit's delivery, else its shipping, else the
    order, in the merchant's zone, the last day included. Delivered on 1 March at 23:30, 14 days: until the end of
    15 March."""
    start = min(max(unit.delivered or unit.shipped or placed, _FIRST), _LAST)
    return _end_of(start.astimezone(ZoneInfo(window.time_zone)).date(), window.days, window.time_zone)


def last_day(until: datetime, time_zone: str) -> date:
    """The one that has ended there at the first instant too late."""
    return (until - timedelta(microseconds=1)).astimezone(ZoneInfo(time_zone)).date()


@lru_cache(1024)
def _end_of(day: date, more: int, time_zone: str) -> datetime:
    """When so many days more have ended there. Remembered, since what is sold now left on the same few days."""
    return datetime.combine(day + timedelta(days=more + 1), time(), tzinfo=ZoneInfo(time_zone)).astimezone(
        UTC
    )
