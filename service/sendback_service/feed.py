"""The feed of events: in the order of their positions, from anywhere on, without gap or repetition.

It is kept whole from its floor on: what the retention sweep took away stood at or before it. Whoever would go on from
before the floor is told so, since something between may be gone.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlmodel import col, func, select

from sendback_service.pages import PLACE_DIGITS, STRETCH, Page, page_of, place_in, sifted, size_of
from sendback_service.records import EventRecord
from sendback_service.refusal import Refusal, invalid
from sendback_service.store import Database
from sendback_service.store.ordering import valued
from sendback_service.store.rows import event_record
from sendback_service.store.tables import EventRow, InstallationRow
from sendback_service.store.transaction import Transaction
from sendback_service.streams import Streams

FLOOR = "feed_floor"
_LATEST = "latest events"
_POLL_SECONDS = 0.1
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events; `merchant_id` empty: everybody's."""

    merchant_id: str
    types: Sequence[str] = ()
    subject_id: str = ""


class Feed:
    def __init__(self, database: Database, streams: Streams) -> None:
        self._database = database
        self._streams = streams

    async def watch(
        self, merchant_id: str, resume_token: str, types: Sequence[str], stop_at_end: bool
    ) -> AsyncIterator[EventRecord]:
        """Events behind the token, and those to come; without one, from the oldest that is kept."""
        choice = Choice(merchant_id, types)
        position = position_of(resume_token) or await self._database.read(floor)
        while True:
            found, end, more = await self._database.read(partial(_next, choice=choice, position=position))
            for event in found:
                yield event
            position = end
            if more or found:
                continue
            if stop_at_end:
                return
            await self._streams.rest(_POLL_SECONDS)

    async def list(
        self,
        merchant_id: str,
        subject_id: str,
        types: Sequence[str],
        size: int,
        token: str,
        *,
        newest_first: bool = False,
    ) -> Page[EventRecord]:
        """A subject's events are kept as long as itself, wherever the feed begins."""
        choice, limit = Choice(merchant_id, types, subject_id), size_of(size)
        if newest_first:
            before = place_in(token, _LATEST)
            return await self._database.read(lambda tx: _latest(tx, choice, before, limit))
        behind = place_in(token, "events")
        return await self._database.read(lambda tx: _page(tx, choice, behind, limit))


def floor(tx: Transaction) -> int:
    row = tx.session.get(InstallationRow, FLOOR)
    return 0 if row is None else int(row.value)


def position_of(resume_token: str) -> int:
    if not resume_token:
        return 0
    if not (resume_token.isascii() and resume_token.isdigit() and len(resume_token) <= PLACE_DIGITS):
        raise invalid("resume_token", "give the resume_token of an event that was received")
    return int(resume_token)


def _next(tx: Transaction, choice: Choice, position: int) -> tuple[list[EventRecord], int, bool]:
    """Some events, up to where was looked for them, and whether there is more behind."""
    last, more = _stretch(tx, choice, position) if choice.types else (None, False)
    found = _between(tx, choice, position, last, _BATCH)
    if last is None or len(found) == _BATCH:
        last, more = found[-1].position if found else position, len(found) == _BATCH
    # Asked afterwards: what was gone before is known to be.
    if last != position and position < floor(tx):
        raise _gone("resume_token")
    return found, last, more


def _page(tx: Transaction, choice: Choice, behind: int | None, size: int) -> Page[EventRecord]:
    if choice.subject_id:
        found = _between(tx, choice, behind or 0, None, size + 1)
        return page_of("events", found, size, _place)
    begin = floor(tx) if behind is None else behind
    page = sifted(
        "events",
        size,
        str(begin),
        lambda behind: _end(tx, choice, int(behind or 0)),
        lambda behind, end, limit: _between(tx, choice, int(behind or 0), int(end) if end else None, limit),
        _place,
    )
    if begin < floor(tx):
        raise _gone("page_token")
    return page


def _latest(tx: Transaction, choice: Choice, before: int | None, size: int) -> Page[EventRecord]:
    """Backwards, down to where the feed begins."""
    if choice.subject_id:
        return page_of(_LATEST, _back(tx, choice, (before, 0), size + 1), size, _place)
    begin = floor(tx)
    return sifted(
        _LATEST,
        size,
        None if before is None else str(before),
        lambda before: _lowest(tx, choice, _number(before), begin),
        lambda before, end, limit: _back(
            tx, choice, (_number(before), (_number(end) or begin + 1) - 1), limit
        ),
        _place,
    )


def _lowest(tx: Transaction, choice: Choice, before: int | None, begin: int) -> str | None:
    """The last of a stretch backwards. Where all fit, a page is found at once."""
    if not choice.types:
        return None
    query = _behind(select(EventRow.position), choice, begin)
    if before is not None:
        query = query.where(col(EventRow.position) < before)
    query = query.order_by(col(EventRow.position).desc()).offset(STRETCH - 1).limit(1)
    found = tx.session.exec(query).first()
    return None if found is None else str(found)


def _back(tx: Transaction, choice: Choice, between: tuple[int | None, int], limit: int) -> list[EventRecord]:
    """Before the one place and behind the other."""
    before, behind = between
    query = _behind(select(EventRow), choice, behind)
    if before is not None:
        query = query.where(col(EventRow.position) < before)
    if choice.types:
        query = query.where(col(EventRow.type).in_(choice.types))
    query = query.order_by(_position(choice).desc()).limit(limit)
    return [event_record(row.model_dump()) for row in tx.session.exec(query)]


def _number(place: str | None) -> int | None:
    return None if place is None else int(place)


def _end(tx: Transaction, choice: Choice, position: int) -> str | None:
    """Where all fit, a page is found at once."""
    last, more = _stretch(tx, choice, position) if choice.types else (position, False)
    return str(last) if more else None


def _stretch(tx: Transaction, choice: Choice, position: int) -> tuple[int, bool]:
    """The last place that is to be looked at together, and whether there may be more behind."""
    query = _behind(select(EventRow.position), choice, position).order_by(col(EventRow.position))
    some = query.limit(STRETCH).subquery()
    last, count = tx.session.exec(select(func.max(some.c.position), func.count()).select_from(some)).one()
    return last or position, count == STRETCH


def _between(
    tx: Transaction, choice: Choice, position: int, last: int | None, limit: int
) -> list[EventRecord]:
    query = _behind(select(EventRow), choice, position)
    if last is not None:
        query = query.where(col(EventRow.position) <= last)
    if choice.types:
        query = query.where(col(EventRow.type).in_(choice.types))
    query = query.order_by(_position(choice)).limit(limit)
    return [event_record(row.model_dump()) for row in tx.session.exec(query)]


def _behind(query: Any, choice: Choice, position: int) -> Any:
    query = query.where(_position(choice) > position)
    if choice.subject_id:
        query = query.where(EventRow.subject_id == choice.subject_id)
    return query.where(EventRow.merchant_id == choice.merchant_id) if choice.merchant_id else query


def _position(choice: Choice) -> Any:
    """A subject has few events, which are looked up by it."""
    return valued(EventRow.position) if choice.subject_id else col(EventRow.position)


def _place(event: EventRecord) -> str:
    return str(event.position)


def _gone(field: str) -> Refusal:
    return invalid(
        field, "something behind it is kept no more: begin without it, with the oldest that is kept"
    )
