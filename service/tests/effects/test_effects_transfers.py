"""Money: paid once under one key, whatever the other side says or does not say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sendback_sdk import (
    CreditRequest,
    Payment,
    Receipt,
    ReceiptState,
    RefundLine,
    RefundUpdate,
    WebhookRequest,
)
from sendback_service import confirmations, credit
from sendback_service.effects import recovery
from sendback_service.held import hold
from sendback_service.observability.backlog import Waiting, backlog_in
from sendback_service.refusal import Reason, Refusal
from sendback_service.store import Database
from sendback_service.store.tables import EventRow, OrderRow, SettlementRow, TransferRow, UnitRow, WorkItemRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingBank, SearchingBank
from service.tests.effects.world import MERCHANT, ORDER, RETURN, STAFF, HandClock, Stage, begin, settle

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def settled(stage: Stage, bank: Bank) -> Stage:
    stage.platforms = {"bank": bank}
    stage.database.transact(settle, STAFF)
    return stage


def settlement(database: Database) -> SettlementRow:
    return database.look(lambda tx: tx.session.exec(select(SettlementRow)).one())


def states(database: Database) -> list[str]:
    return database.look(lambda tx: sorted(tx.session.exec(select(TransferRow.state))))


def work(database: Database) -> set[str]:
    return database.look(
        lambda tx: set(tx.session.exec(select(WorkItemRow.kind).where(WorkItemRow.done_time == None)))  # noqa: E711
    )


def events(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))


def confirmed(database: Database, settlement_id: str, named: str = "by hand 7") -> bool:
    return database.transact(
        lambda tx: confirmations.confirm(tx, hold(tx, MERCHANT, RETURN), settlement_id, named), STAFF
    )


def test_paid_settled_and_told(stage: Stage) -> None:
    bank = Bank()
    settled(stage, bank).run()
    assert settlement(stage.database).state == "SETTLED"
    assert stage.postman.occasions == ["refunded"]
    [request] = bank.paid.values()
    assert (request.amount.minor, request.payment_id, request.lines[0].quantity) == (5000, "payment_1", 2)


def found(stage: Stage, line: str) -> None:
    """What became of the second unit."""

    def inspect(tx: Transaction) -> None:
        unit = hold(tx, MERCHANT, RETURN).units[1]
        unit.inspection, unit.grade = line, ""
        tx.session.add(unit)

    stage.database.transact(inspect, STAFF)


@pytest.mark.parametrize("line", ["MISSING", "REJECTED"])
def test_a_refund_is_for_the_units_that_came_back(stage: Stage, line: str) -> None:
    found(stage, line)
    bank = Bank()
    settled(stage, bank).run()
    [request] = bank.paid.values()
    assert (request.amount.minor, request.lines) == (2500, (RefundLine("line_1", 1),))


def test_what_is_found_between_two_calls_changes_nothing_of_a_refund(stage: Stage) -> None:
    bank = Bank("silent", "ok")
    settled(stage, bank).run()
    found(stage, "REJECTED")
    stage.run(until=MINUTE)
    first, second = bank.requests
    assert first == second
    assert first.lines == (RefundLine("line_1", 2),)
    assert settlement(stage.database).state == "SETTLED"


def test_a_lost_answer_is_repeated_under_the_same_key(stage: Stage) -> None:
    bank = Bank("silent", "deaf", "ok")
    settled(stage, bank).run(until=MINUTE)
    assert settlement(stage.database).state == "SETTLED"
    assert len(bank.paid) == 1
    assert len({request.key for request in bank.requests}) == 1
    assert "settlement.unknown" in events(stage.database)


def test_a_no_to_the_repetition_of_a_lost_call_is_not_believed(stage: Stage) -> None:
    bank = Bank("silent", "no")
    settled(stage, bank).run(until=20 * MINUTE)
    assert settlement(stage.database).state == "UNKNOWN"
    assert states(stage.database) == ["UNKNOWN"]
    assert work(stage.database) == {"settlement.unknown"}
    assert stage.database.look(lambda tx: all(u.settlement_id for u in tx.session.exec(select(UnitRow))))


def test_a_later_to_the_repetition_of_a_lost_call_leaves_the_doubt(stage: Stage) -> None:
    bank = Bank("silent", "later", "no")
    settled(stage, bank).run(until=20 * MINUTE)
    assert settlement(stage.database).state == "UNKNOWN"


def test_a_doubt_grows_old_however_often_the_call_is_repeated(stage: Stage) -> None:
    """Or nobody would ever be woken by it."""
    bank = Bank("deaf")
    settled(stage, bank).run()
    for hours in (1, 2, 3):
        calls = bank.script.calls
        stage.run(until=HOUR)
        assert bank.script.calls > calls
        assert stage.database.look(backlog_in).unknown["transfer"] == Waiting(1, hours * 3600)


def test_keys_are_not_trusted_for_ever(stage: Stage) -> None:
    bank = Bank("deaf")
    settled(stage, bank).run(until=12 * HOUR)
    calls = bank.script.calls
    stage.run(until=24 * HOUR)
    assert bank.script.calls == calls
    assert settlement(stage.database).state == "UNKNOWN"
    assert confirmed(stage.database, settlement(stage.database).id)
    stage.run()
    assert settlement(stage.database).state == "SETTLED"
    assert work(stage.database) == set()


@pytest.mark.parametrize("kind", [FindingBank, SearchingBank])
def test_who_can_be_asked_is_asked_before_it_is_repeated(stage: Stage, kind: type[FindingBank]) -> None:
    bank = kind("silent", "ok")
    settled(stage, bank).run(until=MINUTE)
    assert settlement(stage.database).state == "SETTLED"
    assert len(bank.payments) == 1


@pytest.mark.parametrize("kind", [FindingBank, SearchingBank])
def test_nothing_found_is_believed_only_after_a_while(stage: Stage, kind: type[FindingBank]) -> None:
    bank = kind("deaf", "ok")
    settled(stage, bank).run(until=timedelta(seconds=25))
    assert bank.payments == []
    stage.run(until=MINUTE)
    assert settlement(stage.database).state == "SETTLED"
    assert len(bank.payments) == 1


def test_a_no_after_nothing_was_found_is_a_no(stage: Stage) -> None:
    bank = FindingBank("deaf", "no")
    settled(stage, bank).run(until=2 * MINUTE)
    assert settlement(stage.database).state == "FAILED"


def test_asking_that_fails_says_nothing(stage: Stage) -> None:
    bank = FindingBank("silent", "ok", finds=("no", "wrong", "later", "deaf", "ok"))
    settled(stage, bank).run(until=5 * MINUTE)
    assert settlement(stage.database).state == "SETTLED"
    assert len(bank.payments) == 1


@pytest.mark.parametrize("line", ["no", "wrong"])
def test_a_no_fails_and_staff_can_settle_anew(stage: Stage, line: str) -> None:
    settled(stage, Bank(line)).run()
    assert settlement(stage.database).state == "FAILED"
    assert "settlement.failed" in work(stage.database)
    assert ("account.misconfigured" in work(stage.database)) is (line == "wrong")
    bank = Bank()
    settled(stage, bank).run()
    assert len(bank.paid) == 1
    assert "settlement.failed" not in work(stage.database)


def test_later_is_tried_later(stage: Stage) -> None:
    bank = Bank("later", "later", "ok")
    settled(stage, bank).run(until=MINUTE)
    assert settlement(stage.database).state == "SETTLED"
    assert len(bank.paid) == 1


def test_nonsense_says_nothing(stage: Stage) -> None:
    bank = Bank("nonsense", "ok")
    settled(stage, bank).run(until=MINUTE)
    assert settlement(stage.database).state == "SETTLED"
    assert len(bank.paid) == 1


def test_paid_by_hand_waits_for_somebody_to_say_so(stage: Stage) -> None:
    bank = Bank(state=ReceiptState.SUBMITTED)
    settled(stage, bank).run(until=HOUR)
    assert (settlement(stage.database).state, bank.script.calls) == ("SUBMITTED", 1)
    assert work(stage.database) == {"refund.by_hand"}
    assert confirmed(stage.database, settlement(stage.database).id)
    stage.run()
    assert stage.postman.occasions == ["refunded"]
    assert work(stage.database) == set()
    assert not confirmed(stage.database, settlement(stage.database).id)


def test_money_that_was_taken_on_is_asked_after(stage: Stage) -> None:
    bank = FindingBank(state=ReceiptState.SUBMITTED)
    settled(stage, bank).run(until=5 * MINUTE)
    assert settlement(stage.database).state == "SUBMITTED"
    bank.state = ReceiptState.SETTLED
    stage.run(until=HOUR)
    assert settlement(stage.database).state == "SETTLED"
    assert len(bank.payments) == 1


@pytest.fixture
def two_payments(database: Database, clock: HandClock) -> Stage:
    order = replace(ORDER, payments=(Payment("payment_1", 2000), Payment("payment_2", 3000)))
    database.transact(lambda tx: begin(tx, order=order), STAFF)
    return Stage(database, clock)


def test_a_part_that_failed_keeps_the_settlement_open(two_payments: Stage) -> None:
    settled(two_payments, Bank("ok", "no")).run()
    assert states(two_payments.database) == ["FAILED", "SETTLED"]
    assert settlement(two_payments.database).state == "SUBMITTED"
    assert work(two_payments.database) == {"settlement.failed"}
    assert confirmed(two_payments.database, settlement(two_payments.database).id)
    assert settlement(two_payments.database).state == "SETTLED"


def test_parts_that_all_failed_free_the_units(two_payments: Stage) -> None:
    settled(two_payments, Bank("no")).run()
    assert settlement(two_payments.database).state == "FAILED"
    assert two_payments.database.look(
        lambda tx: {u.settlement_id for u in tx.session.exec(select(UnitRow))}
    ) == {""}


def test_a_doubtful_part_is_not_hidden_by_a_failed_one(two_payments: Stage) -> None:
    settled(two_payments, Bank("deaf", "no", "ok")).run(until=MINUTE)
    assert states(two_payments.database) == ["FAILED", "SETTLED"]
    assert settlement(two_payments.database).state != "FAILED"


def test_what_was_refused_as_a_whole_is_noted_as_paid_by_hand(stage: Stage) -> None:
    settled(stage, Bank("no")).run()
    [failed] = stage.database.look(lambda tx: list(tx.session.exec(select(SettlementRow))))
    assert (failed.state, work(stage.database)) == ("FAILED", {"settlement.failed"})
    assert confirmed(stage.database, failed.id)
    stage.run()
    assert (settlement(stage.database).state, stage.postman.occasions) == ("SETTLED", ["refunded"])
    assert stage.database.look(lambda tx: set(tx.session.exec(select(UnitRow.settlement_id)))) == {failed.id}
    assert work(stage.database) == set()


def test_what_was_refused_is_not_paid_by_hand_beside_what_is_paid_in_its_place(stage: Stage) -> None:
    settled(stage, Bank("no")).run()
    failed = settlement(stage.database).id
    settled(stage, Bank("silent")).run()
    with pytest.raises(Refusal) as refused:
        confirmed(stage.database, failed)
    assert (refused.value.reason, refused.value.metadata["state"]) == (Reason.STATE_FORBIDS, "FAILED")


def test_credit_is_given_once_in_our_own_ledger(database: Database, clock: HandClock) -> None:
    database.transact(lambda tx: begin(tx, outcome="STORE_CREDIT"), STAFF)
    stage = settled(Stage(database, clock), Bank("no"))
    stage.run()
    assert settlement(database).state == "SETTLED"
    assert _balance(database) == 5000
    assert stage.postman.occasions == ["credited"]
    assert "credit.issued" in events(database)


@pytest.mark.parametrize("account", ["", "shop"])
def test_nobody_says_of_credit_that_our_ledger_gives_that_it_was_given(
    database: Database, clock: HandClock, account: str
) -> None:
    database.transact(sold_by_a_shop if account else lambda tx: begin(tx, outcome="STORE_CREDIT"), STAFF)
    stage = Stage(database, clock)
    stage.platforms = {"shop": Bank()}
    database.transact(settle, STAFF)
    with pytest.raises(Refusal) as refused:
        confirmed(database, settlement(database).id)
    assert (refused.value.reason, refused.value.metadata["state"]) == (Reason.STATE_FORBIDS, "SUBMITTED")
    stage.run()
    assert (settlement(database).state, _balance(database)) == ("SETTLED", 5000)


def _balance(database: Database) -> int:
    def read(tx: Transaction) -> int:
        return credit.balance(tx, credit.Holder(MERCHANT, "customer_1", "EUR"))

    return database.look(read)


class CreditingBank(Bank):
    """A shop that keeps credit of its own."""

    def issue_credit(self, request: CreditRequest) -> Receipt:
        return self.script.next(lambda: self._give(request))

    def _give(self, request: CreditRequest) -> Receipt:
        self.given[request.key] = request
        return Receipt(f"credit-{request.key}", self.state, request.amount)

    @property
    def given(self) -> dict[str, CreditRequest]:
        return self.__dict__.setdefault("_given", {})


def sold_by_a_shop(tx: Transaction) -> None:
    begin(tx, outcome="STORE_CREDIT")
    order = tx.session.get_one(OrderRow, (MERCHANT, ORDER.id))
    order.account = "shop"
    tx.session.add(order)


@pytest.mark.parametrize("kind", [CreditingBank, Bank])
def test_credit_is_the_shops_where_it_gives_any_else_our_ledgers(
    database: Database, clock: HandClock, kind: type[Bank]
) -> None:
    shop = kind()
    database.transact(sold_by_a_shop, STAFF)
    stage = Stage(database, clock)
    stage.platforms = {"shop": shop}
    database.transact(settle, STAFF)
    stage.run()
    assert settlement(database).state == "SETTLED"
    accounts = database.look(lambda tx: list(tx.session.exec(select(TransferRow.account))))
    holder = credit.Holder(MERCHANT, "customer_1", "EUR")
    left = database.look(lambda tx: credit.balance(tx, holder))
    given = [request.amount.minor for request in getattr(shop, "given", {}).values()]
    assert (accounts, given, left) in ((["shop"], [5000], 0), (["ledger"], [], 5000))
    assert bool(given) is isinstance(shop, CreditingBank)


def test_credit_is_our_ledger_s_where_the_shop_gives_none_after_a_restore_too(
    database: Database, clock: HandClock
) -> None:
    """What no shop was asked for is in no doubt there."""
    database.transact(sold_by_a_shop, STAFF)
    database.transact(settle, STAFF)
    database.transact(lambda tx: recovery.doubt(tx, 10), STAFF)
    with pytest.raises(Refusal):
        confirmed(database, settlement(database).id)
    stage = Stage(database, clock)
    stage.platforms = {"shop": Bank()}
    stage.run()
    assert (settlement(database).state, _balance(database)) == ("SETTLED", 5000)


def test_an_order_that_names_anothers_account_is_not_paid_by_it(database: Database, clock: HandClock) -> None:
    strange = replace(ORDER, payments=(Payment("payment_1", 5000, account="mer_2/bank"),))
    database.transact(lambda tx: begin(tx, order=strange), STAFF)
    stage = Stage(database, clock)
    stage.platforms = {"mer_2/bank": (bank := Bank())}
    database.transact(settle, STAFF)
    stage.run()
    assert bank.requests == []
    assert settlement(database).state == "FAILED"
    assert "account.misconfigured" in work(database)


class TellingBank(Bank):
    """It takes refunds on, and says by webhook what became of them."""

    def hear(self, request: WebhookRequest) -> list[RefundUpdate]:
        return []


def test_who_tells_by_webhook_is_waited_for_and_asked_nothing(stage: Stage) -> None:
    bank = TellingBank(state=ReceiptState.SUBMITTED)
    settled(stage, bank).run(until=HOUR)
    assert (states(stage.database), work(stage.database)) == (["SUBMITTED"], set())
    assert len(bank.requests) == 1
    stage.run(until=80 * HOUR, step=8 * HOUR)
    assert work(stage.database) == {"refund.late"}
    assert len(bank.requests) == 1
