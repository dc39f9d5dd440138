"""Erasing what is personal, row by row. What counts, pays and proves stays: money, units, states, events.

`BLANKS` says for each table which columns can hold something about a buyer, and what stands there afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, delete, select, update

from sendback_service.access import CLOSED
from sendback_service.buyer_holdings import Holdings, open_matters
from sendback_service.buyer_holdings import lock as lock_holdings
from sendback_service.images import DEADLINE as IMAGE_DEADLINE
from sendback_service.rules.privacy import PERSONALISED, anonymous
from sendback_service.store.documents import order_document, order_from
from sendback_service.store.ordering import valued
from sendback_service.store.tables import (
    ArrivalRow,
    AttemptRow,
    BuyerKeyRow,
    DeadlineRow,
    DocumentRow,
    ImageDataRow,
    ImageRow,
    MessageRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    ReturnRow,
    SettlementRow,
    SQLModel,
    TransferRow,
    UnitRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction

# A return of an erased order follows it as soon as it has ended.
DEADLINE = "return.erase"
_LOOK_AGAIN = timedelta(days=1)
# Why a letter whose outcome is not known yet will have none that is told: a mail server's words name whom it wrote to.
ERASED = "the buyer was erased"

BLANKS: Mapping[type[SQLModel], Mapping[str, Any]] = {
    ReturnRow: {"ship_from": {}, "override_note": "", "decline_note": "", "customer_key": ""},
    UnitRow: {"comment": "", "evidence": {}, "note": ""},
    ParcelRow: {
        "request": {},
        "failure": "",
        "document_size": 0,
        "document_sha256": "",
        "has_qr": False,
    },
    AttemptRow: {"note": ""},
    ArrivalRow: {"note": "", "goods": {}},
    SettlementRow: {"failure": "", "note": ""},
    TransferRow: {"failure": ""},
    MessageRow: {"provider_reference": "", "failure": ""},
}


@dataclass(slots=True)
class Counts:
    """How much went."""

    orders: int = 0
    returns: int = 0
    parcels: int = 0
    documents: int = 0
    photos: int = 0
    messages: int = 0
    credit_entries: int = 0


def counted(tx: Transaction, holdings: Holdings) -> Counts:
    """How much there is."""
    parcels = parcels_of(tx, holdings)
    subjects = (*holdings.order_ids, *holdings.return_ids)
    return Counts(
        orders=len(holdings.order_ids),
        returns=len(holdings.return_ids),
        parcels=len(parcels),
        documents=len(_ids(tx, holdings, DocumentRow.parcel_id, parcels)),
        photos=len(photos_of(tx, holdings)),
        messages=len(_ids(tx, holdings, MessageRow.subject_id, subjects)),
    )


def erase(tx: Transaction, holdings: Holdings, why: str) -> None:
    """All of it. `why` names the erasure, or "retention"; events keep it."""
    merchant_id, returns = holdings.merchant_id, holdings.return_ids
    parcels = parcels_of(tx, holdings)
    subjects = (*holdings.order_ids, *returns)
    _erase_photos(tx, merchant_id, photos_of(tx, holdings))
    for column, ids in (
        (ReturnRow.id, returns),
        (UnitRow.return_id, returns),
        (ArrivalRow.return_id, returns),
        (SettlementRow.return_id, returns),
        (TransferRow.return_id, returns),
        (MessageRow.subject_id, subjects),
        (ParcelRow.id, parcels),
        (AttemptRow.parcel_id, parcels),
    ):
        _blank(tx, merchant_id, column, ids)
    _hush_letters(tx, merchant_id, subjects)
    _delete(tx, merchant_id, DocumentRow.parcel_id, parcels)
    _delete(tx, merchant_id, BuyerKeyRow.subject_id, (*holdings.order_ids, *holdings.label_ids))
    _mark_returns(tx, merchant_id, returns, why)
    for order_id in holdings.order_ids:
        _erase_order(tx, merchant_id, order_id, why)
    for parcel_id in holdings.label_ids:
        tx.record(merchant_id, "label.erased", Subject("parcel", parcel_id), {"erasure": why})


def erase_ended(tx: Transaction, merchant_id: str, return_id: str, why: str) -> bool:
    """One return that has ended; and its order, when this was the last of its returns. False while something of it is
    open."""
    row = tx.session.get(ReturnRow, (merchant_id, return_id))
    if row is None or row.erase_time is not None:
        return True
    alone = Holdings(merchant_id, return_ids=(return_id,))
    lock_holdings(tx, Holdings(merchant_id, (row.order_id,), (return_id,)))
    if open_matters(tx, alone):
        return False
    order = tx.session.get_one(OrderRow, (merchant_id, row.order_id))
    last = order.erase_time is None and not _unerased(tx, merchant_id, row.order_id, return_id)
    erase(tx, Holdings(merchant_id, (row.order_id,), (return_id,)) if last else alone, why)
    return True


def follow_order(tx: Transaction, merchant_id: str, return_id: str) -> None:
    """For the sweep: what is left open is looked at again."""
    if not erase_ended(tx, merchant_id, return_id, "order erased"):
        tx.set_deadline(merchant_id, DEADLINE, return_id, tx.now + _LOOK_AGAIN)


def parcels_of(tx: Transaction, holdings: Holdings) -> tuple[str, ...]:
    query = select(ParcelRow.id).where(
        ParcelRow.merchant_id == holdings.merchant_id, col(ParcelRow.return_id).in_(holdings.return_ids)
    )
    return (*tx.session.exec(query.order_by(valued(ParcelRow.id))), *holdings.label_ids)


def photos_of(tx: Transaction, holdings: Holdings) -> list[str]:
    """Those of the orders, and those that the returns name."""
    merchant_id = holdings.merchant_id
    uploaded = select(ImageRow.id).where(
        ImageRow.merchant_id == merchant_id, col(ImageRow.order_id).in_(holdings.order_ids)
    )
    named = select(UnitRow.evidence).where(
        UnitRow.merchant_id == merchant_id, col(UnitRow.return_id).in_(holdings.return_ids)
    )
    found = {id for evidence in tx.session.exec(named) for ids in evidence.values() for id in ids}
    return sorted(found | set(tx.session.exec(uploaded)))


def _blank(tx: Transaction, merchant_id: str, column: Any, ids: Sequence[str]) -> None:
    table: Any = column.class_
    change = update(table).where(table.merchant_id == merchant_id, column.in_(ids))
    tx.session.exec(change.values(**BLANKS[table]))


def _hush_letters(tx: Transaction, merchant_id: str, subjects: Sequence[str]) -> None:
    waiting = update(MessageRow).where(
        col(MessageRow.merchant_id) == merchant_id,
        col(MessageRow.subject_id).in_(subjects),
        col(MessageRow.state) == "REQUESTED",
    )
    tx.session.exec(waiting.values(failure=ERASED))


def _delete(tx: Transaction, merchant_id: str, column: Any, ids: Sequence[str]) -> None:
    table: Any = column.class_
    tx.session.exec(delete(table).where(table.merchant_id == merchant_id, column.in_(ids)))


def _ids(tx: Transaction, holdings: Holdings, column: Any, ids: Sequence[str]) -> list[str]:
    table: Any = column.class_
    query = select(column).where(table.merchant_id == holdings.merchant_id, column.in_(ids))
    return list(tx.session.exec(query))


def _erase_photos(tx: Transaction, merchant_id: str, ids: Sequence[str]) -> None:
    _delete(tx, merchant_id, ImageDataRow.image_id, ids)
    _delete(tx, merchant_id, ImageRow.id, ids)
    _delete(tx, merchant_id, DeadlineRow.id, [f"{IMAGE_DEADLINE}:{id}" for id in ids])


def _mark_returns(tx: Transaction, merchant_id: str, return_ids: Sequence[str], why: str) -> None:
    now = micros(tx.now)
    tx.session.exec(
        update(ReturnRow)
        .where(col(ReturnRow.merchant_id) == merchant_id, col(ReturnRow.id).in_(return_ids))
        .values(version=ReturnRow.version + 1, update_time=now, erase_time=now)
    )
    for return_id in return_ids:
        tx.drop_deadline(merchant_id, DEADLINE, return_id)
        tx.record(merchant_id, "return.erased", Subject("return", return_id), {"erasure": why})


def _erase_order(tx: Transaction, merchant_id: str, order_id: str, why: str) -> None:
    query = select(OrderVersionRow).where(
        OrderVersionRow.merchant_id == merchant_id, OrderVersionRow.order_id == order_id
    )
    personalised: set[str] = set()
    for version in tx.session.exec(query):
        order = order_from(version.document)
        personalised |= {line.id for line in order.lines if line.personalised}
        version.document = order_document(anonymous(order))
        tx.session.add(version)
    row = tx.session.get_one(OrderRow, (merchant_id, order_id))
    row.access_revision = CLOSED
    row.erase_time = row.update_time = micros(tx.now)
    tx.session.add(row)
    _erase_titles(tx, merchant_id, order_id, personalised)
    tx.record(merchant_id, "order.erased", Subject("order", order_id), {"erasure": why})


def _erase_titles(tx: Transaction, merchant_id: str, order_id: str, line_ids: set[str]) -> None:
    if line_ids:
        tx.session.exec(
            update(UnitRow)
            .where(
                col(UnitRow.merchant_id) == merchant_id,
                col(UnitRow.order_id) == order_id,
                col(UnitRow.line_id).in_(line_ids),
            )
            .values(title=PERSONALISED)
        )


def _unerased(tx: Transaction, merchant_id: str, order_id: str, but: str) -> bool:
    query = select(ReturnRow.id).where(
        ReturnRow.merchant_id == merchant_id,
        ReturnRow.order_id == order_id,
        ReturnRow.id != but,
        col(ReturnRow.erase_time).is_(None),
    )
    return tx.session.exec(query).first() is not None
