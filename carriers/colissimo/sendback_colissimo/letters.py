"""Letters that a carrier's label can print. Pure."""

import unicodedata
from enum import StrEnum

from anyascii import anyascii

_LONGEST = 500
# What ZPL's commands begin with: no name may speak to a printer.
_SILENT = str.maketrans("^~", "  ")
_BEYOND = {"LATIN_1": 0x100, "ASCII": 0x80, "ALL": 0x110000}


class Letters(StrEnum):
    """What is printed as it is written: Western European letters, English ones, or all."""

    LATIN_1 = "LATIN_1"
    ASCII = "ASCII"
    ALL = "ALL"


def printed(text: str, letters: Letters) -> str:
    """On one line, in letters that are printed: `Łódź` → `Lódz`, `Αθήνα` → `Athina`. Never longer than any address."""
    written = "".join(
        each if ord(each) < _BEYOND[letters] else anyascii(each)
        for each in unicodedata.normalize("NFC", text[:_LONGEST])
    )
    plain = "".join(each if each.isprintable() else " " for each in written)
    return " ".join(plain.translate(_SILENT).split())
