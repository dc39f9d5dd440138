"""Returns read in batches, oldest first, so that any number of them passes through little memory."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

from sqlmodel import col, func, select

from sendback_service.ids import ids_between
from sendback_service.returns import Filter
from sendback_service.rules.returned import (
    Milestones,
    PaidSettlement,
    Returned,
    ReturnedParcel,
    ReturnedUnit,
)
from sendback_service.rules.states import (
    Decision,
    Inspection,
    LabelState,
    SettlementKind,
    SettlementState,
    Transit,
    UnitKind,
)
from sendback_service.settlements import OPEN
from sendback_service.store import Database
from sendback_service.store.tables import (
    EventRow,
    ParcelRow,
    ReturnRow,
    SettlementRow,
    TransferRow,
    UnitRow,
    WorkItemRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction

BATCH = 250

_SHIPPED = ("parcel.handed_over", "parcel.in_transit", "parcel.exception", "parcel.lost")
_DELIVERED = ("parcel.delivered", "reception.started", "item.accepted", "item.rejected", "item.missing")
_INSPECTED = ("reception.completed",)
_ENDED = ("return.declined", "return.cancelled", "return.expired", "return.closed")

T = TypeVar("T")
_Grouped = dict[str, list[T]]


async def in_batches(database: Database, merchant_id: str, filter: Filter) -> AsyncIterator[list[Returned]]:
    """Each batch is read by itself: nothing is held open between two of them."""
    behind = ""
    while True:
        batch = await _read(database, merchant_id, filter, behind)
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
        behind = batch[-1].id


async def _read(database: Database, merchant_id: str, filter: Filter, behind: str) -> list[Returned]:
    return await database.read(lambda tx: _batch(tx, merchant_id, filter, behind))


def _batch(tx: Transaction, merchant_id: str, filter: Filter, behind: str) -> list[Returned]:
    rows = _rows(tx, merchant_id, filter, behind)
    ids = [row.id for row in rows]
    units, parcels = _units(tx, merchant_id, ids), _parcels(tx, merchant_id, ids)
    settlements, reached = _settlements(tx, merchant_id, ids), _reached(tx, merchant_id, ids)
    work = _work(tx, merchant_id, ids)
    return [
        Returned(
            id=row.id,
            reference=row.reference,
            order_id=row.order_id,
            order_number=row.order_number,
            decision=Decision(row.decision),
            outcome=SettlementKind(row.outcome),
            region=row.region,
            language=row.language,
            policy_version=row.policy_version,
            currency=row.currency,
            estimated=row.estimated_minor,
            label_offer=row.label_offer,
            label_fee=row.shown_fee_minor,
            units=tuple(unit for unit in units[row.id] if unit.kind is UnitKind.ANNOUNCED),
            extras=tuple(unit for unit in units[row.id] if unit.kind is not UnitKind.ANNOUNCED),
            parcels=tuple(parcels[row.id]),
            settlements=tuple(settlements[row.id]),
            milestones=_milestones(row.create_time, reached[row.id], work[row.id]),
        )
        for row in rows
    ]


def _rows(tx: Transaction, merchant_id: str, filter: Filter, behind: str) -> Sequence[ReturnRow]:
    id, made = col(ReturnRow.id), col(ReturnRow.create_time)
    first, last = ids_between("ret", filter.created_from, filter.created_before)
    query = select(ReturnRow).where(ReturnRow.merchant_id == merchant_id, id > (behind or first))
    if filter.created_from is not None:
        query = query.where(made >= micros(filter.created_from))
    if filter.created_before is not None:
        query = query.where(made < micros(filter.created_before))
    if last:
        query = query.where(id < last)
    if filter.decisions:
        query = query.where(col(ReturnRow.decision).in_(filter.decisions))
    return list(tx.session.exec(query.order_by(id).limit(BATCH)))


def _units(tx: Transaction, merchant_id: str, ids: Sequence[str]) -> _Grouped[ReturnedUnit]:
    columns = (
        UnitRow.return_id,
        UnitRow.line_id,
        UnitRow.unit,
        UnitRow.title,
        UnitRow.product_id,
        UnitRow.sku,
        UnitRow.reason_code,
        UnitRow.inspection,
        UnitRow.grade,
        UnitRow.disposition,
        UnitRow.settlement_id,
        UnitRow.kind,
    )
    found = _belonging(tx, UnitRow.return_id, merchant_id, ids, columns, col(UnitRow.cancelled).is_(False))
    grouped: _Grouped[ReturnedUnit] = defaultdict(list)
    for return_id, *parts, inspection, grade, disposition, settlement_id, kind in sorted(found):
        state = (Inspection(inspection), grade, disposition, settlement_id, UnitKind(kind))
        grouped[return_id].append(ReturnedUnit(*(*parts, *state)))
    return grouped


def _parcels(tx: Transaction, merchant_id: str, ids: Sequence[str]) -> _Grouped[ReturnedParcel]:
    columns = (
        ParcelRow.return_id,
        ParcelRow.id,
        ParcelRow.label,
        ParcelRow.transit,
        ParcelRow.account,
        ParcelRow.tracking_number,
        ParcelRow.price_minor,
        ParcelRow.price_currency,
    )
    grouped: _Grouped[ReturnedParcel] = defaultdict(list)
    found = _belonging(tx, ParcelRow.return_id, merchant_id, ids, columns)
    for return_id, _, label, transit, account, number, minor, currency in sorted(found, key=lambda r: r[1]):
        price = None if minor is None else (minor, currency)
        parcel = ReturnedParcel(LabelState(label), Transit(transit), account, number, price)
        grouped[return_id].append(parcel)
    return grouped


def _settlements(tx: Transaction, merchant_id: str, ids: Sequence[str]) -> _Grouped[PaidSettlement]:
    """With what went of each: of one that is open, the parts that did."""
    columns = (
        SettlementRow.return_id,
        SettlementRow.id,
        SettlementRow.kind,
        SettlementRow.currency,
        SettlementRow.amount_minor,
        SettlementRow.quote,
        SettlementRow.state,
    )
    grouped: _Grouped[PaidSettlement] = defaultdict(list)
    found = _belonging(tx, SettlementRow.return_id, merchant_id, ids, columns)
    open_ids = [row[0] for row in found if row[-1] in OPEN]
    parts = _parts(tx, merchant_id, open_ids) if open_ids else {}
    for return_id, id, kind, currency, amount, quote, state in sorted(found, key=lambda r: r[1]):
        if state == SettlementState.SETTLED or id in parts:
            lines = tuple((line_id, part) for line_id, part in quote.get("lines", ()))
            went = parts.get(id, amount)
            grouped[return_id].append(PaidSettlement(id, SettlementKind(kind), currency, went, lines))
    return grouped


def _parts(tx: Transaction, merchant_id: str, return_ids: Sequence[str]) -> dict[str, int]:
    """What went of settlements that are open, where something did."""
    columns = (TransferRow.settlement_id, TransferRow.amount_minor)
    gone = col(SettlementRow.state).in_(OPEN), TransferRow.state == SettlementState.SETTLED
    of_open = (
        TransferRow.merchant_id == SettlementRow.merchant_id,
        TransferRow.settlement_id == SettlementRow.id,
    )
    parts: dict[str, int] = defaultdict(int)
    for id, amount in _belonging(
        tx, TransferRow.return_id, merchant_id, return_ids, columns, *gone, *of_open
    ):
        parts[id] += amount
    return parts


def _reached(tx: Transaction, merchant_id: str, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """When each kind of event was first written about each return."""
    query = (
        select(EventRow.subject_id, EventRow.type, func.min(EventRow.time))
        .where(
            EventRow.merchant_id == merchant_id,
            col(EventRow.subject_id).in_(ids),
            col(EventRow.type).in_((*_SHIPPED, *_DELIVERED, *_INSPECTED, *_ENDED)),
        )
        .group_by(col(EventRow.subject_id), col(EventRow.type))
    )
    grouped: dict[str, dict[str, int]] = defaultdict(dict)
    for return_id, type, time in tx.session.exec(query):
        grouped[return_id][type] = int(time)
    return grouped


def _work(tx: Transaction, merchant_id: str, ids: Sequence[str]) -> _Grouped[tuple[int, int | None]]:
    columns = (WorkItemRow.return_id, WorkItemRow.create_time, WorkItemRow.done_time)
    grouped: _Grouped[tuple[int, int | None]] = defaultdict(list)
    for return_id, since, to in _belonging(tx, WorkItemRow.return_id, merchant_id, ids, columns):
        grouped[return_id].append((since, to))
    return grouped


def _milestones(made: int, reached: dict[str, int], work: Sequence[tuple[int, int | None]]) -> Milestones:
    def first(types: Sequence[str]) -> int | None:
        return min((reached[type] for type in types if type in reached), default=None)

    return Milestones(made, first(_SHIPPED), first(_DELIVERED), first(_INSPECTED), first(_ENDED), tuple(work))


def _belonging(
    tx: Transaction,
    named: Any,
    merchant_id: str,
    ids: Sequence[str],
    columns: Sequence[Any],
    *conditions: Any,
) -> list[Any]:
    """Some columns of all rows that belong to these returns."""
    table: Any = named.class_
    query = select(*columns).where(table.merchant_id == merchant_id, named.in_(ids), *conditions)
    return list(tx.session.exec(query))
