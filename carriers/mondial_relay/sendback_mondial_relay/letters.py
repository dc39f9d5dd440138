"""The letters that Mondial Relay prints: capitals without accents, digits and a few marks. Pure."""

import re
import textwrap

from anyascii import anyascii

# [0-9A-Z_\-'., /], by its documentation
_OTHER = re.compile(r"[^0-9A-Z_\-'., /]+")
_LONGEST = 500


def printed(text: str) -> str:
    """`Łódź` → `LODZ`, `Λεωφόρος Νίκης` → `LEOFOROS NIKIS`."""
    return " ".join(_OTHER.sub(" ", anyascii(text[:_LONGEST]).upper()).split())


def lines(text: str, longest: int, others: int) -> tuple[str, str]:
    """The first line, broken between words where it can be, and what did not fit, cut to the length of `others`."""
    broken = textwrap.wrap(printed(text), longest) or [""]
    return broken[0], " ".join(broken[1:])[:others].strip()
