"""Of a parcel and its return the return is locked first, by callers and workers alike: nobody waits crosswise."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sendback_service import parcels, tracking
from sendback_service.call import Call
from sendback_service.held import hold
from sendback_service.rules.states import Transit
from sendback_service.store import Database
from sendback_service.store.tables import ParcelRow
from sendback_service.store.transaction import Transaction
from sqlmodel import text

from service.tests.effects.world import MERCHANT, PARCEL, RETURN, STAFF, Stage, ask_for_label

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
CALL = Call("VoidLabel", MERCHANT, "staff")


def void(tx: Transaction) -> None:
    parcels._void(tx, CALL, PARCEL)


def scan(tx: Transaction) -> None:
    parcel = tracking.parcel_of(tx, MERCHANT, PARCEL)
    tracking.report(tx, parcel, Transit.HANDED_OVER, tx.now)


@pytest.mark.parametrize("change", [void, scan])
def test_who_holds_the_return_finds_its_parcel_free(
    stage: Stage, change: Callable[[Transaction], None]
) -> None:
    stage.database.transact(ask_for_label, STAFF)
    held = Event()

    def worker(tx: Transaction) -> None:
        hold(tx, MERCHANT, RETURN)
        held.set()
        _wait_for_somebody(stage.database)
        tx.session.get_one(ParcelRow, (MERCHANT, PARCEL), with_for_update={"nowait": True})

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(stage.database.transact, worker, STAFF)
        assert held.wait(10)
        stage.database.transact(change, STAFF)
        working.result()


def _wait_for_somebody(database: Database) -> None:
    """Until a transaction waits for another."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    until = time.monotonic() + 10
    while not database.look(lambda tx: tx.session.connection().execute(waiting).scalar()):
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.02)
