"""Money that was asked for, and what happens until it is known to have gone: somebody else sees to it, or the account
is away for a while."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sendback_sdk import Receipt, ReceiptState, RefundRequest, RefundUpdate, TryLater
from sendback_service import confirmations
from sendback_service.held import hold
from sendback_service.refund_news import RefundNews
from sendback_service.store.tables import SettlementRow, TransferRow, WorkItemRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingBank
from service.tests.effects.world import MERCHANT, RETURN, STAFF, Stage, settle

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class SlowlyAskedBank(FindingBank):
    """Its first call is lost, and something happens while it is asked after that one."""

    def __init__(self) -> None:
        super().__init__("deaf", "ok")
        self.meanwhile: Callable[[], None] | None = None

    def find_refund(self, key: str) -> Receipt | None:
        found = super().find_refund(key)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return found


@pytest.fixture
def bank(stage: Stage) -> SlowlyAskedBank:
    """Asked once, and silent for so long that what it does not find was not paid."""
    bank = SlowlyAskedBank()
    stage.platforms = {"bank": bank}
    stage.database.transact(settle, STAFF)
    stage.run(until=timedelta(seconds=16))
    stage.clock.turn(timedelta(seconds=40))
    return bank


def confirm(tx: Transaction) -> None:
    [settlement] = tx.session.exec(select(SettlementRow.id))
    assert confirmations.confirm(tx, hold(tx, MERCHANT, RETURN), settlement, "by hand 7")


def states(stage: Stage) -> list[str]:
    return stage.database.look(lambda tx: list(tx.session.exec(select(TransferRow.state))))


def test_what_staff_paid_by_hand_meanwhile_is_not_paid_again(stage: Stage, bank: SlowlyAskedBank) -> None:
    bank.meanwhile = lambda: stage.database.transact(confirm, STAFF)
    stage.run(until=5 * MINUTE)
    assert (bank.payments, states(stage)) == ([], ["SETTLED"])


def test_what_was_refused_and_settled_anew_meanwhile_is_paid_once(
    stage: Stage, bank: SlowlyAskedBank
) -> None:
    [first] = bank.requests
    refused = RefundUpdate(key=first.key, settled=False, text="refused")

    def meanwhile() -> None:
        stage.database.transact(RefundNews(stage.database, "bank")._heard(refused, "bank"), STAFF)
        stage.database.transact(settle, STAFF)

    bank.meanwhile = meanwhile
    stage.run(until=5 * MINUTE)
    assert sorted(states(stage)) == ["FAILED", "SETTLED"]
    [paid] = bank.payments
    assert paid != first.key


def test_what_a_peer_asks_for_meanwhile_is_not_asked_for_too(stage: Stage, bank: SlowlyAskedBank) -> None:
    [request] = bank.requests
    bank.meanwhile = lambda: stage._handlers["pay"](MERCHANT, request.key, 5)
    stage.run(until=5 * MINUTE)
    assert (len(bank.payments), states(stage)) == (1, ["SETTLED"])


class BusyBank(FindingBank):
    """It keeps its first caller waiting for long, and then has no time for it."""

    def __init__(self, meanwhile: Callable[[str], None]) -> None:
        super().__init__("silent", "ok")
        self._meanwhile = meanwhile

    def refund(self, request: RefundRequest) -> Receipt:
        if not self.requests:
            self.requests.append(request)
            self._meanwhile(request.key)
            raise TryLater("busy", after=1)
        return super().refund(request)


def test_a_later_to_one_call_says_nothing_of_a_peer_s(stage: Stage) -> None:
    """Of two workers at one refund, since the one stood still and counted as dead, the other was not answered."""

    def peer(key: str) -> None:
        stage.clock.turn(MINUTE)
        stage._handlers["pay"](MERCHANT, key, 0)

    asked(stage, bank := BusyBank(peer), 5 * MINUTE)
    assert (bank.payments, states(stage)) == ([bank.requests[0].key], ["SETTLED"])


def work(stage: Stage) -> list[str]:
    return stage.database.look(lambda tx: sorted(tx.session.exec(select(WorkItemRow.kind))))


def asked(stage: Stage, bank: Bank, until: timedelta) -> None:
    stage.platforms = {"bank": bank}
    stage.database.transact(settle, STAFF)
    stage.run(until=until)


def away(stage: Stage, hours: int) -> None:
    """The account is not there, and then again."""
    stage.platforms, there = {}, stage.platforms
    stage.run(until=timedelta(hours=hours), step=HOUR)
    stage.platforms = there


def test_money_that_was_taken_on_is_asked_after_once_its_account_is_back(stage: Stage) -> None:
    asked(stage, bank := FindingBank(state=ReceiptState.SUBMITTED), 5 * MINUTE)
    away(stage, 30)
    bank.state = ReceiptState.SETTLED
    stage.run(until=2 * HOUR)
    assert (states(stage), len(bank.payments), work(stage)) == (["SETTLED"], 1, [])


def test_money_in_doubt_is_asked_after_once_its_account_is_back(stage: Stage) -> None:
    asked(stage, bank := FindingBank("silent", "ok"), timedelta())
    away(stage, 30)
    assert (states(stage), work(stage)) == (["UNKNOWN"], ["settlement.unknown"])
    stage.run(until=2 * HOUR)
    assert (states(stage), len(bank.payments)) == (["SETTLED"], 1)


def test_staff_see_to_what_was_taken_on_where_the_account_cannot_be_asked_any_more(stage: Stage) -> None:
    asked(stage, FindingBank(state=ReceiptState.SUBMITTED), 5 * MINUTE)
    stage.platforms = {"bank": Bank()}
    stage.run(until=2 * HOUR)
    assert (states(stage), work(stage)) == (["SUBMITTED"], ["refund.by_hand"])
