"""The feed of events: in the order of their positions, from anywhere on, without gap or repetition."""

from collections.abc import AsyncIterator, Sequence
from functools import partial

from sqlmodel import col, select

from sendback_service.pages import Page, key_in, page_of, size_of
from sendback_service.records import EventRecord
from sendback_service.refusal import invalid
from sendback_service.store import Database
from sendback_service.store.rows import event_record
from sendback_service.store.tables import EventRow
from sendback_service.store.transaction import Transaction
from sendback_service.streams import Streams

_POLL_SECONDS = 0.1
_BATCH = 200


class Feed:
    def __init__(self, database: Database, streams: Streams) -> None:
        self._database = database
        self._streams = streams

    async def watch(
        self, merchant_id: str, resume_token: str, types: Sequence[str], stop_at_end: bool
    ) -> AsyncIterator[EventRecord]:
        """Events behind the token, and those to come. `merchant_id` empty: everybody's."""
        position = position_of(resume_token)
        while True:
            found = await self._database.read(
                partial(_behind, merchant_id=merchant_id, position=position, types=types, limit=_BATCH)
            )
            for event in found:
                yield event
            if found:
                position = found[-1].position
            elif stop_at_end:
                return
            else:
                await self._streams.rest(_POLL_SECONDS)

    async def list(
        self, merchant_id: str, subject_id: str, types: Sequence[str], size: int, token: str
    ) -> Page[EventRecord]:
        behind = int(key_in(token, "events") or 0)
        limit = size_of(size)
        found = await self._database.read(
            partial(
                _behind,
                merchant_id=merchant_id,
                position=behind,
                types=types,
                subject_id=subject_id,
                limit=limit + 1,
            )
        )
        return page_of("events", found, limit, lambda event: str(event.position))


def position_of(resume_token: str) -> int:
    if not resume_token:
        return 0
    if not resume_token.isascii() or not resume_token.isdigit():
        raise invalid("resume_token", "give the resume_token of an event that was received")
    return int(resume_token)


def _behind(
    tx: Transaction,
    merchant_id: str,
    position: int,
    types: Sequence[str],
    limit: int,
    subject_id: str = "",
) -> list[EventRecord]:
    query = select(EventRow).where(col(EventRow.position) > position)
    if merchant_id:
        query = query.where(EventRow.merchant_id == merchant_id)
    if types:
        query = query.where(col(EventRow.type).in_(types))
    if subject_id:
        query = query.where(EventRow.subject_id == subject_id)
    query = query.order_by(col(EventRow.position)).limit(limit)
    return [event_record(row.model_dump()) for row in tx.session.exec(query)]
