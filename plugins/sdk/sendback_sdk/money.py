"""Money: an integer in the currency's minor unit. Never a float."""

from dataclasses import dataclass

# ISO 4217 (list one): the currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def exponent(currency: str) -> int:
    """Decimals of a currency: JPY 0, EUR 2, KWD 3 (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` counts the smallest unit of `currency` (ISO 4217): 1099 EUR is €10.99, 1099 JPY is ¥1,099. Raises
    `TypeError` for what is no int, `ValueError` for a currency that is not three capital letters."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise TypeError(f"minor units are an integer, not {type(self.minor).__name__}")
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"{self.currency!r} is no ISO 4217 code such as EUR")

    def decimal(self) -> str:
        """In major units, as most APIs take it: 1099 EUR is "10.99", 1099 JPY "1099", 1099 KWD "1.099"."""
        places = exponent(self.currency)
        digits = str(abs(self.minor)).rjust(places + 1, "0")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
