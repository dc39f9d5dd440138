"""Plugins that observe: told of every event, at least once, in the order of the feed."""

from collections.abc import Callable

from sendback_sdk import Event
from sqlmodel import col, select

from sendback_service.records import EventRecord
from sendback_service.store import Database
from sendback_service.store.rows import event_record
from sendback_service.store.tables import EventRow, InstallationRow
from sendback_service.store.transaction import Author, Transaction

_BATCH = 200
CURSOR = "observed_position"
_OBSERVERS = Author("effect", "observers")


class Observers:
    """Beside the relay, so that a slow observer holds up nothing. How far they were told is kept after telling."""

    def __init__(self, database: Database, tell: Callable[[Event], None]) -> None:
        self._database = database
        self._tell = tell

    def turn(self) -> int:
        """One round; answers how many events were told."""
        news = self._database.look(_news)
        for record in news:
            self._tell(_public(record))
        if news:
            seen = str(news[-1].position)
            self._database.transact(
                lambda tx: tx.session.merge(InstallationRow(name=CURSOR, value=seen)), _OBSERVERS
            )
        return len(news)


def _news(tx: Transaction) -> list[EventRecord]:
    row = tx.session.get(InstallationRow, CURSOR)
    behind = 0 if row is None else int(row.value)
    columns = EventRow.__table__.columns  # type: ignore[attr-defined]
    query = select(*columns).where(col(EventRow.position) > behind).order_by(col(EventRow.position))
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
