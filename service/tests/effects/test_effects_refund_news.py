"""Providers tell what became of refunds: applied once, whatever the order, and nothing is ever paid twice."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sendback_sdk import Money, Payment, ReceiptState, RefundUpdate
from sendback_service.amounts_due import due
from sendback_service.held import hold
from sendback_service.refund_news import RefundNews
from sendback_service.refusal import Reason, Refusal
from sendback_service.settlements import Payout, pay
from sendback_service.store import Database
from sendback_service.store.tables import TransferRow, UnitRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank
from service.tests.effects.test_effects_transfers import MINUTE, confirmed, settled, settlement, states, work
from service.tests.effects.world import MERCHANT, ORDER, RETURN, STAFF, HandClock, Stage, begin

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def transfers(database: Database) -> Sequence[TransferRow]:
    return database.look(lambda tx: tx.session.exec(select(TransferRow).order_by(TransferRow.id)).all())


def yes(key: str, amount: int | None = None) -> RefundUpdate:
    return RefundUpdate(key, True, f"ref-{key}", None if amount is None else Money(amount, "EUR"))


def no(key: str) -> RefundUpdate:
    return RefundUpdate(key, False, text="the card is closed")


def hear(stage: Stage, *updates: RefundUpdate, account: str = "bank") -> int:
    return asyncio.run(RefundNews(stage.database, "bank").hear(updates, account))


@pytest.fixture
def taken_on(stage: Stage) -> Stage:
    """One refund that the bank said it will pay."""
    settled(stage, Bank(state=ReceiptState.SUBMITTED)).run()
    return stage


def key_of(stage: Stage) -> str:
    return transfers(stage.database)[0].id


@pytest.mark.parametrize("known_by", ["key", "reference"])
def test_what_was_taken_on_is_paid(taken_on: Stage, known_by: str) -> None:
    update = yes(key_of(taken_on), 5000)
    update = update if known_by == "key" else replace(update, key="theirs")
    assert hear(taken_on, update, update) == 1
    taken_on.run()
    assert settlement(taken_on.database).state == "SETTLED"
    assert taken_on.postman.occasions == ["refunded"]
    assert work(taken_on.database) == set()
    assert hear(taken_on, update) == 0


def test_a_refusal_fails_it_and_staff_settle_anew_under_another_key(taken_on: Stage) -> None:
    first = key_of(taken_on)
    assert hear(taken_on, no(first), no(first)) == 1
    assert settlement(taken_on.database).state == "FAILED"
    assert work(taken_on.database) >= {"settlement.failed"}
    settled(taken_on, Bank()).run()
    assert hear(taken_on, no(first)) == 0
    assert states(taken_on.database) == ["FAILED", "SETTLED"]


def test_a_lost_answer_is_told_by_webhook(stage: Stage) -> None:
    bank = Bank("silent")
    settled(stage, bank).run()
    assert hear(stage, yes(key_of(stage))) == 1
    stage.run(until=MINUTE)
    assert (settlement(stage.database).state, len(bank.requests)) == ("SETTLED", 1)


def test_a_refusal_while_our_call_may_be_under_way_is_to_come_again(stage: Stage, clock: HandClock) -> None:
    settled(stage, Bank("silent")).run()
    with pytest.raises(Refusal) as refused:
        hear(stage, no(key_of(stage)))
    assert (refused.value.reason, refused.value.retry_after) == (Reason.ACCOUNT_SILENT, 30.0)
    assert states(stage.database) == ["UNKNOWN"]
    clock.turn(timedelta(seconds=31))
    assert hear(stage, no(key_of(stage))) == 1
    assert states(stage.database) == ["FAILED"]


@pytest.mark.parametrize("account", ["another", "mer_2/bank"])
def test_news_of_others_is_none(taken_on: Stage, account: str) -> None:
    key = key_of(taken_on)
    assert hear(taken_on, yes(key), account=account) == 0
    assert hear(taken_on, yes("trf_of_somebody_else"), RefundUpdate("taken on", False, "taken on")) == 0
    assert states(taken_on.database) == ["SUBMITTED"]


def test_another_amount_is_for_people(taken_on: Stage) -> None:
    assert hear(taken_on, yes(key_of(taken_on), 4999)) == 0
    assert states(taken_on.database) == ["SUBMITTED"]
    assert "refund.contradicted" in work(taken_on.database)


def test_what_was_settled_is_not_moved_back(stage: Stage) -> None:
    settled(stage, Bank()).run()
    assert hear(stage, no(key_of(stage))) == 0
    assert settlement(stage.database).state == "SETTLED"
    assert work(stage.database) == {"refund.contradicted"}


def test_paid_after_a_refusal_is_not_paid_again(taken_on: Stage) -> None:
    key = key_of(taken_on)
    assert hear(taken_on, no(key), yes(key)) == 2
    taken_on.run()
    assert settlement(taken_on.database).state == "SETTLED"
    units = taken_on.database.look(lambda tx: {u.settlement_id for u in tx.session.exec(select(UnitRow))})
    assert units == {settlement(taken_on.database).id}
    assert work(taken_on.database) == set()


def test_paid_after_it_was_settled_anew_is_for_people(taken_on: Stage) -> None:
    first = key_of(taken_on)
    hear(taken_on, no(first))
    settled(taken_on, Bank()).run()
    assert hear(taken_on, yes(first)) == 0
    assert states(taken_on.database) == ["FAILED", "SETTLED"]
    assert "refund.contradicted" in work(taken_on.database)


def test_one_part_refused_and_one_paid(database: Database, clock: HandClock) -> None:
    order = replace(ORDER, payments=(Payment("payment_1", 2000), Payment("payment_2", 3000)))
    database.transact(lambda tx: begin(tx, order=order), STAFF)
    stage = settled(Stage(database, clock), Bank(state=ReceiptState.SUBMITTED))
    stage.run()
    one, two = (transfer.id for transfer in transfers(database))
    assert hear(stage, no(one), yes(two)) == 2
    assert (states(database), settlement(database).state) == (["FAILED", "SETTLED"], "SUBMITTED")
    assert hear(stage, yes(one)) == 1
    assert settlement(database).state == "SETTLED"


@pytest.mark.parametrize("update", [no, yes])
def test_a_refund_of_which_no_part_is_in_doubt_any_more_is_in_doubt_no_more(
    database: Database, clock: HandClock, update: Callable[[str], RefundUpdate]
) -> None:
    """Of three cards one is paid later, another is known to have been refused or paid."""
    order = replace(ORDER, payments=tuple(Payment(f"payment_{n}", 2000) for n in range(3)))
    database.transact(lambda tx: begin(tx, order=order), STAFF)
    stage = settled(Stage(database, clock), Bank("silent", "ok", state=ReceiptState.SUBMITTED))
    stage.run()
    assert (states(database), settlement(database).state) == (
        ["SUBMITTED", "SUBMITTED", "UNKNOWN"],
        "UNKNOWN",
    )
    [doubted] = [transfer.id for transfer in transfers(database) if transfer.state == "UNKNOWN"]
    clock.turn(timedelta(seconds=31))
    assert hear(stage, update(doubted)) == 1
    assert settlement(database).state == "SUBMITTED"


def test_what_was_refused_and_paid_by_hand_and_is_paid_after_all_is_for_people(
    database: Database, clock: HandClock
) -> None:
    order = replace(ORDER, payments=(Payment("payment_1", 2000), Payment("payment_2", 3000)))
    database.transact(lambda tx: begin(tx, order=order), STAFF)
    stage = settled(Stage(database, clock), Bank(state=ReceiptState.SUBMITTED))
    stage.run()
    one, two = (transfer.id for transfer in transfers(database))
    hear(stage, no(one), yes(two))
    assert confirmed(database, settlement(database).id)
    assert hear(stage, yes(two), no(one)) == 0
    assert work(database) == set()
    assert hear(stage, yes(one)) == 0
    assert work(database) == {"refund.contradicted"}


def test_what_was_put_off_for_good_and_paid_by_hand_and_is_paid_after_all_is_for_people(stage: Stage) -> None:
    settled(stage, Bank("later")).run(until=timedelta(days=10))
    assert states(stage.database) == ["FAILED"]
    assert confirmed(stage.database, settlement(stage.database).id)
    assert hear(stage, yes(key_of(stage))) == 0
    assert "refund.contradicted" in work(stage.database)


@pytest.mark.parametrize(("named", "told"), [("by hand 7", {"refund.contradicted"}), ("", set())])
def test_staff_who_name_another_payment_than_the_bank_are_told(
    stage: Stage, named: str, told: set[str]
) -> None:
    """Who names none may have seen it in the bank's books."""
    settled(stage, Bank("silent")).run()
    assert confirmed(stage.database, settlement(stage.database).id, named)
    assert hear(stage, yes(key_of(stage))) == 0
    assert work(stage.database) == told


def test_what_the_bank_refused_and_paid_by_itself_was_not_paid_by_hand(taken_on: Stage) -> None:
    """It may name a payment in two ways."""
    key = key_of(taken_on)
    assert hear(taken_on, no(key), yes(key)) == 2
    assert hear(taken_on, replace(yes(key), reference="another name")) == 0
    assert work(taken_on.database) == set()


@pytest.mark.parametrize("waived", [False, True])
def test_a_stage_that_failed_is_for_staff_until_it_is_paid_whatever_else_is(
    stage: Stage, waived: bool
) -> None:
    """Its units were not part of the other, which was under way by then."""
    stage.database.transact(lambda tx: _look_at(tx, "EXPECTED"), STAFF)
    settled(stage, Bank(state=ReceiptState.SUBMITTED)).run()
    stage.database.transact(lambda tx: _look_at(tx, "ACCEPTED"), STAFF)
    settled(stage, Bank(state=ReceiptState.SUBMITTED)).run()
    one, two = (transfer.id for transfer in transfers(stage.database))
    assert hear(stage, no(one), yes(two)) == 2
    assert work(stage.database) == {"settlement.failed"}
    if waived:
        stage.database.transact(_waive, STAFF)
    else:
        settled(stage, Bank()).run()
    assert work(stage.database) == set()


def _look_at(tx: Transaction, found: str) -> None:
    unit = hold(tx, MERCHANT, RETURN).units[1]
    unit.inspection = found
    tx.session.add(unit)


def _waive(tx: Transaction) -> None:
    held = hold(tx, MERCHANT, RETURN)
    pay(held, Payout(due(held)[1], waive=True, note="agreed"))
