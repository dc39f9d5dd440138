"""What is left of an order's payments: the same where a return is estimated and where one is settled."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sendback_sdk import Payment
from sendback_service import amounts_due, confirmations, reversals
from sendback_service.held import HeldReturn, hold
from sendback_service.rules.tenders import beyond_report, left_to_refund
from sendback_service.store import Database
from sendback_service.store.documents import order_document
from sendback_service.store.tables import (
    OrderRow,
    OrderVersionRow,
    SettlementRow,
    TransferRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank
from service.tests.effects.world import MERCHANT, ORDER, RETURN, STAFF, HandClock, Stage, begin, settle


@pytest.fixture
def two_payments(database: Database, clock: HandClock) -> Stage:
    order = replace(ORDER, payments=(Payment("payment_1", 2000), Payment("payment_2", 3000)))
    database.transact(lambda tx: begin(tx, order=order), STAFF)
    return Stage(database, clock)


def left(stage: Stage, loop: asyncio.AbstractEventLoop) -> int:
    def settling(held: HeldReturn) -> tuple[tuple[str, int], ...]:
        return amounts_due.circumstances(held).paid

    facts = loop.run_until_complete(stage.database.hot.load(MERCHANT, ORDER.id))
    assert facts is not None
    held_payments, gone = stage.database.look(
        lambda tx: ((held := hold(tx, MERCHANT, RETURN)).payments(), settling(held))
    )
    assert sorted(beyond_report(held_payments, facts.paid)) == sorted(gone)
    return left_to_refund(held_payments, gone)


def paid(stage: Stage, *lines: str) -> None:
    stage.platforms = {"bank": Bank(*lines)}
    stage.database.transact(settle, STAFF)
    stage.run()


def confirm(tx: Transaction) -> None:
    settlement = tx.session.exec(select(SettlementRow)).one()
    assert confirmations.confirm(tx, hold(tx, MERCHANT, RETURN), settlement.id, "by hand 7")


def reverse(tx: Transaction) -> None:
    settlement = tx.session.exec(select(SettlementRow).where(SettlementRow.state == "SETTLED")).one()
    reversals.reverse(hold(tx, MERCHANT, RETURN), settlement.id, "bounced")


def report(tx: Transaction, refunded: int) -> None:
    """The shop's order changes: how much it refunded of the second payment, and by which reference."""
    reference = tx.session.exec(
        select(TransferRow.provider_reference).where(TransferRow.payment_id == "payment_2")
    ).one()
    order = tx.session.get_one(OrderRow, (MERCHANT, ORDER.id))
    order.version += 1
    second = Payment("payment_2", 3000, refunded, refund_references=(reference,))
    changed = order_document(replace(ORDER, payments=(Payment("payment_1", 2000), second)))
    tx.session.add(
        OrderVersionRow(merchant_id=MERCHANT, order_id=ORDER.id, version=order.version, document=changed)
    )
    tx.session.flush()


def test_a_part_that_was_refused_is_owed_until_it_is_paid_by_hand(
    two_payments: Stage, loop: asyncio.AbstractEventLoop
) -> None:
    assert left(two_payments, loop) == 5000
    paid(two_payments, "ok", "no")
    assert left(two_payments, loop) == 0
    two_payments.database.transact(confirm, STAFF)
    assert left(two_payments, loop) == 0


def test_what_came_back_is_left_again(two_payments: Stage, loop: asyncio.AbstractEventLoop) -> None:
    paid(two_payments, "ok")
    assert left(two_payments, loop) == 0
    two_payments.database.transact(reverse, STAFF)
    assert left(two_payments, loop) == 5000


@pytest.mark.parametrize(("afterwards", "again"), [(3000, 5000), (1000, 4000), (0, 5000)])
def test_what_came_back_is_left_again_though_the_shop_reports_it(
    two_payments: Stage, loop: asyncio.AbstractEventLoop, afterwards: int, again: int
) -> None:
    """In full, in part or taken off, and named on: what is in doubt is not left twice."""
    paid(two_payments, "ok")
    two_payments.database.transact(lambda tx: report(tx, 3000), STAFF)
    assert left(two_payments, loop) == 0
    two_payments.database.transact(reverse, STAFF)
    two_payments.database.transact(lambda tx: report(tx, afterwards), STAFF)
    assert left(two_payments, loop) == again


def test_what_was_refused_as_a_whole_is_left(two_payments: Stage, loop: asyncio.AbstractEventLoop) -> None:
    paid(two_payments, "no")
    assert left(two_payments, loop) == 5000


def test_what_came_back_once_everything_was_looked_at_is_for_staff(two_payments: Stage) -> None:
    """The return is open still, since another stage of it is: nothing would ever pay the first one again."""
    stage = two_payments
    stage.database.transact(lambda tx: _look_at(tx, "EXPECTED"), STAFF)
    paid(stage)
    stage.database.transact(lambda tx: _look_at(tx, "ACCEPTED"), STAFF)
    paid(stage, "silent", "ok")
    stage.database.transact(reverse, STAFF)
    stage.run(until=timedelta(days=1), step=timedelta(hours=1))
    items = select(WorkItemRow.kind).where(WorkItemRow.done_time == None)  # noqa: E711
    assert stage.database.look(lambda tx: list(tx.session.exec(items))) == ["settlement.reversed"]


def _look_at(tx: Transaction, found: str) -> None:
    unit = hold(tx, MERCHANT, RETURN).units[1]
    unit.inspection = found
    tx.session.add(unit)
