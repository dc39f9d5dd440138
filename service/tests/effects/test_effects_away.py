"""An account that is there and cannot be made by this worker: its package does not load, or a secret is not set. What
it has to do waits until it can, or for a worker that has it; nothing was asked of it meanwhile."""

from datetime import timedelta

from sendback_sdk import Label, LabelRequest
from sendback_service.store import Database
from sendback_service.store.tables import (
    AttemptRow,
    CircuitRow,
    MessageRow,
    ParcelRow,
    TransferRow,
    WorkItemRow,
)
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingPost, Post
from service.tests.effects.world import STAFF, Stage, ask_for_label, settle

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def work(database: Database) -> set[str]:
    open_items = select(WorkItemRow.kind).where(WorkItemRow.done_time == None)  # noqa: E711
    return database.look(lambda tx: set(tx.session.exec(open_items)))


def label(database: Database) -> str:
    return database.look(lambda tx: tx.session.exec(select(ParcelRow)).one()).label


def attempts(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(AttemptRow.outcome))))


def without(stage: Stage, *names: str) -> Stage:
    """A worker that lacks these."""
    stage.away = set(names)
    return stage


def test_money_waits_and_staff_are_told(stage: Stage) -> None:
    bank = Bank()
    stage.platforms = {"bank": bank}
    stage.database.transact(settle, STAFF)
    without(stage, "bank").run(until=3 * HOUR)
    transfer = stage.database.look(lambda tx: tx.session.exec(select(TransferRow)).one())
    assert (transfer.state, work(stage.database)) == ("SUBMITTED", {"account.misconfigured"})
    without(stage).run(until=HOUR)
    transfer = stage.database.look(lambda tx: tx.session.exec(select(TransferRow)).one())
    assert (transfer.state, len(bank.paid)) == ("SETTLED", 1)


def test_money_is_not_waited_for_for_ever(stage: Stage) -> None:
    stage.platforms = {"bank": Bank()}
    stage.database.transact(settle, STAFF)
    without(stage, "bank").run(until=24 * HOUR)
    assert work(stage.database) == {"account.misconfigured", "settlement.failed"}


def test_another_worker_writes_a_moment_later(stage: Stage) -> None:
    stage.carriers = {"post": Post()}
    stage.database.transact(ask_for_label, STAFF)
    without(stage, "postman").run()
    without(stage).run(until=timedelta(seconds=5))
    assert stage.database.look(lambda tx: list(tx.session.exec(select(MessageRow.state)))) == ["SENT"]


def test_another_worker_buys_the_label_a_moment_later(stage: Stage) -> None:
    post = Post()
    stage.carriers = {"post": post}
    stage.database.transact(ask_for_label, STAFF)
    without(stage, "post").run()
    assert (label(stage.database), attempts(stage.database)) == ("REQUESTED", [])
    without(stage).run(until=timedelta(seconds=5))
    assert (label(stage.database), len(post.made)) == ("PURCHASED", 1)


def test_where_nobody_has_the_carrier_the_next_sells_the_label(stage: Stage) -> None:
    first, second = Post(), Post()
    stage.carriers = {"first": first, "second": second}
    stage.database.transact(ask_for_label, STAFF)
    without(stage, "first").run()
    assert (label(stage.database), len(first.made), len(second.made)) == ("PURCHASED", 0, 1)


def test_where_there_is_no_next_the_buyer_waits_no_longer_than_for_a_carrier_that_is_busy(
    stage: Stage,
) -> None:
    stage.carriers = {"post": Post()}
    stage.database.transact(ask_for_label, STAFF)
    without(stage, "post").run(until=3 * MINUTE)
    assert (label(stage.database), work(stage.database)) == ("FAILED", {"label.failed"})
    (parcel,) = stage.database.look(lambda tx: tx.session.exec(select(ParcelRow)).all())
    assert "post: cannot be used for now" in parcel.failure
    assert stage.postman.occasions == ["instructions"]


def test_a_carrier_that_is_gone_just_before_the_call_is_asked_again_and_its_circuit_does_not_count_it(
    stage: Stage,
) -> None:
    post = Post("gone", "ok")
    stage.carriers = {"post": post}
    stage.database.transact(ask_for_label, STAFF)
    stage.run()
    assert stage.database.look(lambda tx: tx.session.exec(select(CircuitRow)).all()) == []
    assert work(stage.database) == {"account.misconfigured"}
    stage.run(until=timedelta(seconds=5))
    assert (label(stage.database), len(post.made)) == ("PURCHASED", 1)


class Leaving(FindingPost):
    """Makes a label, loses its answer, and then cannot be made any more."""

    def __init__(self, stage: Stage) -> None:
        super().__init__("silent")
        self._stage = stage

    def create_label(self, request: LabelRequest) -> Label:
        self._stage.away = {"post"}
        return super().create_label(request)


def test_a_label_in_doubt_is_asked_after_once_its_carrier_is_back(stage: Stage) -> None:
    stage.carriers = {"post": Leaving(stage)}
    stage.database.transact(ask_for_label, STAFF)
    stage.run(until=HOUR)
    assert stage.postman.occasions == ["instructions"]
    assert attempts(stage.database) == ["UNKNOWN"]
    without(stage).run(until=2 * HOUR)
    assert (attempts(stage.database), label(stage.database)) == (["DONE"], "VOIDED")
