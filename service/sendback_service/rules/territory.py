"""Where a parcel leaves from, and whether a label can be had there.

Source of the list: service/docs/requirements.md, "Labels". An overseas area gets none however it is written: by a code
of its own, or by the mother country's code and its postal code.
"""

import re
import unicodedata
from collections.abc import Set
from enum import StrEnum
from functools import lru_cache

from sendback_sdk.addresses import Address

LABEL_COUNTRIES = frozenset(
    {
        "FR",
        "MC",
        "AT",
        "BE",
        "CZ",
        "DK",
        "FI",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LU",
        "NL",
        "PL",
        "SK",
        "ES",
        "SE",
        "PT",
    }
)
# Parts of the European Union that carriers refuse; a merchant whose carrier takes them switches them on.
OUTLYING = frozenset({"IC", "EA", "PT-20", "PT-30", "AX"})

# Postal prefixes that make a territory of their own, longest first within a country.
_BY_POSTAL_CODE: dict[str, tuple[tuple[str, str], ...]] = {
    "FR": (
        ("97133", "BL"),
        ("97150", "MF"),
        ("971", "GP"),
        ("972", "MQ"),
        ("973", "GF"),
        ("974", "RE"),
        ("975", "PM"),
        ("976", "YT"),
        ("977", "BL"),
        ("978", "MF"),
        ("980", "MC"),
        ("984", "TF"),
        ("985", "YT"),
        ("986", "WF"),
        ("987", "PF"),
        ("988", "NC"),
        ("989", "CP"),
        ("97", "FR-OM"),
        ("98", "FR-OM"),
    ),
    "ES": (("35", "IC"), ("38", "IC"), ("51", "EA"), ("52", "EA")),
    "PT": (
        *((str(n), "PT-30") for n in range(90, 95)),
        *((str(n), "PT-20") for n in range(95, 100)),
    ),
    "FI": (("22", "AX"),),
    "DK": (("39", "GL"), ("38", "FO")),
    # States of their own that write Italian postal codes.
    "IT": (("4789", "SM"), ("00120", "VA")),
}
# What a spreadsheet made of 01000 and 02200: numbers without their first zero.
_DIGITS = {"FR": 5, "ES": 5, "FI": 5, "IT": 5}
_BY_PLACE_NAME = {"NL": ("ARUBA", "CURACAO", "CURAÇAO", "BONAIRE", "SINT MAARTEN", "SABA", "SINT EUSTATIUS")}


class LabelRefusal(StrEnum):
    """Why no label is offered somewhere."""

    NOT_SERVED = "NOT_SERVED"
    OVERSEAS = "OVERSEAS"
    OUTLYING = "OUTLYING"
    NOT_CHOSEN = "NOT_CHOSEN"
    NO_CARRIER = "NO_CARRIER"


@lru_cache(4096)
def territory(country: str, postal_code: str, city: str = "") -> str:
    """The territory's code: FR 97110 is GP, FR 98000 is MC, ES 35001 is IC, PT 9500 is PT-20; else the country."""
    code = _digits(postal_code)
    if country == "DK" and len(code) == 3:
        return "FO"
    if len(code) == _DIGITS.get(country, 0) - 1:
        code = f"0{code}"
    for prefix, found in _BY_POSTAL_CODE.get(country, ()):
        if code.startswith(prefix):
            return found
    if city.strip().upper() in _BY_PLACE_NAME.get(country, ()):
        return f"{country}-OM"
    return country


def place_of(address: Address | None) -> str:
    """The territory of an address; empty where there is none."""
    return "" if address is None else territory(address.country, address.postal_code, address.city)


def places_of(address: Address | None) -> frozenset[str]:
    """What a policy may call an address: the Canaries are `IC`, and the Spain that the address names."""
    return frozenset() if address is None else frozenset({place_of(address), address.country})


def label_refusal(place: str, chosen: Set[str], outlying: Set[str], carried: Set[str]) -> LabelRefusal | None:
    """None where a label can be offered: the served countries ∩ the merchant's choice ∩ what carriers on route cover.

    `chosen` empty means all, and a mother country stands for its areas. A carrier covers those that it names: one that
    leaves from Spain need not leave from the Canaries."""
    if place in OUTLYING:
        if place not in outlying:
            return LabelRefusal.OUTLYING
    elif place not in LABEL_COUNTRIES:
        return LabelRefusal.OVERSEAS if place in _OVERSEAS else LabelRefusal.NOT_SERVED
    if chosen and not chosen & {_MOTHER.get(place, place), place}:
        return LabelRefusal.NOT_CHOSEN
    return None if place in carried else LabelRefusal.NO_CARRIER


_MOTHER = {"IC": "ES", "EA": "ES", "PT-20": "PT", "PT-30": "PT", "AX": "FI", "MC": "FR"}
_OVERSEAS = frozenset(
    {found for country in ("FR", "DK") for _, found in _BY_POSTAL_CODE[country]} - {"MC"}
    | {"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC", "TF", "CP"}
    | {"AW", "CW", "SX", "BQ", "NL-OM", "GL", "FO"}
)


def _digits(postal_code: str) -> str:
    """The digits alone, however they are written: `F-97110`, `FR 97 110`, `DK-3900`, in full width. None of the
    countries whose prefixes are looked at has letters in its postal codes."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", postal_code))
