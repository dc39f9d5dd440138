"""Countries by name, as the reader's language sorts them."""

from functools import cache
from unicodedata import combining, normalize

from babel import Locale

# CLDR's regions that are no places to send a parcel from.
_NONE = {"AQ", "BV", "EU", "EZ", "HM", "QO", "TF", "UN", "XA", "XB", "ZZ"}


@cache
def countries(locale: Locale) -> tuple[tuple[str, str], ...]:
    """Code and name."""
    named = {c: n for c, n in locale.territories.items() if len(c) == 2 and c.isalpha() and c not in _NONE}
    return tuple(sorted(named.items(), key=lambda entry: _plain(entry[1])))


def country_name(code: str, locale: Locale) -> str:
    return str(locale.territories.get(code, code))


def _plain(name: str) -> str:
    """Without accents, so that É comes with E."""
    return "".join(c for c in normalize("NFKD", name.casefold()) if not combining(c))
