"""Letters: tried again under the same key, not for ever, and never after one went."""

from datetime import timedelta

import pytest
from sendback_sdk import Declined, Message, Receipt, TryLater
from sendback_service.anonymisation import ERASED, erase
from sendback_service.buyer_holdings import Holdings
from sendback_service.configuration import Configuration
from sendback_service.correspondence import Correspondence
from sendback_service.effects.letters import Sending
from sendback_service.message_settings import Channels
from sendback_service.messages import Occasion, request
from sendback_service.store import Database
from sendback_service.store.tables import (
    EventRow,
    MessageRow,
    MessageSettingsRow,
    OrderVersionRow,
    ReturnRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Subject, Transaction
from sqlmodel import select

from service.tests.effects.parties import Postman
from service.tests.effects.world import MERCHANT, ORDER, RETURN, STAFF, Stage

HOUR = timedelta(hours=1)
LONG = 2 * HOUR


def written(stage: Stage, *lines: str, occasion: Occasion = Occasion.RECEIVED) -> Stage:
    stage.postman = Postman(*lines)
    stage.database.transact(lambda tx: _write(tx, occasion), STAFF)
    return stage


def _write(tx: Transaction, occasion: Occasion = Occasion.RECEIVED) -> None:
    letter = request(tx, MERCHANT, RETURN, occasion)
    tx.record(MERCHANT, "reception.started", Subject("return", RETURN), {}, letter)


def state(database: Database) -> str:
    return database.look(lambda tx: tx.session.exec(select(MessageRow.state)).one())


def test_busy_is_tried_later(stage: Stage) -> None:
    written(stage, "later", "later", "ok").run(until=timedelta(minutes=1))
    assert (state(stage.database), len(stage.postman.sent)) == ("SENT", 1)


@pytest.mark.parametrize("line", ["later", "wrong"])
def test_a_day_is_waited_for_a_mail_server_and_no_longer(stage: Stage, line: str) -> None:
    written(stage, line).run(until=23 * HOUR, step=HOUR)
    assert state(stage.database) == "REQUESTED"
    stage.run(until=48 * HOUR)
    assert (state(stage.database), stage.postman.script.calls) == ("FAILED", 34)


def test_a_mail_server_that_is_mended_in_the_end_gets_every_letter(stage: Stage) -> None:
    """It is down for hours, then up and turns us away, then breaks off, then well."""
    written(stage, *["later"] * 14, "wrong", "deaf", "ok").run(until=12 * HOUR)
    assert (state(stage.database), len(stage.postman.sent)) == ("SENT", 1)


def test_a_lost_answer_is_repeated_under_the_same_key_a_few_times(stage: Stage) -> None:
    written(stage, "silent").run(until=LONG)
    assert (state(stage.database), len(stage.postman.sent)) == ("FAILED", 4)
    assert len({message.key for message in stage.postman.sent}) == 1


def test_a_bounce_is_the_end_and_is_said(stage: Stage) -> None:
    written(stage, "no").run(until=LONG)
    assert (state(stage.database), stage.postman.script.calls) == ("FAILED", 1)
    types = stage.database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))
    assert "message.failed" in types


def test_wrong_settings_can_be_mended(stage: Stage) -> None:
    written(stage, "wrong", "wrong", "ok").run(until=timedelta(hours=1))
    assert (state(stage.database), len(stage.postman.sent)) == ("SENT", 1)
    kinds = stage.database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind))))
    assert kinds == ["account.misconfigured"]


@pytest.mark.parametrize(("occasion", "items"), [("LABEL", ["message.bounced"]), ("RECEIVED", [])])
def test_staff_are_told_of_a_bounce_where_the_buyer_needs_the_letter(
    stage: Stage, occasion: str, items: list[str]
) -> None:
    written(stage, "no", occasion=Occasion[occasion]).run(until=LONG)
    assert work(stage.database) == items


@pytest.mark.parametrize(
    ("erased", "ended", "items"), [(True, "SKIPPED", []), (False, "FAILED", ["message.bounced"])]
)
def test_nothing_is_written_to_who_was_erased_and_staff_are_asked_for_an_address_that_was_never_given(
    stage: Stage, erased: bool, ended: str, items: list[str]
) -> None:
    composing(stage)
    stage.database.transact(_erase if erased else _without_address, STAFF)
    written(stage, "ok", occasion=Occasion.LABEL).run(until=LONG)
    assert (state(stage.database), stage.postman.sent) == (ended, [])
    assert work(stage.database) == items


def _erase(tx: Transaction) -> None:
    erase(tx, Holdings(MERCHANT, (ORDER.id,), (RETURN,)), "retention")


def _without_address(tx: Transaction) -> None:
    for version in tx.session.exec(select(OrderVersionRow)):
        version.document = {**version.document, "email": ""}
        tx.session.add(version)


def test_a_letter_goes_once_by_each_channel_that_was_chosen(stage: Stage) -> None:
    pigeon = stage.channels["pigeon"] = Postman("later", "ok")
    choose(stage, received=["postman", "pigeon"])
    written(stage, "ok").run(until=LONG)
    rows = messages(stage.database)
    assert [(row.channel, row.state) for row in rows] == [("postman", "SENT"), ("pigeon", "SENT")]
    assert [len(stage.postman.sent), len(pigeon.sent)] == [1, 1]
    stage.database.transact(_write, STAFF)
    stage.run(until=LONG)
    assert len(messages(stage.database)) == 2


def test_what_the_merchant_does_not_want_is_not_written(stage: Stage) -> None:
    choose(stage, received=[])
    written(stage, "ok").run(until=LONG)
    assert (state(stage.database), stage.postman.sent) == ("SKIPPED", [])
    types = stage.database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))
    assert "message.skipped" in types


def test_a_channel_that_is_no_longer_offered_gives_way_to_the_usual_one(stage: Stage) -> None:
    choose(stage, received=["gone"])
    written(stage, "ok").run(until=LONG)
    assert [row.channel for row in messages(stage.database)] == ["postman"]


@pytest.mark.parametrize("moment", range(1, 10))
def test_a_worker_that_dies_at_any_moment_leaves_a_letter_by_each_channel(stage: Stage, moment: int) -> None:
    pigeon = stage.channels["pigeon"] = Postman()
    choose(stage, received=["postman", "pigeon"])
    written(stage, "ok")
    stage.die_at = stage.moments + moment
    stage.run(until=LONG)
    assert sorted((row.channel, row.state) for row in messages(stage.database)) == [
        ("pigeon", "SENT"),
        ("postman", "SENT"),
    ]
    for postman in (stage.postman, pigeon):
        assert len({message.key for message in postman.sent}) == 1


@pytest.mark.parametrize(
    ("occasion", "decision", "sent"),
    [
        ("LABEL", "CANCELLED", False),
        ("INSTRUCTIONS", "EXPIRED", False),
        ("IN_REVIEW", "APPROVED", False),
        ("IN_REVIEW", "IN_REVIEW", True),
        ("LABEL", "CLOSED", True),
        ("WITHDRAWAL", "CANCELLED", True),
        ("CANCELLED", "CANCELLED", True),
    ],
)
def test_a_letter_that_waited_until_it_holds_no_more_is_not_written(
    stage: Stage, occasion: str, decision: str, sent: bool
) -> None:
    composing(stage)

    def become(decision: str) -> None:
        def work(tx: Transaction) -> None:
            row = tx.session.get_one(ReturnRow, (MERCHANT, RETURN))
            row.decision = decision
            tx.session.add(row)

        stage.database.transact(work, STAFF)

    become("IN_REVIEW" if occasion == "IN_REVIEW" else "APPROVED")
    written(stage, "later", "later", "ok", occasion=Occasion[occasion]).run()
    become(decision)
    stage.run(until=HOUR)
    assert state(stage.database) == ("SENT" if sent else "SKIPPED")
    assert len(stage.postman.sent) == sent


def composing(stage: Stage) -> None:
    """From now on letters say what they would."""
    compose = Correspondence(Configuration(secret_key="x" * 40)).compose
    sending = Sending(stage.database, lambda _: stage.postman, Channels("postman", ()), compose)
    stage._handlers["send"] = sending.send


class ErasedMeanwhile(Postman):
    """The buyer is erased while it hands a letter over; then it answers."""

    def __init__(self, stage: Stage, answer: Exception | None) -> None:
        super().__init__()
        self.stage, self.answer = stage, answer

    def _deliver(self, message: Message) -> Receipt:
        receipt = super()._deliver(message)
        everything = Holdings(MERCHANT, (ORDER.id,), (RETURN,))
        self.stage.database.transact(lambda tx: erase(tx, everything, "retention"), STAFF)
        if self.answer is not None:
            raise self.answer
        return receipt


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (None, "SENT"),
        (Declined("550 camille@example.org has no mailbox here"), "FAILED"),
        (TryLater("450 camille@example.org: not now"), "REQUESTED"),
    ],
)
def test_whose_buyer_was_erased_meanwhile_keeps_no_word_of_the_mail_server(
    stage: Stage, answer: Exception | None, state: str
) -> None:
    written(stage)
    stage.postman = ErasedMeanwhile(stage, answer)
    stage.run(until=LONG)
    (row,) = messages(stage.database)
    assert (row.state, row.provider_reference, row.failure) == (state, "", ERASED)


def messages(database: Database) -> list[MessageRow]:
    return database.look(lambda tx: list(tx.session.exec(select(MessageRow).order_by(MessageRow.id))))


def work(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind))))


def choose(stage: Stage, **channels: list[str]) -> None:
    row = MessageSettingsRow(merchant_id=MERCHANT, document=channels)
    stage.database.transact(lambda tx: tx.session.add(row), STAFF)


@pytest.mark.parametrize("line", ["ok", "no"])
def test_what_is_over_is_not_sent_again(stage: Stage, line: str) -> None:
    written(stage, line).run()
    stage.database.transact(_hand_over_again, STAFF)
    stage.run()
    assert stage.postman.script.calls == 1


def _hand_over_again(tx: Transaction) -> None:
    message = tx.session.exec(select(MessageRow)).one()
    tx.set_deadline(MERCHANT, "message.retry", message.id, tx.now, number=1)
