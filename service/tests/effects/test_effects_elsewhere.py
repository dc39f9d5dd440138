"""A shop that pays for an open return by itself: what the service would pay beside it is for people."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sendback_sdk import OrderLine, Payment
from sendback_service import settlements
from sendback_service.amounts_due import due
from sendback_service.held import hold
from sendback_service.rules.policy import SettlementMoment
from sendback_service.store import Database
from sendback_service.store.documents import order_document
from sendback_service.store.tables import OrderRow, OrderVersionRow, TransferRow, WorkItemRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank
from service.tests.effects.world import MERCHANT, ORDER, RETURN, STAFF, HandClock, Stage, begin

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHIRTS, HAT = ORDER.lines[0], OrderLine("line_2", "A hat", 1, 5000)
PAID = Payment("payment_1", 10000)
SOLD = replace(ORDER, lines=(SHIRTS, HAT), payments=(PAID,))


@pytest.fixture
def stage(database: Database, clock: HandClock) -> Stage:
    """Both shirts were looked at; the hat is the buyer's."""
    database.transact(lambda tx: begin(tx, order=SOLD), STAFF)
    stage = Stage(database, clock)
    stage.platforms = {"bank": Bank()}
    return stage


def changed(stage: Stage, lines: Sequence[OrderLine], *payments: Payment) -> None:
    """The shop's order, since the return was made."""

    def change(tx: Transaction) -> None:
        order = tx.session.get_one(OrderRow, (MERCHANT, ORDER.id))
        order.version += 1
        document = order_document(replace(SOLD, lines=tuple(lines), payments=payments))
        key = {"merchant_id": MERCHANT, "order_id": ORDER.id, "version": order.version}
        tx.session.add(OrderVersionRow(**key, document=document))

    stage.database.transact(change, STAFF)


def settled(stage: Stage) -> list[int]:
    """By the service itself; what was paid in all."""
    stage.database.transact(
        lambda tx: settlements.settle_at(hold(tx, MERCHANT, RETURN), SettlementMoment.INSPECTION), STAFF
    )
    stage.run()
    return stage.database.look(lambda tx: list(tx.session.exec(select(TransferRow.amount_minor))))


def work(stage: Stage) -> list[str]:
    open_items = select(WorkItemRow.kind).where(WorkItemRow.done_time == None)  # noqa: E711
    return stage.database.look(lambda tx: list(tx.session.exec(open_items)))


@pytest.mark.parametrize("left", [(HAT,), (replace(SHIRTS, quantity=1, price=2500), HAT)])
@pytest.mark.parametrize("waived", [True, False])
def test_what_the_shop_may_have_paid_for_is_for_staff(
    stage: Stage, left: tuple[OrderLine, ...], waived: bool
) -> None:
    changed(stage, left, replace(PAID, refunded=2500, refund_references=("theirs",)))
    assert settled(stage) == settled(stage) == []
    assert work(stage) == ["refund.elsewhere"]

    def decide(tx: Transaction) -> None:
        held = hold(tx, MERCHANT, RETURN)
        settlements.pay(held, settlements.Payout(due(held)[1], waive=waived, note="seen"))

    stage.database.transact(decide, STAFF)
    stage.run()
    assert work(stage) == []


def test_a_shop_that_only_pays_or_only_changes_its_order_asks_nobody(stage: Stage) -> None:
    changed(stage, SOLD.lines, replace(PAID, refunded=2500))
    changed(stage, (HAT,), PAID)
    assert (settled(stage), work(stage)) == ([5000], [])


def test_a_refund_of_ours_that_the_shop_reports_asks_nobody(stage: Stage) -> None:
    """The first stage's, whose shirt the shop took off its order."""

    def look_at(tx: Transaction, found: str) -> None:
        unit = hold(tx, MERCHANT, RETURN).units[1]
        unit.inspection = found
        tx.session.add(unit)

    stage.database.transact(lambda tx: look_at(tx, "EXPECTED"), STAFF)
    stage.database.transact(lambda tx: settlements.settle(hold(tx, MERCHANT, RETURN)), STAFF)
    stage.run()
    reference = stage.database.look(lambda tx: tx.session.exec(select(TransferRow.provider_reference)).one())
    stage.database.transact(lambda tx: look_at(tx, "ACCEPTED"), STAFF)
    one = replace(SHIRTS, quantity=1, price=2500)
    changed(stage, (one, HAT), replace(PAID, refunded=2500, refund_references=(reference,)))
    assert (settled(stage), work(stage)) == ([2500, 2500], [])
