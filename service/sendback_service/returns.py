"""Returns as their callers use them: read, listed, watched, and every verb that changes one."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from sendback_service import (
    confirmations,
    decisions,
    reception,
    settlements,
    tracking,
    unit_removal,
    work_items,
)
from sendback_service.amounts_due import due
from sendback_service.call import Call, check_etag, made_before, remember
from sendback_service.evidence import evidence
from sendback_service.held import HeldReturn, hold, hold_for
from sendback_service.ids import ids_between
from sendback_service.pages import STRETCH, Page, key_in, page_of, sifted, size_of
from sendback_service.reception import Contents, ReceivedParcel
from sendback_service.records import ReturnRecord
from sendback_service.refusal import not_found
from sendback_service.return_search import find
from sendback_service.reversals import reverse
from sendback_service.rules.quote import Quote
from sendback_service.rules.states import Decision
from sendback_service.settlements import Payout
from sendback_service.store import Database
from sendback_service.store.tables import ReturnRow, WorkItemRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction
from sendback_service.streams import Streams
from sendback_service.tracking import ToldNumber
from sendback_service.unit_removal import UnitKey

_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Filter:
    order_id: str = ""
    decisions: tuple[Decision, ...] = ()
    created_from: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    id: str
    kind: str
    return_id: str
    create_time: datetime


class Returns:
    def __init__(self, database: Database, streams: Streams) -> None:
        self._database = database
        self._streams = streams

    async def get(self, merchant_id: str, return_id: str) -> ReturnRecord:
        record = await self._database.hot.get(merchant_id, return_id)
        if record is None:
            raise not_found("return", return_id)
        return record

    async def list(self, merchant_id: str, filter: Filter, size: int, token: str) -> Page[ReturnRecord]:
        behind, limit = key_in(token, "returns"), size_of(size)
        if filter == Filter():
            newest = await self._database.hot.newest(merchant_id, limit + 1, behind)
            return page_of("returns", newest, limit, attrgetter("id"))
        page = await self._database.read(lambda tx: _page(tx, merchant_id, filter, behind, limit))
        records = await self._database.hot.get_all(merchant_id, page.items)
        return Page(tuple(records), page.next_token)

    async def watch(self, merchant_id: str, return_id: str) -> AsyncIterator[ReturnRecord]:
        """The return now, and whenever it changes, until it can change no more."""
        seen = None
        while True:
            record = await self.get(merchant_id, return_id)
            if record != seen:
                yield (seen := record)
            await self._streams.rest(_POLL_SECONDS)

    async def work_items(self, merchant_id: str, size: int, token: str) -> Page[WorkItem]:
        behind = key_in(token, "work")
        limit = size_of(size)
        found = await self._database.read(lambda tx: _work_items(tx, merchant_id, behind, limit + 1))
        return page_of("work", found, limit, lambda item: item.id)

    async def complete(self, call: Call, work_item_id: str) -> WorkItem:
        def work(tx: Transaction) -> WorkItem:
            row = work_items.complete(tx, call, work_item_id)
            return WorkItem(row.id, row.kind, row.return_id, moment(row.create_time))

        return await self._database.write(work, call.author)

    async def approve(self, call: Call, return_id: str, etag: str) -> ReturnRecord:
        return await self._change(call, return_id, etag, decisions.approve)

    async def decline(self, call: Call, return_id: str, etag: str, note: str) -> ReturnRecord:
        return await self._change(call, return_id, etag, lambda held: decisions.decline(held, note))

    async def cancel(self, call: Call, return_id: str, etag: str) -> ReturnRecord:
        return await self._change(call, return_id, etag, decisions.cancel)

    async def cancel_units(
        self, call: Call, return_id: str, etag: str, units: Sequence[UnitKey]
    ) -> ReturnRecord:
        return await self._change(call, return_id, etag, lambda held: unit_removal.cancel_units(held, units))

    async def cancel_last(
        self, call: Call, return_id: str, etag: str, quantities: Sequence[tuple[str, int]]
    ) -> ReturnRecord:
        """By number of units, as buyers count."""

        def verb(held: HeldReturn) -> None:
            unit_removal.cancel_units(held, unit_removal.last_units(held, quantities))

        return await self._change(call, return_id, etag, verb)

    async def release(
        self, call: Call, return_id: str, etag: str, units: Sequence[UnitKey], note: str
    ) -> ReturnRecord:
        return await self._change(
            call, return_id, etag, lambda held: unit_removal.release_units(held, units, note)
        )

    async def add_parcel(
        self, call: Call, return_id: str, etag: str, verb: Callable[[HeldReturn], None]
    ) -> ReturnRecord:
        """One more label, by the rules for buyers or for staff (`another_parcel`)."""
        return await self._change(call, return_id, etag, verb)

    async def add_tracking(self, call: Call, return_id: str, told: ToldNumber) -> ReturnRecord:
        return await self._change(call, return_id, "", lambda held: tracking.add_tracking(held, told))

    async def receive(self, call: Call, return_id: str, etag: str, received: ReceivedParcel) -> ReturnRecord:
        """Answers the return that the parcel counts for."""

        def work(tx: Transaction) -> str:
            held = hold(tx, call.merchant_id, return_id)
            before = made_before(tx, call)
            if before is not None:
                return before
            check_etag(etag, held.row.version)
            counted = reception.receive(held, received).row.id
            remember(tx, call, counted)
            return counted

        return await self.get(call.merchant_id, await self._database.write(work, call.author))

    async def inspect(self, call: Call, return_id: str, etag: str, contents: Contents) -> ReturnRecord:
        return await self._change(call, return_id, etag, lambda held: reception.inspect(held, contents))

    async def find(self, merchant_id: str, text: str) -> Sequence[ReturnRecord]:
        ids = await self._database.read(lambda tx: find(tx, merchant_id, text))
        return await self._database.hot.get_all(merchant_id, ids)

    async def evidence(self, merchant_id: str, return_id: str) -> bytes:
        return await self._database.read(lambda tx: evidence(tx, merchant_id, return_id))

    async def quote(self, merchant_id: str, return_id: str) -> tuple[Quote, str]:
        money, digest, _ = await self._database.read(lambda tx: due(hold(tx, merchant_id, return_id)))
        return money, digest

    async def settle(self, call: Call, return_id: str, etag: str, payout: Payout) -> ReturnRecord:
        return await self._change(call, return_id, etag, lambda held: settlements.pay(held, payout))

    async def reverse(
        self, call: Call, return_id: str, etag: str, settlement_id: str, note: str
    ) -> ReturnRecord:
        return await self._change(call, return_id, etag, lambda held: reverse(held, settlement_id, note))

    async def confirm(
        self, call: Call, return_id: str, etag: str, settlement_id: str, reference: str
    ) -> ReturnRecord:
        """Somebody says that a submitted refund was paid."""

        def verb(held: HeldReturn) -> None:
            if not confirmations.confirm(held.tx, held, settlement_id, reference):
                raise not_found("settlement", settlement_id)

        return await self._change(call, return_id, etag, verb)

    async def close(self, call: Call, return_id: str, etag: str) -> ReturnRecord:
        return await self._change(call, return_id, etag, decisions.close)

    async def _change(
        self, call: Call, return_id: str, etag: str, verb: Callable[[HeldReturn], None]
    ) -> ReturnRecord:
        def work(tx: Transaction) -> None:
            held = hold_for(tx, call, return_id, etag)
            if held is not None:
                verb(held)

        await self._database.write(work, call.author)
        return await self.get(call.merchant_id, return_id)


def _page(tx: Transaction, merchant_id: str, filter: Filter, behind: str | None, size: int) -> Page[str]:
    """Of ids. An order has few returns; of a merchant's, what was not decided so is looked at too."""
    if not filter.decisions or filter.order_id:
        found = _ids(tx, merchant_id, filter, (behind, None), size + 1)
        return page_of("returns", found, size, str)
    return sifted(
        "returns",
        size,
        behind,
        lambda behind: _end(tx, merchant_id, filter, behind),
        lambda behind, end, limit: _ids(tx, merchant_id, filter, (behind, end), limit),
        str,
    )


def _ids(
    tx: Transaction, merchant_id: str, filter: Filter, between: tuple[str | None, str | None], limit: int
) -> list[str]:
    query = _made_in(merchant_id, filter, between[0])
    if filter.order_id:
        query = query.where(ReturnRow.order_id == filter.order_id)
    if filter.decisions:
        query = query.where(col(ReturnRow.decision).in_(filter.decisions))
    if filter.created_from is not None:
        query = query.where(ReturnRow.create_time >= micros(filter.created_from))
    if filter.created_before is not None:
        query = query.where(ReturnRow.create_time < micros(filter.created_before))
    if between[1] is not None:
        query = query.where(ReturnRow.id >= between[1])
    return list(tx.session.exec(query.order_by(col(ReturnRow.id).desc()).limit(limit)))


def _end(tx: Transaction, merchant_id: str, filter: Filter, behind: str | None) -> str | None:
    query = _made_in(merchant_id, filter, behind).order_by(col(ReturnRow.id).desc())
    return tx.session.exec(query.offset(STRETCH - 1).limit(1)).first()


def _made_in(merchant_id: str, filter: Filter, behind: str | None) -> SelectOfScalar[str]:
    """Ids sort by their making: what was made at another time is not even looked at."""
    first, last = ids_between("ret", filter.created_from, filter.created_before)
    query = select(ReturnRow.id).where(ReturnRow.merchant_id == merchant_id)
    if first:
        query = query.where(ReturnRow.id >= first)
    if behind is not None or last:
        query = query.where(ReturnRow.id < min(key for key in (behind, last) if key))
    return query


def _work_items(tx: Transaction, merchant_id: str, behind: str | None, limit: int) -> list[WorkItem]:
    query = select(WorkItemRow).where(
        WorkItemRow.merchant_id == merchant_id, col(WorkItemRow.done_time).is_(None)
    )
    if behind is not None:
        query = query.where(WorkItemRow.id > behind)
    rows = tx.session.exec(query.order_by(WorkItemRow.id).limit(limit))
    return [WorkItem(r.id, r.kind, r.return_id, moment(r.create_time)) for r in rows]
