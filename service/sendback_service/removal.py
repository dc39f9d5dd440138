"""What has outlived its time: an order with its returns and everything that belongs to them, or a label without one.

It goes whole or not at all, so that nothing that is left refers to what is gone. An order goes in two steps, an hour
apart: first nobody finds it any more, and a return of it that was just being made is there to be seen when the second
comes. That it was there is remembered, so that its goods are never paid for again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, delete, func, select

from sendback_service.anonymisation import photos_of
from sendback_service.buyer_holdings import Holdings
from sendback_service.buyer_holdings import lock as lock_holdings
from sendback_service.refusal import Problem
from sendback_service.rules.states import LIVE, LabelState, SettlementState
from sendback_service.store.tables import (
    ArrivalRow,
    AttemptRow,
    BuyerKeyRow,
    CreditEntryRow,
    DeadlineRow,
    DeliveryRow,
    DocumentRow,
    EventRow,
    ImageDataRow,
    ImageRow,
    MessageRow,
    MirrorRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    PastOrderRow,
    ReturnRow,
    SettlementRow,
    TrackingRow,
    TransferRow,
    UnitRow,
    WorkItemRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction

# The version of an order that nobody finds any more.
LEAVING = 0
PAST = Problem("order.external_id", "its returns ended long ago, and it is kept no more")
_PAUSE = timedelta(hours=1)
_CALLS = (LabelState.REQUESTED, LabelState.UNKNOWN, LabelState.VOID_PENDING)
_OPEN_MONEY = (SettlementState.SUBMITTED, SettlementState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may go: what nothing happened to since `until`, and of whose events the last stood at `reach` or before it,
    as far as everybody has read who keeps a place in the feed. `kinds` are those of deadlines."""

    until: int
    reach: int
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Family:
    """An order with all its returns, or a label without one: then there is no order."""

    merchant_id: str
    order_ids: tuple[str, ...] = ()
    return_ids: tuple[str, ...] = ()
    parcel_ids: tuple[str, ...] = ()
    settlement_ids: tuple[str, ...] = ()
    transfer_ids: tuple[str, ...] = ()
    arrival_ids: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whatever its events, messages and buyers' names are about."""
        return (*self.order_ids, *self.return_ids, *self.parcel_ids, *self.arrival_ids)


@dataclass(frozen=True, slots=True)
class Gone:
    """The last place in the feed of what went, and when the last of its returns was made."""

    position: int = 0
    made: int = 0
    events: int = 0


def family_of(tx: Transaction, merchant_id: str, type: str, id: str) -> Family | None:
    """Whose subject an event has; None where that is nobody's, or gone."""
    if type == "order":
        return _of_order(tx, merchant_id, id)
    if type == "return":
        row = tx.session.get(ReturnRow, (merchant_id, id))
        return _of_order(tx, merchant_id, row.order_id) if row else None
    if type == "arrival":
        arrival = tx.session.get(ArrivalRow, (merchant_id, id))
        return family_of(tx, merchant_id, "return", arrival.return_id) if arrival else None
    parcel = tx.session.get(ParcelRow, (merchant_id, id)) if type == "parcel" else None
    if parcel is None:
        return None
    return family_of(tx, merchant_id, "return", parcel.return_id) if parcel.return_id else _of_label(parcel)


def is_past(tx: Transaction, merchant_id: str, external_id: str, row: OrderRow | None) -> bool:
    """Whether an order was dealt with, and is kept no more."""
    if row is not None:
        return row.version == LEAVING
    return tx.session.get(PastOrderRow, (merchant_id, external_id)) is not None


def take_leave(tx: Transaction, family: Family, bounds: Bounds) -> Gone | None:
    """One step; None where nothing went. Whoever changes a return holds it, so that nobody does meanwhile."""
    lock_holdings(tx, Holdings(family.merchant_id, family.order_ids, family.return_ids))
    if any(_of_order(tx, family.merchant_id, id) != family for id in family.order_ids):
        # Somebody else was quicker; it is met again.
        return None
    orders = [tx.session.get_one(OrderRow, (family.merchant_id, id)) for id in family.order_ids]
    leaving = all(order.version == LEAVING for order in orders)
    if any(_unfinished(tx, family, bounds)):
        if leaving:
            _bring_back(tx, orders)
        return None
    if not leaving:
        _send_off(tx, orders)
        return None
    if any(order.update_time > micros(tx.now - _PAUSE) for order in orders):
        return None
    return _remove(tx, family, orders)


def _of_label(parcel: ParcelRow) -> Family:
    return Family(parcel.merchant_id, parcel_ids=(parcel.id,))


def _of_order(tx: Transaction, merchant_id: str, order_id: str) -> Family | None:
    if tx.session.get(OrderRow, (merchant_id, order_id)) is None:
        return None
    returns = _ids(tx, merchant_id, ReturnRow.id, ReturnRow.order_id, (order_id,))
    return Family(
        merchant_id,
        (order_id,),
        returns,
        _ids(tx, merchant_id, ParcelRow.id, ParcelRow.return_id, returns),
        _ids(tx, merchant_id, SettlementRow.id, SettlementRow.return_id, returns),
        _ids(tx, merchant_id, TransferRow.id, TransferRow.return_id, returns),
        _ids(tx, merchant_id, ArrivalRow.id, ArrivalRow.return_id, returns),
    )


def _ids(tx: Transaction, merchant_id: str, id: Any, named: Any, values: Sequence[str]) -> tuple[str, ...]:
    table: Any = named.class_
    query = select(id).where(table.merchant_id == merchant_id, named.in_(values))
    return tuple(sorted(tx.session.exec(query))) if values else ()


def _unfinished(tx: Transaction, family: Family, bounds: Bounds) -> Iterator[bool]:
    """One reason after the other why it must stay; asked in turn, until one holds."""
    until, messages = bounds.until, _message_ids(tx, family)
    returns, parcels = family.return_ids, family.parcel_ids
    yield _any(tx, family, ReturnRow.id, returns, col(ReturnRow.decision).in_(LIVE))
    yield _any(tx, family, ReturnRow.id, returns, col(ReturnRow.update_time) >= until)
    yield _any(
        tx, family, OrderRow.id, family.order_ids, OrderRow.version != LEAVING, OrderRow.update_time >= until
    )
    yield _any(tx, family, ParcelRow.id, parcels, col(ParcelRow.label).in_(_CALLS))
    yield _any(tx, family, ParcelRow.id, parcels, col(ParcelRow.update_time) >= until)
    yield _any(tx, family, TrackingRow.parcel_id, parcels)
    yield _any(tx, family, SettlementRow.return_id, returns, col(SettlementRow.state).in_(_OPEN_MONEY))
    yield _any(tx, family, TransferRow.return_id, returns, col(TransferRow.state).in_(_OPEN_MONEY))
    # A balance of store credit is the sum of its entries, for ever, and each of them has its reason.
    yield _any(tx, family, CreditEntryRow.key, family.transfer_ids)
    yield _any(tx, family, MessageRow.subject_id, family.subjects, MessageRow.state == "REQUESTED")
    yield _any(tx, family, MirrorRow.return_id, returns, col(MirrorRow.done) < col(MirrorRow.wanted))
    yield _any(tx, family, WorkItemRow.return_id, returns, col(WorkItemRow.done_time).is_(None))
    yield _has_deadline(tx, family, bounds.kinds, messages)
    yield _happened_since(tx, family, bounds)
    yield _any(tx, family, DeliveryRow.event_id, _ids_of_events(tx, family))


def _any(tx: Transaction, family: Family, named: Any, values: Sequence[str], *conditions: Any) -> bool:
    table: Any = named.class_
    query = select(named).where(table.merchant_id == family.merchant_id, named.in_(values), *conditions)
    return bool(values) and tx.session.exec(query.limit(1)).first() is not None


def _message_ids(tx: Transaction, family: Family) -> tuple[str, ...]:
    return _ids(tx, family.merchant_id, MessageRow.id, MessageRow.subject_id, family.subjects)


def _has_deadline(tx: Transaction, family: Family, kinds: Sequence[str], messages: Sequence[str]) -> bool:
    """Something of it is still to be done at its time."""
    mirrors = _ids(tx, family.merchant_id, MirrorRow.id, MirrorRow.return_id, family.return_ids)
    images = _photos(tx, family)
    subjects = (*family.subjects, *family.settlement_ids, *family.transfer_ids, *messages, *mirrors, *images)
    return _any(tx, family, DeadlineRow.id, [f"{kind}:{id}" for kind in kinds for id in subjects])


def _happened_since(tx: Transaction, family: Family, bounds: Bounds) -> bool:
    position, time = col(EventRow.position), col(EventRow.time)
    late = position.is_(None) | (position > bounds.reach) | (time >= bounds.until)
    return _any(tx, family, EventRow.subject_id, family.subjects, late)


def _ids_of_events(tx: Transaction, family: Family) -> tuple[str, ...]:
    return _ids(tx, family.merchant_id, EventRow.id, EventRow.subject_id, family.subjects)


def _photos(tx: Transaction, family: Family) -> list[str]:
    return photos_of(tx, Holdings(family.merchant_id, family.order_ids, family.return_ids))


def _send_off(tx: Transaction, orders: Sequence[OrderRow]) -> None:
    for order in orders:
        order.version, order.update_time = LEAVING, micros(tx.now)
        tx.session.add(order)


def _bring_back(tx: Transaction, orders: Sequence[OrderRow]) -> None:
    """A return of it was just being made."""
    for order in orders:
        query = select(func.max(OrderVersionRow.version)).where(
            OrderVersionRow.merchant_id == order.merchant_id, OrderVersionRow.order_id == order.id
        )
        order.version, order.update_time = int(tx.session.exec(query).one() or LEAVING), micros(tx.now)
        tx.session.add(order)


def _remove(tx: Transaction, family: Family, orders: Sequence[OrderRow]) -> Gone:
    gone = _gone(tx, family)
    if family.return_ids:
        for order in orders:
            past = PastOrderRow(merchant_id=order.merchant_id, external_id=order.external_id)
            past.time = micros(tx.now)
            tx.session.add(past)
    photos = _photos(tx, family)
    for named, values in (
        (EventRow.subject_id, family.subjects),
        (MessageRow.subject_id, family.subjects),
        (BuyerKeyRow.subject_id, family.subjects),
        (AttemptRow.parcel_id, family.parcel_ids),
        (DocumentRow.parcel_id, family.parcel_ids),
        (ParcelRow.id, family.parcel_ids),
        (ArrivalRow.id, family.arrival_ids),
        (TransferRow.id, family.transfer_ids),
        (SettlementRow.id, family.settlement_ids),
        (MirrorRow.return_id, family.return_ids),
        (WorkItemRow.return_id, family.return_ids),
        (UnitRow.return_id, family.return_ids),
        (ReturnRow.id, family.return_ids),
        (ImageDataRow.image_id, photos),
        (ImageRow.id, photos),
        (OrderVersionRow.order_id, family.order_ids),
        (OrderRow.id, family.order_ids),
    ):
        _delete(tx, family.merchant_id, named, values)
    return gone


def _gone(tx: Transaction, family: Family) -> Gone:
    places = select(func.max(EventRow.position), func.count()).where(
        EventRow.merchant_id == family.merchant_id, col(EventRow.subject_id).in_(family.subjects)
    )
    made = select(func.max(ReturnRow.create_time)).where(
        ReturnRow.merchant_id == family.merchant_id, col(ReturnRow.id).in_(family.return_ids)
    )
    position, events = tx.session.exec(places).one()
    return Gone(int(position or 0), int(tx.session.exec(made).one() or 0), int(events))


def _delete(tx: Transaction, merchant_id: str, named: Any, values: Sequence[str]) -> None:
    table: Any = named.class_
    if values:
        tx.session.exec(delete(table).where(table.merchant_id == merchant_id, named.in_(values)))
