"""What is young, unfinished or unread stays, and what it needs."""

from datetime import timedelta
from typing import Any

import pytest
from sendback_service.effects.pruning import Pruning
from sendback_service.rules.states import SettlementKind
from sendback_service.store.tables import (
    DeliveryRow,
    EventRow,
    MessageRow,
    ReturnRow,
    TransferRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Subject, Transaction
from sqlmodel import func, select, text

from service.tests.audit.town import MERCHANT, Town
from service.tests.effects.pruned import LONG, broken, prune, quick, returns, settle, tables
from service.tests.effects.world import STAFF


def test_what_is_younger_stays_whole(town: Town, database_url: str) -> None:
    town.close("closed")
    settle(town)
    town.clock.turn(LONG)
    town.close("young")
    settle(town)
    before = town.database.look(
        lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, town.names["young"])).model_dump()
    )
    prune(town, timedelta())
    assert returns(town) == {"young"}
    after = town.database.look(
        lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, town.names["young"])).model_dump()
    )
    assert after == before
    assert broken(town, database_url) == []


@quick
def test_it_is_off_where_no_months_are_set(town: Town) -> None:
    town.close("closed")
    settle(town)
    before = tables(town)
    town.clock.turn(timedelta(days=9000))
    assert Pruning(town.database).turn() == 0
    assert tables(town) == before


def _live(town: Town) -> None:
    town.make("closed")


def _money(town: Town) -> None:
    _change(town, TransferRow, state="UNKNOWN")


def _letter(town: Town) -> None:
    _change(town, MessageRow, state="REQUESTED")


def _work(town: Town) -> None:
    item = WorkItemRow(
        merchant_id=MERCHANT, id="wrk_1", kind="x", return_id=town.names["closed"], create_time=0
    )
    town.database.transact(lambda tx: tx.session.add(item), STAFF)


def _deadline(town: Town) -> None:
    due = town.clock.now + timedelta(days=9000)
    town.database.transact(
        lambda tx: tx.set_deadline(MERCHANT, "return.unused", town.names["closed"], due), STAFF
    )


def _unread(town: Town) -> None:
    town.database.transact(
        lambda tx: tx.session.connection().execute(
            text("UPDATE installation SET value = '1' WHERE name = 'observed_position'")
        ),
        STAFF,
    )


def _unplaced(town: Town) -> None:
    subject = Subject("return", town.names["closed"])
    town.database.transact(lambda tx: tx.record(MERCHANT, "return.approved", subject), STAFF)
    town.database.transact(
        lambda tx: tx.session.connection().execute(text("UPDATE event SET time = 0 WHERE position IS NULL")),
        STAFF,
    )


def _delivery(town: Town) -> None:
    def write(tx: Transaction) -> None:
        event = tx.session.exec(
            select(EventRow.id).where(EventRow.subject_id == town.names["closed"])
        ).first()
        row = DeliveryRow(merchant_id=MERCHANT, id="dlv_1", endpoint="whe_1", event_id=str(event), type="x")
        row.due_time = row.expire_time = row.create_time = row.update_time = 0
        tx.session.add(row)

    town.database.transact(write, STAFF)


def _change(town: Town, table: Any, **values: Any) -> None:
    def write(tx: Transaction) -> None:
        row = tx.session.exec(select(table)).first()
        for name, value in values.items():
            setattr(row, name, value)
        tx.session.add(row)

    town.database.transact(write, STAFF)


@quick
@pytest.mark.parametrize(
    "unfinished",
    [_live, _money, _letter, _work, _deadline, _unread, _unplaced, _delivery],
    ids=lambda f: f.__name__,
)
def test_nothing_that_is_unfinished_or_unread_goes(town: Town, unfinished: Any) -> None:
    if unfinished is not _live:
        town.close("closed")
        settle(town)
    unfinished(town)
    before = tables(town)
    prune(town)
    assert tables(town) == {**before, "installation": tables(town)["installation"]}


@quick
def test_an_order_stays_for_its_young_return(town: Town) -> None:
    town.close("closed")
    settle(town)
    town.clock.turn(LONG)
    town.make("closed")
    settle(town)
    prune(town, timedelta())
    assert (
        town.database.look(lambda tx: tx.session.exec(select(func.count()).select_from(ReturnRow)).one()) == 2
    )


@quick
def test_store_credit_keeps_the_return_that_gave_it(town: Town, database_url: str) -> None:
    town.close("credited", SettlementKind.STORE_CREDIT)
    town.close("closed")
    settle(town)
    prune(town)
    assert returns(town) == {"credited"}
    assert "credit_entry" in tables(town)
    assert broken(town, database_url) == []
