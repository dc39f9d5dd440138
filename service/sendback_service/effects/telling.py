"""Telling systems outside of events: receiver by receiver, oldest first, one call at a time.

The rows say what is due on our clock, so nothing is lost with a worker; whoever was cut off is followed by another
when its place falls free. A receiver that fails rests, and so does nobody else: it is asked in a lane for slow ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic

import structlog
from sendback_sdk import Event, Receipt
from sqlmodel import col, select

from sendback_service.effects.plugin_call import End, Ended, call, no_receipt
from sendback_service.effects.tellers import Teller
from sendback_service.effects.work import WORKER, kept
from sendback_service.endpoints import DISABLED, ENABLED, give_up
from sendback_service.rules.deliveries import next_attempt, rest
from sendback_service.store import Database
from sendback_service.store.tables import DeliveryRow, EndpointRow, EventRow, ReceiverRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Intent, Subject, Transaction
from sendback_service.work_items import ask_staff

LANE = "webhooks"
# In a lane that is full a turn waits until it is begun; the engine forgets none, so this is only for its loss.
_QUEUED = timedelta(hours=1)
# Longer than any call may take.
_LEASE = timedelta(minutes=5)
# One workflow tells so many, then leaves the rest to the next.
_CALLS = 20
_SLOW_SECONDS = 3.0
_BATCH = 200

Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class DueDeliveries:
    """Looks for receivers that are free and have something due, and has the engine tell each."""

    database: Database
    start: Callable[[str, Intent, str], None]

    def turn(self) -> int:
        """Answers how many were begun. A start is handed over before its place is taken; twice starts once."""
        free = self.database.look(_free)
        for owner, endpoint, turn in free:
            self.start(owner, Intent("tell", endpoint, LANE, turn + 1), "turn")
            self.database.transact(partial(_take, place=(owner, endpoint, turn)), WORKER)
        return len(free)


@dataclass(frozen=True, slots=True)
class _Told:
    """A delivery that is being made."""

    owner: str
    merchant_id: str
    id: str
    endpoint: str
    event: Event


@dataclass(frozen=True, slots=True)
class Telling:
    """`teller` answers who carries events to a receiver."""

    database: Database
    teller: Callable[[str, str], Teller]

    def tell(self, owner: str, endpoint: str, turn: int) -> None:
        """The workflow: delivery after delivery, until none is due or the receiver is to be left alone."""
        for _ in range(_CALLS):
            if not self._next(owner, endpoint, turn):
                break
        self.database.transact(lambda tx: _let_go(tx, (owner, endpoint, turn)), WORKER)

    def _next(self, owner: str, endpoint: str, turn: int) -> bool:
        """Whether there may be more to tell now."""
        told = self.database.transact(lambda tx: _claim(tx, (owner, endpoint, turn)), WORKER)
        if told is None:
            return False
        began = monotonic()
        ended = call("tell", _account(owner, endpoint), told.id, lambda: self._hand_over(told), no_receipt)
        slow = monotonic() - began > _SLOW_SECONDS
        kept(self.database, lambda tx: _record(tx, told, ended, slow=slow))
        return ended.end is End.DONE

    def _hand_over(self, told: _Told) -> Receipt:
        return self.teller(told.owner, told.endpoint).tell(told.event)


def _account(owner: str, endpoint: str) -> str:
    """As logs and metrics name it: an account of the operator's by its name, a merchant's own behind the merchant."""
    return f"{owner}/{endpoint}" if owner else endpoint.removeprefix("account/")


def _free(tx: Transaction) -> list[Place]:
    due = select(DeliveryRow.id).where(
        DeliveryRow.owner == ReceiverRow.merchant_id,
        DeliveryRow.endpoint == ReceiverRow.endpoint,
        DeliveryRow.state == "PENDING",
        DeliveryRow.due_time <= micros(tx.now),
    )
    query = select(ReceiverRow.merchant_id, ReceiverRow.endpoint, ReceiverRow.turn).where(
        ReceiverRow.wait_time <= micros(tx.now), due.exists()
    )
    rows = tx.session.exec(query.order_by(col(ReceiverRow.wait_time)).limit(_BATCH))
    return [(owner, endpoint, turn) for owner, endpoint, turn in rows]


def _take(tx: Transaction, place: Place) -> None:
    """Of those who saw it free at once, the first. Whoever held it let its time pass."""
    owner, endpoint, turn = place
    row = tx.session.get(ReceiverRow, (owner, endpoint), with_for_update=True)
    if row is not None and row.turn == turn:
        row.turn, row.holder = turn + 1, 0
        row.wait_time = micros(tx.now + _QUEUED)
        tx.session.add(row)


def _receiver(tx: Transaction, place: Place) -> ReceiverRow | None:
    """Held by this turn; None while another holds it. A turn that waited long in its lane is as good as a newer one,
    so that a full lane starves nobody."""
    owner, endpoint, turn = place
    row = tx.session.get(ReceiverRow, (owner, endpoint), with_for_update=True)
    if row is None or (row.holder not in (0, turn) and row.wait_time > micros(tx.now)):
        return None
    row.turn, row.holder = max(row.turn, turn), turn
    row.wait_time = micros(tx.now + _LEASE)
    tx.session.add(row)
    return row


def _claim(tx: Transaction, place: Place) -> _Told | None:
    """The next delivery, counted before it is made and kept from others for a while. What was meant for one that is
    disabled is over."""
    if _receiver(tx, place) is None:
        return None
    if not _takes(tx, place):
        give_up(tx, place[0], place[1], "the endpoint was disabled")
        return None
    row = _next_due(tx, place)
    if row is None:
        return None
    row.attempts += 1
    row.due_time, row.update_time = micros(tx.now + _LEASE), micros(tx.now)
    tx.session.add(row)
    event = tx.session.get_one(EventRow, (row.merchant_id, row.event_id))
    return _Told(place[0], row.merchant_id, row.id, place[1], _public(event))


def _takes(tx: Transaction, place: Place) -> bool:
    """Not where it is disabled."""
    owner, endpoint, _ = place
    row = tx.session.get(EndpointRow, (owner, endpoint)) if owner else None
    return not owner or (row is not None and row.state == ENABLED)


def _next_due(tx: Transaction, place: Place) -> DeliveryRow | None:
    """What is older than it may get, because its receiver rested too long, is over when its turn comes; some of it at a
    time, as there may be much."""
    owner, endpoint, _ = place
    now = micros(tx.now)
    query = select(DeliveryRow).where(
        DeliveryRow.owner == owner,
        DeliveryRow.endpoint == endpoint,
        DeliveryRow.state == "PENDING",
        DeliveryRow.due_time <= now,
    )
    ordered = query.order_by(col(DeliveryRow.due_time), col(DeliveryRow.id)).limit(1).with_for_update()
    for late in range(_BATCH):
        row = tx.session.exec(ordered).first()
        if row is None or row.expire_time > now:
            return row
        row.state, row.failure, row.update_time = "DEAD", "nobody took it for days", now
        tx.session.add(row)
        tx.session.flush()
        if not late:
            _mourn(tx, owner, endpoint)
    return None


def _mourn(tx: Transaction, owner: str, endpoint: str) -> None:
    tx.record(owner, "webhook.dead", Subject("webhook_endpoint", endpoint))
    if owner:
        ask_staff(tx, owner, "webhook.dead", "")
    else:
        structlog.get_logger().error("webhook.dead", endpoint=endpoint)


def _record(tx: Transaction, told: _Told, ended: Ended[Receipt], *, slow: bool) -> None:
    if ended.end is End.DECLINED:
        # Always the endpoint first, then its receiver, then deliveries: nobody waits crosswise.
        tx.session.get(EndpointRow, (told.owner, told.endpoint), with_for_update=True)
    receiver = tx.session.get(ReceiverRow, (told.owner, told.endpoint), with_for_update=True)
    if receiver is not None:
        receiver.failures = 0 if ended.end is End.DONE else receiver.failures + 1
        receiver.slow = slow
        tx.session.add(receiver)
    row = tx.session.get(DeliveryRow, (told.merchant_id, told.id), with_for_update=True)
    if row is None or row.state != "PENDING":
        return
    row.failure, row.update_time = ended.note, micros(tx.now)
    tx.session.add(row)
    if ended.end is End.DONE:
        row.state = "DELIVERED"
        return
    again = None if ended.end is End.DECLINED else next_attempt(tx.now, row.attempts, row.id, ended.after)
    if again is None or again > moment(row.expire_time):
        row.state = "DEAD"
        _mourn(tx, told.owner, told.endpoint)
    else:
        row.due_time = micros(again)
    if ended.end is End.DECLINED:
        _disable(tx, told, ended.note)


def _disable(tx: Transaction, told: _Told, why: str) -> None:
    """Its answer was that it wants no events any more. Nobody else's configuration is ours to change."""
    row = tx.session.get(EndpointRow, (told.owner, told.endpoint), with_for_update=True)
    if row is None or row.state == DISABLED:
        return
    row.state, row.why, row.version = DISABLED, why, row.version + 1
    row.update_time = micros(tx.now)
    tx.session.add(row)
    tx.session.flush()
    give_up(tx, told.owner, told.endpoint, "the endpoint was disabled")
    tx.record(told.owner, "webhook.disabled", Subject("webhook_endpoint", told.endpoint))
    ask_staff(tx, told.owner, "webhook.disabled", "")


def _let_go(tx: Transaction, place: Place) -> None:
    owner, endpoint, turn = place
    row = tx.session.get(ReceiverRow, (owner, endpoint), with_for_update=True)
    if row is not None and row.holder == turn:
        row.holder, row.wait_time = 0, micros(tx.now + rest(row.failures))
        tx.session.add(row)


def _public(event: EventRow) -> Event:
    return Event(
        event.id,
        event.merchant_id,
        event.type,
        event.subject_type,
        event.subject_id,
        event.sequence,
        moment(event.time),
        dict(event.attributes),
    )
