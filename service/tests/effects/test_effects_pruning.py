"""What has outlived its time goes: orders whole, with everything of theirs; nothing that is unfinished or unread; and
whoever reads the feed is told, or misses nothing."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sendback_service.audit import Auditor, Patience, Scope
from sendback_service.effects.observers import Observers
from sendback_service.effects.pruning import Pruning
from sendback_service.effects.retention import Retention
from sendback_service.feed import Feed, floor
from sendback_service.figures import Statistics
from sendback_service.orders import keeping
from sendback_service.refusal import Refusal
from sendback_service.rules.states import SettlementKind
from sendback_service.shops import Shops
from sendback_service.store import Database
from sendback_service.store.snapshots import Snapshots
from sendback_service.store.tables import (
    DeliveryRow,
    EventRow,
    MessageRow,
    ReturnRow,
    SQLModel,
    TransferRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.streams import Streams
from sqlmodel import func, select, text

from service.tests.audit.town import MERCHANT, Town, _order, a_town
from service.tests.effects.world import STAFF, HandClock

MONTHS = 24
LONG = timedelta(days=800)
# What is left of a whole life: the merchant's own, what counts, and that the order was there.
STAYS = {"merchant", "policy", "warehouse", "serial", "feed", "installation", "past_order", "alembic_version"}
quick = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(database: Database, clock: HandClock) -> Iterator[Town]:
    with a_town(database, clock) as town:
        yield town


def settle(town: Town) -> None:
    """Everybody has read everything, and nobody repeats a request."""
    town.stage.run(until=timedelta(days=120), step=timedelta(days=20))
    for turn in (Observers(town.database, lambda _: None).turn, Retention(town.database).turn):
        while turn():
            pass


def prune(town: Town, by: timedelta = LONG) -> Pruning:
    """Later: in the two steps that an order takes."""
    town.clock.turn(by)
    pruning = Pruning(town.database, MONTHS)
    for _ in range(2):
        while pruning.turn():
            pass
        town.clock.turn(timedelta(hours=2))
    return pruning


def tables(town: Town) -> dict[str, int]:
    def count(tx: Transaction) -> dict[str, int]:
        run = tx.session.connection().execute
        return {
            name: run(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in SQLModel.metadata.tables
        }

    return {name: count for name, count in town.database.look(count).items() if count}


def returns(town: Town) -> set[str]:
    rows = town.database.look(lambda tx: set(tx.session.exec(select(ReturnRow.id))))
    return {name for name, id in town.names.items() if id in rows}


def broken(town: Town, url: str) -> list[str]:
    scope = Scope(Patience(timedelta(days=1), timedelta(days=1)))
    auditor = Auditor(Snapshots(url, town.clock).look, scope)
    return [f"{finding.name} {finding.row}: {finding.says}" for finding in auditor.findings()]


def listed(town: Town, **choice: Any) -> list[int]:
    feed = Feed(town.database, Streams())

    async def read() -> list[int]:
        wanted = {"merchant_id": "", "resume_token": "", "types": (), "stop_at_end": True, **choice}
        return [event.position async for event in feed.watch(**wanted)]

    return town.loop.run_until_complete(read())


def test_a_whole_life_goes_and_leaves_nothing_but_that_it_was(town: Town, database_url: str) -> None:
    town.close("closed")
    town.cancel("cancelled")
    settle(town)
    assert broken(town, database_url) == []
    prune(town)
    assert set(tables(town)) <= STAYS, tables(town)
    assert tables(town)["past_order"] == 2
    assert broken(town, database_url) == []


def test_what_is_younger_stays_whole(town: Town, database_url: str) -> None:
    town.close("closed")
    settle(town)
    town.clock.turn(LONG)
    town.close("young")
    settle(town)
    before = town.database.look(
        lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, town.names["young"])).model_dump()
    )
    prune(town, timedelta())
    assert returns(town) == {"young"}
    after = town.database.look(
        lambda tx: tx.session.get_one(ReturnRow, (MERCHANT, town.names["young"])).model_dump()
    )
    assert after == before
    assert broken(town, database_url) == []


@quick
def test_it_is_off_where_no_months_are_set(town: Town) -> None:
    town.close("closed")
    settle(town)
    before = tables(town)
    town.clock.turn(timedelta(days=9000))
    assert Pruning(town.database).turn() == 0
    assert tables(town) == before


def _live(town: Town) -> None:
    town.make("closed")


def _money(town: Town) -> None:
    _change(town, TransferRow, state="UNKNOWN")


def _letter(town: Town) -> None:
    _change(town, MessageRow, state="REQUESTED")


def _work(town: Town) -> None:
    item = WorkItemRow(
        merchant_id=MERCHANT, id="wrk_1", kind="x", return_id=town.names["closed"], create_time=0
    )
    town.database.transact(lambda tx: tx.session.add(item), STAFF)


def _deadline(town: Town) -> None:
    due = town.clock.now + timedelta(days=9000)
    town.database.transact(
        lambda tx: tx.set_deadline(MERCHANT, "return.unused", town.names["closed"], due), STAFF
    )


def _unread(town: Town) -> None:
    town.database.transact(
        lambda tx: tx.session.connection().execute(
            text("UPDATE installation SET value = '1' WHERE name = 'observed_position'")
        ),
        STAFF,
    )


def _unplaced(town: Town) -> None:
    subject = Subject("return", town.names["closed"])
    town.database.transact(lambda tx: tx.record(MERCHANT, "return.approved", subject), STAFF)
    town.database.transact(
        lambda tx: tx.session.connection().execute(text("UPDATE event SET time = 0 WHERE position IS NULL")),
        STAFF,
    )


def _delivery(town: Town) -> None:
    def write(tx: Transaction) -> None:
        event = tx.session.exec(
            select(EventRow.id).where(EventRow.subject_id == town.names["closed"])
        ).first()
        row = DeliveryRow(merchant_id=MERCHANT, id="dlv_1", endpoint="whe_1", event_id=str(event), type="x")
        row.due_time = row.expire_time = row.create_time = row.update_time = 0
        tx.session.add(row)

    town.database.transact(write, STAFF)


def _change(town: Town, table: Any, **values: Any) -> None:
    def write(tx: Transaction) -> None:
        row = tx.session.exec(select(table)).first()
        for name, value in values.items():
            setattr(row, name, value)
        tx.session.add(row)

    town.database.transact(write, STAFF)


@quick
@pytest.mark.parametrize(
    "unfinished",
    [_live, _money, _letter, _work, _deadline, _unread, _unplaced, _delivery],
    ids=lambda f: f.__name__,
)
def test_nothing_that_is_unfinished_or_unread_goes(town: Town, unfinished: Any) -> None:
    if unfinished is not _live:
        town.close("closed")
        settle(town)
    unfinished(town)
    before = tables(town)
    prune(town)
    assert tables(town) == {**before, "installation": tables(town)["installation"]}


@quick
def test_an_order_stays_for_its_young_return(town: Town) -> None:
    town.close("closed")
    settle(town)
    town.clock.turn(LONG)
    town.make("closed")
    settle(town)
    prune(town, timedelta())
    assert (
        town.database.look(lambda tx: tx.session.exec(select(func.count()).select_from(ReturnRow)).one()) == 2
    )


@quick
def test_store_credit_keeps_the_return_that_gave_it(town: Town, database_url: str) -> None:
    town.close("credited", SettlementKind.STORE_CREDIT)
    town.close("closed")
    settle(town)
    prune(town)
    assert returns(town) == {"credited"}
    assert "credit_entry" in tables(town)
    assert broken(town, database_url) == []


def test_an_order_that_went_does_not_come_in_again(town: Town) -> None:
    town.close("closed")
    town.names["unsold"] = town._order("unsold")
    settle(town)
    prune(town)

    def again(name: str, account: str = "") -> list[str]:
        return [
            kept.news for kept in town.database.transact(keeping(MERCHANT, [_order(name)], account), STAFF)
        ]

    assert again("closed") == ["rejected"]
    assert again("closed", "shop") == ["unchanged"]
    assert again("unsold") == ["created"], "of which nothing was ever paid"
    with pytest.raises(Refusal, match="ORDER_INVALID"):
        town._order("closed")


def test_a_return_that_was_just_being_made_brings_its_order_back(town: Town, database_url: str) -> None:
    """Whoever had loaded the order before it went writes a return of it: everything is still there."""
    town.close("closed")
    settle(town)
    town.clock.turn(LONG)
    pruning = Pruning(town.database, MONTHS)
    while pruning.turn():
        pass
    with pytest.raises(Refusal, match="NOT_FOUND"):
        town.loop.run_until_complete(town._orders.get(MERCHANT, "shop-closed"))

    def late(tx: Transaction) -> None:
        row = tx.session.get_one(ReturnRow, (MERCHANT, town.names["closed"])).model_dump()
        new = {
            "id": "ret_late",
            "reference": "RLATE",
            "decision": "APPROVED",
            "create_time": 1,
            "update_time": 1,
        }
        tx.session.add(ReturnRow(**{**row, **new}))

    town.database.transact(late, STAFF)
    town.clock.turn(timedelta(hours=2))
    while pruning.turn():
        pass
    order = town.loop.run_until_complete(town._orders.get(MERCHANT, "shop-closed"))
    assert order.version == 1
    assert returns(town) == {"closed"}
    assert tables(town).get("past_order") is None


def test_a_reader_from_before_the_floor_is_told_and_others_miss_nothing(town: Town) -> None:
    town.close("closed")
    settle(town)
    everything = listed(town)
    town.clock.turn(LONG)
    town.close("young")
    settle(town)
    prune(town, timedelta())
    low = town.database.look(floor)
    assert low == max(everything)
    left = listed(town)
    assert left == list(range(low + 1, max(left) + 1)), "whole from the floor on"
    assert listed(town, resume_token=str(low)) == left
    for types in ((), ("return.requested",)):
        with pytest.raises(Refusal) as told:
            listed(town, resume_token=str(low - 1), types=types)
        assert told.value.metadata == {"field": "resume_token"}
    feed = Feed(town.database, Streams())
    page = town.loop.run_until_complete(feed.list("", "", (), 200, ""))
    assert [event.position for event in page.items] == left[:200]


def test_a_stream_that_is_overtaken_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had read some events when the rest of them went; what comes behind them would hide that."""
    monkeypatch.setattr("sendback_service.feed._BATCH", 2)
    town.close("closed")
    settle(town)
    feed = Feed(town.database, Streams())

    async def read() -> None:
        stream = feed.watch("", "", (), stop_at_end=True)
        await anext(stream)
        await asyncio.get_running_loop().run_in_executor(None, prune, town)
        await asyncio.get_running_loop().run_in_executor(None, town.database.transact, _something_new, STAFF)
        await asyncio.get_running_loop().run_in_executor(None, town.stage.run)
        async for _ in stream:
            pass

    with pytest.raises(Refusal, match="INVALID_FIELD"):
        town.loop.run_until_complete(read())


def _something_new(tx: Transaction) -> None:
    tx.record(MERCHANT, "portal.changed", Subject("merchant", MERCHANT))


def test_figures_of_a_time_that_is_kept_no_more_are_refused(town: Town) -> None:
    town.close("closed")
    settle(town)
    first = town.clock.now.date()
    prune(town)
    statistics = Statistics(town.database, Shops(town.database))
    run = town.loop.run_until_complete
    with pytest.raises(Refusal) as told:
        run(statistics.of(MERCHANT, first - timedelta(days=400), town.clock.now.date()))
    assert told.value.metadata == {"field": "first_date"}
    figures = run(statistics.of(MERCHANT, first, town.clock.now.date()))
    assert figures.book is not None


def test_killed_between_any_two_it_goes_on(town: Town, database_url: str) -> None:
    for number in range(4):
        town.close(f"closed {number}")
    settle(town)
    town.clock.turn(LONG)

    class Killed(BaseException):
        pass

    class Mortal:
        """Dies after so many transactions."""

        def __init__(self, lives: int) -> None:
            self.lives = lives

        def look(self, work: Any) -> Any:
            return town.database.look(work)

        def transact(self, work: Any, author: Any) -> Any:
            if not self.lives:
                raise Killed
            self.lives -= 1
            return town.database.transact(work, author)

    for _ in range(20):
        pruning = Pruning(Mortal(3), MONTHS)  # type: ignore[arg-type]
        try:
            while pruning.turn():
                pass
        except Killed:
            assert broken(town, database_url) == []
        town.clock.turn(timedelta(hours=2))
    assert returns(town) == set()
    assert set(tables(town)) <= STAYS


def test_several_prune_at_once(town: Town, database_url: str) -> None:
    for number in range(6):
        town.close(f"closed {number}")
    settle(town)
    town.clock.turn(LONG)

    def work() -> None:
        pruning = Pruning(town.database, MONTHS)
        while pruning.turn():
            pass

    async def together() -> None:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(None, work) for _ in range(3)))

    for _ in range(2):
        town.loop.run_until_complete(together())
        town.clock.turn(timedelta(hours=2))
    assert returns(town) == set()
    assert broken(town, database_url) == []


@quick
def test_events_of_nobodys_return_go_by_themselves_but_for_the_last(town: Town, database_url: str) -> None:
    def change(tx: Transaction) -> None:
        tx.record(MERCHANT, "portal.changed", Subject("merchant", MERCHANT), {"part": "merchant"})

    for _ in range(3):
        town.database.transact(change, STAFF)
    settle(town)
    prune(town)
    left = town.database.look(lambda tx: list(tx.session.exec(select(EventRow.sequence))))
    assert left == [3]
    town.database.transact(change, STAFF)
    settle(town)
    assert broken(town, database_url) == []


@quick
def test_labels_without_a_return_and_receipts_go_too(town: Town, database_url: str) -> None:
    town._label("label")
    town._erased()
    settle(town)
    prune(town)
    assert set(tables(town)) <= STAYS, tables(town)
    assert broken(town, database_url) == []
