"""Orders of a shop fetched ahead, all the time: what changed since the last pass, a page at a time.

Each page is kept and then remembered as read, so that a worker that dies reads it again, which changes nothing. One
worker at a time lists a shop; which one does not matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sendback_sdk import ListsOrders, Misconfigured, Order, OrderPage, Plugin
from sqlmodel import select, text

from sendback_service.effects.backoff import next_try
from sendback_service.effects.plugin_call import LONGEST_CALL_SECONDS, End, Ended, call
from sendback_service.orders import ImportResult, keeping
from sendback_service.rules.writable import is_writable
from sendback_service.shop_news import BATCH, INVALID, Taken, of_shop, order_problem, say_refused, taken
from sendback_service.store import Database
from sendback_service.store.tables import SynchronisationRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Author, Transaction
from sendback_service.synchronisation import SynchronisationState, state_of
from sendback_service.work_items import ask_staff, finish_work

LANE = "synchronisation"
WAKE = "shop.synchronise"
LATE = "shop.unsynchronised"
_WATCHING = Author("timer", "synchronisation")
# Longer than a call may take, and its orders to be kept.
_LEASE = timedelta(seconds=LONGEST_CALL_SECONDS + 60)
# So many pages in one workflow; the rest is for the next, so that workers are shared.
_PAGES = 25
_MOST_ORDERS = 1_000
# Shops list by an index that lags behind what they tell; what came twice changes nothing.
_OVERLAP = timedelta(minutes=5)
_LATE_AFTER = timedelta(hours=1)
# Settings may be mended meanwhile.
_MENDING = 300.0

Shops = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Pace:
    """A pass begins so long after the last one, nothing: never; the first asks for orders changed within `history`."""

    every: timedelta
    history: timedelta


@dataclass(frozen=True, slots=True)
class Watching:
    """Sees that every shop that can be listed is listed. `shops` are the accounts with their merchants; `may` those of
    which this process cannot say whether they can be."""

    database: Database
    shops: Shops
    pace: Pace
    may: Shops = dict

    def turn(self) -> int:
        """Answers 0: there is no hurry."""
        shops, may = (set(of().items()) if self.pace.every else set() for of in (self.shops, self.may))
        known = self.database.look(_known)
        if new := shops - known:
            self.database.transact(lambda tx: _begin(tx, new, self.pace), _WATCHING)
        if gone := known - shops - may:
            self.database.transact(lambda tx: _forget(tx, gone), _WATCHING)
        return 0


@dataclass(frozen=True, slots=True)
class NextPage:
    """The page to ask for."""

    merchant_id: str
    account: str
    since: datetime
    cursor: str


@dataclass(frozen=True, slots=True)
class Synchronising:
    database: Database
    plugin: Callable[[str], Plugin]
    pace: Pace

    def synchronise(self, merchant_id: str, account: str, _round: int) -> None:
        for _ in range(_PAGES):
            if not self._page(merchant_id, account):
                return
        self.database.transact(lambda tx: _wake(tx, merchant_id, account), _WATCHING)

    def _page(self, merchant_id: str, account: str) -> bool:
        """Whether the pass goes on."""
        author = Author("import", account)
        wanted = self.database.transact(lambda tx: _claim(tx, merchant_id, account), author)
        if wanted is None:
            return False
        ended = call("synchronise", account, account, lambda: self._list(wanted), _nonsense)
        news = self._keep(wanted, ended.answer.orders, author) if ended.answer is not None else Taken(0, True)
        state, more = self.database.transact(lambda tx: self._record(tx, wanted, ended), author)
        _say(state, ended, news)
        return more

    def _list(self, wanted: NextPage) -> OrderPage:
        shop = self.plugin(wanted.account)
        if not isinstance(shop, ListsOrders):
            raise Misconfigured(f"account {wanted.account} lists no orders")
        return shop.list_orders(wanted.since, wanted.cursor)

    def _keep(self, wanted: NextPage, orders: tuple[Order, ...], author: Author) -> Taken:
        """In bounded batches, each a transaction of its own."""
        shop = self.plugin(wanted.account)
        own = [of_shop(order, wanted.account, shop) for order in orders]
        kept: list[ImportResult] = []
        for start in range(0, len(own), BATCH):
            keep = keeping(wanted.merchant_id, own[start : start + BATCH], wanted.account)
            kept += self.database.transact(keep, author)
        if say_refused(wanted.account, orders, kept):
            self.database.transact(lambda tx: ask_staff(tx, wanted.merchant_id, INVALID, ""), author)
        return taken(kept)

    def _record(
        self, tx: Transaction, wanted: NextPage, ended: Ended[OrderPage]
    ) -> tuple[SynchronisationState, bool]:
        row = _locked(tx, wanted.merchant_id, wanted.account)
        more = False
        if row is None:
            return SynchronisationState(wanted.account, wanted.merchant_id), False
        if ended.answer is not None:
            more = _read(tx, row, wanted, ended.answer, self.pace)
        else:
            _again(tx, row, wanted, ended)
        return state_of(row, tx.now), more


def _nonsense(answer: object) -> str:
    if not isinstance(answer, OrderPage) or not is_writable(answer.cursor):
        return f"a {type(answer).__name__} instead of a page of orders"
    if len(answer.orders) > _MOST_ORDERS:
        return f"{len(answer.orders)} orders on a page, more than {_MOST_ORDERS}"
    through = answer.through
    if through is not None and (not isinstance(through, datetime) or through.tzinfo is None):
        return f"the time {through!r}, which is not aware"
    return next((wrong for order in answer.orders if (wrong := _wrong(order))), "")


def _wrong(order: object) -> str:
    return "nothing instead of an order" if order is None else order_problem(order)


def _known(tx: Transaction) -> set[tuple[str, str]]:
    query = select(SynchronisationRow.account, SynchronisationRow.merchant_id)
    return {(account, merchant_id) for account, merchant_id in tx.session.exec(query)}


def _begin(tx: Transaction, shops: set[tuple[str, str]], pace: Pace) -> None:
    """Several workers may find the same."""
    statement = text(
        "INSERT INTO synchronisation (merchant_id, account, since_time, cursor, orders, pages, failures, turn,"
        " failure, create_time, update_time)"
        " VALUES (:merchant_id, :account, :since, '', 0, 0, 0, 0, '', :now, :now) ON CONFLICT DO NOTHING"
    )
    for account, merchant_id in sorted(shops):
        values = {"merchant_id": merchant_id, "account": account}
        times = {"since": micros(tx.now - pace.history), "now": micros(tx.now)}
        tx.session.connection().execute(statement, {**values, **times})
        row = _locked(tx, merchant_id, account)
        if row is not None and row.turn == 0:
            _wake_at(tx, row, tx.now)


def _forget(tx: Transaction, shops: set[tuple[str, str]]) -> None:
    """An account that is gone, or another's now. Where it comes again it begins anew."""
    for account, merchant_id in sorted(shops):
        row = _locked(tx, merchant_id, account)
        tx.drop_deadline(merchant_id, WAKE, account)
        if row is not None:
            tx.session.delete(row)


def _locked(tx: Transaction, merchant_id: str, account: str) -> SynchronisationRow | None:
    return tx.session.get(SynchronisationRow, (merchant_id, account), with_for_update=True)


def _wake(tx: Transaction, merchant_id: str, account: str) -> None:
    if (row := _locked(tx, merchant_id, account)) is not None:
        _wake_at(tx, row, tx.now)


def _wake_at(tx: Transaction, row: SynchronisationRow, due: datetime) -> None:
    """Each waking has a number, so that none is taken for another."""
    row.turn += 1
    tx.session.add(row)
    tx.set_deadline(row.merchant_id, WAKE, row.account, due, number=row.turn)


def _claim(tx: Transaction, merchant_id: str, account: str) -> NextPage | None:
    """Keeps others from listing the same shop meanwhile. What a worker that died had claimed is free after a while."""
    row = _locked(tx, merchant_id, account)
    if row is None:
        return None
    if row.rest_time is not None and micros(tx.now) < row.rest_time:
        _wake_at(tx, row, moment(row.rest_time))
        return None
    if not row.pages:
        row.begin_time = micros(tx.now)
    row.rest_time = micros(tx.now + _LEASE)
    row.update_time = micros(tx.now)
    tx.session.add(row)
    return NextPage(merchant_id, account, moment(row.since_time), row.cursor)


def _read(tx: Transaction, row: SynchronisationRow, wanted: NextPage, page: OrderPage, pace: Pace) -> bool:
    """A page was read and kept. The last one ends the pass, from whose newest change the next begins."""
    row.failures, row.failure, row.rest_time = 0, "", None
    row.orders += len(page.orders)
    row.pages += 1
    if page.through is not None:
        row.through_time = max(row.through_time or 0, micros(page.through))
    row.update_time = micros(tx.now)
    finish_work(tx, row.merchant_id, LATE)
    more = bool(page.cursor) and page.cursor != wanted.cursor
    row.cursor = page.cursor if more else ""
    tx.session.add(row)
    if not more:
        row.synced_time, row.pages = row.begin_time, 0
        _go_on_from_newest(row)
        _wake_at(tx, row, tx.now + pace.every)
    return more


def _go_on_from_newest(row: SynchronisationRow) -> None:
    if row.through_time is not None:
        row.since_time = max(row.since_time, micros(moment(row.through_time) - _OVERLAP))


def _again(tx: Transaction, row: SynchronisationRow, wanted: NextPage, ended: Ended[OrderPage]) -> None:
    """Nothing was changed by listing, so it is asked again. A cursor that is refused may have run out: the pass begins
    anew at the last change that was seen."""
    if ended.end is End.DECLINED and wanted.cursor:
        row.cursor, row.pages = "", 0
        _go_on_from_newest(row)
    patience = _MENDING if ended.end in (End.MISCONFIGURED, End.DECLINED) else ended.after
    due = next_try(tx.now, row.failures, patience)
    row.failures += 1
    row.failure = f"{ended.end} {ended.note}"[:500]
    row.rest_time = row.update_time = micros(tx.now)
    tx.session.add(row)
    if ended.end is End.MISCONFIGURED:
        ask_staff(tx, row.merchant_id, "account.misconfigured", "")
    elif tx.now - moment(row.synced_time or row.create_time) > _LATE_AFTER:
        ask_staff(tx, row.merchant_id, LATE, "")
    _wake_at(tx, row, due)


def _say(state: SynchronisationState, ended: Ended[OrderPage], news: Taken) -> None:
    structlog.get_logger().info(
        "shop.synchronised" if ended.end is End.DONE else "shop.not_synchronised",
        account=state.account,
        merchant_id=state.merchant_id,
        orders=len(ended.answer.orders) if ended.answer is not None else 0,
        news=news.news,
        lag_seconds=state.lag_seconds,
        failures=state.failures,
    )
