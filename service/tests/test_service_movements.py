"""Movements are read in batches: none twice and none left out, whatever happened at the same time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sendback_sdk import Payment
from sendback_service import movements
from sendback_service.credit import Holder, give, spend
from sendback_service.held import hold
from sendback_service.returns import Filter
from sendback_service.reversals import reverse
from sendback_service.rules.movements import Movement
from sendback_service.store import Database
from sendback_service.store.tables import EventRow, SettlementRow, TransferRow
from sendback_service.store.transaction import Transaction
from sqlmodel import col, select

from service.tests.effects.conftest import clock, database, database_url, loop
from service.tests.effects.parties import Bank
from service.tests.effects.world import MERCHANT, ORDER, RETURN, STAFF, START, HandClock, Stage, begin, settle

__all__ = ["clock", "database", "database_url", "loop"]

_CARDS = tuple(Payment(f"card_{number}", 1000) for number in range(5))


def _busy(database: Database, clock: HandClock) -> None:
    """Five cards are paid at once, all of it comes back in the same moment, and credit is given and spent in it."""
    database.transact(lambda tx: begin(tx, order=replace(ORDER, payments=_CARDS)), STAFF)
    stage = Stage(database, clock)
    stage.platforms = {"bank": Bank()}
    database.transact(settle, STAFF)
    stage.run()
    database.transact(_all_at_once, STAFF)


def _all_at_once(tx: Transaction) -> None:
    held, holder = hold(tx, MERCHANT, RETURN), Holder(MERCHANT, "customer_1", "EUR")
    reverse(held, tx.session.exec(select(SettlementRow)).one().id, "bounced")
    for number in range(3):
        give(tx, holder, 100, f"restoration/{number}")
    spend(tx, holder, 250, "redemption/red_1")


async def _read(database: Database, filter: Filter) -> list[Movement]:
    return [one async for batch in movements.in_batches(database, MERCHANT, filter) for one in batch]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 250])
def test_none_is_read_twice_or_left_out(
    database: Database,
    clock: HandClock,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    _busy(database, clock)
    monkeypatch.setattr(movements, "BATCH", size)
    found = loop.run_until_complete(_read(database, Filter()))
    kinds = [movement.kind.value for movement in found]
    assert (
        kinds == ["REFUND"] * 5 + ["REFUND_REVERSED"] * 5 + ["CREDIT_RESTORED"] * 3 + ["CREDIT_REDEEMED"] * 3
    )
    assert len({movement.id for movement in found}) == len(found)
    assert sum(movement.amount for movement in found) == 50


def test_each_event_about_money_says_how_much_in_which_currency(database: Database, clock: HandClock) -> None:
    """Who follows the feed need not ask for it."""
    _busy(database, clock)
    asked = select(EventRow.type, EventRow.attributes).where(col(EventRow.type).startswith("settlement."))
    found = database.look(lambda tx: [(type, attributes) for type, attributes in tx.session.exec(asked)])
    assert {type for type, _ in found} == {
        "settlement.submitted",
        "settlement.settled",
        "settlement.reversed",
    }
    for _, told in found:
        assert (told["kind"], told["amount_minor"], told["currency"]) == ("REFUND", "5000", "EUR")


def test_what_an_older_version_settled_has_its_time(
    database: Database, clock: HandClock, loop: asyncio.AbstractEventLoop
) -> None:
    """Also where it comes back later."""
    _busy(database, clock)

    def older(tx: Transaction) -> None:
        for row in tx.session.exec(select(TransferRow)):
            row.state, row.settle_time = "SETTLED", None
            tx.session.add(row)

    database.transact(older, STAFF)
    day = timedelta(days=1)
    found = loop.run_until_complete(
        _read(database, Filter(created_from=START - day, created_before=START + day))
    )
    assert [movement.kind for movement in found].count("REFUND") == 5
