"""Answers to one purchase from two workers, of which the one stood still and counted as dead."""

from datetime import timedelta

import pytest
from sendback_sdk import Label, LabelFormat, Repeat
from sendback_service.effects import labels
from sendback_service.effects.plugin_call import End, Ended
from sendback_service.store.tables import AttemptRow, ParcelRow, WorkItemRow
from sqlmodel import select

from service.tests.effects.parties import PDF, FindingPost
from service.tests.effects.world import MERCHANT, PARCEL, STAFF, Stage, ask_for_label

LATER: Ended[Label] = Ended(End.LATER, note="busy")
REFUSED: Ended[Label] = Ended(End.DECLINED, note="two at once")
MADE = Ended(End.DONE, Label("post-1", PDF, LabelFormat.PDF))


@pytest.fixture
def two_callers(stage: Stage) -> Stage:
    """Both at the first attempt: a carrier at which repeating is safe."""
    stage.carriers = {"post": FindingPost(repeat=Repeat.SAFE)}
    stage.database.transact(ask_for_label, STAFF)
    stage._relay.turn()
    buying = stage._handlers["buy_label"].__self__  # type: ignore[attr-defined]
    for _ in range(2):
        assert buying._claimed(MERCHANT, PARCEL, 0)
    stage._queue.clear()
    return stage


def answer(stage: Stage, *answers: Ended[Label]) -> None:
    for ended in answers:
        stage.database.transact(lambda tx: labels.record(tx, (MERCHANT, PARCEL, 1), ended), STAFF)  # noqa: B023


@pytest.mark.parametrize("answers", [(LATER, MADE), (MADE, LATER), (REFUSED, MADE), (MADE, REFUSED)])
def test_a_label_that_the_one_got_is_kept_whatever_the_other_was_told(
    two_callers: Stage, answers: tuple[Ended[Label], ...]
) -> None:
    answer(two_callers, *answers)
    two_callers.run(until=timedelta(minutes=10))
    found = two_callers.database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)))
    assert (found.label, found.tracking_number) == ("PURCHASED", "post-1")
    assert two_callers.carriers["post"].made == []  # type: ignore[attr-defined]


def test_a_label_that_comes_while_another_carrier_is_asked_is_for_people(two_callers: Stage) -> None:
    answer(two_callers, LATER)

    another = AttemptRow(
        merchant_id=MERCHANT,
        parcel_id=PARCEL,
        number=2,
        round=0,
        account="other",
        serial=1,
        calls=1,
        start_time=1,
    )
    two_callers.database.transact(lambda tx: tx.session.add(another), STAFF)
    answer(two_callers, MADE)
    kinds = two_callers.database.look(lambda tx: set(tx.session.exec(select(WorkItemRow.kind))))
    assert kinds == {"label.unknown"}
