"""Asking carriers where parcels are: account by account, some parcels in a call, ever more rarely without news.

The rows say what is due, so nothing is lost with a worker. A call only reads: one that was cut off is made again when
its parcels are due anew. An account that is not set up, or asks for patience, is left alone as a whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sendback_sdk import Carrier, Misconfigured, TrackingUpdate, Tracks
from sqlmodel import col, delete, select, update

from sendback_service.effects.gate import rests_until
from sendback_service.effects.outside import End, Ended, call
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
_IN_A_CALL = 20
# Nobody else asks about the same parcels for so long: longer than any call may take.
_LEASE = timedelta(minutes=15)
# One workflow asks so often, then leaves the rest to the next.
_CALLS = 25
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
        """The workflow: some parcels in a call, until none is due or the account is to be left alone."""
        for _ in range(_CALLS):
            if not self._ask(account):
                return

    def _ask(self, account: str) -> bool:
        """Whether there may be more to ask now."""
        if self._cannot_be_asked(account):
            self.database.transact(lambda tx: _forget(tx, account), WORKER)
            return False
        parcels = self.database.transact(lambda tx: _take(tx, account), WORKER)
        if not parcels:
            return parcels is not None
        ended = self._updates(account, parcels)
        if ended.end in (End.LATER, End.MISCONFIGURED):
            self.database.transact(lambda tx: _leave_alone(tx, account, ended.after), WORKER)
            return False
        for parcel in parcels:
            told = [u for u in ended.answer or () if u.tracking_number == parcel.tracking_number]
            self.database.transact(partial(_hear, seen=parcel, told=told), WORKER)
        return ended.end is End.DONE

    def _cannot_be_asked(self, account: str) -> bool:
        """By what its carrier declares. Of an account that is not set up, that is not known."""
        try:
            return not isinstance(self.carrier(account), Tracks)
        except Exception:
            return False

    def _updates(self, account: str, parcels: Sequence[ParcelRow]) -> Ended[list[TrackingUpdate]]:
        """Where the carrier refuses some parcels, the halves are asked about by themselves."""
        ended = call("track", account, parcels[0].id, lambda: self._track(account, parcels), _nonsense)
        if ended.end is not End.DECLINED or len(parcels) == 1:
            return ended
        half = len(parcels) // 2
        halves = [self._updates(account, part) for part in (parcels[:half], parcels[half:])]
        stop = next((part for part in halves if part.end in (End.LATER, End.MISCONFIGURED)), None)
        return stop or Ended(End.DONE, [told for part in halves for told in part.answer or ()])

    def _track(self, account: str, parcels: Sequence[ParcelRow]) -> list[TrackingUpdate]:
        carrier = self.carrier(account)
        if not isinstance(carrier, Tracks):
            raise Misconfigured("this carrier cannot be asked where parcels are")
        return carrier.track([label_of(parcel) for parcel in parcels])


def _nonsense(answer: object) -> str:
    if not isinstance(answer, list | tuple) or len(answer) > _MOST_UPDATES:
        return f"a {type(answer).__name__} instead of at most {_MOST_UPDATES} tracking updates"
    return next((wrong for told in answer if (wrong := wrong_update(told))), "")


def _accounts(tx: Transaction) -> tuple[datetime, list[str]]:
    """Those with something due now."""
    query = select(TrackingRow.account).where(TrackingRow.due_time <= micros(tx.now)).distinct()
    return tx.now, list(tx.session.exec(query))


def _take(tx: Transaction, account: str) -> list[ParcelRow] | None:
    """The parcels to ask about now, kept from others for a while. Those of which nothing is left to hear go. None
    where nothing is due, and while the account's circuit is open."""
    circuit = tx.session.get(CircuitRow, account)
    until = None if circuit is None else rests_until(circuit)
    if until is not None and tx.now < until:
        _leave_until(tx, account, until)
        return None
    query = select(TrackingRow).where(TrackingRow.account == account, TrackingRow.due_time <= micros(tx.now))
    rows = tx.session.exec(
        query.order_by(col(TrackingRow.due_time)).limit(_IN_A_CALL).with_for_update(skip_locked=True)
    ).all()
    taken: list[ParcelRow] = []
    for row in rows:
        parcel = tx.session.get(ParcelRow, (row.merchant_id, row.parcel_id))
        if parcel is None or _is_over(tx, parcel):
            tx.session.delete(row)
            continue
        row.due_time = micros(tx.now + _LEASE)
        tx.session.add(row)
        taken.append(parcel)
    return taken if rows else None


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
