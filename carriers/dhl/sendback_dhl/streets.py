"""Street and house number, which DHL takes apart from each other. Pure."""

import re
from dataclasses import dataclass

_LONGEST_NUMBER = 10
# "12", "12 bis", "5A", "50-2", "17/3", "31/33A"
_NUMBER = r"\d+[A-Za-z]?(?:\s?[-/]\s?\d+[A-Za-z]?)*(?:\s?(?:bis|ter|quater)\b|\s[A-Za-z](?![\w.]))?"
_FIRST = re.compile(rf"(?P<number>{_NUMBER})[\s,]+(?P<street>\S.*)", re.IGNORECASE)
_LAST = re.compile(rf"(?P<street>.*[^\s,])[\s,]+(?P<number>{_NUMBER})", re.IGNORECASE)
_AMID = re.compile(rf"(?P<street>.*?[^\s,])[\s,]+(?P<number>{_NUMBER})[\s,]+(?P<more>\S.*)", re.IGNORECASE)
_CARE_OF = re.compile(r"(?P<street>.*?[^\s,])[\s,]+(?P<more>c/o\s.*)", re.IGNORECASE)
_NUMBER_COMES_FIRST = frozenset({"FR", "MC", "IE", "LU"})


@dataclass(frozen=True, slots=True)
class Street:
    """`number` is "" where none is to be told; `more` is what belongs on another line (`c/o Meier`, `3º B`)."""

    name: str
    number: str = ""
    more: str = ""


def divided(street: str, country: str) -> Street:
    """`12 bis rue des Lilas` → `rue des Lilas`, `12 bis`; `Hauptstr. 31 c/o Meier` → `Hauptstr.`, `31`, `c/o Meier`.
    The custom of the country is tried first, then the others."""
    care = _CARE_OF.fullmatch(street)
    street, more = (care["street"], care["more"]) if care else (street, "")
    customs = (_FIRST, _LAST, _AMID) if country in _NUMBER_COMES_FIRST else (_LAST, _FIRST, _AMID)
    for custom in customs:
        found = custom.fullmatch(street)
        if found and len(found["number"]) <= _LONGEST_NUMBER:
            beside = found.groupdict().get("more") or ""
            return Street(found["street"], found["number"], f"{beside} {more}".strip())
    return Street(street, "", more)
