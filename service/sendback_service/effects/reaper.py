"""Work of executors that died: found by their lock being free, and put back on the queue, for ever.

An executor holds its lock as long as its process lives. Whoever takes a lock of somebody else's knows that nobody
works under that name, and that nobody begins to while the lock is held; then and only then is its work resumed.
"""

import time
from collections.abc import Callable
from typing import Protocol

import structlog
from sqlmodel import SQLModel

from sendback_service.effects.engine import Broken
from sendback_service.observability import metrics
from sendback_service.store import Database
from sendback_service.store.executors import Executors
from sendback_service.store.tables import MessageRow, ParcelRow, TransferRow
from sendback_service.store.transaction import Author, Transaction
from sendback_service.work_items import ask_staff

# Longer than a living process takes to notice that it lost its lock, and to end itself.
GRACE_SECONDS = 3.0
_REAPER = Author("effect", "reaper")
_ROWS: dict[str, type[SQLModel]] = {
    "buy_label": ParcelRow,
    "reconcile_label": ParcelRow,
    "void_label": ParcelRow,
    "pay": TransferRow,
    "send": MessageRow,
}


class Workflows(Protocol):
    """What the reaper needs of the engine."""

    def executors(self) -> set[str]: ...

    def resume(self, executor: str) -> int: ...

    def give_back(self) -> int: ...

    def revive(self) -> list[Broken]: ...


class Reaper:
    def __init__(
        self,
        database: Database,
        workflows: Workflows,
        locks: Executors,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._workflows = workflows
        self._locks = locks
        self._clock = clock
        self._missed: dict[str, float] = {}

    def turn(self) -> int:
        """One round; answers how many workflows were put back."""
        resumed = sum(self._see_after(name) for name in self._workflows.executors())
        resumed += self._workflows.give_back()
        broken = self._workflows.revive()
        if broken:
            self._database.transact(lambda tx: _ask(tx, broken), _REAPER)
        return resumed + len(broken)

    def _see_after(self, name: str) -> int:
        """Resumes once the lock was free for a while, and still is."""
        lock = self._locks.borrow(name)
        if lock is None:
            self._missed.pop(name, None)
            return 0
        with lock:
            if self._clock() - self._missed.setdefault(name, self._clock()) < GRACE_SECONDS:
                return 0
            del self._missed[name]
            resumed = self._workflows.resume(name)
        metrics.RESUMED.inc(resumed)
        structlog.get_logger().warning("reaper.resumed", executor=name, workflows=resumed)
        return resumed


def _ask(tx: Transaction, broken: list[Broken]) -> None:
    """Something that we did wrong: it is tried again, and somebody should look at it. What is no merchant's stands in
    the log alone."""
    for workflow in broken:
        if not workflow.merchant_id:
            continue
        table = _ROWS.get(workflow.workflow)
        row = table and tx.session.get(table, (workflow.merchant_id, workflow.subject_id))
        ask_staff(tx, workflow.merchant_id, "effect.broken", getattr(row, "return_id", ""))
