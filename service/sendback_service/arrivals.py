"""Parcels that came without a known return: noted with what is in them, assigned once it is known whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlmodel import col, select

from sendback_service.call import Call, made_before, remember
from sendback_service.held import forbidden, hold
from sendback_service.ids import new_id
from sendback_service.pages import Page, key_in, page_of, size_of
from sendback_service.reception import Extra, ReceivedParcel, receive
from sendback_service.refusal import Reason, invalid, not_found, refuse
from sendback_service.rules.states import RECEIVABLE, Transit
from sendback_service.store import Database
from sendback_service.store.tables import (
    ArrivalRow,
    EventRow,
    MerchantRow,
    ParcelRow,
    ReturnRow,
    WorkItemRow,
)
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.work_items import ask_staff

_WORK = "parcel.unknown"
_GOODS: TypeAdapter[list[Extra]] = TypeAdapter(list[Extra])


@dataclass(frozen=True, slots=True)
class Arrival:
    id: str
    tracking_number: str
    note: str
    goods: tuple[Extra, ...]
    return_id: str
    create_time: datetime


class Arrivals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, call: Call, tracking_number: str, note: str, goods: Sequence[Extra]) -> Arrival:
        return await self._database.write(
            lambda tx: _record(tx, call, tracking_number, note, goods), call.author
        )

    async def assign(self, call: Call, arrival_id: str, return_id: str) -> str:
        """Answers the return that the parcel now counts for: a linked one, where the one named had expired."""
        return await self._database.write(lambda tx: _assign(tx, call, arrival_id, return_id), call.author)

    async def list(self, merchant_id: str, size: int, token: str) -> Page[Arrival]:
        """Those that belong to no return yet, oldest first."""
        behind, limit = key_in(token, "arrivals"), size_of(size)
        found = await self._database.read(lambda tx: _waiting(tx, merchant_id, behind, limit + 1))
        return page_of("arrivals", found, limit, lambda arrival: arrival.id)


def _record(tx: Transaction, call: Call, tracking_number: str, note: str, goods: Sequence[Extra]) -> Arrival:
    """The merchant's row is locked first, so that nobody records the same parcel meanwhile."""
    tx.session.get(MerchantRow, call.merchant_id, with_for_update=True)
    before = made_before(tx, call)
    if before is not None:
        return _arrival(tx.session.get_one(ArrivalRow, (call.merchant_id, before)))
    if tracking_number:
        _check_unknown(tx, call.merchant_id, tracking_number)
    row = ArrivalRow(
        merchant_id=call.merchant_id,
        id=new_id("arr", tx.now),
        tracking_number=tracking_number,
        note=note,
        goods={"goods": _GOODS.dump_python(list(goods), mode="json")},
        create_time=micros(tx.now),
    )
    tx.session.add(row)
    tx.record(call.merchant_id, "reception.started", Subject("arrival", row.id), {"known": "false"})
    ask_staff(tx, call.merchant_id, _WORK, "")
    remember(tx, call, row.id)
    return _arrival(row)


def _check_unknown(tx: Transaction, merchant_id: str, tracking_number: str) -> None:
    """A parcel of a return that is over for good, or of none, can be received nowhere else; once."""
    found = tx.session.exec(
        select(ReturnRow.reference, ReturnRow.decision, ParcelRow.return_id, ParcelRow.id)
        .join(
            ParcelRow,
            (col(ParcelRow.merchant_id) == ReturnRow.merchant_id) & (ParcelRow.return_id == ReturnRow.id),
        )
        .where(ParcelRow.merchant_id == merchant_id, ParcelRow.tracking_number == tracking_number)
    ).all()
    for reference, decision, return_id, parcel_id in found:
        if decision in RECEIVABLE:
            raise invalid("arrival.tracking_number", f"this is the parcel of {reference}: receive it there")
        if _was_received(tx, merchant_id, return_id, parcel_id):
            raise invalid(
                "arrival.tracking_number", f"this is the parcel of {reference}: it was received there"
            )
    twin = tx.session.exec(
        select(ArrivalRow.id).where(
            ArrivalRow.merchant_id == merchant_id,
            ArrivalRow.tracking_number == tracking_number,
            ArrivalRow.return_id == "",
        )
    ).first()
    if twin is not None:
        raise refuse(Reason.ALREADY_EXISTS, resource="arrival", id=twin)


def _was_received(tx: Transaction, merchant_id: str, return_id: str, parcel_id: str) -> bool:
    """In the warehouse, whatever its carrier told."""
    query = select(EventRow.attributes).where(
        EventRow.merchant_id == merchant_id,
        EventRow.subject_id == return_id,
        EventRow.type == "reception.started",
    )
    return any(attributes.get("parcel_id") == parcel_id for attributes in tx.session.exec(query))


def _assign(tx: Transaction, call: Call, arrival_id: str, return_id: str) -> str:
    row = tx.session.get(ArrivalRow, (call.merchant_id, arrival_id), with_for_update=True)
    if row is None:
        raise not_found("arrival", arrival_id)
    before = made_before(tx, call)
    if before is not None:
        return before
    if row.return_id:
        raise forbidden(Transit.DELIVERED, f"assigned again; it belongs to {row.return_id}")
    held = receive(
        hold(tx, call.merchant_id, return_id),
        ReceivedParcel(another=True, tracking_number=row.tracking_number),
    )
    row.return_id = held.row.id
    tx.session.add(row)
    tx.session.flush()
    if not _waiting(tx, call.merchant_id, None, 1):
        _finish_work(tx, call.merchant_id)
    remember(tx, call, held.row.id)
    return held.row.id


def _finish_work(tx: Transaction, merchant_id: str) -> None:
    query = select(WorkItemRow).where(
        WorkItemRow.merchant_id == merchant_id,
        WorkItemRow.kind == _WORK,
        col(WorkItemRow.done_time).is_(None),
    )
    for item in tx.session.exec(query.order_by(WorkItemRow.id)):
        item.done_time = micros(tx.now)
        tx.session.add(item)


def _waiting(tx: Transaction, merchant_id: str, behind: str | None, limit: int) -> list[Arrival]:
    query = select(ArrivalRow).where(ArrivalRow.merchant_id == merchant_id, ArrivalRow.return_id == "")
    if behind is not None:
        query = query.where(ArrivalRow.id > behind)
    return [_arrival(row) for row in tx.session.exec(query.order_by(ArrivalRow.id).limit(limit))]


def _arrival(row: ArrivalRow) -> Arrival:
    goods = _GOODS.validate_python(row.goods.get("goods", []))
    return Arrival(
        row.id, row.tracking_number, row.note, tuple(goods), row.return_id, moment(row.create_time)
    )
