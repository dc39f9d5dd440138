"""From the event table to the engine and the feed.

First the intents of events that committed are handed over, then the events get their positions. A crash between the
two hands over again, which starts nothing twice; a position is only ever given to what has committed, so no reader
can skip an event that commits late.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from typing import Any

import structlog
from sqlmodel import text

from sendback_service.effects.engine import QueuedIntent, UnknownWorkflow
from sendback_service.observability import traces
from sendback_service.store import Database, prepared
from sendback_service.store.times import moment
from sendback_service.store.transaction import Author, Intent, Transaction
from sendback_service.work_items import ask_staff

_BATCH = 500
# While versions are exchanged, a newer one asks for what only it can do: its own relay hands that over. An event that
# nobody understands for so long is poison.
_LEFT_TO_NEWER = timedelta(minutes=10)
_RELAY = Author("effect", "relay")
_POISON = (ValueError, TypeError, AttributeError)
_FIRST = text("INSERT INTO feed (id, position) VALUES (1, 0) ON CONFLICT DO NOTHING")
_MOVE = text("UPDATE feed SET position = :position WHERE id = 1")
_PLACE = text("UPDATE event SET position = :position WHERE merchant_id = :merchant_id AND id = :id")

Start = Callable[[Sequence[QueuedIntent]], None]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that has no position yet, as `prepared.WAITING` reads it."""

    merchant_id: str
    id: str
    time: int
    subject_type: str
    subject_id: str
    sequence: int
    intents: Mapping[str, Any]

    @property
    def subject(self) -> Key:
        return self.merchant_id, self.subject_id

    @property
    def key(self) -> Key:
        return self.merchant_id, self.id

    @property
    def trace(self) -> str:
        return str(self.intents.get("trace", ""))

    def wanted(self) -> list[QueuedIntent]:
        return [
            QueuedIntent(self.merchant_id, _intent(parts), self.id) for parts in self.intents.get("start", ())
        ]


class Relay:
    """Several of them may run at once: they hand over the same, and take turns in giving positions."""

    def __init__(self, database: Database, start: Start) -> None:
        self._database = database
        self._start = start

    def turn(self) -> int:
        """One round; answers how many events got a position."""
        waiting = self._database.look(_waiting)
        ready = _ready(waiting, self._handed(waiting))
        if not ready:
            return 0
        return self._database.transact(lambda tx: _place(tx, ready), _RELAY)

    def _handed(self, waiting: Sequence[Waiting]) -> set[Key]:
        """Together; where one of them cannot be handed over, each by itself: it must not hold up the others. Those
        that are part of a trace go by themselves too."""
        together = [event for event in waiting if not event.trace]
        try:
            if wanted := [one for event in together for one in event.wanted()]:
                self._start(wanted)
        except (UnknownWorkflow, *_POISON):
            together = []
        alone = waiting if not together else [event for event in waiting if event.trace]
        return {event.key for event in together} | {event.key for event in alone if self._hand_over(event)}

    def _hand_over(self, event: Waiting) -> bool:
        """False where it is left to a newer relay."""
        try:
            wanted = event.wanted()
        except _POISON as poison:
            self._report(event, poison)
            return True
        for one in wanted:
            try:
                with _as_part_of(event, one.intent):
                    self._start([one])
            except UnknownWorkflow as unknown:
                if self._database.look(lambda tx: tx.now) - moment(event.time) < _LEFT_TO_NEWER:
                    return False
                self._report(event, unknown)
            except _POISON as poison:
                self._report(event, poison)
        return True

    def _report(self, event: Waiting, poison: Exception) -> None:
        structlog.get_logger().error("relay.poisoned", event_id=event.id, error=repr(poison))
        return_id = event.subject_id if event.subject_type == "return" else ""
        self._database.transact(
            lambda tx: ask_staff(tx, event.merchant_id, "event.poisoned", return_id), _RELAY
        )


def _as_part_of(event: Waiting, intent: Intent) -> AbstractContextManager[None]:
    """The trace that asked for it goes on, where there is one."""
    if not event.trace:
        return nullcontext()
    return traces.span(f"relay {intent.workflow}", event.trace, event_id=event.id)


def _intent(parts: Sequence[object]) -> Intent:
    workflow, subject_id, lane, round = parts
    if not isinstance(round, int):
        raise TypeError(f"a round is a number, not {round!r}")
    return Intent(str(workflow), str(subject_id), str(lane), round)


def _waiting(tx: Transaction) -> list[Waiting]:
    """The oldest, and what comes before one of them in the life of its subject."""
    rows = tx.session.connection().execute(prepared.WAITING, {"most": _BATCH})
    waiting = [Waiting(*row) for row in rows]
    return waiting + _before(tx, waiting) if len(waiting) == _BATCH else waiting


def _before(tx: Transaction, waiting: Sequence[Waiting]) -> list[Waiting]:
    """Those of the same subjects that took a later time and have a lower number."""
    highest = {event.subject: event.sequence for event in sorted(waiting, key=attrgetter("sequence"))}
    whose = {"behind": waiting[-1].id, "subjects": sorted({event.subject_id for event in waiting})}
    rows = tx.session.connection().execute(prepared.WAITING_BEHIND, whose)
    return [event for row in rows if (event := Waiting(*row)).sequence < highest.get(event.subject, 0)]


def _ready(waiting: Sequence[Waiting], handed: set[Key]) -> list[Waiting]:
    """What was handed over; of a subject no more than what comes before the first that was not."""
    left: dict[Key, int] = {}
    for event in waiting:
        if event.key not in handed:
            left[event.subject] = min(event.sequence, left.get(event.subject, event.sequence))
    return [e for e in waiting if e.key in handed and e.sequence < left.get(e.subject, e.sequence + 1)]


def _place(tx: Transaction, ready: Sequence[Waiting]) -> int:
    """Positions in the order of the events; the feed's row is locked, so that two relays take turns. Only for what
    is ready: what committed since waits for the next turn."""
    connection = tx.session.connection()
    last = _last(tx)
    ids = [event.id for event in ready]
    keys = {
        (row[0], row[1])
        for row in connection.execute(prepared.WAITING_KEYS, {"first": min(ids), "last": max(ids)})
    }
    still = [event for event in ready if event.key in keys]
    places = [
        {"merchant_id": event.merchant_id, "id": event.id, "position": position}
        for position, event in enumerate(_in_order(still), last + 1)
    ]
    if places:
        connection.execute(_PLACE, places)
        connection.execute(_MOVE, {"position": last + len(places)})
    return len(places)


def _in_order(events: Sequence[Waiting]) -> Iterator[Waiting]:
    """As they come, but those of one subject by their numbers: a transaction takes its time when it begins, and may
    then have waited for another that began later; and clocks of hosts differ."""
    numbered: defaultdict[Key, deque[Waiting]] = defaultdict(deque)
    for event in sorted(events, key=attrgetter("sequence")):
        numbered[event.subject].append(event)
    return (numbered[event.subject].popleft() for event in events)


def _last(tx: Transaction) -> int:
    """The last position that was given."""
    last = tx.session.exec(prepared.POSITION).first()
    if last is None:
        tx.session.connection().execute(_FIRST)
        last = tx.session.exec(prepared.POSITION).one()
    return last
