"""From the event table to the engine and the feed.

First the intents of events that committed are handed over, then the events get their positions. A crash between the
two hands over again, which starts nothing twice; a position is only ever given to what has committed, so no reader
can skip an event that commits late.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import structlog
from sqlmodel import col, select, text

from sendback_service.effects.engine import UnknownWorkflow
from sendback_service.seen import traces
from sendback_service.store import Database
from sendback_service.store.tables import EventRow, FeedRow
from sendback_service.store.times import moment
from sendback_service.store.transaction import Author, Intent, Transaction
from sendback_service.work_items import ask_staff

_BATCH = 500
# While versions are exchanged, a newer one asks for what only it can do: its own relay hands that over. An event that
# nobody understands for so long is poison.
_LEFT_TO_NEWER = timedelta(minutes=10)
_RELAY = Author("effect", "relay")
_POISON = (ValueError, TypeError, AttributeError)

Start = Callable[[str, Intent, str], None]


class Relay:
    """Several of them may run at once: they hand over the same, and take turns in giving positions."""

    def __init__(self, database: Database, start: Start) -> None:
        self._database = database
        self._start = start

    def turn(self) -> int:
        """One round; answers how many events got a position."""
        waiting = self._database.look(_waiting)
        if not waiting:
            return 0
        handed = {(event.merchant_id, event.id) for event in waiting if self._hand_over(event)}
        if not handed:
            return 0
        return self._database.transact(lambda tx: _place(tx, handed), _RELAY)

    def _hand_over(self, event: EventRow) -> bool:
        """An event that nobody can carry out must not hold up the others. False where it is left to a newer relay."""
        try:
            intents = [_intent(parts) for parts in event.intents.get("start", ())]
        except _POISON as poison:
            self._report(event, poison)
            return True
        for intent in intents:
            try:
                with _as_part_of(event, intent):
                    self._start(event.merchant_id, intent, event.id)
            except UnknownWorkflow as unknown:
                if self._database.look(lambda tx: tx.now) - moment(event.time) < _LEFT_TO_NEWER:
                    return False
                self._report(event, unknown)
            except _POISON as poison:
                self._report(event, poison)
        return True

    def _report(self, event: EventRow, poison: Exception) -> None:
        structlog.get_logger().error("relay.poisoned", event_id=event.id, error=repr(poison))
        return_id = event.subject_id if event.subject_type == "return" else ""
        self._database.transact(
            lambda tx: ask_staff(tx, event.merchant_id, "event.poisoned", return_id), _RELAY
        )


def _as_part_of(event: EventRow, intent: Intent) -> AbstractContextManager[None]:
    """The trace that asked for it goes on, where there is one."""
    trace = str(event.intents.get("trace", ""))
    return traces.span(f"relay {intent.workflow}", trace, event_id=event.id) if trace else nullcontext()


def _intent(parts: Sequence[object]) -> Intent:
    workflow, subject_id, lane, round = parts
    if not isinstance(round, int):
        raise TypeError(f"a round is a number, not {round!r}")
    return Intent(str(workflow), str(subject_id), str(lane), round)


def _waiting(tx: Transaction) -> list[EventRow]:
    query = select(EventRow).where(col(EventRow.position).is_(None))
    return list(tx.session.exec(query.order_by(EventRow.id).limit(_BATCH)))


def _place(tx: Transaction, handed: set[tuple[str, str]]) -> int:
    """Positions in the order of the events; the feed's row is locked, so that two relays take turns. Only for what
    was handed over: what committed since waits for the next turn."""
    first = text("INSERT INTO feed (id, position) VALUES (1, 0) ON CONFLICT DO NOTHING")
    tx.session.connection().execute(first)
    feed = tx.session.get_one(FeedRow, 1, with_for_update=True)
    found = [event for event in _waiting(tx) if (event.merchant_id, event.id) in handed]
    for event in found:
        feed.position += 1
        event.position = feed.position
    tx.session.add_all([feed, *found])
    return len(found)
