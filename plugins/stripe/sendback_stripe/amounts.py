"""Amounts as Stripe counts them, which is not everywhere as ISO 4217 does."""

from sendback_sdk import Declined, Money, OutcomeUnknown
from sendback_sdk.money import exponent

# https://docs.stripe.com/currencies: without decimals there. ISK and UGX have two for the API, which must be zeros.
_WHOLE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"],
)
_THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def to_stripe(money: Money) -> int:
    """`Declined` where Stripe has no such amount: it rounds thousandths to hundredths."""
    amount, rest = _scaled(money.minor, exponent(money.currency), _places(money.currency))
    if rest or (money.currency in _THOUSANDTHS and amount % 10):
        raise Declined(f"Stripe refunds no {money.decimal()} {money.currency}: it has fewer decimals there")
    return amount


def from_stripe(amount: object, currency: object) -> Money:
    """What Stripe says that it paid."""
    if isinstance(amount, bool) or not isinstance(amount, int) or not isinstance(currency, str):
        raise OutcomeUnknown("Stripe's answer names no amount")
    code = currency.upper()
    minor, rest = _scaled(amount, _places(code), exponent(code))
    if rest:
        raise OutcomeUnknown(f"Stripe's {amount} {code} is no amount of that currency")
    return Money(minor, code)


def _places(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def _scaled(amount: int, have: int, want: int) -> tuple[int, int]:
    """The amount in other units, and what does not fit into them."""
    factor = int(10 ** abs(want - have))
    return (amount * factor, 0) if want >= have else divmod(amount, factor)
