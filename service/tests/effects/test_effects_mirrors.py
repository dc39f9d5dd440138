"""Returns in a shop's own books: told in order, none left out, whatever the shop answers or does not answer."""

from datetime import timedelta

import pytest
from sendback_sdk import Disposal, RefundLine
from sendback_sdk.platforms import Disposition
from sendback_service import decisions, reception
from sendback_service.audit import Patience
from sendback_service.effects import mirroring
from sendback_service.held import hold
from sendback_service.reception import Contents, Finding, ReceivedParcel
from sendback_service.rules.states import Disposition as Ours
from sendback_service.rules.states import Grade, Inspection
from sendback_service.store import Database
from sendback_service.store.documents import address_document
from sendback_service.store.tables import EventRow, MirrorRow, OrderRow, WorkItemRow
from sendback_service.store.transaction import Transaction
from sqlmodel import col, select

from service.tests.audits import broken
from service.tests.effects.parties import Bank, Books, Post, Reckoning
from service.tests.effects.world import (
    BUYER,
    MERCHANT,
    RETURN,
    STAFF,
    Boards,
    Stage,
    begin,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def shop(stage: Stage, books: Books, *, decision: str = "REQUESTED") -> Stage:
    """The shop `books` is to be told of the return, of which nothing has happened yet."""
    stage.platforms, stage.books = {"books": books, "bank": Bank()}, {"books": MERCHANT}
    stage.carriers = {"post": Post()}
    stage.run()
    stage.database.transact(lambda tx: _request(tx, decision), STAFF)
    return stage


def _request(tx: Transaction, decision: str) -> None:
    held = hold(tx, MERCHANT, RETURN)
    held.row.decision, held.row.ship_from = decision, address_document(BUYER)
    tx.session.add(held.row)
    for unit in held.units:
        unit.inspection, unit.grade = "EXPECTED", ""
        tx.session.add(unit)
    tx.record(MERCHANT, "return.requested", held.subject)


def approve(tx: Transaction) -> None:
    decisions.approve(hold(tx, MERCHANT, RETURN))


def inspect(tx: Transaction) -> None:
    held = hold(tx, MERCHANT, RETURN)
    reception.receive(held, ReceivedParcel())
    findings = [
        Finding("line_1", 0, Inspection.ACCEPTED, Grade.A_RESELL, Ours.RESTOCK),
        Finding("line_1", 1, Inspection.MISSING),
    ]
    reception.inspect(held, Contents(findings))


def types(database: Database) -> list[str]:
    query = select(EventRow.type).where(EventRow.subject_id == RETURN).order_by(col(EventRow.sequence))
    return database.look(lambda tx: list(tx.session.exec(query)))


def work(database: Database) -> set[str]:
    open_items = select(WorkItemRow.kind).where(col(WorkItemRow.done_time).is_(None))
    return database.look(lambda tx: set(tx.session.exec(open_items)))


def forgotten(database: Database) -> list[str]:
    strict = Patience(timedelta(0), timedelta(0))
    return [
        f.name
        for f in database.look(lambda tx: broken(tx, patience=strict))
        if f.name.startswith(("mirror", "deadline"))
    ]


def whole_life(stage: Stage) -> None:
    for verb in (approve, inspect):
        stage.run()
        stage.database.transact(verb, STAFF)
    stage.run(until=HOUR)


LIFE = ["return.requested", "return.approved", "label.purchased", "reception.completed", "return.closed"]


def test_a_shop_is_told_a_whole_life_in_order(stage: Stage) -> None:
    books = Books()
    whole_life(shop(stage, books))
    assert books.news == LIFE
    requested, _, labelled, inspected, closed = books.told
    assert requested.lines == (RefundLine("line_1", 2),)
    assert (requested.return_reference, requested.order_id) == ("R7K3F9Q2", "ord_1")
    assert labelled.tracking_number == "post-1"
    decided = {Disposal("line_1", 1, Disposition.RESTOCK), Disposal("line_1", 1, Disposition.MISSING)}
    assert set(inspected.disposals) == set(closed.disposals) == decided
    assert types(stage.database).count("mirror.done") == len(LIFE)
    assert forgotten(stage.database) == []


def test_what_is_approved_at_once_is_opened_at_once(stage: Stage) -> None:
    books = Books()
    shop(stage, books).database.transact(approve, STAFF)
    stage.run()
    assert books.news == ["return.approved", "label.purchased"]


def test_why_it_was_declined_is_told(stage: Stage) -> None:
    books = Books()
    shop(stage, books).run()
    stage.database.transact(lambda tx: decisions.decline(hold(tx, MERCHANT, RETURN), "It was worn."), STAFF)
    stage.run()
    assert (books.told[-1].event, books.told[-1].note) == ("return.declined", "It was worn.")


@pytest.mark.parametrize("line", ["later", "deaf", "silent", "broken"])
def test_what_fails_is_told_again_before_anything_newer(stage: Stage, line: str) -> None:
    books = Books("ok", line, line, "ok")
    shop(stage, books).run()
    stage.database.transact(approve, STAFF)
    stage.run(until=timedelta(minutes=3))
    told = [change.event for change in books.told]
    assert told == ["return.requested", *["return.approved"] * 3, "label.purchased"]
    assert books.news == ["return.requested", "return.approved", "label.purchased"]
    assert work(stage.database) == set()


def test_a_call_without_an_answer_is_not_made_again_while_it_may_be_under_way(stage: Stage) -> None:
    books = Books("silent", "ok")
    shop(stage, books).run()
    stage.run(until=timedelta(seconds=29))
    assert len(books.told) == 1
    stage.run(until=timedelta(seconds=2))
    assert len(books.told) == 2


def test_news_that_does_not_fit_is_put_before_staff_and_holds_up_nothing(stage: Stage) -> None:
    books = Books("no", "ok")
    shop(stage, books).run()
    stage.database.transact(approve, STAFF)
    stage.run()
    assert books.news == ["return.approved", "label.purchased"]
    assert work(stage.database) == {"mirror.refused"}
    assert types(stage.database).count("mirror.failed") == 1


def test_a_shop_that_is_away_is_waited_for_and_people_are_told(stage: Stage) -> None:
    books = Books(*["later"] * 12, "ok")
    shop(stage, books).run(until=2 * HOUR)
    assert work(stage.database) == {"mirror.late"}
    stage.run(until=6 * HOUR)
    assert books.news == ["return.requested"]
    assert work(stage.database) == set()


def test_a_shop_that_never_comes_back_is_given_up_and_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirroring, "MIRROR_ROUNDS", 4)
    shop(stage, books := Books("later")).run(until=HOUR)
    assert len(books.told) == 4
    assert "mirror.refused" in work(stage.database)
    assert forgotten(stage.database) == []


def test_an_account_that_is_gone_is_a_matter_of_settings(stage: Stage) -> None:
    shop(stage, Books())
    del stage.platforms["books"]
    stage.run()
    stage.platforms = {"books": (books := Books())}
    stage.run(until=HOUR)
    assert books.news == ["return.requested"]


def test_a_shop_that_is_connected_later_is_told_from_the_beginning(stage: Stage) -> None:
    books = Books()
    shop(stage, books)
    stage.books = {}
    stage.run()
    assert books.told == []
    stage.books = {"books": MERCHANT}
    stage.database.transact(approve, STAFF)
    stage.run()
    assert books.news == ["return.approved", "label.purchased"]


def test_only_the_shop_of_the_order_is_told(stage: Stage) -> None:
    other = Books()
    shop(stage, books := Books())
    stage.platforms["other"], stage.books = other, {"books": MERCHANT, "other": MERCHANT, "strange": "mer_2"}
    stage.database.transact(_sold_by_other, STAFF)
    stage.run()
    assert (books.news, other.news) == ([], ["return.requested"])


def _sold_by_other(tx: Transaction) -> None:
    row = tx.session.get_one(OrderRow, (MERCHANT, "ord_1"))
    row.account = "other"
    tx.session.add(row)


@pytest.mark.parametrize(
    ("amount", "lines", "drift"),
    [
        (5001, ("ok",), False),
        (4900, ("ok",), True),
        (4900, ("later", "deaf", "ok"), True),
        (4900, ("no",), False),
        (4900, ("broken",), False),
    ],
)
def test_a_platform_that_reckons_otherwise_is_put_before_staff_and_holds_up_nothing(
    stage: Stage, amount: int, lines: tuple[str, ...], drift: bool
) -> None:
    books = Reckoning(amount, *lines)
    shop(stage, books).run(until=timedelta(minutes=5))
    assert work(stage.database) == ({"refund.drift"} if drift else set())
    assert types(stage.database).count("refund.drift") == drift


def test_a_platform_that_this_worker_lacks_is_asked_what_it_reckons_a_moment_later(stage: Stage) -> None:
    shop(stage, Reckoning(4900))
    stage.away = {"books"}
    stage.run()
    stage.away = set()
    stage.run(until=MINUTE)
    assert "refund.drift" in work(stage.database)


def test_a_mirror_that_nobody_wakes_is_found_by_the_audit(stage: Stage) -> None:
    shop(stage, Books("later")).run()
    stage.database.transact(_lose_the_deadline, STAFF)
    stage.clock.turn(HOUR)
    assert "mirror_overdue" in forgotten(stage.database)


def _lose_the_deadline(tx: Transaction) -> None:
    row = tx.session.exec(select(MirrorRow)).one()
    tx.drop_deadline(MERCHANT, mirroring.RETRY, row.id)


def test_killed_at_every_moment_a_shop_is_told_all_in_order(boards: Boards) -> None:
    """Every other moment: before and after a transaction are two of them."""
    moments = _played(boards, 0)
    for moment in range(1, moments + 1, 2):
        _played(boards, moment)


def _played(boards: Boards, die_at: int) -> int:
    database, clock = boards.cleared()
    database.transact(begin, STAFF)
    stage = Stage(database, clock)
    shop(stage, books := Books())
    stage.die_at = stage.moments + die_at if die_at else 0
    before = stage.moments
    stage.run()
    database.transact(lambda tx: decisions.decline(hold(tx, MERCHANT, RETURN), "Worn."), STAFF)
    stage.run(until=timedelta(minutes=4))
    assert books.news == ["return.requested", "return.declined"], f"killed at {die_at}"
    assert stage.deaths == (1 if die_at else 0)
    assert types(database).count("mirror.done") == 2
    assert work(database) == set()
    return stage.moments - before


def test_while_one_worker_tells_a_shop_of_a_return_no_other_does(stage: Stage) -> None:
    """One that died over a call leaves it to others after a while."""
    shop(stage, books := Books("later", "ok")).run()
    row = stage.database.look(lambda tx: tx.session.exec(select(MirrorRow)).one())
    stage.clock.turn(MINUTE)
    claimed = stage.database.transact(lambda tx: mirroring._claim(tx, MERCHANT, row.id), STAFF)
    assert claimed is not None
    stage.run(until=2 * MINUTE)
    assert len(books.told) == 1
    stage.run(until=2 * MINUTE)
    assert books.news == ["return.requested"]
