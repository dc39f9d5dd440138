"""Amounts as people of a language write them."""

from copy import copy
from decimal import Decimal
from functools import cache

from babel.core import Locale
from babel.numbers import NumberPattern
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
