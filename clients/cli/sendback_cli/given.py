"""What users give, as messages: `FIELD=VALUE`, and files of JSON or TOML."""

import json
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from sendback_cli.statuses import Unusable

_LARGEST = 4 * 1024 * 1024
M = TypeVar("M", bound=Message)


def from_pairs(kind: type[M], pairs: Sequence[str]) -> tuple[M, list[str]]:
    """`slug=acme window.days=30`, and the paths that were given. Lists and objects are given as JSON;
    `FIELD=` empties a field."""
    values: dict[str, Any] = {}
    paths = []
    for pair in pairs:
        path, equals, text = pair.partition("=")
        if not equals:
            raise Unusable(f"{pair}: a field is given as FIELD=VALUE")
        paths.append(path)
        _check(kind.DESCRIPTOR, path.split("."), text)
        _put(values, path.split("."), _value(text) if text else None)
    return parsed(kind, values, "what was given"), paths


def from_file(kind: type[M], name: str) -> M:
    """From a file of JSON, or of TOML where it is called so; - is standard input."""
    return parsed(kind, _read(name), name)


def parsed(kind: type[M], values: Any, where: str) -> M:
    message = kind()
    try:
        json_format.ParseDict(values, message, max_recursion_depth=20)
    except (json_format.ParseError, TypeError, ValueError) as wrong:
        raise Unusable(f"{where} is no {kind.DESCRIPTOR.name}: {wrong}") from None
    return message


def moment(text: str) -> Timestamp:
    """`2026-11-26` or `2026-11-26T10:00:00+01:00`; without a zone, UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(f"{text}: a time is written 2026-11-26 or 2026-11-26T10:00:00+01:00") from None
    stamp = Timestamp()
    stamp.FromDatetime(found if found.tzinfo else found.replace(tzinfo=UTC))
    return stamp


def number_of(kind: Any, text: str) -> Any:
    """The number of an enumeration's value, however its name is written."""
    names = [name for name in kind.keys() if not name.endswith("_UNSPECIFIED")]  # noqa: SIM118 - no mapping
    wanted = text.upper().replace("-", "_")
    if wanted not in names:
        raise Unusable(f"{text}: one of {', '.join(name.lower() for name in names)}")
    return kind.Value(wanted)


def _check(kind: Any, path: list[str], text: str) -> None:
    """Says what there is, in a message of this descriptor, in place of a field or a value that there is not."""
    first, *rest = path
    known = {field.name: field for field in kind.fields}
    if first not in known:
        raise Unusable(f"{kind.name} has no field {first}: it has {', '.join(known)}")
    field = known[first]
    if rest and field.message_type is not None:
        _check(field.message_type, rest, text)
    names = [value.name for value in field.enum_type.values if value.number] if field.enum_type else []
    if names and text and not field.is_repeated and text not in names:
        raise Unusable(f"{first} is one of {', '.join(names)}")


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    *before, last = path
    for name in before:
        values = values.setdefault(name, {})
    values[last] = value


def _value(text: str) -> Any:
    """Numbers may stay texts: the JSON of protobuf takes either, and a postal code is no number."""
    if text in ("true", "false") or text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError as wrong:
            raise Unusable(f"{text}: looks like JSON and is none: {wrong}") from None
    return text


def _read(name: str) -> Any:
    try:
        data = sys.stdin.buffer.read(_LARGEST + 1) if name == "-" else Path(name).read_bytes()
        if len(data) > _LARGEST:
            raise Unusable(f"{name} is larger than 4 MiB")
        text = data.decode("utf-8-sig")
        return tomllib.loads(text) if name.endswith(".toml") else json.loads(text)
    except OSError as wrong:
        raise Unusable(f"{name}: {wrong.strerror}") from None
    except (ValueError, RecursionError) as wrong:
        raise Unusable(f"{name} cannot be read: {wrong}") from None
