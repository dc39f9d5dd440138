"""Plugins that observe: told of every event, at least once, in the order of the feed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from uuid import uuid4

from sendback_sdk import Event
from sqlmodel import col, select, text

from sendback_service.endpoints import feed_end
from sendback_service.records import EventRecord
from sendback_service.store import Database
from sendback_service.store.rows import event_record
from sendback_service.store.tables import EventRow, InstallationRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Author, Transaction

_BATCH = 200
# So long one worker tells in a turn.
_SECONDS = 10.0
# Longer than that by more than clocks of hosts differ.
_LEASE = timedelta(seconds=30)
CURSOR = "observed_position"
_TELLER = "observed_by"
_FIRST = text("INSERT INTO installation (name, value) VALUES (:name, '0') ON CONFLICT DO NOTHING")
_OBSERVERS = Author("effect", "observers")


class Observers:
    """Beside the relay, so that a slow observer holds up nothing. One worker tells at a time, so that nobody is told
    backwards; one that dies meanwhile is followed after half a minute. How far they were told is kept after telling."""

    def __init__(self, database: Database, tell: Callable[[Event], None]) -> None:
        self._database = database
        self._tell = tell
        self._name = uuid4().hex

    def turn(self) -> int:
        """One round; answers how many events were told."""
        if not self._database.look(_is_behind):
            return 0
        told = self._told(self._database.transact(self._claim, _OBSERVERS))
        if told:
            self._database.transact(lambda tx: self._leave(tx, told[-1].position or 0), _OBSERVERS)
        return len(told)

    def _claim(self, tx: Transaction) -> list[EventRecord]:
        """What is to be told now; nothing while another worker tells."""
        position = int(_cursor(tx).value)
        teller = _teller(tx)
        if teller.name not in ("", self._name) and tx.now < moment(teller.until):
            return []
        news = _behind(tx, position)
        if news:
            _place(tx, _Teller(self._name, micros(tx.now + _LEASE)))
        return news

    def _told(self, news: Sequence[EventRecord]) -> list[EventRecord]:
        """As many as there is time for before others may think that this worker is dead."""
        until, told = monotonic() + _SECONDS, []
        for record in news:
            self._tell(_public(record))
            told.append(record)
            if monotonic() > until:
                break
        return told

    def _leave(self, tx: Transaction, position: int) -> None:
        """Who was overtaken takes nothing back."""
        cursor = _cursor(tx)
        cursor.value = str(max(int(cursor.value), position))
        tx.session.add(cursor)
        if _teller(tx).name == self._name:
            _place(tx, _Teller())


@dataclass(frozen=True, slots=True)
class _Teller:
    """Who tells now, and when it counts as dead; nobody."""

    name: str = ""
    until: int = 0


def _teller(tx: Transaction) -> _Teller:
    row = tx.session.get(InstallationRow, _TELLER)
    name, _, until = (row.value if row else "").partition(" ")
    return _Teller(name, int(until or 0))


def _place(tx: Transaction, teller: _Teller) -> None:
    tx.session.merge(InstallationRow(name=_TELLER, value=f"{teller.name} {teller.until}"))


def _is_behind(tx: Transaction) -> bool:
    cursor = tx.session.get(InstallationRow, CURSOR)
    return feed_end(tx) > (0 if cursor is None else int(cursor.value))


def _cursor(tx: Transaction) -> InstallationRow:
    """Locked, so that workers take turns."""
    tx.session.connection().execute(_FIRST, {"name": CURSOR})
    return tx.session.get_one(InstallationRow, CURSOR, with_for_update=True)


def _behind(tx: Transaction, position: int) -> list[EventRecord]:
    columns = EventRow.__table__.columns  # type: ignore[attr-defined]
    query = select(*columns).where(col(EventRow.position) > position).order_by(col(EventRow.position))
    found = tx.session.connection().execute(query.limit(_BATCH))
    return [event_record(dict(row)) for row in found.mappings()]


def _public(record: EventRecord) -> Event:
    return Event(
        record.id,
        record.merchant_id,
        record.type,
        record.subject_type,
        record.subject_id,
        record.sequence,
        record.time,
        record.attributes,
    )
