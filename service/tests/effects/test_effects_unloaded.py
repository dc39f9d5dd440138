"""Two workers, of which one lacks a package: what its accounts can do nobody there can say, and nothing of theirs is
passed by or forgotten."""

from collections.abc import Iterable
from datetime import timedelta
from importlib.metadata import EntryPoint, entry_points

import pytest
from sendback_sdk import ListsOrders, Mirrors
from sendback_service.effects.mirroring import Following
from sendback_service.effects.synchronising import Watching
from sendback_service.host import Host
from sendback_service.parties import Account
from sendback_service.store import Database
from sendback_service.store.tables import EventRow, MirrorRow, SynchronisationRow, WorkItemRow
from sendback_service.store.transaction import Subject
from sqlmodel import select

from service.tests.effects.parties import Bank
from service.tests.effects.world import MERCHANT, PACE, RETURN, STAFF, Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SHOP = Account(
    plugin="shopify", settings={"shop": "maison.myshopify.com", "token": "env:T"}, merchant=MERCHANT
)
BANK = Account(plugin="stripe", settings={"secret_key": "env:T"}, merchant=MERCHANT)


class Worker:
    """Its host, and what of it looks which shops there are."""

    def __init__(self, database: Database, accounts: dict[str, Account], found: Iterable[EntryPoint]) -> None:
        self.host = Host(accounts, found)
        self.following = Following(database, lambda: self.host.shops_with(Mirrors), self.host.shops_that_may)
        self.watching = Watching(
            database, lambda: self.host.shops_with(ListsOrders), PACE, self.host.shops_that_may
        )

    def turn(self) -> None:
        self.following.turn()
        self.watching.turn()


def workers(stage: Stage, **accounts: Account) -> tuple[Worker, Worker]:
    """One that has everything, and one that lacks the package of the shop."""
    points = list(entry_points(group="sendback"))
    lacking = [point for point in points if point.name != "shopify"]
    return Worker(stage.database, accounts, points), Worker(stage.database, accounts, lacking)


def closed(stage: Stage) -> None:
    event = Subject("return", RETURN)
    stage.database.transact(lambda tx: tx.record(MERCHANT, "return.closed", event), STAFF)
    stage._relay.turn()


def told(stage: Stage) -> list[str]:
    return stage.database.look(lambda tx: list(tx.session.exec(select(MirrorRow.account))))


def listed(stage: Stage) -> list[tuple[str, int]]:
    query = select(SynchronisationRow.account, SynchronisationRow.create_time)
    return stage.database.look(lambda tx: [(account, time) for account, time in tx.session.exec(query)])


def test_what_the_one_without_reads_first_is_told_by_the_other(stage: Stage) -> None:
    one, without = workers(stage, shop=SHOP)
    one.turn()
    closed(stage)
    without.turn()
    one.turn()
    assert told(stage) == ["shop"]


def test_the_one_without_takes_no_other_account_for_the_shop(stage: Stage) -> None:
    one, without = workers(stage, shop=SHOP, bank=BANK)
    one.turn()
    closed(stage)
    without.turn()
    assert told(stage) == ["shop"]


def test_who_lacks_what_never_was_a_shop_tells_the_shop_all_the_same(stage: Stage) -> None:
    points = [point for point in entry_points(group="sendback") if point.name != "stripe"]
    worker = Worker(stage.database, {"shop": SHOP, "bank": BANK}, points)
    worker.turn()
    closed(stage)
    worker.turn()
    assert told(stage) == ["shop"]


def test_how_far_a_shop_was_listed_is_not_forgotten(stage: Stage) -> None:
    one, without = workers(stage, shop=SHOP)
    one.turn()
    begun = listed(stage)
    stage.clock.turn(timedelta(hours=1))
    without.turn()
    one.turn()
    assert [account for account, _ in begun] == ["shop"]
    assert listed(stage) == begun


def test_nobody_lists_what_may_be_no_shop_at_all(stage: Stage) -> None:
    _, without = workers(stage, shop=SHOP)
    without.turn()
    assert listed(stage) == []


def test_what_was_noted_for_an_account_that_keeps_no_returns_is_let_be(stage: Stage) -> None:
    stage.platforms = {"bank": Bank()}
    stage._following = Following(stage.database, dict, lambda: {"bank": MERCHANT})
    stage.away = {"bank"}
    stage._following.turn()
    closed(stage)
    stage.run()
    assert stage.database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind)))) == [
        "account.misconfigured"
    ]
    stage.away = set()
    stage.run(until=timedelta(hours=1))
    (row,) = stage.database.look(lambda tx: tx.session.exec(select(MirrorRow)).all())
    assert (row.account, row.done == row.wanted > 0) == ("bank", True)
    events = stage.database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))
    assert not [type for type in events if type.startswith("mirror.")]
