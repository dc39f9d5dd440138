"""Text that no honest form sends: control characters and marks that turn the direction of what stands around them.

They are refused in every string of every message, whatever the field, so that nothing behind the wire meets them.
Line breaks and tabs may stand.
"""

import re
from collections.abc import Callable
from enum import Enum, auto
from functools import cache
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from sendback_service.refusal import Problem

_REFUSED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_WHAT = "holds a control character or a mark that turns the text's direction; leave it out"
# Marks that combine with the letter before them: a few make a letter, hundreds make a tower.
_TOWER = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{9}")
_TOWER_WHAT = "holds a letter with more than eight combining marks; leave them out"


class _Kind(Enum):
    """What a field holds, as far as it matters here."""

    TEXT = auto()
    TEXTS = auto()
    MESSAGE = auto()
    MESSAGES = auto()
    OTHER = auto()


def unclean(message: Message, path: str = "") -> list[Problem]:
    found: list[Problem] = []
    for field, value in message.ListFields():
        kind = _kind(field)
        if kind is _Kind.OTHER:
            continue
        at = f"{path}.{field.name}" if path else field.name
        if kind is _Kind.TEXT:
            found += _in_text(value, at)
        elif kind is _Kind.MESSAGE:
            found += unclean(value, at)
        else:
            look: Callable[[Any, str], list[Problem]] = _in_text if kind is _Kind.TEXTS else unclean
            for place, one in enumerate(value):
                found += look(one, f"{at}[{place}]")
    return found


@cache
def _kind(field: FieldDescriptor) -> _Kind:
    """Asking a descriptor costs more than the search in a text."""
    if field.type == FieldDescriptor.TYPE_STRING:
        return _Kind.TEXTS if field.is_repeated else _Kind.TEXT
    if field.message_type is not None and not field.message_type.GetOptions().map_entry:
        return _Kind.MESSAGES if field.is_repeated else _Kind.MESSAGE
    return _Kind.OTHER


def _in_text(text: str, at: str) -> list[Problem]:
    if text.isascii() and text.isprintable():
        return []
    if _REFUSED.search(text):
        return [Problem(at, _WHAT)]
    return [Problem(at, _TOWER_WHAT)] if _TOWER.search(text) else []
