"""Where parcels are. Late news and news out of order are kept as events and move nothing back."""

from datetime import datetime

from sqlmodel import select

from sendback_service.held import HeldReturn, hold
from sendback_service.messages import Occasion, request
from sendback_service.refusal import not_found
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.states import Transit, can_move
from sendback_service.settlements import settle_at
from sendback_service.store.tables import ParcelRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Subject, Transaction

_OCCASION = {Transit.HANDED_OVER: Occasion.HANDED_OVER, Transit.DELIVERED: Occasion.RECEIVED}
_MOMENT = {
    Transit.HANDED_OVER: SettlementMoment.FIRST_SCAN,
    Transit.IN_TRANSIT: SettlementMoment.FIRST_SCAN,
    Transit.DELIVERED: SettlementMoment.DELIVERY,
}


def report(tx: Transaction, parcel: ParcelRow, seen: Transit, time: datetime) -> bool:
    """Notes what was seen of a parcel; True where it was news."""
    held = hold(tx, parcel.merchant_id, parcel.return_id) if parcel.return_id else None
    present = Transit(parcel.transit)
    if present is seen:
        return False
    news = can_move(present, seen)
    intents: list[Intent] = []
    if news:
        parcel.transit = seen
        parcel.update_time = micros(tx.now)
        tx.session.add(parcel)
        intents = _letter(held, seen)
    attributes = {"parcel_id": parcel.id, "seen_time": time.isoformat(), "late": str(not news).lower()}
    subject = held.subject if held else Subject("parcel", parcel.id)
    tx.record(parcel.merchant_id, f"parcel.{seen.lower()}", subject, attributes, intents)
    if news and held is not None:
        held.changed()
        tx.drop_deadline(parcel.merchant_id, "return.unused", parcel.return_id)
        if seen in _MOMENT:
            settle_at(held, _MOMENT[seen])
    return news


def parcel_of(tx: Transaction, merchant_id: str, parcel_id: str) -> ParcelRow:
    """By id or tracking number, locked."""
    named = ParcelRow.id if parcel_id.startswith("par_") else ParcelRow.tracking_number
    query = select(ParcelRow).where(ParcelRow.merchant_id == merchant_id, named == parcel_id)
    row = tx.session.exec(query.with_for_update()).first()
    if row is None or not parcel_id:
        raise not_found("parcel", parcel_id)
    return row


def _letter(held: HeldReturn | None, seen: Transit) -> list[Intent]:
    if held is None or seen not in _OCCASION:
        return []
    return request(held.tx, held.row.merchant_id, held.row.id, _OCCASION[seen])
