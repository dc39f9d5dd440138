"""Amounts as people of a language write them."""

from copy import copy
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale
from babel.numbers import NumberPattern, get_currency_symbol
from sendback_sdk.money import exponent

from sendback_service.text.words import Words


def amount(minor: int, currency: str, words: Words) -> str:
    figure = Decimal(minor).scaleb(-exponent(currency))
    pattern = _pattern(words.locale, currency)
    return str(pattern.apply(figure, words.locale, currency=currency, currency_digits=False))


@lru_cache(1024)
def _pattern(locale: Locale, currency: str) -> NumberPattern:
    """As the language has it, with ISO's decimals: CLDR has none for RSD, MGA and others, and would round. Letters
    stand apart from figures (UTS 35), which Babel does not see to."""
    pattern: NumberPattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (exponent(currency),) * 2
    if get_currency_symbol(currency, locale)[-1:].isalpha():
        before, below_zero = pattern.prefix
        pattern.prefix = before.replace("¤", "¤\xa0"), below_zero.replace("¤", "¤\xa0")
    return pattern
