"""By how much the clock of test mode is turned: a row that servers and workers alike read."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sendback_service.clock import Clock, TurnedClock, system_clock
from sendback_service.store import Database, prepared
from sendback_service.store.outage import is_outage
from sendback_service.store.tables import InstallationRow
from sendback_service.store.transaction import Author, Transaction

_ROW = "clock_offset_seconds"
_POLL_SECONDS = 0.2
# Times are reckoned with on either side of now, by months and years; beyond the calendar nothing runs.
FIRST_YEAR, LAST_YEAR = 2000, 2099


class TurnedTooFar(Exception):
    """Out of the years in which the clock may stand."""


def clock_for(*, test_mode: bool) -> Clock:
    return TurnedClock() if test_mode else system_clock


def follow(clock: Clock, database: Database, stop: threading.Event) -> None:
    """Keeps a turned clock at the row's offset, from a thread of its own."""
    if isinstance(clock, TurnedClock):
        _read(clock, database)
        threading.Thread(target=_follow, args=(clock, database, stop), name="clock", daemon=True).start()


def set_once(clock: Clock, look: Callable[[], AbstractContextManager[Transaction]]) -> None:
    """Sets the clock to the row's offset, for whoever only reads."""
    if isinstance(clock, TurnedClock):
        with look() as tx:
            clock.offset = _offset(tx)


def turn(database: Database, by: timedelta) -> timedelta:
    """Turns the clock for every process of the installation; answers the whole offset. Raises `TurnedTooFar`."""
    return database.transact(lambda tx: _turn(tx, by), Author("command", "clock"))


def _follow(clock: TurnedClock, database: Database, stop: threading.Event) -> None:
    """While the database cannot be asked the clock goes on as it is."""
    while not stop.wait(_POLL_SECONDS):
        try:
            _read(clock, database)
        except Exception as broken:
            if not is_outage(broken):
                raise


def _read(clock: TurnedClock, database: Database) -> None:
    clock.offset = database.look(_offset)


def _offset(tx: Transaction) -> timedelta:
    value = tx.session.exec(prepared.INSTALLATION_VALUE, params={"name": _ROW}).first()
    return timedelta(seconds=float(value or 0))


def _turn(tx: Transaction, by: timedelta) -> timedelta:
    whole = _offset(tx) + by
    _check(whole)
    tx.session.merge(InstallationRow(name=_ROW, value=str(whole.total_seconds())))
    return whole


def _check(offset: timedelta) -> None:
    try:
        year = (system_clock() + offset).year
    except OverflowError:
        raise TurnedTooFar from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise TurnedTooFar
