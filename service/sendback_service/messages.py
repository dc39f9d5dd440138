"""Messages to buyers: asked for once per return and occasion, together with the event that calls for them. A link to an
order may be asked for again; `number` tells its letters apart."""

from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import select

from sendback_service.ids import new_id
from sendback_service.store import prepared
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


LANE = "messages"
# A letter that goes by several channels has a row for each: their numbers are the first one's, so much higher.
BY_ANOTHER_CHANNEL = 1_000_000


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
    return [] if known is not None else _asked(tx, merchant_id, subject_id, occasion, number)


def _asked(
    tx: Transaction, merchant_id: str, subject_id: str, occasion: Occasion, number: int
) -> list[Intent]:
    row = message_row(merchant_id, subject_id, occasion, new_id("msg", tx.now), micros(tx.now))
    whole = MessageRow.model_validate({**row, "number": number})
    tx.session.connection().execute(prepared.NEW_MESSAGE, whole.model_dump())
    return [intent(row["id"])]


def request_again(tx: Transaction, merchant_id: str, subject_id: str, occasion: Occasion) -> list[Intent]:
    """For what may happen more than once to a return: one letter each time."""
    key = {
        "merchant_id": merchant_id,
        "subject_id": subject_id,
        "occasion": occasion,
        "below": BY_ANOTHER_CHANNEL,
    }
    number = tx.session.exec(prepared.LAST_MESSAGE, params=key).one()
    return _asked(tx, merchant_id, subject_id, occasion, 0 if number is None else number + 1)


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
