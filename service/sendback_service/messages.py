"""Messages to buyers: asked for once per return and occasion, together with the event that calls for them."""

from enum import StrEnum

from sqlmodel import select

from sendback_service.ids import new_id
from sendback_service.store.tables import MessageRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Transaction


class Occasion(StrEnum):
    """What a buyer is written about."""

    IN_REVIEW = "in_review"
    LABEL = "label"
    INSTRUCTIONS = "instructions"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    REFUNDED = "refunded"
    CREDITED = "credited"
    EXPIRED = "expired"


LANE = "messages"


def request(tx: Transaction, merchant_id: str, return_id: str, occasion: Occasion) -> list[Intent]:
    """The intent to put on the event at hand; none where this was asked for before."""
    known = tx.session.exec(
        select(MessageRow.id).where(
            MessageRow.merchant_id == merchant_id,
            MessageRow.return_id == return_id,
            MessageRow.occasion == occasion,
        )
    ).first()
    if known is not None:
        return []
    row = message_row(merchant_id, return_id, occasion, new_id("msg", tx.now), micros(tx.now))
    tx.session.add(MessageRow.model_validate(row))
    return [intent(row["id"])]


def message_row(
    merchant_id: str, return_id: str, occasion: Occasion, id: str, time: int
) -> dict[str, str | int]:
    """For the statement that writes a whole new return."""
    return {
        "merchant_id": merchant_id,
        "id": id,
        "return_id": return_id,
        "occasion": occasion,
        "channel": "",
        "create_time": time,
        "update_time": time,
    }


def intent(message_id: object) -> Intent:
    return Intent("send", str(message_id), LANE)
