"""Asking carriers where parcels are: account by account, ever more rarely without news.

The rows say what is due, so nothing is lost with a worker. A call only reads: one that was cut off is made again when
its parcel is due anew. It asks about one parcel, since carriers are asked one by one in any case: whoever is told
"later" in the middle would lose what it was told before, and never come further. An account that is not set up, or
asks for patience, is left alone as a whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sendback_sdk import Carrier, Misconfigured, TrackingUpdate, Tracks
from sqlmodel import col, delete, select, update

from sendback_service.effects.gate import rests_until
from sendback_service.effects.plugin_call import End, call
from sendback_service.effects.voiding import label_of
from sendback_service.effects.work import WORKER
from sendback_service.rules.sightings import FIRST_POLL, next_poll, nothing_left_to_hear
from sendback_service.rules.states import Decision, LabelState, Transit
from sendback_service.store import Database
from sendback_service.store.tables import CircuitRow, ParcelRow, ReturnRow, TrackingRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Intent, Transaction
from sendback_service.tracking import report, wrong_update

LANE = "tracking"
# Nobody else asks about the same parcel for so long: longer than any call may take.
_LEASE = timedelta(minutes=15)
# One workflow asks so often, then leaves the rest to the next.
_CALLS = 500
_MOST_UPDATES = 2_000
_NO_LABEL = frozenset({LabelState.VOIDED, LabelState.FAILED, LabelState.NOT_NEEDED})


@dataclass(frozen=True, slots=True)
class Due:
    """Looks for accounts with parcels that are due, and has the engine ask each once a minute, however many look."""

    database: Database
    start: Callable[[str, Intent, str], None]

    def turn(self) -> int:
        """Answers 0: what it finds is due until the engine has seen to it, which is no reason to hurry."""
        now, accounts = self.database.look(_accounts)
        for account in accounts:
            self.start("", Intent("track", account, LANE), f"track.{now:%Y-%m-%dT%H:%M}")
        return 0


@dataclass(frozen=True, slots=True)
class Polling:
    database: Database
    carrier: Callable[[str], Carrier]

    def track(self, _merchant_id: str, account: str, _round: int) -> None:
        """The workflow: parcel by parcel, until none is due or the account is to be left alone."""
        for _ in range(_CALLS):
            if not self._ask(account):
                return

    def _ask(self, account: str) -> bool:
        """Whether there may be more to ask now."""
        if self._cannot_be_asked(account):
            self.database.transact(lambda tx: _forget(tx, account), WORKER)
            return False
        parcel = self.database.transact(lambda tx: _take(tx, account), WORKER)
        if parcel is None:
            return False
        ended = call("track", account, parcel.id, lambda: self._track(account, parcel), _nonsense)
        if ended.end in (End.LATER, End.MISCONFIGURED):
            self.database.transact(lambda tx: _leave_alone(tx, account, ended.after), WORKER)
            return False
        told = [u for u in ended.answer or () if u.tracking_number == parcel.tracking_number]
        self.database.transact(lambda tx: _hear(tx, parcel, told), WORKER)
        return ended.end in (End.DONE, End.DECLINED)

    def _cannot_be_asked(self, account: str) -> bool:
        """By what its carrier declares. Of an account that is not set up, that is not known."""
        try:
            return not isinstance(self.carrier(account), Tracks)
        except Exception:
            return False

    def _track(self, account: str, parcel: ParcelRow) -> list[TrackingUpdate]:
        carrier = self.carrier(account)
        if not isinstance(carrier, Tracks):
            raise Misconfigured("this carrier cannot be asked where parcels are")
        return carrier.track([label_of(parcel)])


def _nonsense(answer: object) -> str:
    if not isinstance(answer, list | tuple) or len(answer) > _MOST_UPDATES:
        return f"a {type(answer).__name__} instead of at most {_MOST_UPDATES} tracking updates"
    return next((wrong for told in answer if (wrong := wrong_update(told))), "")


def _accounts(tx: Transaction) -> tuple[datetime, list[str]]:
    """Those with something due now."""
    query = select(TrackingRow.account).where(TrackingRow.due_time <= micros(tx.now)).distinct()
    return tx.now, list(tx.session.exec(query))


def _take(tx: Transaction, account: str) -> ParcelRow | None:
    """The parcel to ask about now, kept from others for a while. Those of which nothing is left to hear go. None where
    nothing is due, and while the account's circuit is open."""
    circuit = tx.session.get(CircuitRow, account)
    until = None if circuit is None else rests_until(circuit)
    if until is not None and tx.now < until:
        _leave_until(tx, account, until)
        return None
    due = select(TrackingRow).where(TrackingRow.account == account, TrackingRow.due_time <= micros(tx.now))
    first = due.order_by(col(TrackingRow.due_time)).limit(1).with_for_update(skip_locked=True)
    while (row := tx.session.exec(first).first()) is not None:
        parcel = tx.session.get(ParcelRow, (row.merchant_id, row.parcel_id))
        if parcel is not None and not _is_over(tx, parcel):
            row.due_time = micros(tx.now + _LEASE)
            tx.session.add(row)
            return parcel
        tx.session.delete(row)
    return None


def _is_over(tx: Transaction, parcel: ParcelRow) -> bool:
    if parcel.label in _NO_LABEL and parcel.transit == Transit.NOT_SCANNED:
        return True
    row = tx.session.get(ReturnRow, (parcel.merchant_id, parcel.return_id)) if parcel.return_id else None
    since = moment(parcel.create_time if row is None else row.update_time)
    decision = None if row is None else Decision(row.decision)
    return nothing_left_to_hear(Transit(parcel.transit), decision, since, tx.now)


def _hear(tx: Transaction, seen: ParcelRow, told: Sequence[TrackingUpdate]) -> None:
    """Applies what was told of a parcel, oldest first, and says when to ask again."""
    key = (seen.merchant_id, seen.id)
    parcel = tx.session.get_one(ParcelRow, key)
    ordered = sorted(told, key=lambda u: u.time)
    news = [report(tx, parcel, Transit(u.state), u.time) for u in ordered]
    row = tx.session.get(TrackingRow, key)
    if row is None:
        return
    row.quiet = 0 if any(news) else row.quiet + 1
    row.due_time = micros(next_poll(Transit(parcel.transit), row.quiet, tx.now))
    tx.session.add(row)


def _leave_alone(tx: Transaction, account: str, after: float | None) -> None:
    """Everything of the account waits: as long as it asks for, within a day, or an hour."""
    _leave_until(tx, account, tx.now + (timedelta(seconds=min(after, 86400)) if after else FIRST_POLL))


def _leave_until(tx: Transaction, account: str, time: datetime) -> None:
    due = col(TrackingRow.due_time)
    waiting = update(TrackingRow).where(col(TrackingRow.account) == account, due < micros(time))
    tx.session.exec(waiting.values(due_time=micros(time)))


def _forget(tx: Transaction, account: str) -> None:
    """Its carrier cannot be asked."""
    tx.session.exec(delete(TrackingRow).where(col(TrackingRow.account) == account))
