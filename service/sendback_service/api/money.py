"""google.type.Money and minor units, exactly."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from google.type.money_pb2 import Money
from sendback_sdk.money import exponent

from sendback_service.refusal import invalid
from sendback_service.rules.currency import LARGEST_AMOUNT

_NANOS = 1_000_000_000


def money_message(minor: int, currency: str) -> Money:
    return Money(**money_fields(minor, currency))


def money_fields(minor: int, currency: str) -> dict[str, Any]:
    """Of `google.type.Money`."""
    scale = _scale(currency)
    sign = -1 if minor < 0 else 1
    units, rest = divmod(abs(minor), scale)
    return {"currency_code": currency, "units": sign * units, "nanos": sign * rest * (_NANOS // scale)}


@lru_cache(256)
def _scale(currency: str) -> int:
    """How many minor units a unit has."""
    return int(10 ** exponent(currency))


def minor_of(message: Money, field: str, currency: str = "") -> int:
    """Refuses other currencies than the one expected, and parts of a minor unit."""
    if len(message.currency_code) != 3 or not message.currency_code.isupper():
        raise invalid(f"{field}.currency_code", "give an ISO 4217 code such as EUR")
    if currency and message.currency_code != currency:
        raise invalid(f"{field}.currency_code", f"must be {currency}, is {message.currency_code}")
    step = _NANOS // 10 ** exponent(message.currency_code)
    if message.nanos % step or abs(message.nanos) >= _NANOS or message.units * message.nanos < 0:
        raise invalid(f"{field}.nanos", f"not a whole number of the minor unit of {message.currency_code}")
    return int(message.units * 10 ** exponent(message.currency_code) + message.nanos // step)


def amounts_of(messages: Iterable[Money], field: str) -> tuple[tuple[str, int], ...]:
    """Amounts per currency, each currency once, none negative or larger than orders may be."""
    found: dict[str, int] = {}
    for place, message in enumerate(messages):
        at = f"{field}[{place}]"
        minor = minor_of(message, at)
        if not 0 <= minor <= LARGEST_AMOUNT:
            raise invalid(at, f"must be between 0 and {LARGEST_AMOUNT} minor units, is {minor}")
        if message.currency_code in found:
            raise invalid(f"{at}.currency_code", f"{message.currency_code} stands twice")
        found[message.currency_code] = minor
    return tuple(sorted(found.items()))
