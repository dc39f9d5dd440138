"""Returns in shops' own books: each told its news in order, one call at a time, for as long as it takes.

The events are the intents: what a shop is to be told follows from them, in the order of the feed, and a row for each
return and shop says how far it was told. A plugin knows what it was told before; a call that ended without an answer is
made again, but not while it may still be under way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sendback_sdk import Change, Mirrors, Misconfigured, Platform
from sqlmodel import col, select, text

from sendback_service.effects import refund_comparison
from sendback_service.effects.backoff import MIRROR_ROUNDS, STILL_UNDER_WAY, next_try
from sendback_service.effects.plugin_call import LONGEST_CALL_SECONDS, End, Ended, call
from sendback_service.effects.work import WORKER, kept
from sendback_service.held import HeldReturn, hold
from sendback_service.ids import new_id
from sendback_service.mirrored_changes import NEWS, change_of, next_news
from sendback_service.store import Database
from sendback_service.store.tables import (
    EventRow,
    FeedRow,
    InstallationRow,
    MirrorRow,
    OrderRow,
    ReturnRow,
)
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Author, Transaction
from sendback_service.work_items import ask_staff

LANE = "mirrors"
RETRY = "mirror.due"
LATE, REFUSED = "mirror.late", "mirror.refused"
CURSOR = "mirrored_position"
_FOLLOWING = Author("effect", "mirrors")
_BATCH = 500
# Longer than any call may take.
_UNDER_WAY = timedelta(seconds=LONGEST_CALL_SECONDS) + STILL_UNDER_WAY
# So many pieces of news in one workflow; what is left is for the next.
_AT_ONCE = 20
_LATE_AFTER = 10

Shops = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Following:
    """Finds in the feed what shops are to be told. `shops` are the accounts that keep returns in their books, with
    their merchants; `may` those of which this process cannot say whether they do."""

    database: Database
    shops: Shops
    may: Shops = dict

    def turn(self) -> int:
        """One round; answers how many events were read. Several may turn at once: they take turns."""
        if not self.database.look(_behind):
            return 0
        shops, may = self.shops(), self.may()
        return self.database.transact(lambda tx: _follow(tx, shops, may), _FOLLOWING)


@dataclass(frozen=True, slots=True)
class Told:
    """A piece of news that is being told: of which row, up to which of the return's events."""

    row: MirrorRow
    sequence: int
    change: Change


@dataclass(frozen=True, slots=True)
class Mirroring:
    database: Database
    platform: Callable[[str], Platform]

    def mirror(self, merchant_id: str, mirror_id: str, _round: int) -> None:
        if self._keeps_none(merchant_id, mirror_id):
            self.database.transact(lambda tx: _let_be(tx, merchant_id, mirror_id), WORKER)
            return
        for _ in range(_AT_ONCE):
            if not self._tell(merchant_id, mirror_id):
                return
        self.database.transact(lambda tx: wake(tx, _locked(tx, merchant_id, mirror_id)[1]), WORKER)

    def _keeps_none(self, merchant_id: str, mirror_id: str) -> bool:
        """Of an account that cannot be used that is not known."""
        row = self.database.look(lambda tx: tx.session.get_one(MirrorRow, (merchant_id, mirror_id)))
        try:
            return not isinstance(self.platform(row.account), Mirrors)
        except Exception:
            return False

    def _tell(self, merchant_id: str, mirror_id: str) -> bool:
        """Whether there may be more to tell now."""
        told = self.database.transact(lambda tx: _claim(tx, merchant_id, mirror_id), WORKER)
        if told is None:
            return False
        account = told.row.account
        ended = call("mirror", account, told.row.return_id, lambda: self._hand_over(account, told.change))
        return kept(self.database, lambda tx: _record(tx, told, ended))

    def _hand_over(self, account: str, change: Change) -> None:
        platform = self.platform(account)
        if not isinstance(platform, Mirrors):
            raise Misconfigured(f"account {account} keeps no returns")
        platform.mirror(change)


def wake(tx: Transaction, row: MirrorRow, due: datetime | None = None) -> None:
    """Has the engine look at it, once it may be called. Each waking has a number, so that none is taken for another."""
    rest = moment(row.rest_time) if row.rest_time is not None else tx.now
    row.turn += 1
    row.update_time = micros(tx.now)
    tx.session.add(row)
    tx.set_deadline(row.merchant_id, RETRY, row.id, max(due or tx.now, rest), number=row.turn)


def _behind(tx: Transaction) -> bool:
    cursor, feed = tx.session.get(InstallationRow, CURSOR), tx.session.get(FeedRow, 1)
    return cursor is None or (feed is not None and feed.position > int(cursor.value))


def _follow(tx: Transaction, shops: Mapping[str, str], may: Mapping[str, str]) -> int:
    """An installation that never followed begins with what comes: a return that is told of later is told whole."""
    feed = tx.session.get(FeedRow, 1)
    position = feed.position if feed is not None else 0
    first = text("INSERT INTO installation (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")
    tx.session.connection().execute(first, {"name": CURSOR, "value": str(position)})
    cursor = tx.session.get_one(InstallationRow, CURSOR, with_for_update=True)
    if not shops and not may:
        cursor.value = str(max(position, int(cursor.value)))
        tx.session.add(cursor)
        return 0
    query = select(EventRow).where(col(EventRow.position) > int(cursor.value))
    events = list(tx.session.exec(query.order_by(col(EventRow.position)).limit(_BATCH)))
    merchants = {*shops.values(), *may.values()}
    for event in events:
        cursor.value = str(event.position)
        if event.type in NEWS and event.subject_type == "return" and event.merchant_id in merchants:
            _note(tx, event, _of(shops, event.merchant_id), _of(may, event.merchant_id))
    tx.session.add(cursor)
    return len(events)


def _of(shops: Mapping[str, str], merchant_id: str) -> list[str]:
    return [name for name, owner in shops.items() if owner == merchant_id]


def _note(tx: Transaction, event: EventRow, mine: list[str], may: list[str]) -> None:
    for account in _told(tx, event, mine, may):
        row = _row_of(tx, event, account)
        if not row.turn:
            tx.set_deadline(event.merchant_id, refund_comparison.RETRY, row.id, tx.now)
        idle = row.done == row.wanted
        row.wanted = max(row.wanted, event.sequence)
        tx.session.add(row)
        if idle:
            wake(tx, row)


def _told(tx: Transaction, event: EventRow, mine: list[str], may: list[str]) -> list[str]:
    """The shop that the order was read from; where nobody knows, the merchant's only one. Those that `may` be shops are
    told too where they are: what is noted for one that keeps no returns is let be when somebody can say so."""
    query = (
        select(OrderRow.account)
        .join(ReturnRow, col(ReturnRow.order_id) == OrderRow.id)
        .where(
            OrderRow.merchant_id == event.merchant_id,
            ReturnRow.merchant_id == event.merchant_id,
            ReturnRow.id == event.subject_id,
        )
    )
    source = tx.session.exec(query).first()
    if source:
        return [source] if source in (*mine, *may) else []
    return next((alone for alone in (mine, may) if len(alone) == 1), [])


def _row_of(tx: Transaction, event: EventRow, account: str) -> MirrorRow:
    query = select(MirrorRow).where(
        MirrorRow.merchant_id == event.merchant_id,
        MirrorRow.return_id == event.subject_id,
        MirrorRow.account == account,
    )
    row = tx.session.exec(query.with_for_update()).first()
    if row is None:
        row = MirrorRow(
            merchant_id=event.merchant_id,
            id=new_id("mir", tx.now),
            return_id=event.subject_id,
            account=account,
            create_time=micros(tx.now),
        )
    return row


def _locked(tx: Transaction, merchant_id: str, mirror_id: str) -> tuple[HeldReturn, MirrorRow]:
    """Always the return first."""
    row = tx.session.get_one(MirrorRow, (merchant_id, mirror_id))
    held = hold(tx, merchant_id, row.return_id)
    tx.session.refresh(row, with_for_update=True)
    return held, row


def _claim(tx: Transaction, merchant_id: str, mirror_id: str) -> Told | None:
    """Counts the call before it is made, and keeps others from calling meanwhile."""
    held, row = _locked(tx, merchant_id, mirror_id)
    if row.done >= row.wanted:
        return None
    if row.rest_time is not None and micros(tx.now) < row.rest_time:
        wake(tx, row)
        return None
    event = next_news(held, row.done)
    if event is None:
        row.done = row.wanted
        tx.session.add(row)
        return None
    row.calls += 1
    row.rest_time = micros(tx.now + _UNDER_WAY)
    row.update_time = micros(tx.now)
    tx.session.add(row)
    tx.session.flush()
    return Told(row, event.sequence, change_of(held, event))


def _let_be(tx: Transaction, merchant_id: str, mirror_id: str) -> None:
    """Noted while nobody could say that the account keeps no returns."""
    _, row = _locked(tx, merchant_id, mirror_id)
    row.done, row.update_time = row.wanted, micros(tx.now)
    tx.session.add(row)


def _record(tx: Transaction, told: Told, ended: Ended[None]) -> bool:
    held, row = _locked(tx, told.row.merchant_id, told.row.id)
    if row.done >= told.sequence:
        return True
    row.failure = ended.note
    if ended.end is End.DONE:
        _go_on(tx, held, row, told, "mirror.done")
        return True
    if ended.end is End.DECLINED or row.failures + 1 >= MIRROR_ROUNDS:
        ask_staff(tx, row.merchant_id, REFUSED, row.return_id)
        _go_on(tx, held, row, told, "mirror.failed")
        return True
    _again(tx, row, ended)
    return False


def _go_on(tx: Transaction, held: HeldReturn, row: MirrorRow, told: Told, type: str) -> None:
    """The news is told, or will not be: what comes after it is not held up."""
    attributes = {"account": row.account, "news": told.change.event, "event_id": told.change.key}
    row.done, row.calls, row.failures, row.rest_time = told.sequence, 0, 0, None
    row.wanted = max(row.wanted, row.done)
    row.update_time = micros(tx.now)
    tx.session.add(row)
    if row.done == row.wanted:
        held.finish_work(LATE)
    tx.record(row.merchant_id, type, held.subject, attributes)


def _again(tx: Transaction, row: MirrorRow, ended: Ended[None]) -> None:
    due = next_try(tx.now, row.failures, ended.after)
    if ended.end is End.UNKNOWN:
        due = max(due, tx.now + STILL_UNDER_WAY)
    row.failures += 1
    row.rest_time = micros(due)
    if ended.end is End.MISCONFIGURED:
        ask_staff(tx, row.merchant_id, "account.misconfigured", row.return_id)
    elif row.failures >= _LATE_AFTER:
        ask_staff(tx, row.merchant_id, LATE, row.return_id)
    wake(tx, row)
