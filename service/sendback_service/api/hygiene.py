"""Text that no honest form sends: control characters and marks that turn the direction of what stands around them.

They are refused in every string of every message, whatever the field, so that nothing behind the wire meets them.
Line breaks and tabs may stand.
"""

import re
from collections.abc import Iterable, Iterator

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from sendback_service.refusal import Problem

_REFUSED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_WHAT = "holds a control character or a mark that turns the text's direction; leave it out"
# Marks that combine with the letter before them: a few make a letter, hundreds make a tower.
_TOWER = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{9}")
_TOWER_WHAT = "holds a letter with more than eight combining marks; leave them out"


def unclean(message: Message, path: str = "") -> Iterator[Problem]:
    for field, value in message.ListFields():
        at = f"{path}.{field.name}" if path else field.name
        if field.type == FieldDescriptor.TYPE_STRING:
            yield from _texts(at, value if field.is_repeated else [value], repeated=field.is_repeated)
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            yield from _messages(at, value if field.is_repeated else [value], repeated=field.is_repeated)


def _texts(at: str, texts: Iterable[str], *, repeated: bool) -> Iterator[Problem]:
    for place, text in enumerate(texts):
        here = f"{at}[{place}]" if repeated else at
        if _REFUSED.search(text):
            yield Problem(here, _WHAT)
        elif _TOWER.search(text):
            yield Problem(here, _TOWER_WHAT)


def _messages(at: str, messages: Iterable[Message], *, repeated: bool) -> Iterator[Problem]:
    for place, message in enumerate(messages):
        yield from unclean(message, f"{at}[{place}]" if repeated else at)
