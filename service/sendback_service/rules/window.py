"""Until when a unit can come back."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sendback_service.rules.policy import Window
from sendback_service.rules.units import Stretch, Unit


def returnable_until(unit: Unit | Stretch, placed: datetime, window: Window) -> datetime:
    """The first instant (UTC) at which it is too late: counted from the unit's delivery, else its shipping, else the
    order, in the merchant's zone, the last day included. Delivered on 1 March at 23:30, 14 days: until the end of
    15 March."""
    return _days_after(unit.delivered or unit.shipped or placed, window.days, window.time_zone)


@lru_cache(1024)
def _days_after(start: datetime, days: int, time_zone: str) -> datetime:
    """Remembered, since the units of an order mostly left and came together."""
    zone = ZoneInfo(time_zone)
    after = start.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(after, time(), tzinfo=zone).astimezone(UTC)
