"""Messages that people write as JSON: read with the place of everything that is wrong."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from sendback_service.refusal import Problem, Reason, Refusal

M = TypeVar("M", bound=Message)

_KINDS = {
    FieldDescriptor.CPPTYPE_INT32: "a whole number",
    FieldDescriptor.CPPTYPE_INT64: "a whole number",
    FieldDescriptor.CPPTYPE_STRING: "a text",
    FieldDescriptor.CPPTYPE_BOOL: "true or false",
}
_TIME = "google.protobuf.Timestamp"


def document_of(text: str) -> Any:
    """The JSON in a text. A name that stands twice is refused: one of the two would be lost."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as wrong:
        raise _wrong(f"line {wrong.lineno}, column {wrong.colno}", wrong.msg) from None
    except RecursionError:
        raise _wrong("", "nested too deep") from None


def message_of(kind: type[M], document: Any, at: str) -> M:
    """`at` is where it stands in the file."""
    problems = tuple(_problems(kind.DESCRIPTOR, document, at))
    if problems:
        raise Refusal(Reason.INVALID_FIELD, {"field": problems[0].field}, problems)
    try:
        return json_format.ParseDict(document, kind())
    except json_format.ParseError as wrong:
        # What no field shows by itself, such as one named in two ways.
        raise _wrong(at, str(wrong).splitlines()[0]) from None


def _problems(descriptor: Any, document: object, at: str) -> Iterator[Problem]:
    if not isinstance(document, dict):
        yield Problem(at, "must be an object: { … }")
        return
    fields = {name: field for field in descriptor.fields for name in (field.json_name, field.name)}
    named: set[str] = set()
    for name, value in document.items():
        here = f"{at}.{name}" if at else name
        if name not in fields:
            known = ", ".join(field.json_name for field in descriptor.fields)
            yield Problem(here, f"there is no field {name!r}; known: {known}")
        elif fields[name].name in named:
            yield Problem(here, "stands twice in one object, under both of its names")
        elif value is not None:
            named.add(fields[name].name)
            yield from _field(fields[name], value, here)


def _field(field: FieldDescriptor, value: object, at: str) -> Iterator[Problem]:
    if not field.is_repeated:
        yield from _single(field, value, at)
    elif isinstance(value, list):
        for place, element in enumerate(value):
            yield from _single(field, element, f"{at}[{place}]")
    else:
        yield Problem(at, "must be a list: [ … ]")


def _single(field: FieldDescriptor, value: object, at: str) -> Iterator[Problem]:
    message = field.message_type
    if message is not None and message.full_name != _TIME:
        yield from _problems(message, value, at)
    elif not _fits(field, value):
        yield Problem(at, f"must be {_wanted(field)}, is {json.dumps(value, ensure_ascii=False)[:60]}")


def _fits(field: FieldDescriptor, value: object) -> bool:
    """What the library makes of this field alone, in a message of its own."""
    if value is None or (field.type == FieldDescriptor.TYPE_STRING and not isinstance(value, str)):
        return False
    try:
        json_format.ParseDict(
            {field.name: [value] if field.is_repeated else value}, _empty(field.containing_type)
        )
    except json_format.ParseError:
        return False
    return True


def _wanted(field: FieldDescriptor) -> str:
    if field.message_type is not None:
        return "a time such as 2026-11-20T12:00:00Z"
    if field.enum_type is not None:
        return "one of " + ", ".join(value.name for value in field.enum_type.values if value.number)
    return _KINDS[field.cpp_type]


def _empty(descriptor: Any) -> Message:
    return GetMessageClass(descriptor)()


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _wrong(name, "stands twice in one object")
        found[name] = value
    return found


def _wrong(at: str, description: str) -> Refusal:
    return Refusal(Reason.INVALID_FIELD, {"field": at}, (Problem(at, description),))
