"""What is kept no longer than need be, at the other end of the feed: orders with their returns, labels, and single
events, so many months after anything happened to them.

The feed itself is the index by age. It is walked from its beginning up to what is younger, and each subject is seen to
by itself, in a transaction of its own: whoever is killed has done a part of it, and nobody waits for long. The last
place that was taken is the feed's floor from then on (see `feed`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

import structlog
from sqlmodel import col, delete, select

from sendback_service.effects.error_summary import described
from sendback_service.effects.mirroring import CURSOR as MIRRORED
from sendback_service.effects.observers import CURSOR as OBSERVED
from sendback_service.effects.sorting import CURSOR as SORTED
from sendback_service.effects.sweep import KINDS
from sendback_service.feed import FLOOR
from sendback_service.figures import MADE
from sendback_service.removal import Bounds, Gone, family_of, take_leave
from sendback_service.rules.privacy import months_before
from sendback_service.store import Database
from sendback_service.store.outage import is_outage
from sendback_service.store.tables import (
    DeliveryRow,
    ErasureRow,
    EventRow,
    ForgettingRow,
    InstallationRow,
    WorkItemRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction

_BATCH = 100
# How long a walk that came to its end is not begun again.
_REST = timedelta(hours=1)
_PRUNING = Author("timer", "retention")
_FAMILIES = frozenset({"order", "return", "parcel", "arrival"})
# The ledger of store credit and what was spent of it is kept for ever.
_LEDGER = frozenset({"credit", "redemption"})


@dataclass(frozen=True, slots=True)
class _Old:
    """An event that is old enough to be looked at."""

    position: int
    merchant_id: str
    id: str
    type: str
    subject_id: str


@dataclass(slots=True)
class Pruning:
    """`months` after the last change what has ended goes; 0 keeps everything."""

    database: Database
    months: int = 0
    _behind: int = 0
    _begin: datetime | None = None

    def turn(self) -> int:
        """Some of what is old; answers how many events were looked at."""
        if not self.months:
            return 0
        now = self.database.look(lambda tx: tx.now)
        if self._begin is not None and now < self._begin:
            return 0
        until = micros(months_before(now, self.months))
        old = self.database.look(lambda tx: _oldest(tx, self._behind, until))
        gone = [found for event in _subjects(old) if (found := self._see_to(event, until)) is not None]
        if gone:
            events = sum(one.events for one in gone)
            structlog.get_logger().info("history.pruned", subjects=len(gone), events=events)
        self._behind = old[-1].position if old else 0
        self._begin = None if old else now + _REST
        return len(old)

    def _see_to(self, event: _Old, until: int) -> Gone | None:
        try:
            return self.database.transact(lambda tx: _prune(tx, event, until), _PRUNING)
        except Exception as broken:
            if is_outage(broken):
                raise
            structlog.get_logger().error(
                "history.failed", subject_id=event.subject_id, error=described(broken)
            )
            return None


def _oldest(tx: Transaction, behind: int, until: int) -> list[_Old]:
    """In the order of the feed, up to the first that is younger."""
    place = col(EventRow.position)
    rows = tx.session.exec(select(EventRow).where(place > behind).order_by(place).limit(_BATCH))
    old = takewhile(lambda row: row.time < until, rows)
    return [_Old(r.position or 0, r.merchant_id, r.id, r.subject_type, r.subject_id) for r in old]


def _subjects(old: Sequence[_Old]) -> list[_Old]:
    """Families once; events of others each by itself."""
    return list({(e.merchant_id, e.subject_id if e.type in _FAMILIES else e.id): e for e in old}.values())


def _prune(tx: Transaction, event: _Old, until: int) -> Gone | None:
    bounds = Bounds(until, _reach(tx), KINDS)
    if event.type in _FAMILIES:
        family = family_of(tx, event.merchant_id, event.type, event.subject_id)
        gone = None if family is None else take_leave(tx, family, bounds)
    else:
        gone = _prune_other(tx, event, bounds)
    if gone is not None:
        _raise(tx, FLOOR, gone.position)
        _raise(tx, MADE, gone.made)
    return gone


def _reach(tx: Transaction) -> int:
    """How far everybody has read who keeps a place in the feed."""
    places = [tx.session.get(InstallationRow, name) for name in (SORTED, OBSERVED, MIRRORED)]
    return min(0 if place is None else int(place.value) for place in places)


def _raise(tx: Transaction, name: str, value: int) -> None:
    row = tx.session.get(InstallationRow, name, with_for_update=True) or InstallationRow(name=name, value="0")
    row.value = str(max(int(row.value), value))
    tx.session.add(row)


def _prune_other(tx: Transaction, event: _Old, bounds: Bounds) -> Gone | None:
    """What is nobody's return: a receipt or a piece of work with all its events, of everything else the event alone,
    unless it is the subject's last."""
    if event.type in _LEDGER or event.position > bounds.reach:
        return None
    whole = _WITH_ROWS.get(event.type)
    if whole is not None:
        return _prune_whole(tx, event, bounds, whole)
    return _delete_events(tx, event, [event.id]) if _has_later(tx, event) else None


def _prune_whole(
    tx: Transaction, event: _Old, bounds: Bounds, take: Callable[[Transaction, str, str], bool]
) -> Gone | None:
    query = select(EventRow.id, EventRow.position, EventRow.time).where(
        EventRow.merchant_id == event.merchant_id, EventRow.subject_id == event.subject_id
    )
    rows = list(tx.session.exec(query))
    last = max(position or bounds.reach + 1 for _, position, _ in rows) if rows else 0
    if not rows or last > bounds.reach or any(time >= bounds.until for _, _, time in rows):
        return None
    if _has_delivery(tx, event.merchant_id, [id for id, _, _ in rows]):
        return None
    if not take(tx, event.merchant_id, event.subject_id):
        return None
    _delete_events(tx, event, [id for id, _, _ in rows])
    return Gone(last, events=len(rows))


def _take_erasure(tx: Transaction, merchant_id: str, id: str) -> bool:
    """A receipt, once every plugin has answered."""
    row = tx.session.get(ErasureRow, (merchant_id, id), with_for_update=True)
    if row is None or row.forget_time is None:
        return False
    own = (col(ForgettingRow.merchant_id) == merchant_id, col(ForgettingRow.erasure_id) == id)
    tx.session.exec(delete(ForgettingRow).where(*own))
    tx.session.delete(row)
    return True


def _take_work(tx: Transaction, merchant_id: str, id: str) -> bool:
    row = tx.session.get(WorkItemRow, (merchant_id, id), with_for_update=True)
    if row is None or row.done_time is None:
        return False
    tx.session.delete(row)
    return True


_WITH_ROWS = {"erasure": _take_erasure, "work_item": _take_work}


def _has_later(tx: Transaction, event: _Old) -> bool:
    query = select(EventRow.id).where(
        EventRow.merchant_id == event.merchant_id,
        EventRow.subject_id == event.subject_id,
        col(EventRow.position) > event.position,
    )
    return tx.session.exec(query.limit(1)).first() is not None


def _has_delivery(tx: Transaction, merchant_id: str, ids: Sequence[str]) -> bool:
    query = select(DeliveryRow.id).where(
        DeliveryRow.merchant_id == merchant_id, col(DeliveryRow.event_id).in_(ids)
    )
    return tx.session.exec(query.limit(1)).first() is not None


def _delete_events(tx: Transaction, event: _Old, ids: Sequence[str]) -> Gone | None:
    if _has_delivery(tx, event.merchant_id, ids):
        return None
    own = (col(EventRow.merchant_id) == event.merchant_id, col(EventRow.id).in_(ids))
    tx.session.exec(delete(EventRow).where(*own))
    return Gone(event.position, events=len(ids))
