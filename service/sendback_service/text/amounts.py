"""Amounts, dates and addresses as people of a language write them."""

from copy import copy
from decimal import Decimal
from functools import cache, lru_cache

from babel.core import Locale
from babel.numbers import NumberPattern
from sendback_sdk.addresses import Address
from sendback_sdk.money import exponent

from sendback_service.text.words import Words


def amount(minor: int, currency: str, words: Words) -> str:
    decimals = exponent(currency)
    figure = Decimal(minor).scaleb(-decimals)
    pattern = _pattern(words.locale, decimals)
    return str(pattern.apply(figure, words.locale, currency=currency, currency_digits=False))


@cache
def _pattern(locale: Locale, decimals: int) -> NumberPattern:
    """As the language has it, with ISO's decimals: CLDR has none for RSD, MGA and others, and would round."""
    pattern: NumberPattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern


@lru_cache(2048)
def country(code: str, words: Words) -> str:
    return str(words.locale.territories.get(code, code))


def address_lines(address: Address, words: Words) -> list[str]:
    """As printed: the locality as its country writes it, the country in capitals last (UPU)."""
    lines = [address.name, address.company, address.street, address.street2, *_locality(address)]
    return [line for line in lines if line] + [country(address.country, words).upper()]


def _locality(address: Address) -> list[str]:
    if address.country == "IE":
        return [address.city, address.region, address.postal_code]
    if address.country == "HU":
        return [address.city, address.postal_code]
    town = f"{address.postal_code} {address.city}".strip()
    return [f"{town} ({address.region})" if address.country == "IT" and address.region else town]
