"""Sentences in a language: gettext catalogues, read as they are written and compiled in memory.

The portal and the console have a catalogue each; sentences that both need stand in the portal's.
"""

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.core import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("fr", "en", "es", "de")
SOURCE = "en"
DOMAINS = ("portal", "console")
LOCALES = Path(__file__).parent / "locales"
# In its own words, for the switch.
NAMES = {"fr": "Français", "en": "English", "es": "Español", "de": "Deutsch"}
# Dates as Europeans write them in English.
_LOCALE = {"en": "en_GB"}


def N_(sentence: str) -> str:
    """Marks a sentence for the catalogues where it is not translated on the spot."""
    return sentence


def language_for(wanted: Iterable[str], default: str = SOURCE) -> str:
    """The first of the languages wanted that we speak, else the default. Whatever was typed, this gives one."""
    for choice in wanted:
        for tag in choice.split(",")[:5]:
            code = tag.partition(";")[0].strip().replace("_", "-")
            found = negotiate_locale([code], LANGUAGES, sep="-") if code else None
            if found is not None:
                return found
    return default if default in LANGUAGES else SOURCE


class Words:
    """The sentences of one language: `words.say("%(count)s parcels", count=2)`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else SOURCE
        self.locale = Locale.parse(_LOCALE.get(self.language, self.language))
        self._catalogues = [_translations(domain, self.language) for domain in DOMAINS]

    def gettext(self, sentence: str) -> str:
        for catalogue in self._catalogues:
            if catalogue is not None and (found := catalogue.gettext(sentence)) != sentence:
                return str(found)
        return sentence

    def ngettext(self, one: str, many: str, count: int) -> str:
        for catalogue in self._catalogues:
            found = catalogue.ngettext(one, many, count) if catalogue is not None else one
            if found not in (one, many):
                return str(found)
        return one if count == 1 else many

    def say(self, sentence: str, **values: object) -> str:
        return self.gettext(sentence) % values


@cache
def words(language: str) -> Words:
    return Words(language)


def catalogue_file(domain: str, language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


@cache
def _translations(domain: str, language: str) -> Translations | None:
    file = catalogue_file(domain, language)
    if language == SOURCE or not file.exists():
        return None
    compiled = io.BytesIO()
    with file.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale=language))
    compiled.seek(0)
    return Translations(compiled)
