"""Letters: tried again under the same key, not for ever, and never after one went."""

from datetime import timedelta

import pytest
from sendback_service.messages import Occasion, request
from sendback_service.store import Database
from sendback_service.store.tables import EventRow, MessageRow, WorkItemRow
from sendback_service.store.transaction import Subject, Transaction
from sqlmodel import select

from service.tests.effects.parties import Postman
from service.tests.effects.world import MERCHANT, RETURN, STAFF, Stage

LONG = timedelta(hours=2)


def written(stage: Stage, *lines: str) -> Stage:
    stage.postman = Postman(*lines)
    stage.database.transact(_write, STAFF)
    return stage


def _write(tx: Transaction) -> None:
    letter = request(tx, MERCHANT, RETURN, Occasion.RECEIVED)
    tx.record(MERCHANT, "reception.started", Subject("return", RETURN), {}, letter)


def state(database: Database) -> str:
    return database.look(lambda tx: tx.session.exec(select(MessageRow.state)).one())


def test_busy_is_tried_later(stage: Stage) -> None:
    written(stage, "later", "later", "ok").run(until=timedelta(minutes=1))
    assert (state(stage.database), len(stage.postman.sent)) == ("SENT", 1)


def test_busy_for_ever_fails(stage: Stage) -> None:
    written(stage, "later").run(until=LONG)
    assert (state(stage.database), stage.postman.script.calls) == ("FAILED", 8)


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


@pytest.mark.parametrize("line", ["ok", "no"])
def test_what_is_over_is_not_sent_again(stage: Stage, line: str) -> None:
    written(stage, line).run()
    stage.database.transact(_hand_over_again, STAFF)
    stage.run()
    assert stage.postman.script.calls == 1


def _hand_over_again(tx: Transaction) -> None:
    message = tx.session.exec(select(MessageRow)).one()
    tx.set_deadline(MERCHANT, "message.retry", message.id, tx.now, number=1)
