"""Sentences in a language: gettext catalogues, read as they are written and compiled in memory."""

import io
from functools import cache, lru_cache
from pathlib import Path

from babel.core import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("fr", "en", "es", "de")
SOURCE = "en"
LOCALES = Path(__file__).parent / "locales"
# Dates as Europeans write them in English.
_LOCALE = {"en": "en_GB"}


def N_(sentence: str) -> str:
    """Marks a sentence for the catalogues where it is not translated on the spot."""
    return sentence


@lru_cache(256)
def language_for(*wanted: str, default: str = SOURCE) -> str:
    """The first of the languages wanted that we speak, else the default. Whatever was typed, this gives one."""
    for choice in wanted:
        for tag in choice.split(",")[:5]:
            code = tag.partition(";")[0].strip().replace("_", "-")
            found = negotiate_locale([code], LANGUAGES, sep="-") if code else None
            if found is not None:
                return found
    return default if default in LANGUAGES else SOURCE


def locale_of(language: str) -> Locale:
    return Locale.parse(_LOCALE.get(language, language))


class Words:
    """The sentences of one language: `words("A parcel of {count}", count=2)`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else SOURCE
        self.locale = locale_of(self.language)
        self._translations = _translations(self.language)

    def __call__(self, sentence: str, **values: str) -> str:
        found = self._translations.gettext(sentence) if self._translations else sentence
        return found.format_map(_Forgiving(values))


class _Forgiving(dict[str, str]):
    """A value that nobody gave leaves a gap, not an error, in a sentence that is on its way to a buyer."""

    def __missing__(self, key: str) -> str:
        return ""


@cache
def words(language: str) -> Words:
    return Words(language)


def catalogue_file(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "sendback.po"


@cache
def _translations(language: str) -> Translations | None:
    if language == SOURCE:
        return None
    compiled = io.BytesIO()
    with catalogue_file(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
