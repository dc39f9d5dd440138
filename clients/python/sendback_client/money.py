"""google.type.Money and minor units, exactly."""

import re

from google.type.money_pb2 import Money

# ISO 4217: the currencies whose minor unit is not a hundredth.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_TEN_THOUSANDTHS = "CLF UYW"
_EXPONENTS = {
    **dict.fromkeys(_WHOLE.split(), 0),
    **dict.fromkeys(_THOUSANDTHS.split(), 3),
    **dict.fromkeys(_TEN_THOUSANDTHS.split(), 4),
}
_NANOS = 1_000_000_000
_DECIMAL = re.compile(r"(-)?([0-9]{1,15})(?:\.([0-9]{1,4}))?")


def exponent(currency: str) -> int:
    """Decimals of a currency: JPY 0, EUR 2, KWD 3 (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def money(minor: int, currency: str) -> Money:
    """1099 EUR is €10.99, 1099 JPY is ¥1,099, 1099 KWD is KD 1.099."""
    scale = 10 ** exponent(currency)
    sign = -1 if minor < 0 else 1
    units, rest = divmod(abs(minor), scale)
    return Money(currency_code=currency, units=sign * units, nanos=sign * rest * (_NANOS // scale))


def minor_units(amount: Money) -> int:
    scale = 10 ** exponent(amount.currency_code)
    whole, rest = divmod(amount.nanos, _NANOS // scale)
    if rest:
        raise ValueError(f"{amount.nanos} nanos are no whole minor unit of {amount.currency_code}")
    return int(amount.units * scale + whole)


def written(minor: int, currency: str) -> str:
    """As a decimal number with a point: 1099 EUR is `10.99`, 1099 JPY is `1099`."""
    decimals = exponent(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{rest:0{decimals}}" if decimals else f"{sign}{whole}"


def read(text: str, currency: str) -> int:
    """Minor units of a decimal number with a point: `10.99` EUR is 1099. ValueError where it is none, or too fine."""
    found = _DECIMAL.fullmatch(text.strip())
    decimals = exponent(currency)
    if not found or len(found[3] or "") > decimals:
        raise ValueError(f"{text!r} is no amount of {currency}: it is written like {written(1099, currency)}")
    minor = int(found[2] + (found[3] or "").ljust(decimals, "0"))
    return -minor if found[1] else minor
