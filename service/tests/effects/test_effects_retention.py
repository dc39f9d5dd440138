"""What is kept no longer than need be: returns that ended so many months ago, and ids of requests."""

from datetime import UTC, datetime, timedelta

import pytest
from sendback_service.effects.retention import Retention
from sendback_service.store import Database
from sendback_service.store.documents import order_from
from sendback_service.store.tables import (
    EventRow,
    OrderRow,
    OrderVersionRow,
    RequestKeyRow,
    ReturnRow,
    SettlementRow,
    UnitRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.world import MERCHANT, ORDER, RETURN, STAFF, HandClock, begin

MONTHS = 6
# Where the database makes no difference, the quicker one is enough.
quick = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ended(tx: Transaction, *, decision: str = "CLOSED", settlement: str = "") -> None:
    begin(tx, decision=decision)
    row = tx.session.get_one(ReturnRow, (MERCHANT, RETURN))
    row.update_time = micros(tx.now)
    row.ship_from = {"name": "Ana"}
    tx.session.add(row)
    if settlement:
        tx.session.add(
            SettlementRow(
                merchant_id=MERCHANT,
                id="set_1",
                return_id=RETURN,
                order_id=ORDER.id,
                kind="REFUND",
                state=settlement,
                currency="EUR",
                amount_minor=5000,
            )
        )


def erased(database: Database) -> bool:
    row = database.look(lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, RETURN)))
    assert (row.erase_time is not None) == (row.ship_from == {})
    return row.erase_time is not None


def worked(retention: Retention) -> None:
    while retention.turn():
        pass


def kept_email(database: Database) -> str:
    key = (MERCHANT, ORDER.id, 1)
    return database.look(lambda tx: order_from(tx.session.get_one(OrderVersionRow, key).document).email)


@pytest.mark.parametrize("decision", ["CLOSED", "DECLINED", "CANCELLED", "EXPIRED"])
def test_what_ended_long_ago_goes_with_its_order(database: Database, clock: HandClock, decision: str) -> None:
    database.transact(lambda tx: ended(tx, decision=decision), STAFF)
    clock.now = datetime(2026, 9, 1, 11, 59, tzinfo=UTC)
    worked(Retention(database, MONTHS))
    assert not erased(database)
    clock.turn(timedelta(minutes=2))
    worked(Retention(database, MONTHS))
    assert erased(database)
    assert kept_email(database) == ""
    order = database.look(lambda tx: tx.session.get_one(OrderRow, (MERCHANT, ORDER.id)))
    assert order.access_revision == 0
    events = database.look(lambda tx: list(tx.session.exec(select(EventRow.type, EventRow.cause))))
    assert sorted(events) == [("order.erased", "timer"), ("return.erased", "timer")]


@quick
@pytest.mark.parametrize("decision", ["DECLINED", "CANCELLED", "EXPIRED"])
def test_a_return_is_erased_however_it_ended(database: Database, clock: HandClock, decision: str) -> None:
    database.transact(lambda tx: ended(tx, decision=decision), STAFF)
    clock.turn(timedelta(days=400))
    worked(Retention(database, MONTHS))
    assert erased(database)


@quick
def test_it_is_off_unless_months_are_set(database: Database, clock: HandClock) -> None:
    database.transact(ended, STAFF)
    clock.turn(timedelta(days=10_000))
    worked(Retention(database, 0))
    assert not erased(database)


@quick
@pytest.mark.parametrize("state", ["SUBMITTED", "UNKNOWN"])
def test_open_money_is_waited_for_and_holds_up_nobody(
    database: Database, clock: HandClock, state: str
) -> None:
    database.transact(lambda tx: ended(tx, settlement=state), STAFF)
    clock.turn(timedelta(days=400))
    retention = Retention(database, MONTHS)
    worked(retention)
    assert not erased(database)
    database.transact(_pay, STAFF)
    worked(retention)
    assert erased(database)


def _pay(tx: Transaction) -> None:
    row = tx.session.get_one(SettlementRow, (MERCHANT, "set_1"))
    row.state = "SETTLED"
    tx.session.add(row)


def test_a_living_return_keeps_the_order(database: Database, clock: HandClock) -> None:
    database.transact(ended, STAFF)
    database.transact(_one_more, STAFF)
    clock.turn(timedelta(days=400))
    retention = Retention(database, MONTHS)
    worked(retention)
    assert erased(database)
    assert kept_email(database) == ORDER.email
    database.transact(_close_the_other, STAFF)
    clock.turn(timedelta(days=400))
    worked(retention)
    assert kept_email(database) == ""
    units = database.look(lambda tx: list(tx.session.exec(select(UnitRow.grade))))
    assert units == ["A_RESELL", "A_RESELL"]


def _one_more(tx: Transaction) -> None:
    row = tx.session.get_one(ReturnRow, (MERCHANT, RETURN)).model_dump()
    tx.session.add(ReturnRow(**{**row, "id": "ret_2", "reference": "R2", "decision": "APPROVED"}))


def _close_the_other(tx: Transaction) -> None:
    row = tx.session.get_one(ReturnRow, (MERCHANT, "ret_2"))
    row.decision, row.update_time = "CLOSED", micros(tx.now)
    tx.session.add(row)


def test_request_ids_are_kept_thirty_days(database: Database, clock: HandClock) -> None:
    def ask(tx: Transaction) -> None:
        for number in range(3):
            made = micros(tx.now + timedelta(days=number))
            key = {"merchant_id": MERCHANT, "rpc": "CreateReturn", "request_id": str(number)}
            tx.session.add(RequestKeyRow(**key, body_sha256="", resource_id=RETURN, create_time=made))

    database.transact(ask, STAFF)
    clock.turn(timedelta(days=31))
    worked(Retention(database))
    left = database.look(lambda tx: sorted(tx.session.exec(select(RequestKeyRow.request_id))))
    assert left == ["1", "2"]
