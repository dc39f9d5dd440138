"""What `sendback quote` answers to programs, and whether it is what the file expects."""

from collections.abc import Iterator
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from google.type.money_pb2 import Money

from sendback_service.api.money import minor_of, money_message
from sendback_service.api.quote_file import Stage
from sendback_service.api.return_wire import offer_message, quote_message
from sendback_service.rules.labels import LabelOffer
from sendback_service.rules.quote import Quote


def answer(stage: Stage, offer: LabelOffer, money: Quote, language: str) -> dict[str, Any]:
    """`quote` and `labelOffer` are JSON of the messages of these names."""
    found: dict[str, Any] = {"quote": _json(quote_message(money, "", language))}
    if stage.label_fee is None:
        found["labelOffer"] = _json(offer_message(offer, money.currency, language))
    found["lines"] = [
        {"orderLineId": line_id, "amount": _money(amount, money)} for line_id, amount in money.lines
    ]
    found["payments"] = [
        {"paymentId": tender.payment_id, "account": tender.account, "amount": _money(tender.amount, money)}
        for tender in money.tenders
    ]
    return found


def unmet(stage: Stage, money: Quote) -> list[str]:
    """Where the quote is not what the file expects; only what the file names is compared."""
    return list(_differing(stage.expected, quote_message(money, "", "en"), "expected"))


def _differing(expected: Message, found: Message, at: str) -> Iterator[str]:
    for field, wanted in expected.ListFields():
        here, value = f"{at}.{field.json_name}", getattr(found, field.name)
        if isinstance(wanted, Money):
            if minor_of(wanted, here) != minor_of(value, here) or wanted.currency_code != value.currency_code:
                yield f"{here}: {_said(wanted)}, but it comes to {_said(value)}"
        elif field.is_repeated:
            yield from _steps(wanted, value, here)
        elif wanted != value:
            yield f"{here}: {wanted}, but it is {value}"


def _steps(expected: Any, found: Any, at: str) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"{at}: {len(expected)}, but there are {len(found)}: {', '.join(step.rule for step in found)}"
        return
    for n, (wanted, value) in enumerate(zip(expected, found, strict=True)):
        yield from _differing(wanted, value, f"{at}[{n}]")


def _said(amount: Money) -> str:
    digits = f"{amount.units}.{abs(amount.nanos):09}".rstrip("0").rstrip(".")
    sign = "-" if amount.nanos < 0 and not amount.units else ""
    return f"{sign}{digits} {amount.currency_code}"


def _money(minor: int, money: Quote) -> dict[str, Any]:
    return _json(money_message(minor, money.currency))


def _json(message: Message) -> dict[str, Any]:
    return json_format.MessageToDict(message)
