"""From the event table to the engine and the feed.

First the intents of events that committed are handed over, then the events get their positions. A crash between the
two hands over again, which starts nothing twice; a position is only ever given to what has committed, so no reader
can skip an event that commits late.
"""

from collections.abc import Callable, Sequence

import structlog
from sendback_sdk import Event
from sqlmodel import col, select

from sendback_service.effects.engine import UnknownWorkflow
from sendback_service.effects.work import ask_staff
from sendback_service.records import EventRecord
from sendback_service.store import Database
from sendback_service.store.rows import event_record
from sendback_service.store.tables import EventRow, FeedRow, InstallationRow
from sendback_service.store.transaction import Author, Intent, Transaction

_BATCH = 500
_RELAY = Author("effect", "relay")
_CURSOR = "observed_position"

Start = Callable[[str, Intent], None]


class Relay:
    def __init__(self, database: Database, start: Start, tell: Callable[[Event], None]) -> None:
        self._database = database
        self._start = start
        self._tell = tell

    def turn(self) -> int:
        """One round; answers how many events got a position."""
        waiting = self._database.look(_waiting)
        if not waiting:
            return 0
        for event in waiting:
            self._hand_over(event)
        keys = [(event.merchant_id, event.id) for event in waiting]
        placed = self._database.transact(lambda tx: _place(tx, keys), _RELAY)
        self._observe()
        return placed

    def _hand_over(self, event: EventRow) -> None:
        """An event that nobody can carry out must not hold up the others."""
        for parts in event.intents.get("start", ()):
            try:
                workflow, subject_id, lane, round = parts
                self._start(event.merchant_id, Intent(workflow, subject_id, lane, round))
            except (UnknownWorkflow, ValueError, TypeError) as poison:
                structlog.get_logger().error("relay.poisoned", event_id=event.id, error=repr(poison))
                self._database.transact(
                    lambda tx: ask_staff(tx, event.merchant_id, "event.poisoned", ""), _RELAY
                )

    def _observe(self) -> None:
        """Plugins are told at least once, in order; how far is kept after telling."""
        behind = self._database.look(_cursor)
        for record in self._database.look(lambda tx: _behind(tx, behind)):
            self._tell(_public(record))
            behind = record.position
        self._database.transact(
            lambda tx: tx.session.merge(InstallationRow(name=_CURSOR, value=str(behind))), _RELAY
        )


def _waiting(tx: Transaction) -> Sequence[EventRow]:
    query = select(EventRow).where(col(EventRow.position).is_(None)).order_by(EventRow.id).limit(_BATCH)
    return list(tx.session.exec(query))


def _place(tx: Transaction, keys: Sequence[tuple[str, str]]) -> int:
    """Positions in the order of the events; the feed's row is locked, so that two relays take turns."""
    feed = tx.session.get(FeedRow, 1, with_for_update=True)
    if feed is None:
        feed = FeedRow(id=1)
        tx.session.add(feed)
        tx.session.flush()
    placed = 0
    for key in keys:
        event = tx.session.get_one(EventRow, key)
        tx.session.refresh(event)
        if event.position is None:
            feed.position += 1
            event.position = feed.position
            tx.session.add(event)
            placed += 1
    tx.session.add(feed)
    return placed


def _cursor(tx: Transaction) -> int:
    row = tx.session.get(InstallationRow, _CURSOR)
    return 0 if row is None else int(row.value)


def _behind(tx: Transaction, position: int) -> list[EventRecord]:
    query = select(EventRow).where(col(EventRow.position) > position).order_by(col(EventRow.position))
    return [event_record(row.model_dump()) for row in tx.session.exec(query.limit(_BATCH))]


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
