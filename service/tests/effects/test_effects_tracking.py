"""Carriers are asked where parcels are: what follows from what they say, and when they are asked again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sendback_sdk import Label, TrackingState, TrackingUpdate, TryLater
from sendback_service.rules.policy import Policy, SettlementMoment
from sendback_service.store import Database
from sendback_service.store.documents import policy_document
from sendback_service.store.tables import CircuitRow, EventRow, ParcelRow, PolicyRow, ReturnRow, TrackingRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction
from sendback_service.tracking import follow
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingPost, Post
from service.tests.effects.world import MERCHANT, PARCEL, RETURN, STAFF, Stage, ask_for_label

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


class TrackedPost(FindingPost):
    """`known` is what it has seen, by tracking number; `asked` are the numbers that it was asked about."""

    def __init__(self, *lines: str) -> None:
        super().__init__()
        self.tracking_script = lines or ("ok",)
        self.known: list[TrackingUpdate] = []
        self.asked: list[str] = []
        self.refused = ""

    def see(self, stage: Stage, state: TrackingState, number: str = "post-1") -> None:
        self.known.append(TrackingUpdate(number, state, stage.clock.now))

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        line = self.tracking_script[min(len(self.asked), len(self.tracking_script) - 1)]
        numbers = [label.tracking_number for label in labels]
        self.asked.extend(numbers)
        self.script.lines, self.script.calls = ["no" if self.refused in numbers else line], 0
        return self.script.next(lambda: [u for u in self.known if u.tracking_number in numbers])


class BusyPost(TrackedPost):
    """Answers one call a second."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._free = clock()

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        if self._clock() < self._free:
            raise TryLater(after=1)
        self._free = self._clock() + timedelta(seconds=1)
        return super().track(labels)


def bought(stage: Stage, post: Post) -> Stage:
    stage.carriers = {"post": post}
    stage.database.transact(ask_for_label, STAFF)
    return stage.run()


def under_way(stage: Stage, post: Post, count: int) -> None:
    """Parcels of nobody's return, their labels bought."""

    def write(tx: Transaction) -> None:
        for number in range(1, count + 1):
            row = ParcelRow(merchant_id=MERCHANT, id=f"par_{number}", label="PURCHASED", account="post")
            row.tracking_number, row.create_time = f"post-{number}", micros(tx.now)
            tx.session.add(row)
            tx.session.flush()
            follow(tx, row)

    stage.carriers = {"post": post}
    stage.database.transact(write, STAFF)


def parcel(database: Database) -> ParcelRow:
    return database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)))


def parcels(database: Database) -> list[ParcelRow]:
    return database.look(lambda tx: list(tx.session.exec(select(ParcelRow))))


def followed(database: Database) -> list[TrackingRow]:
    return database.look(lambda tx: list(tx.session.exec(select(TrackingRow))))


def told(database: Database) -> list[tuple[str, str]]:
    def read(tx: Transaction) -> list[tuple[str, str]]:
        events = tx.session.exec(select(EventRow).order_by(EventRow.sequence))
        return [(e.type, e.attributes["late"]) for e in events if "late" in e.attributes]

    return database.look(read)


def test_first_scan_and_delivery_are_found_by_asking(stage: Stage) -> None:
    post = TrackedPost()
    bought(stage, post).run(until=HOUR - QUARTER, step=QUARTER)
    assert post.asked == []
    post.see(stage, TrackingState.HANDED_OVER)
    stage.run(until=HOUR, step=QUARTER)
    assert parcel(stage.database).transit == "HANDED_OVER"
    assert stage.postman.occasions == ["label", "handed_over"]
    post.see(stage, TrackingState.DELIVERED)
    stage.run(until=2 * HOUR, step=QUARTER)
    assert parcel(stage.database).transit == "DELIVERED"
    assert stage.postman.occasions == ["label", "handed_over", "received"]
    asked = len(post.asked)
    stage.run(until=timedelta(days=2), step=HOUR)
    assert (len(post.asked), followed(stage.database)) == (asked, [])


def test_the_first_scan_that_is_found_pays(stage: Stage) -> None:
    """Where the policy says so, without a webhook, and once."""
    post, bank = TrackedPost(), Bank()
    policy = Policy(settlement=SettlementMoment.FIRST_SCAN)
    row = PolicyRow(merchant_id=MERCHANT, version=0, document=policy_document(policy))
    stage.platforms = {"bank": bank}
    stage.database.transact(lambda tx: tx.session.add(row), STAFF)
    bought(stage, post)
    post.see(stage, TrackingState.HANDED_OVER)
    stage.run(until=3 * HOUR, step=QUARTER)
    assert [request.amount.minor for request in bank.paid.values()] == [4500]
    assert stage.postman.occasions == ["label", "handed_over", "refunded"]


def test_ever_more_rarely_while_nobody_hands_it_over(stage: Stage) -> None:
    post = TrackedPost()
    bought(stage, post).run(until=timedelta(days=7), step=HOUR)
    assert 9 <= len(post.asked) <= 12
    assert told(stage.database) == []
    stage.run(until=timedelta(days=7), step=HOUR)
    assert len(post.asked) <= 19


def test_what_was_told_before_is_noted_once(stage: Stage) -> None:
    """Carriers tell everything they know, every time; and now and then something from long ago."""
    post = TrackedPost()
    bought(stage, post)
    post.see(stage, TrackingState.HANDED_OVER)
    stage.run(until=HOUR, step=QUARTER)
    post.see(stage, TrackingState.EXCEPTION)
    post.known.append(
        TrackingUpdate("post-1", TrackingState.IN_TRANSIT, stage.clock.now - timedelta(minutes=30))
    )
    stage.run(until=timedelta(days=2), step=HOUR)
    assert parcel(stage.database).transit == "EXCEPTION"
    assert told(stage.database) == [
        ("parcel.handed_over", "false"),
        ("parcel.in_transit", "false"),
        ("parcel.exception", "false"),
    ]


def test_each_parcel_of_an_account_is_asked_about_by_itself(stage: Stage) -> None:
    post = TrackedPost()
    under_way(stage, post, 25)
    stage.run(until=HOUR, step=QUARTER)
    assert sorted(post.asked) == sorted(f"post-{number}" for number in range(1, 26))


def test_a_carrier_that_answers_one_question_a_second_tells_of_all_in_time(stage: Stage) -> None:
    """What it told before it said "later" is kept."""
    post = BusyPost(lambda: stage.clock.now)
    under_way(stage, post, 20)
    for number in range(1, 21):
        post.see(stage, TrackingState.DELIVERED, f"post-{number}")
    stage.run(until=HOUR + 20 * QUARTER, step=QUARTER)
    assert {row.transit for row in parcels(stage.database)} == {"DELIVERED"}


def test_one_that_the_carrier_refuses_hides_no_other(stage: Stage) -> None:
    post = TrackedPost()
    under_way(stage, post, 5)
    post.refused = "post-3"
    for number in range(1, 6):
        post.see(stage, TrackingState.HANDED_OVER, f"post-{number}")
    stage.run(until=HOUR, step=QUARTER)
    rows = parcels(stage.database)
    assert sorted(row.tracking_number for row in rows if row.transit == "NOT_SCANNED") == ["post-3"]


@pytest.mark.parametrize(("line", "calls"), [("wrong", 4), ("later", 13)])
def test_an_account_that_cannot_answer_is_left_alone(stage: Stage, line: str, calls: int) -> None:
    """As a whole for an hour; or, where it asks for a moment's patience, until its parcels may be asked about."""
    post = TrackedPost(line)
    under_way(stage, post, 25)
    stage.run(until=timedelta(hours=4), step=QUARTER)
    assert len(post.asked) == calls


def test_what_is_over_hides_nothing_that_is_not(stage: Stage) -> None:
    post = TrackedPost()
    under_way(stage, post, 30)

    def deliver(tx: Transaction) -> None:
        for number in range(1, 26):
            row = tx.session.get_one(ParcelRow, (MERCHANT, f"par_{number}"))
            row.transit = "DELIVERED"
            tx.session.add(row)

    stage.database.transact(deliver, STAFF)
    stage.run(until=HOUR)
    assert sorted(post.asked) == [f"post-{number}" for number in range(26, 31)]


def test_an_account_whose_circuit_is_open_is_not_asked(stage: Stage) -> None:
    post = TrackedPost()
    under_way(stage, post, 3)
    stage.clock.turn(HOUR)
    opened = CircuitRow(account="post", failures=10, openings=1, open_time=micros(stage.clock.now))
    stage.database.transact(lambda tx: tx.session.add(opened), STAFF)
    stage.run()
    assert post.asked == []
    stage.run(until=HOUR, step=QUARTER)
    assert len(post.asked) == 3


@pytest.mark.parametrize("line", ["nonsense", "broken", "silent"])
def test_an_answer_that_makes_no_sense_changes_nothing(stage: Stage, line: str) -> None:
    post = TrackedPost(line, "ok")
    bought(stage, post)
    post.see(stage, TrackingState.HANDED_OVER)
    stage.run(until=HOUR, step=QUARTER)
    assert parcel(stage.database).transit == "NOT_SCANNED"
    stage.run(until=3 * HOUR, step=QUARTER)
    assert parcel(stage.database).transit == "HANDED_OVER"


def test_a_carrier_that_cannot_be_asked_is_not(stage: Stage) -> None:
    bought(stage, Post()).run(until=HOUR, step=QUARTER)
    assert followed(stage.database) == []


def test_a_return_that_ended_is_followed_for_a_month(stage: Stage) -> None:
    post = TrackedPost()
    bought(stage, post)

    def close(tx: Transaction) -> None:
        row = tx.session.get_one(ReturnRow, (MERCHANT, RETURN))
        row.decision = "CLOSED"
        tx.session.add(row)

    stage.database.transact(close, STAFF)
    stage.run(until=timedelta(days=29), step=timedelta(hours=6))
    assert followed(stage.database) != []
    stage.run(until=timedelta(days=4), step=timedelta(hours=6))
    assert followed(stage.database) == []


def test_no_letter_tells_of_a_parcel_whose_return_is_over(stage: Stage) -> None:
    """Nobody will look at what is in it for the sake of that return."""
    post = TrackedPost()
    bought(stage, post)

    def cancel(tx: Transaction) -> None:
        row = tx.session.get_one(ReturnRow, (MERCHANT, RETURN))
        row.decision = "CANCELLED"
        tx.session.add(row)

    stage.database.transact(cancel, STAFF)
    post.see(stage, TrackingState.DELIVERED)
    stage.run(until=2 * HOUR, step=QUARTER)
    assert parcel(stage.database).transit == "DELIVERED"
    assert stage.postman.occasions == ["label"]


def test_a_worker_that_dies_asks_again_and_nothing_happens_twice(stage: Stage) -> None:
    """At every moment of the asking."""
    post = TrackedPost()
    bought(stage, post)
    post.see(stage, TrackingState.HANDED_OVER)
    stage.die_at = stage.moments + 3
    stage.run(until=2 * HOUR, step=QUARTER)
    assert stage.deaths == 1
    assert told(stage.database) == [("parcel.handed_over", "false")]
    assert stage.postman.occasions == ["label", "handed_over"]
    assert moment(followed(stage.database)[0].due_time) > stage.clock.now
