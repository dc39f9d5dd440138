"""Shopify's decimal strings and our minor units."""

from decimal import ROUND_HALF_UP, Decimal

from sendback_sdk.money import exponent

from sendback_shopify.answers import Bag, Cash


class Unreadable(Exception):
    """An order, or a part of it, that says something which cannot be so."""


def minor(cash: Cash, currency: str) -> int:
    """Exactly: "7.5" EUR is 750, "7.505" EUR is no amount. Trailing zeros mean nothing ("1000.0" JPY is 1000)."""
    if cash.currency_code != currency:
        raise Unreadable(f"{cash.amount} {cash.currency_code} in an order in {currency}")
    scaled = cash.amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise Unreadable(f"{cash.amount} {currency} has more decimals than the currency")
    return int(scaled)


def bag(value: Bag | None, currency: str) -> int:
    return 0 if value is None else minor(value.presentment_money, currency)


def share(amount: int, part: int, whole: int) -> int:
    """What `part` of `whole` units carry of an amount, half up; exact where all are there."""
    if part == whole:
        return amount
    return int((Decimal(amount) * part / whole).to_integral_value(ROUND_HALF_UP))
