"""Where parcels are. Late news and news out of order are kept as events and move nothing back."""

from datetime import datetime

from sendback_sdk import TrackingState, TrackingUpdate
from sqlmodel import col, select

from sendback_service import deadlines
from sendback_service.decisions import add_parcel, void
from sendback_service.held import OPEN_LABELS, HeldReturn, forbidden, hold
from sendback_service.linked_return import reopened
from sendback_service.messages import Occasion, request
from sendback_service.refusal import Reason, invalid, not_found, refuse
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.sightings import FIRST_POLL, Sighting, is_news
from sendback_service.rules.states import RECEIVABLE, Decision, LabelState, Transit
from sendback_service.rules.values import frozen
from sendback_service.rules.writable import is_writable
from sendback_service.settlements import settle_at
from sendback_service.store.tables import EventRow, ParcelRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Subject, Transaction

_BY_BUYERS_NUMBER = "followed by a number of the buyer's"
_MOST_NUMBERS = 20
_OCCASION = {Transit.HANDED_OVER: Occasion.HANDED_OVER, Transit.DELIVERED: Occasion.RECEIVED}
# Trouble on the way may be a carrier that never came for the parcel; none loses what it did not have.
_MOMENT = {
    Transit.HANDED_OVER: SettlementMoment.FIRST_SCAN,
    Transit.IN_TRANSIT: SettlementMoment.FIRST_SCAN,
    Transit.LOST: SettlementMoment.FIRST_SCAN,
    Transit.DELIVERED: SettlementMoment.DELIVERY,
}


_FOLLOW = (
    "INSERT INTO tracking (merchant_id, parcel_id, account, quiet, due_time) "
    "VALUES (:merchant_id, :parcel_id, :account, 0, :due_time) "
    "ON CONFLICT (merchant_id, parcel_id) "
    "DO UPDATE SET account = excluded.account, quiet = 0, due_time = excluded.due_time"
)


def follow(tx: Transaction, parcel: ParcelRow) -> None:
    """A label was bought: from now on its carrier is asked about the parcel."""
    row = {
        "merchant_id": parcel.merchant_id,
        "parcel_id": parcel.id,
        "account": parcel.account,
        "due_time": micros(tx.now + FIRST_POLL),
    }
    tx.write(_FOLLOW, row)


def report(tx: Transaction, parcel: ParcelRow, seen: Transit, time: datetime) -> bool:
    """Notes what was seen of a parcel; True where it was news. What was told before is noted once."""
    held = hold(tx, parcel.merchant_id, parcel.return_id) if parcel.return_id else None
    tx.session.refresh(parcel, with_for_update=held is None)
    present = Transit(parcel.transit)
    subject = held.subject if held else Subject("parcel", parcel.id)
    earlier = _sightings(tx, parcel, subject)
    if present is seen or any((s.seen, s.time) == (seen, time) for s in earlier):
        return False
    news = is_news(present, seen, time, earlier)
    intents: list[Intent] = []
    if news:
        parcel.transit = seen
        parcel.update_time = micros(tx.now)
        tx.session.add(parcel)
        intents = _letter(held, seen) + _void_replacement(held, parcel)
    attributes = {"parcel_id": parcel.id, "seen_time": time.isoformat(), "late": str(not news).lower()}
    tx.record(parcel.merchant_id, f"parcel.{seen.lower()}", subject, attributes, intents)
    if news and held is not None:
        held.changed()
        _follow(held, parcel, present)
    return news


def _sightings(tx: Transaction, parcel: ParcelRow, subject: Subject) -> list[Sighting]:
    """What was told of the parcel so far: its events are the only record."""
    types = {f"parcel.{state.lower()}": state for state in Transit}
    query = select(EventRow).where(
        EventRow.merchant_id == parcel.merchant_id,
        EventRow.subject_id == subject.id,
        col(EventRow.type).in_(types),
    )
    return [
        Sighting(
            types[event.type],
            datetime.fromisoformat(event.attributes["seen_time"]),
            event.attributes["late"] == "false",
        )
        for event in tx.session.exec(query)
        if event.attributes.get("parcel_id") == parcel.id and "seen_time" in event.attributes
    ]


@frozen
class ToldNumber:
    """By which number a parcel comes that its buyer sends by a carrier of their own: the named one, the first that was
    not seen yet, or one more."""

    number: str
    uri: str = ""
    parcel_id: str = ""
    another: bool = False


def add_tracking(held: HeldReturn, told: ToldNumber) -> None:
    """Also where a label was to come and never did. Once a parcel was seen its number stays, and another one is another
    parcel's."""
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, _BY_BUYERS_NUMBER)
    parcel = _meant(held, told) or _one_more(held)
    known = held.tx.session.exec(
        select(ParcelRow.id).where(
            ParcelRow.merchant_id == parcel.merchant_id, ParcelRow.tracking_number == told.number
        )
    ).all()
    if any(id != parcel.id for id in known):
        raise invalid("tracking_number", "this number belongs to another parcel")
    parcel.tracking_number, parcel.tracking_uri = told.number, told.uri
    parcel.update_time = micros(held.tx.now)
    held.tx.session.add(parcel)
    held.changed()
    held.tx.record(parcel.merchant_id, "parcel.tracking_added", held.subject, {"parcel_id": parcel.id})


def _meant(held: HeldReturn, told: ToldNumber) -> ParcelRow | None:
    """None where it is one more."""
    unseen = [p for p in held.parcels if (p.label, p.transit) == (LabelState.NOT_NEEDED, Transit.NOT_SCANNED)]
    if told.parcel_id:
        found = next((p for p in unseen if p.id == told.parcel_id), None)
        if found is None:
            raise not_found("parcel", told.parcel_id)
        return found
    return next((p for p in unseen if not (told.another and p.tracking_number)), None)


def _one_more(held: HeldReturn) -> ParcelRow:
    if held.row.label_offer != LabelOfferKind.INSTRUCTIONS:
        raise forbidden(LabelOfferKind(held.row.label_offer), _BY_BUYERS_NUMBER)
    if sum(p.label == LabelState.NOT_NEEDED for p in held.parcels) >= _MOST_NUMBERS:
        raise refuse(Reason.TOO_LARGE, limit=f"{_MOST_NUMBERS} parcels")
    add_parcel(held, labelled=False)
    return held.parcels[-1]


def _follow(held: HeldReturn, parcel: ParcelRow, before: Transit) -> None:
    """What follows from news: deadlines, money, and after expiry a linked return."""
    seen = Transit(parcel.transit)
    if held.decision is Decision.EXPIRED:
        if seen is Transit.DELIVERED:
            continued = reopened(held, parcel)
            if continued is not None:
                report(held.tx, continued, seen, held.tx.now)
        return
    deadlines.of_parcel(held, parcel, before)
    if seen in _MOMENT:
        settle_at(held, _MOMENT[seen])


def parcel_of(tx: Transaction, merchant_id: str, parcel_id: str) -> ParcelRow:
    """By id or tracking number. Not locked: of a parcel and its return, the return always comes first."""
    named = ParcelRow.id if parcel_id.startswith("par_") else ParcelRow.tracking_number
    query = select(ParcelRow).where(ParcelRow.merchant_id == merchant_id, named == parcel_id)
    row = tx.session.exec(query).first()
    if row is None or not parcel_id:
        raise not_found("parcel", parcel_id)
    return row


def wrong_update(update: object) -> str:
    """What is wrong with news that a plugin gave; empty where nothing is."""
    if not isinstance(update, TrackingUpdate):
        return f"a {type(update).__name__} instead of a tracking update"
    if not is_writable(update.tracking_number) or not 0 < len(update.tracking_number) <= 64:
        return "an update without a tracking number"
    if update.state not in tuple(TrackingState):
        return f"the state {update.state!r}"
    if not isinstance(update.time, datetime) or update.time.tzinfo is None:
        return f"the time {update.time!r}, which is not aware"
    return ""


def _void_replacement(held: HeldReturn | None, seen: ParcelRow) -> list[Intent]:
    """A label that had run out was used all the same: the one got in its place, or in that one's, is not needed."""
    if held is None:
        return []
    line = {seen.id}
    for parcel in sorted(held.parcels, key=lambda p: p.create_time):
        if parcel.request.get("replaces") in line:
            line.add(parcel.id)
    unused = [p for p in held.parcels if p.label in OPEN_LABELS and p.transit == Transit.NOT_SCANNED]
    return void(held.tx, [p for p in unused if p.id in line - {seen.id}])


def _letter(held: HeldReturn | None, seen: Transit) -> list[Intent]:
    """None for a return that is over for good: nobody will look at what is in the parcel for its sake. That a parcel
    came after expiry, the linked return tells."""
    if held is None or seen not in _OCCASION or held.decision not in RECEIVABLE:
        return []
    if held.decision is Decision.EXPIRED and seen is Transit.DELIVERED:
        return []
    return request(held.tx, held.row.merchant_id, held.row.id, _OCCASION[seen])
