"""Labels for callers who only want labels; and the documents of all of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter

from sendback_sdk import TrackingUpdate
from sendback_sdk.addresses import Address
from sqlmodel import col, select

from sendback_service.buyer_holdings import Buyer, buyer_keys
from sendback_service.call import Call, made_before, remember
from sendback_service.held import OPEN_LABELS, forbidden, hold
from sendback_service.ids import new_id
from sendback_service.new_return import LABEL_LANE, Print
from sendback_service.records import ParcelRecord
from sendback_service.refusal import Reason, refuse
from sendback_service.rules.states import LabelState, Transit
from sendback_service.rules.territory import territory
from sendback_service.shops import Shops
from sendback_service.store import Database
from sendback_service.store.documents import address_document
from sendback_service.store.tables import DocumentRow, ParcelRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Intent, Subject, Transaction
from sendback_service.streams import Streams
from sendback_service.tracking import parcel_of, report

# A label comes within a moment or takes its time.
_FIRST_POLL_SECONDS = 0.05
_LONGEST_POLL_SECONDS = 0.5
_columns = attrgetter(*ParcelRecord._fields)


@dataclass(frozen=True, slots=True)
class Document:
    media_type: str
    sha256: str
    data: bytes


class Parcels:
    def __init__(self, database: Database, shops: Shops, streams: Streams) -> None:
        self._database = database
        self._shops = shops
        self._streams = streams

    async def create_label(
        self, call: Call, sender: Address, reference: str, weight_grams: int, how: Print, wait: float
    ) -> ParcelRecord:
        """Asks for a label and waits up to `wait` seconds for it; answers in whatever state it is then."""
        shop = await self._shops.get(call.merchant_id)
        place = territory(sender.country, sender.postal_code, sender.city)
        request = {
            "sender": address_document(sender),
            "recipient": address_document(shop.warehouse_for(place).address),
            "weight_grams": weight_grams,
        }
        parcel_id = await self._database.write(
            lambda tx: _create(tx, call, reference, request, how, sender.email), call.author
        )
        return await self._settled(call.merchant_id, parcel_id, wait)

    async def get(self, merchant_id: str, parcel_id: str) -> ParcelRecord:
        return await self._database.read(
            lambda tx: ParcelRecord._make(_columns(parcel_of(tx, merchant_id, parcel_id)))
        )

    async def document(self, merchant_id: str, parcel_id: str, kind: str) -> Document:
        parcel = await self.get(merchant_id, parcel_id)
        row = await self._database.read(
            lambda tx: tx.session.get(DocumentRow, (merchant_id, parcel.id, kind))
        )
        if row is None or parcel.label in (LabelState.VOIDED, LabelState.VOID_PENDING):
            raise refuse(Reason.LABEL_NOT_READY, label=parcel.label)
        return Document(row.media_type, row.sha256, row.data)

    async def void(self, call: Call, parcel_id: str) -> ParcelRecord:
        await self._database.write(lambda tx: _void(tx, call, parcel_id), call.author)
        return await self.get(call.merchant_id, parcel_id)

    async def report(self, call: Call, parcel_id: str, seen: Transit, time: datetime | None) -> ParcelRecord:
        def work(tx: Transaction) -> None:
            parcel = parcel_of(tx, call.merchant_id, parcel_id)
            if made_before(tx, call) is None:
                remember(tx, call, parcel.id)
                report(tx, parcel, seen, time or tx.now)

        await self._database.write(work, call.author)
        return await self.get(call.merchant_id, parcel_id)

    async def hear(self, updates: Sequence[TrackingUpdate], account: str) -> int:
        """Applies what a carrier's webhook brought; answers how much of it was news."""
        author = Author("webhook", account)
        news = [
            await self._database.write(partial(_heard, update=update, account=account), author)
            for update in updates
        ]
        return sum(news)

    async def _settled(self, merchant_id: str, parcel_id: str, wait: float) -> ParcelRecord:
        clock = asyncio.get_running_loop().time
        until, rest = clock() + wait, _FIRST_POLL_SECONDS
        while True:
            parcel = await self.get(merchant_id, parcel_id)
            if parcel.label != LabelState.REQUESTED or clock() + rest > until or self._streams.ending:
                return parcel
            await asyncio.sleep(rest)
            rest = min(_LONGEST_POLL_SECONDS, rest * 1.5)


def _create(
    tx: Transaction, call: Call, reference: str, request: dict[str, object], how: Print, email: str
) -> str:
    before = made_before(tx, call)
    if before is not None:
        return before
    now = micros(tx.now)
    row = ParcelRow(
        merchant_id=call.merchant_id,
        id=new_id("par", tx.now),
        return_reference=reference,
        label=LabelState.REQUESTED,
        format=how.format,
        paper=how.paper,
        request=request,
        create_time=now,
        update_time=now,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.session.add_all(buyer_keys(call.merchant_id, row.id, Buyer(email)))
    intent = Intent("buy_label", row.id, LABEL_LANE)
    tx.record(call.merchant_id, "label.requested", Subject("parcel", row.id), {"parcel_id": row.id}, [intent])
    remember(tx, call, row.id)
    return row.id


def _void(tx: Transaction, call: Call, parcel_id: str) -> None:
    parcel = parcel_of(tx, call.merchant_id, parcel_id)
    held = hold(tx, call.merchant_id, parcel.return_id) if parcel.return_id else None
    tx.session.refresh(parcel, with_for_update=True)
    if made_before(tx, call) is not None:
        return
    if parcel.transit != Transit.NOT_SCANNED:
        raise forbidden(Transit(parcel.transit), LabelState.VOIDED)
    if parcel.label not in OPEN_LABELS:
        raise forbidden(LabelState(parcel.label), LabelState.VOIDED)
    parcel.label = LabelState.VOID_PENDING
    tx.session.add(parcel)
    if held is not None:
        held.changed()
    subject = held.subject if held else Subject("parcel", parcel.id)
    intent = Intent("void_label", parcel.id, LABEL_LANE)
    tx.record(call.merchant_id, "label.void_requested", subject, {"parcel_id": parcel.id}, [intent])
    remember(tx, call, parcel.id)


def _heard(tx: Transaction, update: TrackingUpdate, account: str) -> bool:
    """A carrier's account may carry for many merchants; a number that it never gave us is no news. A number that is
    used again, or goes on in a linked return, means the newest parcel."""
    query = select(ParcelRow).where(
        ParcelRow.tracking_number == update.tracking_number, ParcelRow.account == account
    )
    row = tx.session.exec(query.order_by(col(ParcelRow.create_time).desc())).first()
    return row is not None and report(tx, row, Transit(update.state), update.time)
