"""Street and house number, which Sendcloud takes apart from each other."""

import re

# "12", "12 bis", "5A", "50-2", "17/3", "12-14 b"
_NUMBER = r"\d+(?:\s?[-/]\s?\d+)*(?:\s?(?:bis|ter|quater)\b|\s?[A-Za-z]\b)?"
_FIRST = re.compile(rf"({_NUMBER})[\s,]+(\S.*)", re.IGNORECASE)
_LAST = re.compile(rf"(.*[^\s,])[\s,]+({_NUMBER})", re.IGNORECASE)
_NUMBER_COMES_FIRST = frozenset({"FR", "MC", "IE", "LU"})


def divided(street: str, country: str) -> tuple[str, str]:
    """`12 bis rue des Lilas` → `rue des Lilas`, `12 bis`. The number is "" where none is to be told: better a street
    with its number than half a number."""
    if country in _NUMBER_COMES_FIRST:
        found = _FIRST.fullmatch(street)
        return (found[2], found[1]) if found else (street, "")
    found = _LAST.fullmatch(street)
    return (found[1], found[2]) if found else (street, "")
