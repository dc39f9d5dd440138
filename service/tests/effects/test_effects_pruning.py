"""What has outlived its time goes: orders whole, with everything of theirs."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sendback_service.effects.pruning import Pruning
from sendback_service.orders import keeping
from sendback_service.refusal import Refusal
from sendback_service.store.tables import EventRow, ReturnRow
from sendback_service.store.transaction import Subject, Transaction
from sqlmodel import select

from service.tests.audit.town import MERCHANT, Town, _order
from service.tests.effects.pruned import LONG, MONTHS, STAYS, broken, prune, quick, returns, settle, tables
from service.tests.effects.world import STAFF


def test_a_whole_life_goes_and_leaves_nothing_but_that_it_was(town: Town, database_url: str) -> None:
    town.close("closed")
    town.cancel("cancelled")
    settle(town)
    assert broken(town, database_url) == []
    prune(town)
    assert set(tables(town)) <= STAYS, tables(town)
    assert tables(town)["past_order"] == 2
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
