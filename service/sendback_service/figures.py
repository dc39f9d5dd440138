"""Figures of a merchant's returns over a period in its own time zone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sendback_service.batches import in_batches
from sendback_service.refusal import invalid
from sendback_service.returns import Filter
from sendback_service.rules.figures import Book
from sendback_service.rules.policy import Reason
from sendback_service.rules.returned import Returned
from sendback_service.shops import Shops
from sendback_service.store import Database
from sendback_service.store.tables import InstallationRow
from sendback_service.store.times import micros, moment

LONGEST_DAYS = 3660
# When the last return was made that is kept no more: of what was made before, figures would be wrong.
MADE = "pruned_made_time"
_YEARS = range(1971, 9999)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first instant of the first day to the first behind the last day."""

    time_zone: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """`reasons` are those of the present policy, for their titles."""

    period: Period
    book: Book
    reasons: tuple[Reason, ...]


class Statistics:
    def __init__(self, database: Database, shops: Shops) -> None:
        self._database = database
        self._shops = shops
        # One at a time: many thousand returns are a core's work for seconds.
        self._counting = asyncio.Semaphore(1)

    async def of(self, merchant_id: str, first: date, last: date) -> Figures:
        policy = (await self._shops.get(merchant_id)).policy.policy
        span = period(first, last, policy.window.time_zone)
        await self._check_kept(span)
        book = Book()
        wanted = Filter(created_from=span.start, created_before=span.end)
        async with self._counting:
            async for batch in in_batches(self._database, merchant_id, wanted):
                await asyncio.to_thread(_count, book, batch)
        return Figures(span, book, policy.reasons)

    async def _check_kept(self, span: Period) -> None:
        gone = await self._database.read(lambda tx: tx.session.get(InstallationRow, MADE))
        if gone is not None and micros(span.start) <= int(gone.value):
            last = moment(int(gone.value)).astimezone(ZoneInfo(span.time_zone)).date()
            raise invalid("first_date", f"returns that were made until {last} are kept no more: begin later")


def _count(book: Book, batch: Sequence[Returned]) -> None:
    for found in batch:
        book.count(found)


def period(first: date, last: date, time_zone: str) -> Period:
    if last < first:
        raise invalid("last_date", "must not lie before first_date")
    if (last - first).days >= LONGEST_DAYS:
        raise invalid("last_date", f"must lie within {LONGEST_DAYS} days of first_date")
    if not (first.year in _YEARS and last.year in _YEARS):
        raise invalid("first_date", f"years are from {_YEARS.start} to {_YEARS.stop - 1}")
    zone = ZoneInfo(time_zone)
    start, end = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
        for day in (first, last + timedelta(days=1))
    )
    return Period(time_zone, start, end)
