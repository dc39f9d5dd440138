"""Countries, outlying areas and time zones to choose from, by their names in the reader's language."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sendback_web.console.rules import LABEL_COUNTRIES
from sendback_web.words import N_, Words

_OUTLYING = {
    "IC": N_("Canary Islands"),
    "EA": N_("Ceuta and Melilla"),
    "PT-20": N_("Azores"),
    "PT-30": N_("Madeira"),
    "AX": N_("Åland"),
}
_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def country(code: str, locale: Any) -> str:
    return str(locale.territories.get(code, code))


def countries(locale: Any) -> list[tuple[str, str]]:
    """Those that labels can be had in, in the language's order."""
    return sorted(((code, country(code, locale)) for code in LABEL_COUNTRIES), key=lambda pair: pair[1])


def outlying_areas(words: Words) -> list[tuple[str, str]]:
    return [(code, words.gettext(name)) for code, name in _OUTLYING.items()]


@cache
def time_zones() -> tuple[str, ...]:
    zones = (zone for zone in available_timezones() if zone.partition("/")[0] in _REGIONS)
    return ("UTC", *sorted(zones))
