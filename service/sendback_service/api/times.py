"""google.protobuf.Timestamp and aware times; google.type.Date and days."""

from datetime import UTC, datetime
from typing import overload

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from sendback_service.refusal import invalid
from sendback_service.rules.window import last_day
from sendback_service.store.times import micros


@overload
def stamp(time: datetime) -> Timestamp: ...
@overload
def stamp(time: None) -> None: ...
def stamp(time: datetime | None) -> Timestamp | None:
    fields = stamp_fields(None if time is None else micros(time))
    return None if fields is None else Timestamp(**fields)


def stamp_fields(micros: int | None) -> dict[str, int] | None:
    """Of `google.protobuf.Timestamp`, from microseconds since 1970."""
    if micros is None:
        return None
    seconds, rest = divmod(micros, 1_000_000)
    return {"seconds": seconds, "nanos": rest * 1000}


def last_date(until: datetime | None, time_zone: str) -> Date | None:
    """The last day before it is too late."""
    if until is None:
        return None
    day = last_day(until, time_zone)
    return Date(year=day.year, month=day.month, day=day.day)


def time_of(message: Message, name: str, field: str = "") -> datetime | None:
    """The time in a field of a message; None where it is not set."""
    if not message.HasField(name):
        return None
    value: Timestamp = getattr(message, name)
    try:
        return value.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise invalid(field or name, "no time between the years 1 and 9999") from None
