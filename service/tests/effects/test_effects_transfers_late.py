"""Answers that come when others have spoken already, and accounts that change between two calls."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sendback_sdk import Payment, Receipt, RefundRequest, RefundUpdate
from sendback_service import settlements
from sendback_service.effects.transfers import Paying
from sendback_service.held import hold
from sendback_service.refund_news import RefundNews
from sendback_service.store import Database
from sendback_service.store.tables import ReturnRow, TransferRow, UnitRow, WorkItemRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingBank
from service.tests.effects.world import MERCHANT, ORDER, STAFF, HandClock, Stage, begin, settle

MINUTE = timedelta(minutes=1)


class SlowBank(Bank):
    """It pays, and something happens before its answer to the first call arrives."""

    def __init__(self, meanwhile: Callable[[str], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def refund(self, request: RefundRequest) -> Receipt:
        receipt = super().refund(request)
        if len(self.requests) == 1:
            self._meanwhile(request.key)
        return receipt


def states(stage: Stage) -> list[str]:
    return stage.database.look(lambda tx: sorted(tx.session.exec(select(TransferRow.state))))


def work(stage: Stage) -> set[str]:
    open_items = select(WorkItemRow.kind).where(WorkItemRow.done_time == None)  # noqa: E711
    return stage.database.look(lambda tx: set(tx.session.exec(open_items)))


def refused(stage: Stage, key: str) -> None:
    """By a webhook that comes when our call is taken to be over."""
    stage.clock.turn(MINUTE)
    told(stage, RefundUpdate(key, settled=False, text="the card is closed"))


def told(stage: Stage, news: RefundUpdate, default_account: str = "bank") -> None:
    stage.database.transact(RefundNews(stage.database, default_account)._heard(news, "bank"), STAFF)


def paid(stage: Stage, meanwhile: Callable[[str], None]) -> SlowBank:
    bank = SlowBank(meanwhile)
    stage.platforms = {"bank": bank}
    stage.database.transact(settle, STAFF)
    stage.run(until=5 * MINUTE)
    return bank


def test_money_that_went_although_its_webhook_refused_it_is_settled(stage: Stage) -> None:
    bank = paid(stage, lambda key: refused(stage, key))
    assert (states(stage), len(bank.paid), work(stage)) == (["SETTLED"], 1, set())


def test_money_that_went_although_it_was_settled_anew_is_for_people(stage: Stage) -> None:
    def anew(key: str) -> None:
        refused(stage, key)
        stage.database.transact(settle, STAFF)

    paid(stage, anew)
    assert states(stage) == ["FAILED", "SETTLED"]
    assert "refund.contradicted" in work(stage)


@pytest.mark.parametrize("kind", [Bank, FindingBank])
@pytest.mark.parametrize("first", ["silent", "deaf"])
def test_who_was_asked_for_money_is_asked_again_and_nobody_else(
    stage: Stage, kind: type[Bank], first: str
) -> None:
    """Another account pays from now on; the old one may have paid what it did not answer."""
    old, new = kind(first, "ok"), kind()
    stage.platforms = {"bank": old, "other": new}
    stage.database.transact(settle, STAFF)
    stage.run()
    stage._handlers["pay"] = Paying(stage.database, lambda name: stage.platforms[name], "other").pay
    stage.run(until=5 * MINUTE)
    assert (states(stage), len(old.paid), len(new.paid)) == (["SETTLED"], 1, 0)
    told(stage, RefundUpdate(old.requests[0].key, settled=False), default_account="other")
    assert work(stage) == {"refund.contradicted"}


def two_returns(tx: Transaction) -> None:
    """One unit each, of an order that has money for one of them and a fifth of the other."""
    begin(tx, order=replace(ORDER, payments=(Payment("payment_1", 3000),)))
    first, second = tx.session.exec(select(ReturnRow)).one(), tx.session.exec(select(UnitRow)).all()[1]
    tx.session.add(ReturnRow(**{**first.model_dump(), "id": "ret_2", "reference": "R7K3F9Q3"}))
    tx.session.flush()
    second.return_id = "ret_2"
    tx.session.add(second)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_paid_after_all_while_another_return_is_settled(database: Database, clock: HandClock) -> None:
    """Both count what is left of the order's money: one after the other."""
    database.transact(two_returns, STAFF)
    stage = Stage(database, clock)
    stage.platforms = {"bank": (bank := Bank("no"))}
    database.transact(settle, STAFF)
    stage.run()
    written, heard = Event(), Event()

    def settle_the_other(tx: Transaction) -> None:
        settlements.settle(hold(tx, MERCHANT, "ret_2"))
        tx.session.flush()
        written.set()
        heard.wait(1)

    with ThreadPoolExecutor(1) as staff:
        other = staff.submit(database.transact, settle_the_other, STAFF)
        written.wait(10)
        told(stage, RefundUpdate(bank.requests[0].key, settled=True))
        heard.set()
        other.result()
    assert "refund.contradicted" in work(stage)
    assert states(stage) == ["FAILED", "SUBMITTED"]
