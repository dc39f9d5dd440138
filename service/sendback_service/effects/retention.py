"""What is kept no longer than need be: personal data of returns that ended long ago, ids of requests, digests of
webhooks, counts of tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlmodel import col, delete, select, text, tuple_

from sendback_service.anonymisation import erase_ended
from sendback_service.effects.error_summary import described
from sendback_service.rules.privacy import months_before
from sendback_service.store import Database
from sendback_service.store.outage import is_outage
from sendback_service.store.tables import RequestKeyRow, ReturnRow, TryRow, WebhookRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction
from sendback_service.webhooks import KEPT as WEBHOOKS_KEPT

# As the API promises.
REQUEST_IDS_KEPT = timedelta(days=30)
_BATCH = 50
_REQUESTS = 500
_SWEEP = Author("timer", "retention")
# In the words of the index `returns_ended`, so that the planner sees that it can be used.
_ENDED = text(
    "returns.erase_time IS NULL AND returns.decision IN ('DECLINED', 'CANCELLED', 'EXPIRED', 'CLOSED')"
)

_Place = tuple[int, str, str]
_START: _Place = (0, "", "")


@dataclass(slots=True)
class Retention:
    """`months` after its last change a return that has ended loses what is personal; 0 keeps it. One that still has
    something open is passed over, and met again in the next round."""

    database: Database
    months: int = 0
    _behind: _Place = _START

    def turn(self) -> int:
        """Some of what is due; answers how many rows were looked at."""
        forgotten = sum(self._forget(kind) for kind in _FORGOTTEN)
        return forgotten + (self._erase_returns() if self.months else 0)

    def _erase_returns(self) -> int:
        due = self.database.look(lambda tx: _due(tx, self.months, self._behind))
        for _, merchant_id, return_id in due:
            self._erase(merchant_id, return_id)
        self._behind = due[-1] if due else _START
        return len(due)

    def _erase(self, merchant_id: str, return_id: str) -> None:
        try:
            self.database.transact(lambda tx: erase_ended(tx, merchant_id, return_id, "retention"), _SWEEP)
        except Exception as broken:
            if is_outage(broken):
                raise
            structlog.get_logger().error("retention.failed", return_id=return_id, error=described(broken))

    def _forget(self, kind: "_Forgotten") -> int:
        """The oldest of them, some at a time."""
        old = self.database.look(kind.old)
        if old:
            self.database.transact(lambda tx: kind.forget(tx, old[-1]), _SWEEP)
        return len(old)


@dataclass(frozen=True, slots=True)
class _Forgotten:
    """Rows that go by their own age: so long after `time`, a column with an index."""

    time: Any
    kept: timedelta

    def old(self, tx: Transaction) -> Sequence[int]:
        """The times of the oldest."""
        query = select(self.time).where(self.time < micros(tx.now - self.kept))
        return list(tx.session.exec(query.order_by(self.time).limit(_REQUESTS)))

    def forget(self, tx: Transaction, until: int) -> None:
        tx.session.exec(delete(self.time.class_).where(self.time <= until))


_FORGOTTEN = (
    _Forgotten(col(RequestKeyRow.create_time), REQUEST_IDS_KEPT),
    _Forgotten(col(WebhookRow.time), WEBHOOKS_KEPT),
    _Forgotten(col(TryRow.end_time), timedelta()),
)


def _due(tx: Transaction, months: int, behind: _Place) -> Sequence[_Place]:
    place = (col(ReturnRow.update_time), col(ReturnRow.merchant_id), col(ReturnRow.id))
    query = select(ReturnRow.update_time, ReturnRow.merchant_id, ReturnRow.id).where(
        _ENDED,
        ReturnRow.update_time < micros(months_before(tx.now, months)),
        ReturnRow.update_time >= behind[0],
        tuple_(*place) > tuple_(*behind),
    )
    return list(tx.session.exec(query.order_by(*place).limit(_BATCH)))
