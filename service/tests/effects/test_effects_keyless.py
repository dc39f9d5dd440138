"""Two workers, of which one cannot read the secrets of shops that merchants connected: it has no key, or while keys are
turned the old one alone."""

from datetime import timedelta

import pytest
from sendback_sdk import ListsOrders, Mirrors
from sendback_service.connections import accounts_in
from sendback_service.effects.mirroring import Following
from sendback_service.effects.synchronising import Watching
from sendback_service.host import AccountMissing, Host
from sendback_service.store import Database
from sendback_service.store.tables import ConnectedAccountRow, MirrorRow, SynchronisationRow
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.vault import new_key, vault_of
from sqlmodel import select

from service.tests.effects.world import MERCHANT, PACE, RETURN, STAFF, Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OLD, NEW = new_key(), new_key()
SHOP = f"{MERCHANT}/shop"


class Worker:
    """Its host, and what of it looks which shops there are."""

    def __init__(self, database: Database, keys: str) -> None:
        self.host = Host({})
        self.host.update(database.look(lambda tx: accounts_in(tx, vault_of(keys))))
        self.following = Following(database, lambda: self.host.shops_with(Mirrors))
        self.watching = Watching(database, lambda: self.host.shops_with(ListsOrders), PACE)

    def turn(self) -> None:
        self.following.turn()
        self.watching.turn()


def connect(tx: Transaction) -> None:
    vault = vault_of(NEW)
    assert vault is not None
    row = ConnectedAccountRow(
        merchant_id=MERCHANT, name="shop", plugin="shopify", create_time=1, update_time=1
    )
    row.settings = {"settings": {"shop": "maison.myshopify.com"}, "secrets": ["token"]}
    row.secrets = vault.lock({"token": "shpat_1"})
    tx.session.add(row)


@pytest.fixture(params=["", OLD], ids=["no key", "the old key"])
def workers(request: pytest.FixtureRequest, stage: Stage) -> tuple[Worker, Worker]:
    stage.database.transact(connect, STAFF)
    return Worker(stage.database, f"{NEW},{OLD}"), Worker(stage.database, request.param)


def test_what_the_one_without_reads_first_is_told_by_the_other(
    stage: Stage, workers: tuple[Worker, Worker]
) -> None:
    one, without = workers
    one.turn()
    event = Subject("return", RETURN)
    stage.database.transact(lambda tx: tx.record(MERCHANT, "return.closed", event), STAFF)
    stage._relay.turn()
    without.turn()
    one.turn()
    assert stage.database.look(lambda tx: list(tx.session.exec(select(MirrorRow.account)))) == [SHOP]


def test_how_far_a_shop_was_listed_is_not_forgotten(stage: Stage, workers: tuple[Worker, Worker]) -> None:
    one, without = workers
    one.turn()
    stage.clock.turn(timedelta(hours=1))
    begun = stage.database.look(lambda tx: tx.session.exec(select(SynchronisationRow.create_time)).one())
    without.turn()
    one.turn()
    assert begun == stage.database.look(
        lambda tx: tx.session.exec(select(SynchronisationRow.create_time)).one()
    )


def test_the_one_without_says_why_it_cannot_be_used(workers: tuple[Worker, Worker]) -> None:
    one, without = workers
    assert one.host.platform(SHOP).id == "shopify"
    with pytest.raises(AccountMissing, match="SENDBACK_SECRETS_KEY"):
        without.host.platform(SHOP)
