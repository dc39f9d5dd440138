"""A field of a message as a few words for people."""

import json
from datetime import UTC
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money
from sendback_client.money import minor_units, written

_LONGEST = 60


def cell(message: Message, path: str) -> str:
    """What stands at `a.b` of a message; empty where nothing does. Names of enumerations, money as `10.99 EUR`, times
    in the machine's own zone."""
    first, _, rest = path.partition(".")
    field = message.DESCRIPTOR.fields_by_name[first]
    value = getattr(message, first)
    if field.message_type and not field.is_repeated:
        if not message.HasField(first):
            return ""
        return cell(value, rest) if rest else _part(field, value)
    if field.is_repeated and not _is_map(field):
        return ", ".join(cell(v, rest) if rest else _part(field, v) for v in value)
    return _part(field, value)


def fields(message: Message, before: str = "") -> list[tuple[str, str]]:
    """Every field that is set, with its path, in the order of the proto; what repeats is numbered."""
    rows: list[tuple[str, str]] = []
    for field, value in message.ListFields():
        name = f"{before}{field.name}"
        if field.message_type is None or _is_map(field) or _is_plain(field):
            rows.append((name, _whole(field, value)))
        elif field.is_repeated:
            for place, part in enumerate(value):
                rows += fields(part, f"{name}[{place}].")
        else:
            rows += fields(value, f"{name}.")
    return rows


def _whole(field: Any, value: Any) -> str:
    if field.is_repeated and not _is_map(field):
        return ", ".join(_part(field, part) for part in value)
    return _part(field, value)


def _part(field: Any, value: Any) -> str:
    if field.enum_type:
        named = field.enum_type.values_by_number.get(value)
        return "" if not value else named.name if named else str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return _message(value) if field.message_type else str(value)


def _message(value: Any) -> str:
    if isinstance(value, Timestamp):
        return value.ToDatetime(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Money):
        return f"{written(minor_units(value), value.currency_code)} {value.currency_code}"
    if isinstance(value, Date):
        return f"{value.year:04}-{value.month:02}-{value.day:02}"
    if not isinstance(value, Message):  # a map
        return ", ".join(f"{key}={value[key]}" for key in sorted(value))
    told = json.dumps(json_format.MessageToDict(value, preserving_proto_field_name=True), ensure_ascii=False)
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"


def _is_map(field: Any) -> bool:
    return bool(field.message_type and field.message_type.GetOptions().map_entry)


def _is_plain(field: Any) -> bool:
    return field.message_type is not None and not field.message_type.full_name.startswith("sendback.")
