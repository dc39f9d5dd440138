"""How far a simulation reads back, and what it does when there is no time."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sendback_sdk.testing.builders import an_order
from sendback_service import policies
from sendback_service.ids import new_id
from sendback_service.past_orders import Period, Stretch, stretch
from sendback_service.policies import Policies
from sendback_service.refusal import Reason, Refusal
from sendback_service.rules.policy import Policy, Window
from sendback_service.shops import Shops, shop_in
from sendback_service.store import Database, opened
from sendback_service.store.documents import order_document
from sendback_service.store.tables import MerchantRow, OrderRow, OrderVersionRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction

from tests.databases import Databases

NOW = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
STRICT = Policy(window=Window(1))


def days_ago(count: float) -> datetime:
    return NOW - timedelta(days=count)


@pytest.fixture
def database(sqlite: Databases) -> Iterator[Database]:
    made = opened(sqlite.migrated(), lambda: NOW)
    made.transact(
        lambda tx: tx.session.add(MerchantRow(id="mer_1", name="M", create_time=0)), Author("rpc", "test")
    )
    yield made
    made.shut()


def keep(database: Database, count: int, *, placed: datetime, imported: datetime | None = None) -> None:
    """Orders of one unit, imported when they were placed unless told otherwise."""
    at = imported or placed
    order = replace(an_order(), placed_time=placed)

    def add(tx: Transaction) -> None:
        for number in range(count):
            id = new_id("ord", at)
            row = OrderRow(
                merchant_id="mer_1",
                id=id,
                external_id=f"{id}-{number}",
                number="1",
                number_key="1",
                create_time=micros(at),
            )
            tx.session.add(row)
            tx.session.add(
                OrderVersionRow(merchant_id="mer_1", order_id=id, version=1, document=order_document(order))
            )

    database.transact(add, Author("rpc", "test"))


def read(database: Database, period: Period) -> list[Stretch]:
    """Stretch by stretch, to the end."""
    found: list[Stretch] = []
    after: str | None = ""
    while after is not None:
        behind = after or None
        found.append(
            database.look(lambda tx, b=behind: stretch(tx, shop_in(tx, "mer_1"), period, b))  # type: ignore[misc]
        )
        after = found[-1].after
    return found


def use_case(database: Database) -> Policies:
    return Policies(database, Shops(database), lambda: NOW, lambda _: frozenset({"FR"}), ())


def simulate(database: Database, **changes: Any) -> policies.Simulation:
    return asyncio.run(use_case(database).simulate("mer_1", STRICT, **changes))


def test_every_order_of_the_period_once_newest_first(database: Database) -> None:
    for age in (30, 20, 10):
        keep(database, 70, placed=days_ago(age))
    found = read(database, Period(days_ago(25), NOW))
    ids = [past.id for part in found for past in part.orders]
    assert len(ids) == 140
    assert ids == sorted(set(ids), reverse=True)


@pytest.mark.parametrize("count", [0, 99, 100, 101, 200])
def test_stretches_of_any_length_end(database: Database, count: int) -> None:
    keep(database, count, placed=days_ago(5))
    assert sum(len(part.orders) for part in read(database, Period(days_ago(9), NOW))) == count


def test_what_was_imported_before_the_period_is_not_read(database: Database) -> None:
    keep(database, 500, placed=days_ago(60))
    keep(database, 5, placed=days_ago(5))
    found = read(database, Period(days_ago(9), NOW))
    assert [(len(part.orders), part.read) for part in found] == [(5, 5)]


def test_an_old_order_that_was_imported_late_is_of_its_own_time(database: Database) -> None:
    keep(database, 3, placed=days_ago(60), imported=days_ago(1))
    keep(database, 2, placed=days_ago(5), imported=days_ago(6))
    assert sum(len(part.orders) for part in read(database, Period(days_ago(70), days_ago(50)))) == 3
    assert sum(len(part.orders) for part in read(database, Period(days_ago(5), NOW))) == 2


def test_all_of_them_are_tried(database: Database) -> None:
    keep(database, 230, placed=days_ago(5))
    found = simulate(database)
    assert (found.complete, found.tally.orders) == (True, 230)
    assert found.period == Period(days_ago(90), NOW)


def test_more_orders_than_one_call_looks_at(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "_MOST_ORDERS", 200)
    keep(database, 230, placed=days_ago(5))
    found = simulate(database)
    assert (found.complete, found.tally.orders) == (False, 200)


def test_more_units_than_one_call_looks_at(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "_MOST_UNITS", 100)
    keep(database, 230, placed=days_ago(5))
    assert simulate(database).tally.units == 100


def test_the_first_order_is_tried_however_late_it_is(database: Database) -> None:
    keep(database, 230, placed=days_ago(5))
    found = simulate(database, seconds=1e-9)
    assert (found.complete, found.tally.orders) == (False, 1)


def test_nothing_to_try_it_on(database: Database) -> None:
    keep(database, 1, placed=days_ago(5))
    with pytest.raises(Refusal) as refused:
        simulate(database, start=days_ago(4))
    assert refused.value.reason is Reason.NOTHING_TO_SIMULATE
    assert refused.value.metadata == {"from": days_ago(4).isoformat(), "before": NOW.isoformat()}


@pytest.mark.parametrize("end", [datetime.min, datetime.max])
def test_periods_at_the_ends_of_time(database: Database, end: datetime) -> None:
    end = end.replace(tzinfo=NOW.tzinfo)
    keep(database, 1, placed=days_ago(5))
    with pytest.raises(Refusal):
        simulate(database, end=end)
    whole = simulate(database, start=datetime.min.replace(tzinfo=NOW.tzinfo))
    assert whole.tally.orders == 1


def slow_down(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = policies.simulate

    def slowly(*arguments: Any) -> Any:
        time.sleep(0.4)
        return quick(*arguments)

    monkeypatch.setattr(policies, "simulate", slowly)


def test_one_at_a_time_and_nobody_waits_for_ever(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(database, 1, placed=days_ago(5))
    slow_down(monkeypatch)
    both = use_case(database)

    async def at_once() -> list[Any]:
        first = asyncio.create_task(both.simulate("mer_1", STRICT))
        await asyncio.sleep(0.1)
        second = both.simulate("mer_1", STRICT, seconds=0.1)
        third = both.simulate("mer_1", STRICT)
        return await asyncio.gather(first, second, third, return_exceptions=True)

    first, second, third = asyncio.run(at_once())
    assert first.tally.orders == third.tally.orders == 1
    assert isinstance(second, Refusal)
    assert (second.reason, second.retry_after) == (Reason.OVERLOADED, 5.0)


def test_whoever_goes_away_leaves_the_turn_to_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(database, 1, placed=days_ago(5))
    slow_down(monkeypatch)
    use = use_case(database)

    async def leave() -> policies.Simulation:
        task = asyncio.create_task(use.simulate("mer_1", STRICT))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await use.simulate("mer_1", STRICT, seconds=5)

    assert asyncio.run(leave()).tally.orders == 1
