"""Labels: whom is asked, what is believed, and that none is bought twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sendback_sdk import Billing, Label, LabelRequest, Money, Repeat
from sendback_service import decisions
from sendback_service.held import hold
from sendback_service.rules.states import Transit
from sendback_service.store import Database
from sendback_service.store.tables import (
    AttemptRow,
    DocumentRow,
    EventRow,
    ParcelRow,
    ReturnRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Transaction
from sendback_service.tracking import ToldNumber, add_tracking, parcel_of, report
from sqlmodel import select

from service.tests.effects.parties import PDF, FindingPost, Post
from service.tests.effects.world import MERCHANT, PARCEL, RETURN, STAFF, Stage, ask_for_label, settle

MINUTE = timedelta(minutes=1)


def parcel(database: Database) -> ParcelRow:
    return database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)))


def the_return(database: Database) -> ReturnRow:
    return database.look(lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, RETURN)))


def work(database: Database) -> set[str]:
    return database.look(
        lambda tx: set(tx.session.exec(select(WorkItemRow.kind).where(WorkItemRow.done_time == None)))  # noqa: E711
    )


def events(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(EventRow.type).order_by(EventRow.position))))


def outcomes(database: Database) -> list[tuple[str, str]]:
    def read(tx: Transaction) -> list[tuple[str, str]]:
        rows = tx.session.exec(select(AttemptRow).order_by(AttemptRow.number))
        return [(row.account, row.outcome) for row in rows]

    return database.look(read)


def asked(stage: Stage, **carriers: Post) -> Stage:
    stage.carriers = dict(carriers)
    stage.database.transact(ask_for_label, STAFF)
    return stage


def cancel(database: Database) -> None:
    def work(tx: Transaction) -> None:
        held = hold(tx, MERCHANT, RETURN)
        for unit in held.units:
            unit.inspection = "EXPECTED"
        decisions.cancel(held)

    database.transact(work, STAFF)


def test_a_label_is_bought_kept_and_told(stage: Stage) -> None:
    post = Post()
    asked(stage, post=post).run()
    assert parcel(stage.database).label == "PURCHASED"
    assert parcel(stage.database).tracking_number == "post-1"
    assert (
        stage.database.look(lambda tx: tx.session.get_one(DocumentRow, (MERCHANT, PARCEL, "LABEL"))).data
        == PDF
    )
    assert stage.postman.occasions == ["label"]
    assert events(stage.database)[-2:] == ["label.purchased", "message.sent"]
    assert len(post.made) == 1


def test_the_relay_hands_over_often_and_it_starts_once(stage: Stage) -> None:
    post = Post()
    asked(stage, post=post).run()
    stage.database.transact(_forget_positions, STAFF)
    stage.run()
    assert len(post.made) == 1
    assert stage.postman.occasions == ["label"]


def _forget_positions(tx: Transaction) -> None:
    for event in tx.session.exec(select(EventRow)):
        event.position = None
        tx.session.add(event)


@pytest.mark.parametrize("line", ["no", "wrong", "later"])
def test_the_next_is_asked_where_nothing_was_made(stage: Stage, line: str) -> None:
    first, second = Post(line), Post()
    asked(stage, first=first, second=second).run()
    assert parcel(stage.database).account == "second"
    assert (len(first.made), len(second.made)) == (0, 1)
    assert ("account.misconfigured" in work(stage.database)) is (line == "wrong")


def test_serials_of_an_account_are_never_issued_twice(stage: Stage) -> None:
    post = Post("later", "later", "ok")
    asked(stage, post=post).run(until=MINUTE)
    assert [request.serial for request in post.requests] == [1, 2, 3]
    assert {request.reference for request in post.requests} == {PARCEL}


def test_fails_twice_then_works(stage: Stage) -> None:
    post = Post("later", "later", "ok")
    asked(stage, post=post).run()
    assert parcel(stage.database).label == "REQUESTED"
    stage.run(until=MINUTE)
    assert parcel(stage.database).label == "PURCHASED"
    assert len(post.made) == 1


def test_refused_for_good_gives_instructions_and_the_return_stands(stage: Stage) -> None:
    asked(stage, first=Post("no"), second=Post("no")).run()
    row = the_return(stage.database)
    assert (row.decision, row.label_offer, row.shown_fee_minor) == ("APPROVED", "INSTRUCTIONS", 0)
    assert row.estimated_minor == 5000
    assert parcel(stage.database).label == "FAILED"
    assert stage.postman.occasions == ["instructions"]
    assert work(stage.database) == {"label.failed"}
    assert "label.failed" in events(stage.database)


def test_who_was_given_instructions_may_tell_by_which_number_the_parcel_comes(stage: Stage) -> None:
    asked(stage, post=Post("no")).run()

    def tell(number: str) -> list[tuple[str, str]]:
        told = ToldNumber(number)
        stage.database.transact(lambda tx: add_tracking(hold(tx, MERCHANT, RETURN), told), STAFF)
        rows = stage.database.look(lambda tx: hold(tx, MERCHANT, RETURN).parcels)
        return sorted((row.label, row.tracking_number) for row in rows)

    def arrive(tx: Transaction) -> None:
        report(tx, parcel_of(tx, MERCHANT, "XY2"), Transit.DELIVERED, tx.now)

    assert tell("XY1") == [("FAILED", ""), ("NOT_NEEDED", "XY1")]
    assert tell("XY2") == [("FAILED", ""), ("NOT_NEEDED", "XY2")]
    stage.database.transact(arrive, STAFF)
    assert tell("XY3") == [("FAILED", ""), ("NOT_NEEDED", "XY2"), ("NOT_NEEDED", "XY3")]


def test_what_was_paid_before_the_instructions_is_expected_as_it_was(stage: Stage) -> None:
    stage.database.transact(settle, STAFF)
    asked(stage, first=Post("no")).run()
    row = the_return(stage.database)
    assert (row.label_offer, row.estimated_minor) == ("INSTRUCTIONS", 4500)


def test_later_for_ever_ends_in_instructions(stage: Stage) -> None:
    post = Post("later")
    asked(stage, post=post).run(until=timedelta(hours=1))
    assert parcel(stage.database).label == "FAILED"
    assert post.script.calls == 6
    assert stage.postman.occasions == ["instructions"]


def test_a_lost_answer_is_found_and_no_other_carrier_is_asked(stage: Stage) -> None:
    post, other = FindingPost("silent"), Post()
    asked(stage, post=post, other=other).run()
    assert parcel(stage.database).label == "PURCHASED"
    assert (len(post.made), other.script.calls, post.script.calls) == (1, 0, 1)
    assert "label.unknown" in events(stage.database)


def test_a_lost_answer_of_a_safe_carrier_is_asked_for_again(stage: Stage) -> None:
    post = Post("silent", "ok", repeat=Repeat.SAFE)
    asked(stage, post=post).run()
    assert parcel(stage.database).label == "PURCHASED"
    assert len(post.made) == 1
    assert len({request.serial for request in post.requests}) == 1


def test_nothing_found_is_believed_only_after_a_while(stage: Stage) -> None:
    post = FindingPost("deaf", "ok")
    asked(stage, post=post).run(until=timedelta(seconds=20))
    assert post.script.calls == 1
    stage.run(until=MINUTE)
    assert parcel(stage.database).label == "PURCHASED"
    assert len(post.made) == 1
    assert outcomes(stage.database) == [("post", "NOTHING_MADE"), ("post", "DONE")]


def test_a_carrier_that_loses_every_call_is_given_up(stage: Stage) -> None:
    asked(stage, post=FindingPost("deaf"), other=Post()).run(until=timedelta(minutes=30))
    assert parcel(stage.database).account == "other"
    assert len(stage.postman.sent) == 1


def test_nobody_to_ask_ends_in_instructions_after_ten_minutes(stage: Stage) -> None:
    post, other = Post("silent"), Post()
    asked(stage, post=post, other=other).run(until=9 * MINUTE)
    assert parcel(stage.database).label == "UNKNOWN"
    assert stage.postman.occasions == []
    stage.run(until=10 * MINUTE)
    assert parcel(stage.database).label == "FAILED"
    assert (post.script.calls, other.script.calls) == (1, 0)
    assert stage.postman.occasions == ["instructions"]
    assert work(stage.database) == {"label.unknown"}
    assert the_return(stage.database).shown_fee_minor == 0


def test_what_costs_nothing_unused_is_let_go_after_ten_minutes(stage: Stage) -> None:
    post, other = Post("silent", billed_on=Billing.HAND_OVER), Post()
    asked(stage, post=post, other=other).run(until=20 * MINUTE)
    assert parcel(stage.database).account == "other"
    assert post.script.calls == 1
    assert stage.postman.occasions == ["label"]


def test_a_label_that_turns_up_after_the_instructions_is_voided(stage: Stage) -> None:
    post = FindingPost("silent", finds=("later",) * 9 + ("ok",))
    asked(stage, post=post).run(until=12 * MINUTE)
    assert stage.postman.occasions == ["instructions"]
    assert parcel(stage.database).label == "UNKNOWN"
    assert work(stage.database) == {"label.unknown"}
    stage.run(until=timedelta(hours=3))
    assert parcel(stage.database).label == "VOIDED"
    assert (len(post.made), post.live) == (1, [])
    assert stage.postman.occasions == ["instructions"]


@pytest.mark.parametrize("line", ["nonsense", "broken"])
def test_an_answer_that_makes_no_sense_says_nothing(stage: Stage, line: str) -> None:
    post, other = FindingPost(line), Post()
    asked(stage, post=post, other=other).run(until=5 * MINUTE)
    assert parcel(stage.database).label == "PURCHASED"
    assert (len(post.live) + len(other.made)) == 1


def test_cancelled_before_it_was_bought(stage: Stage) -> None:
    post = FindingPost()
    asked(stage, post=post)
    cancel(stage.database)
    stage.run(until=2 * MINUTE)
    assert parcel(stage.database).label == "VOIDED"
    assert post.live == []


def test_cancelled_after_it_was_bought(stage: Stage) -> None:
    post = FindingPost()
    asked(stage, post=post).run()
    cancel(stage.database)
    stage.run()
    assert parcel(stage.database).label == "VOIDED"
    assert post.voided == ["post-1"]


def test_cancelled_while_in_doubt(stage: Stage) -> None:
    post = FindingPost("silent", finds=("later", "later", "ok"))
    asked(stage, post=post).run()
    cancel(stage.database)
    stage.run()
    assert parcel(stage.database).label == "VOID_PENDING"
    stage.run(until=2 * MINUTE)
    assert parcel(stage.database).label == "VOIDED"
    assert (post.voided, post.live) == (["post-1"], [])


def test_a_call_that_another_round_is_making_is_left_to_it(stage: Stage) -> None:
    post = Post(repeat=Repeat.SAFE)
    asked(stage, post=post)
    stage.database.transact(_call_under_way, STAFF)
    stage.run(until=MINUTE)
    assert post.script.calls == 0
    assert outcomes(stage.database) == [("post", "")]


def _call_under_way(tx: Transaction) -> None:
    row = AttemptRow(
        merchant_id=MERCHANT, parcel_id=PARCEL, number=1, round=7, account="post", serial=1, calls=1
    )
    tx.session.add(row)


def test_cancelled_while_the_call_is_under_way(stage: Stage) -> None:
    post = FindingPost()
    make = post._make
    post._make = lambda request: (cancel(stage.database), make(request))[1]  # type: ignore[method-assign]
    asked(stage, post=post).run(until=2 * MINUTE)
    assert parcel(stage.database).label == "VOIDED"
    assert post.voided == ["post-1"]
    assert "label" not in stage.postman.occasions


def test_a_void_is_tried_until_it_works(stage: Stage) -> None:
    post = FindingPost()
    post.voiding.lines = ["later", "deaf", "ok"]
    asked(stage, post=post).run()
    cancel(stage.database)
    stage.run(until=2 * MINUTE)
    assert parcel(stage.database).label == "VOIDED"


def test_a_void_goes_to_the_account_that_bought(stage: Stage) -> None:
    first, second = FindingPost("no"), FindingPost()
    asked(stage, first=first, second=second).run()
    cancel(stage.database)
    stage.run()
    assert (first.voiding.calls, second.voiding.calls) == (0, 1)


@pytest.mark.parametrize(
    ("billed_on", "label"), [(Billing.PURCHASE, "PURCHASED"), (Billing.HAND_OVER, "VOIDED")]
)
def test_a_carrier_that_voids_nothing(stage: Stage, billed_on: Billing, label: str) -> None:
    asked(stage, post=Post(billed_on=billed_on)).run()
    cancel(stage.database)
    stage.run()
    assert parcel(stage.database).label == label
    assert ("label.not_voided" in work(stage.database)) is (label == "PURCHASED")


def test_a_parcel_without_a_return_gets_no_letters(stage: Stage) -> None:
    stage.carriers = {"post": Post("no")}
    stage.database.transact(lambda tx: ask_for_label(tx, return_id=""), STAFF)
    stage.run()
    assert parcel(stage.database).label == "FAILED"
    assert stage.postman.occasions == []
    assert the_return(stage.database).label_offer == "LABEL_WITH_FEE"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("said", "kept"), [(Money(490, "EUR"), (490, "EUR")), (None, (None, "")), (4.9, (None, ""))]
)
def test_what_a_label_costs_is_kept_if_it_is_money(
    stage: Stage, said: object, kept: tuple[int | None, str]
) -> None:
    class Priced(Post):
        def _make(self, request: LabelRequest) -> Label:
            return replace(super()._make(request), price=said)

    stage.carriers = {"post": Priced()}
    stage.database.transact(ask_for_label, STAFF)
    stage.run()
    bought = parcel(stage.database)
    assert (bought.label, bought.price_minor, bought.price_currency) == ("PURCHASED", *kept)


class LatePost(FindingPost):
    """Its first answer is under way for so long that a peer takes the call for cut off, and is told that nothing was
    made: so it calls again, which ends as the script says."""

    def __init__(self, stage: Stage, *lines: str) -> None:
        super().__init__(*lines)
        self.stage = stage

    def create_label(self, request: LabelRequest) -> Label:
        if self.requests:
            return super().create_label(request)
        self.requests.append(request)
        peer = self.stage._handlers
        peer["buy_label"](MERCHANT, PARCEL, 0)
        self.stage.clock.turn(timedelta(seconds=40))
        peer["reconcile_label"](MERCHANT, PARCEL, 100)
        peer["buy_label"](MERCHANT, PARCEL, 100)
        return self._make(request)


def test_a_label_that_comes_late_is_voided_where_nobody_waits_for_it(stage: Stage) -> None:
    post = LatePost(stage, "no")
    asked(stage, post=post).run(until=MINUTE)
    assert (len(post.made), post.live, parcel(stage.database).label) == (1, [], "VOIDED")


def test_a_label_that_comes_late_beside_another_is_for_people(stage: Stage) -> None:
    post = LatePost(stage, "ok")
    asked(stage, post=post).run(until=MINUTE)
    assert (len(post.made), parcel(stage.database).tracking_number) == (2, "post-1")
    assert work(stage.database) == {"label.unknown"}
