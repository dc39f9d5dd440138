"""A shop's orders fetched ahead: every page once, from where it was left, by one worker at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sendback_sdk import Order, OrderLine, Payment, Receipt, RefundRequest
from sendback_service import synchronisation
from sendback_service.effects import synchronising
from sendback_service.kept_orders import order_in
from sendback_service.orders import keeping
from sendback_service.store import Database, opened
from sendback_service.store.tables import MerchantRow, OrderRow, SynchronisationRow, WorkItemRow
from sendback_service.synchronisation import SynchronisationState
from sqlmodel import col, select

from service.tests.audits import broken
from service.tests.effects.parties import Catalogue
from service.tests.effects.world import MERCHANT, STAFF, START, Boards, HandClock, Stage
from tests.databases import Databases

SHOP = "shop"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def empty(sqlite: Databases, clock: HandClock) -> Iterator[Stage]:
    """No orders yet."""
    database = opened(str(sqlite.migrated()), clock)
    yield _staged(database, clock)
    database.shut()


def _staged(database: Database, clock: HandClock) -> Stage:
    database.transact(lambda tx: tx.session.add(MerchantRow(id=MERCHANT, name="Shop")), STAFF)
    return Stage(database, clock)


def an_order(number: int, changed: datetime = START, **changes: object) -> Order:
    order = Order(
        id=str(number),
        number=f"#{number}",
        currency="EUR",
        placed_time=START - timedelta(days=3),
        lines=(OrderLine("1", "A shirt", 1, 5000),),
        payments=(Payment("p1", 5000),),
        changed_time=changed,
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def opened_shop(stage: Stage, *lines: str, orders: int = 5) -> Catalogue:
    shop = Catalogue(*lines)
    shop.sell(*(an_order(n, START - timedelta(hours=n)) for n in range(1, orders + 1)))
    stage.platforms, stage.listed = {SHOP: shop}, {SHOP: MERCHANT}
    return shop


def here(database: Database) -> list[str]:
    return database.look(lambda tx: sorted(tx.session.exec(select(OrderRow.external_id))))


def state(database: Database) -> SynchronisationState:
    return database.look(synchronisation.states)[SHOP]


def work(database: Database) -> list[str]:
    query = select(WorkItemRow.kind).where(col(WorkItemRow.done_time).is_(None))
    return database.look(lambda tx: list(tx.session.exec(query)))


def test_everything_comes_page_by_page(empty: Stage) -> None:
    shop = opened_shop(empty)
    empty.run()
    assert here(empty.database) == ["1", "2", "3", "4", "5"]
    assert [cursor for _, cursor in shop.asked] == ["", "2", "4"]
    assert shop.asked[0][0] == START - timedelta(days=60)
    assert (state(empty.database).lag_seconds, state(empty.database).orders) == (0, 5)
    assert empty.database.look(broken) == []


def test_the_next_pass_asks_only_for_what_changed(empty: Stage) -> None:
    shop = opened_shop(empty)
    empty.run()
    shop.asked.clear()
    empty.clock.turn(MINUTE)
    shop.sell(an_order(6, empty.clock.now))
    empty.run()
    newest = START - HOUR
    assert [since for since, _ in shop.asked] == [newest - timedelta(minutes=5)]
    assert "6" in here(empty.database)


def test_an_older_order_that_comes_late_takes_no_newer_ones_place(empty: Stage) -> None:
    newer = an_order(1, START - MINUTE, email="new@example.org")
    empty.database.transact(keeping(MERCHANT, [newer], SHOP), STAFF)
    shop = opened_shop(empty, orders=0)
    shop.sell(an_order(1, START - HOUR, email="old@example.org"))
    empty.run()
    assert len(shop.asked) == 1
    kept = empty.database.look(lambda tx: order_in(tx, MERCHANT, "1"))
    assert (kept.order.email, kept.version) == ("new@example.org", 1)


def test_a_change_of_nothing_that_is_kept_makes_no_version(empty: Stage) -> None:
    shop = opened_shop(empty, orders=1)
    empty.run()
    shop.sell(an_order(1, START))
    empty.run(until=2 * MINUTE)
    assert empty.database.look(lambda tx: order_in(tx, MERCHANT, "1")).version == 1


@pytest.mark.parametrize("line", ["later", "deaf", "nonsense", "broken"])
def test_a_page_that_fails_is_asked_for_again(empty: Stage, line: str) -> None:
    shop = opened_shop(empty, "ok", line, line, "ok")
    empty.run(until=MINUTE)
    assert [cursor for _, cursor in shop.asked][:5] == ["", "2", "2", "2", "4"]
    assert len(here(empty.database)) == 5
    assert state(empty.database).failures == 0


def test_a_cursor_that_ran_out_begins_the_pass_at_the_last_change_that_was_seen(empty: Stage) -> None:
    shop = opened_shop(empty, "ok", "no", "ok")
    empty.run(until=10 * MINUTE)
    second = shop.asked[2]
    assert second == (START - timedelta(hours=4, minutes=5), "")
    assert len(here(empty.database)) == 5


def test_a_shop_that_stays_away_lags_and_staff_are_told_until_it_is_back(empty: Stage) -> None:
    opened_shop(empty, *["ok"] * 3, *["later"] * 11, "ok")
    empty.run(until=timedelta(minutes=90))
    assert state(empty.database).lag_seconds == 90 * 60
    assert state(empty.database).failure.startswith("LATER")
    assert work(empty.database) == ["shop.unsynchronised"]
    empty.run(until=2 * HOUR)
    assert state(empty.database).failures == 0
    assert work(empty.database) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "XXX"},
        {"email": "\x00"},
        {"lines": (OrderLine("1", "cut \ud83d", 1, 5000),)},
        {"tags": frozenset({"\x00"})},
    ],
)
def test_an_order_that_cannot_be_kept_holds_up_no_other(empty: Stage, wrong: dict[str, object]) -> None:
    shop = opened_shop(empty)
    shop.sell(an_order(3, START, **wrong))
    empty.run()
    assert here(empty.database) == ["1", "2", "4", "5"]
    assert work(empty.database) == ["order.invalid"]


def test_a_shop_that_refunds_is_named_with_its_payments(empty: Stage) -> None:
    opened_shop(empty, orders=1)

    class Refunding(Catalogue):
        def refund(self, request: RefundRequest) -> Receipt:
            return Receipt(request.key)

    shop = Refunding()
    shop.sell(an_order(1))
    empty.platforms = {SHOP: shop}
    empty.run()
    kept = empty.database.look(lambda tx: order_in(tx, MERCHANT, "1"))
    assert [payment.account for payment in kept.order.payments] == [SHOP]


def test_a_shop_that_is_gone_is_forgotten(empty: Stage) -> None:
    opened_shop(empty)
    empty.run()
    empty.listed = {}
    empty.run(until=10 * MINUTE)
    assert empty.database.look(lambda tx: list(tx.session.exec(select(SynchronisationRow)))) == []
    assert empty.database.look(broken) == []


def test_killed_at_every_moment_every_order_comes_once(boards: Boards) -> None:
    moments = _played(boards, 0)
    for moment in range(1, moments + 1):
        _played(boards, moment)


def _played(boards: Boards, die_at: int) -> int:
    database, clock = boards.cleared()
    stage = _staged(database, clock)
    opened_shop(stage, orders=3)
    stage.die_at = die_at
    stage.run()
    seen = stage.moments
    stage.run(until=4 * MINUTE)
    assert here(database) == ["1", "2", "3"], f"killed at {die_at}"
    assert stage.deaths == (1 if die_at else 0)
    assert state(database).lag_seconds is not None
    assert state(database).failures == 0
    return seen


def test_while_one_worker_lists_a_shop_no_other_does(empty: Stage) -> None:
    """One that died over a page leaves the shop to others after a while."""
    shop = opened_shop(empty, orders=0)
    empty.run()
    shop.asked.clear()
    empty.clock.turn(MINUTE)
    taken = empty.database.transact(lambda tx: synchronising._claim(tx, MERCHANT, SHOP), STAFF)
    assert taken is not None
    empty.run(until=2 * MINUTE)
    assert shop.asked == []
    empty.run(until=2 * MINUTE)
    assert len(shop.asked) >= 1
