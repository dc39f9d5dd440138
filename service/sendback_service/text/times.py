"""Moments as people of a language write them, to the second and with their zone: what a letter is proof of."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name

from sendback_service.text.words import N_, Words

# Readers of these know zones by abbreviations, wherever their language has one.
_ABBREVIATED = ("de", "en", "es")


def moment_text(moment: datetime, zone: ZoneInfo, say: Words) -> str:
    local = moment.astimezone(zone)
    return say(
        N_("{date} at {time} {zone}"),
        date=str(format_date(local.date(), "long", locale=say.locale)),
        time=str(format_time(local.time(), "medium", locale=say.locale)),
        zone=_zone(local, say),
    )


def _zone(local: datetime, say: Words) -> str:
    name = str(get_timezone_name(local, "short", locale=say.locale))
    known = say.language in _ABBREVIATED and not name.startswith(("+", "-"))
    return name if known else _from_utc(local.utcoffset() or timedelta())


def _from_utc(offset: timedelta) -> str:
    """`UTC+1`, as CLDR's short form has it."""
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(round(abs(offset).total_seconds() / 60), 60)
    return "UTC" if not offset else f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
