"""google.type.Money and minor units, exactly."""

from google.type.money_pb2 import Money

# ISO 4217: the currencies whose minor unit is not a hundredth.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = {**dict.fromkeys(_WHOLE.split(), 0), **dict.fromkeys(_THOUSANDTHS.split(), 3), "CLF": 4}
_NANOS = 1_000_000_000


def money(minor: int, currency: str) -> Money:
    """1099 EUR is €10.99, 1099 JPY is ¥1,099, 1099 KWD is KD 1.099."""
    scale = 10 ** _EXPONENTS.get(currency, 2)
    sign = -1 if minor < 0 else 1
    units, rest = divmod(abs(minor), scale)
    return Money(currency_code=currency, units=sign * units, nanos=sign * rest * (_NANOS // scale))


def minor_units(amount: Money) -> int:
    scale = 10 ** _EXPONENTS.get(amount.currency_code, 2)
    whole, rest = divmod(amount.nanos, _NANOS // scale)
    if rest:
        raise ValueError(f"{amount.nanos} nanos are no whole minor unit of {amount.currency_code}")
    return int(amount.units * scale + whole)
