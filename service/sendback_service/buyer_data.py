"""Everything that is kept about a buyer, as one JSON document that is written while it is read.

One order at a time is in memory, then one photo or label at a time. The form is described in service/docs/privacy.md.
"""

import base64
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sendback_service.anonymisation import parcels_of, photos_of
from sendback_service.buyer_holdings import Buyer, Holdings, holdings_of
from sendback_service.call import Call
from sendback_service.store import Database
from sendback_service.store.ordering import valued
from sendback_service.store.tables import (
    ArrivalRow,
    AttemptRow,
    CreditEntryRow,
    DocumentRow,
    EventRow,
    ImageDataRow,
    MessageRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    ReturnRow,
    SettlementRow,
    SQLModel,
    TransferRow,
    UnitRow,
    WorkItemRow,
)
from sendback_service.store.times import moment
from sendback_service.store.transaction import Subject, Transaction

FORMAT = "sendback.buyer-data/1"
# The merchant's own, and what only concerns how the service works.
_LEFT_OUT = frozenset({"merchant_id", "warehouse", "intents", "position"})

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the document: the keys of its things, and how one of them is read."""

    name: str
    keys: Callable[[Transaction, Holdings], Sequence[str]]
    read: Callable[[Transaction, str, str], Thing]


class BuyerData:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, call: Call, buyer: Buyer) -> AsyncIterator[str]:
        """Pieces of the document. That somebody took it is an event."""
        holdings, now = await self._database.write(lambda tx: _begin(tx, call, buyer), call.author)
        yield _head(call.merchant_id, buyer, now)
        for part in _LISTS:
            yield f',\n"{part.name}": ['
            between = "\n"
            async for thing in self._things(part, holdings):
                yield between + json.dumps(thing, ensure_ascii=False)
                between = ",\n"
            yield "]"
        yield "}\n"

    async def _things(self, part: _List, holdings: Holdings) -> AsyncIterator[Thing]:
        for key in await self._database.read(lambda tx: part.keys(tx, holdings)):
            yield await self._thing(part, holdings.merchant_id, key)

    async def _thing(self, part: _List, merchant_id: str, key: str) -> Thing:
        return await self._database.read(lambda tx: part.read(tx, merchant_id, key))


def _begin(tx: Transaction, call: Call, buyer: Buyer) -> tuple[Holdings, datetime]:
    found = holdings_of(tx, call.merchant_id, buyer)
    attributes = {"orders": str(len(found.order_ids)), "returns": str(len(found.return_ids))}
    tx.record(call.merchant_id, "buyer.exported", Subject("merchant", call.merchant_id), attributes)
    return found, tx.now


def _head(merchant_id: str, buyer: Buyer, now: datetime) -> str:
    """The document's beginning, left open."""
    asked = {"email": buyer.email} if buyer.email else {"customer_id": buyer.customer_id}
    head = {"format": FORMAT, "merchant_id": merchant_id, "export_time": now.isoformat(), "asked_for": asked}
    return json.dumps(head, ensure_ascii=False)[:-1]


def _order(tx: Transaction, merchant_id: str, key: str) -> Thing:
    row = tx.session.get_one(OrderRow, (merchant_id, key))
    versions = _rows(tx, OrderVersionRow.order_id, merchant_id, key)
    returns = _rows(tx, ReturnRow.order_id, merchant_id, key)
    return {
        **_shown(row),
        "versions": versions,
        "returns": [_return(tx, merchant_id, found) for found in returns],
        "messages": _rows(tx, MessageRow.subject_id, merchant_id, key),
        "events": _rows(tx, EventRow.subject_id, merchant_id, key),
    }


def _return(tx: Transaction, merchant_id: str, row: Thing) -> Thing:
    id = row["id"]
    return {
        **row,
        "units": _rows(tx, UnitRow.return_id, merchant_id, id),
        "parcels": [
            {**parcel, "attempts": _rows(tx, AttemptRow.parcel_id, merchant_id, parcel["id"])}
            for parcel in _rows(tx, ParcelRow.return_id, merchant_id, id)
        ],
        "arrivals": _rows(tx, ArrivalRow.return_id, merchant_id, id),
        "settlements": _rows(tx, SettlementRow.return_id, merchant_id, id),
        "transfers": _rows(tx, TransferRow.return_id, merchant_id, id),
        "work_items": _rows(tx, WorkItemRow.return_id, merchant_id, id),
        "messages": _rows(tx, MessageRow.subject_id, merchant_id, id),
        "events": _rows(tx, EventRow.subject_id, merchant_id, id),
    }


def _label(tx: Transaction, merchant_id: str, key: str) -> Thing:
    """A parcel without a return."""
    return {
        **_shown(tx.session.get_one(ParcelRow, (merchant_id, key))),
        "attempts": _rows(tx, AttemptRow.parcel_id, merchant_id, key),
        "events": _rows(tx, EventRow.subject_id, merchant_id, key),
    }


def _ledger(tx: Transaction, merchant_id: str, key: str) -> Thing:
    return {"customer_id": key, "entries": _rows(tx, CreditEntryRow.customer_id, merchant_id, key)}


def _photo(tx: Transaction, merchant_id: str, key: str) -> Thing:
    """The largest size that there is."""
    query = select(ImageDataRow).where(ImageDataRow.merchant_id == merchant_id, ImageDataRow.image_id == key)
    found = tx.session.exec(query.order_by(col(ImageDataRow.width).desc())).first()
    media_type, data = (found.media_type, found.data) if found is not None else ("", b"")
    return {"id": key, "media_type": media_type, "data": base64.b64encode(data).decode()}


def _papers(tx: Transaction, merchant_id: str, key: str) -> Thing:
    """A parcel's label, and its code to show."""
    query = select(DocumentRow).where(DocumentRow.merchant_id == merchant_id, DocumentRow.parcel_id == key)
    found = tx.session.exec(query.order_by(DocumentRow.kind))
    papers = [
        {"kind": d.kind, "media_type": d.media_type, "data": base64.b64encode(d.data).decode()} for d in found
    ]
    return {"parcel_id": key, "documents": papers}


def _rows(tx: Transaction, column: Any, merchant_id: str, id: str) -> list[Thing]:
    """Every row of a table that names this, in the order of its key."""
    table: Any = column.class_
    query = select(table).where(table.merchant_id == merchant_id, column == id)
    order = [valued(key) for key in table.__table__.primary_key.columns]
    return [_shown(row) for row in tx.session.exec(query.order_by(*order))]


def _shown(row: SQLModel) -> Thing:
    return {name: _value(name, value) for name, value in row.model_dump().items() if name not in _LEFT_OUT}


def _value(name: str, value: Any) -> Any:
    """Times as people and programs read them."""
    is_time = isinstance(value, int) and (name == "time" or name.endswith("_time"))
    return moment(value).isoformat() if is_time else value


_LISTS = (
    _List("orders", lambda _tx, holdings: holdings.order_ids, _order),
    _List("labels", lambda _tx, holdings: holdings.label_ids, _label),
    _List("store_credit", lambda _tx, holdings: holdings.customer_ids, _ledger),
    _List("photos", photos_of, _photo),
    _List("papers", parcels_of, _papers),
)
