"""What Sendcloud answers, read with care: its returns, as far as labels need them. Pure."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sendback_sdk import LabelFormat, Money, OutcomeUnknown, TrackingUpdate
from sendback_sdk.money import exponent

from sendback_sendcloud.statuses import CANCELLED, CANCELLING, NOT_ANNOUNCED, state, status

_PARCEL = re.compile(r"/parcels/(\d+)/documents/")
_SHOWN = 300
_DEAREST = 10**9
_REFUSED = frozenset({"request_rejected", "payment_failed"})


@dataclass(frozen=True, slots=True)
class Made:
    """A return that exists. The numbers are Sendcloud's; 0 where it does not tell."""

    return_id: int
    parcel_id: int

    def __str__(self) -> str:
        return f"{self.return_id}:{self.parcel_id}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A return as it stands. `refusal` says why there will be no label; `status` is the latest, "" at first."""

    made: Made
    tracking_number: str = ""
    tracking_url: str = ""
    price: Money | None = None
    status: str = ""
    refusal: str = ""

    @property
    def decided(self) -> bool:
        return bool(self.tracking_number or self.refusal)

    @property
    def cancelled(self) -> bool:
        return self.status in CANCELLED | CANCELLING


def parsed(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError) as broken:
        raise OutcomeUnknown("an answer that is no JSON") from broken
    if not isinstance(answer, dict):
        raise OutcomeUnknown("an answer that is no JSON object")
    return answer


def made(answer: dict[str, Any]) -> Made:
    found = Made(_number(answer.get("return_id")), _number(answer.get("parcel_id")))
    if not (found.return_id and found.parcel_id):
        raise OutcomeUnknown("a return without its numbers")
    return found


def made_from(carrier_reference: str) -> Made | None:
    """What `str` made of it; None for anything else."""
    numbers = re.fullmatch(r"(\d+):(\d+)", carrier_reference)
    return Made(int(numbers[1]), int(numbers[2])) if numbers else None


def seen(answer: dict[str, Any], made: Made | None = None) -> Seen:
    """`made` where the caller knows the numbers; lists tell only some of them."""
    tracking_number = _text(answer.get("tracking_number"))
    latest = _latest(answer)
    return Seen(
        made=made or Made(_number(answer.get("id")), _parcel_id(answer)),
        tracking_number=tracking_number,
        tracking_url=_text(answer.get("tracking_url")),
        price=_price(answer.get("label_cost")),
        status=latest,
        refusal="" if tracking_number else _refusal(answer, latest),
    )


def format_of(answer: dict[str, Any], reference: str) -> LabelFormat | None:
    """The format that the label of this reference was asked in; None where it is another's."""
    named = _text(answer.get("order_number")).rpartition(" ")[2]
    name, _, format = named.rpartition(".")
    if name == reference and format.upper() in tuple(LabelFormat):
        return LabelFormat(format.upper())
    return LabelFormat.PDF if _text(answer.get("external_reference")) == reference else None


def listed(answer: dict[str, Any]) -> list[dict[str, Any]]:
    data = answer.get("data")
    if not isinstance(data, list):
        raise OutcomeUnknown("a list of returns without the list")
    return [each for each in data if isinstance(each, dict)]


def next_cursor(answer: dict[str, Any]) -> str:
    """Only the cursor is taken from the next page's address: keys are sent nowhere but to the account's own."""
    try:
        query = parse_qs(urlsplit(_text(answer.get("next"))).query)
    except ValueError as broken:
        raise OutcomeUnknown("a next page that is no address") from broken
    return query.get("cursor", [""])[0]


def history(answer: dict[str, Any], tracking_number: str) -> list[TrackingUpdate]:
    updates = []
    for entry in _entries(answer):
        reached, time = state(status(entry.get("parent_status"))), _time(entry)
        if reached is not None and time is not None:
            said = _text(entry.get("carrier_message")) or _text(entry.get("parent_status"))
            updates.append(TrackingUpdate(tracking_number, reached, time, said[:_SHOWN]))
    return sorted(updates, key=lambda update: update.time)


def _latest(answer: dict[str, Any]) -> str:
    entries = sorted(_entries(answer), key=lambda entry: _time(entry) or datetime.min.replace(tzinfo=UTC))
    return status(entries[-1].get("parent_status")) if entries else ""


def _entries(answer: dict[str, Any]) -> list[dict[str, Any]]:
    history = answer.get("status_history")
    return [entry for entry in history if isinstance(entry, dict)] if isinstance(history, list) else []


def _refusal(answer: dict[str, Any], latest: str) -> str:
    errors = answer.get("errors")
    if isinstance(errors, list) and errors:
        said = [_text(each.get("detail") or each.get("message")) for each in errors if isinstance(each, dict)]
        return "; ".join(filter(None, said))[:_SHOWN] or "the announcement failed"
    if answer.get("status") in _REFUSED:
        return str(answer["status"])
    return latest if latest in NOT_ANNOUNCED else ""


def _parcel_id(answer: dict[str, Any]) -> int:
    found = _PARCEL.search(json.dumps(answer.get("label"), default=str) + _text(answer.get("label_url")))
    return int(found[1]) if found else 0


def _price(said: Any) -> Money | None:
    """A number or a text in major units. What is no whole number of minor units is no price."""
    try:
        currency = said["currency"]
        minor = Decimal(said["value"]).scaleb(exponent(currency))
        whole = abs(minor) < _DEAREST and minor == int(minor)
        return Money(int(minor), currency) if whole else None
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None


def _time(entry: dict[str, Any]) -> datetime | None:
    try:
        time = datetime.fromisoformat(_text(entry.get("carrier_update_timestamp")))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _number(said: Any) -> int:
    return said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else 0


def _text(said: Any) -> str:
    return said if isinstance(said, str) else ""
