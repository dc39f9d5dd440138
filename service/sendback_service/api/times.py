"""google.protobuf.Timestamp and aware times."""

from datetime import UTC, datetime
from typing import overload

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from sendback_service.refusal import invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400


@overload
def stamp(time: datetime) -> Timestamp: ...
@overload
def stamp(time: None) -> None: ...
def stamp(time: datetime | None) -> Timestamp | None:
    fields = stamp_fields(time)
    return None if fields is None else Timestamp(**fields)


def stamp_fields(time: datetime | None) -> dict[str, int] | None:
    """Of `google.protobuf.Timestamp`."""
    if time is None:
        return None
    since = time - _EPOCH
    return {"seconds": since.days * _DAY + since.seconds, "nanos": since.microseconds * 1000}


def time_of(message: Message, name: str, field: str = "") -> datetime | None:
    """The time in a field of a message; None where it is not set."""
    if not message.HasField(name):
        return None
    value: Timestamp = getattr(message, name)
    try:
        return value.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise invalid(field or name, "no time between the years 1 and 9999") from None
