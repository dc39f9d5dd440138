"""Messages to buyers: asked for once per return and occasion, together with the event that calls for them. A link to an
order may be asked for again; `number` tells its letters apart."""

from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import select

from sendback_service.ids import new_id
from sendback_service.rules.states import Decision
from sendback_service.store.tables import MessageRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Subject, Transaction


class Occasion(StrEnum):
    """What a buyer is written about."""

    ACCESS_LINK = "access_link"
    WITHDRAWAL = "withdrawal"
    REMINDER = "reminder"
    IN_REVIEW = "in_review"
    LABEL = "label"
    RENEWED_LABEL = "renewed_label"
    ANOTHER_LABEL = "another_label"
    INSTRUCTIONS = "instructions"
    PARCEL_INSTRUCTIONS = "parcel_instructions"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    NOT_ACCEPTED = "not_accepted"
    REFUNDED = "refunded"
    CREDITED = "credited"
    EXPIRED = "expired"
    NOTHING_DUE = "nothing_due"


class Unwritten(StrEnum):
    """Why there is no letter: nobody to write to, or nothing to tell any more."""

    NOBODY = "NOBODY"
    OUTDATED = "OUTDATED"


# How a parcel is to be sent.
_ON_SENDING = frozenset(
    {
        Occasion.REMINDER,
        Occasion.LABEL,
        Occasion.RENEWED_LABEL,
        Occasion.ANOTHER_LABEL,
        Occasion.INSTRUCTIONS,
        Occasion.PARCEL_INSTRUCTIONS,
    }
)
_NOTHING_TO_SEND = frozenset({Decision.CANCELLED, Decision.DECLINED, Decision.EXPIRED})
LANE = "messages"
# A letter that goes by several channels has a row for each: their numbers are the first one's, so much higher.
BY_ANOTHER_CHANNEL = 1_000_000
_ASK = (
    "INSERT INTO message (merchant_id, id, subject_id, occasion, number, channel, state, calls, provider_reference,"
    " failure, create_time, update_time) "
    "VALUES (:merchant_id, :id, :subject_id, :occasion, {number}, :channel, 'REQUESTED', 0, '', '', :create_time,"
    " :update_time)"
)
_ONCE = _ASK.format(number=":number")
# The number after the last one's, taken in the statement that writes it.
_AGAIN = _ASK.format(
    number="(SELECT coalesce(max(number) + 1, 0) FROM message"
    " WHERE merchant_id = :whose AND subject_id = :about AND occasion = :of AND number < :below)"
)


def request(
    tx: Transaction, merchant_id: str, subject_id: str, occasion: Occasion, number: int = 0
) -> list[Intent]:
    """The intent to put on the event at hand; none where this was asked for before."""
    known = tx.session.exec(
        select(MessageRow.id).where(
            MessageRow.merchant_id == merchant_id,
            MessageRow.subject_id == subject_id,
            MessageRow.occasion == occasion,
            MessageRow.number == number,
        )
    ).first()
    return [] if known is not None else _asked(tx, _ONCE, merchant_id, subject_id, occasion, number=number)


def request_again(tx: Transaction, merchant_id: str, subject_id: str, occasion: Occasion) -> list[Intent]:
    """For what may happen more than once to a return: one letter each time."""
    earlier = {"whose": merchant_id, "about": subject_id, "of": occasion.value, "below": BY_ANOTHER_CHANNEL}
    return _asked(tx, _AGAIN, merchant_id, subject_id, occasion, **earlier)


def is_outdated(occasion: Occasion, decision: Decision) -> bool:
    """Whether a letter that waited would say what holds no more."""
    if occasion is Occasion.IN_REVIEW:
        return decision is not Decision.IN_REVIEW
    return occasion in _ON_SENDING and decision in _NOTHING_TO_SEND


def _asked(
    tx: Transaction, write: str, merchant_id: str, subject_id: str, occasion: Occasion, **numbered: str | int
) -> list[Intent]:
    row = message_row(merchant_id, subject_id, occasion, new_id("msg", tx.now), micros(tx.now))
    tx.write(write, {**row, **numbered})
    return [intent(row["id"])]


def copies(tx: Transaction, row: MessageRow, channels: Sequence[str]) -> None:
    """The same letter by further channels, each a letter of its own from now on: tried again and told of by itself."""
    for place, channel in enumerate(channels, 1):
        copy = message_row(
            row.merchant_id, row.subject_id, Occasion(row.occasion), new_id("msg", tx.now), micros(tx.now)
        )
        number = row.number + place * BY_ANOTHER_CHANNEL
        tx.session.add(MessageRow.model_validate({**copy, "number": number, "channel": channel}))
        tx.set_deadline(row.merchant_id, "message.retry", str(copy["id"]), tx.now)


def subject_of(subject_id: str) -> Subject:
    """What a message is about: a return, or an order."""
    return Subject("order" if subject_id.startswith("ord_") else "return", subject_id)


def message_row(
    merchant_id: str, subject_id: str, occasion: Occasion, id: str, time: int
) -> dict[str, str | int]:
    """For the statement that writes a whole new return."""
    return {
        "merchant_id": merchant_id,
        "id": id,
        "subject_id": subject_id,
        "occasion": occasion.value,
        "channel": "",
        "create_time": time,
        "update_time": time,
    }


def intent(message_id: object) -> Intent:
    return Intent("send", str(message_id), LANE)
