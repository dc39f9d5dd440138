"""Carriers that say "later", and how long: each is left alone as long as it asks for, and a buyer waits ten minutes."""

from datetime import timedelta

import pytest
from sendback_sdk import Declined, Label, LabelRequest, TryLater
from sendback_service.store import Database
from sendback_service.store.tables import ParcelRow, WorkItemRow
from sqlmodel import select

from service.tests.effects.parties import Post
from service.tests.effects.world import STAFF, HandClock, Stage, ask_for_label

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
A_DAY = 86400.0


class Busy(Post):
    """Says "later" so often, asking for so many seconds each time (0: it does not say), and then makes the label."""

    def __init__(self, clock: HandClock, *seconds: float) -> None:
        super().__init__()
        self._clock, self._begin, self._left = clock, clock.now, list(seconds)
        self.asked: list[int] = []

    def create_label(self, request: LabelRequest) -> Label:
        self.asked.append(round((self._clock.now - self._begin).total_seconds()))
        if self._left:
            raise TryLater("busy", after=self._left.pop(0) or None)
        return super().create_label(request)


class Nay(Post):
    def create_label(self, request: LabelRequest) -> Label:
        raise Declined("we do not carry that")


def parcel(database: Database) -> ParcelRow:
    return database.look(lambda tx: tx.session.exec(select(ParcelRow)).one())


def work(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind))))


def played(stage: Stage, minutes: float, **carriers: Post) -> ParcelRow:
    stage.carriers = dict(carriers)
    stage.database.transact(ask_for_label, STAFF)
    stage.run(until=timedelta(minutes=minutes))
    return parcel(stage.database)


def test_who_asks_for_a_day_is_not_waited_for(stage: Stage, clock: HandClock) -> None:
    post = Busy(clock, A_DAY)
    found = played(stage, 0, post=post)
    assert (found.label, post.asked, work(stage.database)) == ("FAILED", [0], ["label.failed"])
    assert stage.postman.occasions == ["instructions"]
    assert "post: asks for more patience than a buyer has" in found.failure


def test_the_next_serves_the_parcel_at_once(stage: Stage, clock: HandClock) -> None:
    found = played(stage, 0, first=Busy(clock, A_DAY), second=Post())
    assert (found.label, found.account, work(stage.database)) == ("PURCHASED", "second", [])


def test_who_asks_for_a_day_is_left_alone_while_another_is_waited_for(stage: Stage, clock: HandClock) -> None:
    first, second = Busy(clock, A_DAY), Busy(clock, 30, 30)
    found = played(stage, 2, first=first, second=second)
    assert (first.asked, second.asked) == ([0], [0, 30, 60])
    assert (found.label, found.account) == ("PURCHASED", "second")


def test_each_is_asked_no_sooner_than_it_wants_to_be(stage: Stage, clock: HandClock) -> None:
    first, second = Busy(clock, 60, 60), Busy(clock, 0, 0, 0, 0, 0, 0)
    played(stage, 3, first=first, second=second)
    assert second.asked == [0, 5, 15, 35, 75]
    assert first.asked == [0, 75, 155]


def test_a_while_is_waited_for_as_it_was_asked(stage: Stage, clock: HandClock) -> None:
    post = Busy(clock, 300)
    found = played(stage, 6, post=post, other=Nay())
    assert (found.label, post.asked) == ("PURCHASED", [0, 300])


def test_all_in_all_it_is_ten_minutes(stage: Stage, clock: HandClock) -> None:
    post = Busy(clock, 300, 300, 300, 300, 300)
    found = played(stage, 10, post=post)
    assert (found.label, post.asked) == ("FAILED", [0, 300, 600])
    assert stage.postman.occasions == ["instructions"]
