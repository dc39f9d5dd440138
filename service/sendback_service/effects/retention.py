"""What is kept no longer than need be: personal data of returns that ended long ago, ids of requests, counts of
tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlmodel import col, delete, select, text, tuple_

from sendback_service.effects.trouble import described
from sendback_service.erasing import erase_ended
from sendback_service.rules.privacy import months_before
from sendback_service.store import Database
from sendback_service.store.outage import is_outage
from sendback_service.store.tables import RequestKeyRow, ReturnRow, TryRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction

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
        return self._forget_requests() + self._forget_tries() + (self._erase_returns() if self.months else 0)

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

    def _forget_tries(self) -> int:
        old = self.database.look(_old_tries)
        if old:
            self.database.transact(lambda tx: _forget_tries_until(tx, old[-1]), _SWEEP)
        return len(old)

    def _forget_requests(self) -> int:
        old = self.database.look(_old_requests)
        if old:
            self.database.transact(lambda tx: _forget_until(tx, old[-1]), _SWEEP)
        return len(old)


def _old_tries(tx: Transaction) -> Sequence[int]:
    ended = col(TryRow.end_time)
    query = select(TryRow.end_time).where(ended < micros(tx.now))
    return list(tx.session.exec(query.order_by(ended).limit(_REQUESTS)))


def _forget_tries_until(tx: Transaction, time: int) -> None:
    tx.session.exec(delete(TryRow).where(col(TryRow.end_time) <= time))


def _due(tx: Transaction, months: int, behind: _Place) -> Sequence[_Place]:
    place = (col(ReturnRow.update_time), col(ReturnRow.merchant_id), col(ReturnRow.id))
    query = select(ReturnRow.update_time, ReturnRow.merchant_id, ReturnRow.id).where(
        _ENDED,
        ReturnRow.update_time < micros(months_before(tx.now, months)),
        ReturnRow.update_time >= behind[0],
        tuple_(*place) > tuple_(*behind),
    )
    return list(tx.session.exec(query.order_by(*place).limit(_BATCH)))


def _old_requests(tx: Transaction) -> Sequence[int]:
    """When the oldest of them were made."""
    made = col(RequestKeyRow.create_time)
    query = select(RequestKeyRow.create_time).where(made < micros(tx.now - REQUEST_IDS_KEPT))
    return list(tx.session.exec(query.order_by(made).limit(_REQUESTS)))


def _forget_until(tx: Transaction, time: int) -> None:
    tx.session.exec(delete(RequestKeyRow).where(col(RequestKeyRow.create_time) <= time))
