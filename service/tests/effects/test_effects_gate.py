"""Caps and circuits of accounts, counted in the database."""

from datetime import timedelta

import pytest
from sendback_sdk import Money
from sendback_service.effects import gate as gates
from sendback_service.effects.gate import FAILURES, Gate
from sendback_service.effects.plugin_call import End
from sendback_service.parties import Caps
from sendback_service.store import Database
from sendback_service.store.tables import AttemptRow, EventRow, ParcelRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Post
from service.tests.effects.world import MERCHANT, PARCEL, STAFF, HandClock, Stage, ask_for_label

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def refusal(database: Database, **caps: object) -> str:
    gate = Gate(lambda _: Caps(**caps))  # type: ignore[arg-type]
    return database.transact(lambda tx: gate.enter(tx, "post"), STAFF)


def note(database: Database, *ends: End) -> None:
    for end in ends:
        database.transact(lambda tx, end=end: gates.note(tx, "post", end), STAFF)


def events(database: Database) -> list[str]:
    query = select(EventRow.type).where(EventRow.subject_id == "post").order_by(EventRow.sequence)
    return database.look(lambda tx: list(tx.session.exec(query)))


def begun(tx: Transaction, number: int, outcome: str = "DONE") -> None:
    tx.session.add(
        AttemptRow(
            merchant_id=MERCHANT,
            parcel_id=f"par_{number}",
            number=1,
            account="post",
            serial=number,
            outcome=outcome,
            start_time=micros(tx.now),
        )
    )


@pytest.mark.parametrize(
    ("caps", "rest"), [({"per_minute": 2}, MINUTE), ({"per_day": 2}, DAY), ({"at_once": 2}, DAY)]
)
def test_an_account_is_asked_no_more_than_it_may_be(
    database: Database, clock: HandClock, caps: dict[str, int], rest: timedelta
) -> None:
    outcome = "" if "at_once" in caps else "DONE"
    for number in range(2):
        assert refusal(database, **caps) == ""
        database.transact(lambda tx, n=number: begun(tx, n, outcome), STAFF)
    assert "as it may" in refusal(database, **caps)
    assert refusal(database) == ""
    clock.turn(rest + timedelta(seconds=1))
    assert refusal(database, **caps) == ""


def test_what_is_under_way_counts_until_it_has_ended(database: Database) -> None:
    database.transact(lambda tx: begun(tx, 1, ""), STAFF)
    assert "under way" in refusal(database, at_once=1)
    database.transact(lambda tx: _end_all(tx), STAFF)
    assert refusal(database, at_once=1) == ""


def _end_all(tx: Transaction) -> None:
    for row in tx.session.exec(select(AttemptRow)):
        row.outcome = "DONE"
        tx.session.add(row)


def test_an_account_sells_for_no_more_than_it_may_in_a_day(
    stage: Stage, database: Database, clock: HandClock
) -> None:
    stage.carriers = {"post": Post()}
    database.transact(ask_for_label, STAFF)
    stage.run()
    database.transact(lambda tx: _price(tx, Money(500, "EUR")), STAFF)
    assert refusal(database, price_per_day={"EUR": 501}) == ""
    assert "sold labels for 500 EUR" in refusal(database, price_per_day={"EUR": 500})
    assert refusal(database, price_per_day={"CHF": 1}) == ""
    clock.turn(DAY + MINUTE)
    assert refusal(database, price_per_day={"EUR": 500}) == ""


def _price(tx: Transaction, price: Money) -> None:
    row = tx.session.get_one(ParcelRow, (MERCHANT, PARCEL))
    row.price_minor, row.price_currency = price.minor, price.currency
    tx.session.add(row)


def test_one_that_fails_again_and_again_is_left_alone_and_then_tried_by_one(
    database: Database, clock: HandClock
) -> None:
    note(database, *[End.LATER] * (FAILURES - 1))
    assert refusal(database) == ""
    note(database, End.UNKNOWN)
    assert f"failed {FAILURES} times in a row" in refusal(database)
    clock.turn(timedelta(seconds=31))
    assert refusal(database) == ""
    assert "one call is trying it now" in refusal(database)
    note(database, End.DONE)
    assert refusal(database) == ""
    assert events(database) == ["carrier.circuit_opened", "carrier.circuit_closed"]


def test_a_probe_that_fails_doubles_the_rest(database: Database, clock: HandClock) -> None:
    note(database, *[End.MISCONFIGURED] * FAILURES)
    for seconds in (30, 60, 120, 240, 480, 600, 600):
        clock.turn(timedelta(seconds=seconds - 1))
        assert "left alone" in refusal(database)
        clock.turn(timedelta(seconds=2))
        assert refusal(database) == ""
        note(database, End.LATER)
    assert events(database) == ["carrier.circuit_opened"]


def test_a_probe_whose_worker_died_is_followed_by_another(database: Database, clock: HandClock) -> None:
    note(database, *[End.LATER] * FAILURES)
    clock.turn(timedelta(seconds=31))
    assert refusal(database) == ""
    clock.turn(timedelta(minutes=3, seconds=1))
    assert refusal(database) == ""


def test_a_no_is_an_answer_and_answers_close_what_failed(database: Database) -> None:
    note(database, *[End.LATER] * (FAILURES - 1), End.DECLINED, *[End.LATER] * (FAILURES - 1))
    assert refusal(database) == ""
    assert events(database) == []


def test_who_may_not_be_asked_is_passed_over_and_the_next_one_sells(stage: Stage, database: Database) -> None:
    stage.carriers = {"post": Post(), "other": Post()}
    note(database, *[End.LATER] * FAILURES)
    database.transact(ask_for_label, STAFF)
    stage.run()
    assert database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)).account) == "other"


def test_where_nobody_may_be_asked_just_now_the_label_comes_later(stage: Stage, database: Database) -> None:
    stage.carriers = {"post": Post()}
    note(database, *[End.LATER] * FAILURES)
    database.transact(ask_for_label, STAFF)
    stage.run()
    assert database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)).label) == "REQUESTED"
    stage.run(until=timedelta(minutes=1))
    assert database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)).label) == "PURCHASED"
