"""PDFs that do something when they are opened: run scripts, start programs, send forms, carry files.

A label needs none of it. What stands in the open is disarmed in place: the name of the action is overwritten, length
for length, so that every offset in the file still holds and what is printed stays as it was. Where it is packed into a
compressed object it cannot be reached so, and the document is refused.
"""

import re
import zlib
from collections.abc import Iterator

_ACTIVE = frozenset(
    {
        *(b"JavaScript", b"Launch", b"SubmitForm", b"ImportData", b"Rendition", b"RichMedia"),
        *(b"EmbeddedFile", b"EmbeddedFiles"),
    }
)
_NAME = re.compile(rb"/([^\x00-\x20()<>\[\]{}/%]{3,80})")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
# An honest label of 4 MiB unpacks to less; a bomb does not get further.
_MOST_STREAMS = 2000
_MOST_UNPACKED = 32 * 1024 * 1024


def disarmed(document: bytes) -> bytes:
    """The same PDF without what stands in the open of it."""
    places = [(start, end) for start, end, name in _names(document) if name in _ACTIVE]
    if not places:
        return document
    found = bytearray(document)
    for start, end in places:
        found[start:end] = b"X" * (end - start)
    return bytes(found)


def packed_problem(document: bytes) -> str:
    """Why a PDF cannot be disarmed; empty where it can, or need not be."""
    names = {name for _, _, name in _names(document)}
    if b"Encrypt" in names:
        return "a PDF that is encrypted"
    if b"ObjStm" not in names:
        return ""
    left = _MOST_UNPACKED
    for number, start in enumerate(_STREAM.finditer(document)):
        unpacked = _unpacked(document, start.end(), left)
        left -= len(unpacked)
        if left <= 0 or number >= _MOST_STREAMS:
            return "a PDF that unpacks to more than a label can be"
        if any(name in _ACTIVE for _, _, name in _names(unpacked)):
            return "a PDF that does more than to be printed"
    return ""


def _unpacked(document: bytes, start: int, most: int) -> bytes:
    """As far as it is compressed at all."""
    try:
        return zlib.decompressobj().decompress(document[start:], most)
    except zlib.error:
        return b""


def _names(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Names with their places; `#4a` in a name is a letter too."""
    for found in _NAME.finditer(data):
        name = found[1]
        if b"#" in name:
            name = _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), name)
        yield found.start(1), found.end(1), name
