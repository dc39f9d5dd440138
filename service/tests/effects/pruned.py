"""What pruning is tried on: a town whose returns have ended, and what is left of it."""

from datetime import timedelta
from typing import Any

import pytest
from sendback_service.audit import Auditor, Patience, Scope
from sendback_service.effects.observers import Observers
from sendback_service.effects.pruning import Pruning
from sendback_service.effects.retention import Retention
from sendback_service.feed import Feed
from sendback_service.store.snapshots import Snapshots
from sendback_service.store.tables import ReturnRow, SQLModel
from sendback_service.store.transaction import Transaction
from sendback_service.streams import Streams
from sqlmodel import select, text

from service.tests.audit.town import Town

MONTHS = 24
LONG = timedelta(days=800)
# What is left of a whole life: the merchant's own, what counts, and that the order was there.
STAYS = {"merchant", "policy", "warehouse", "serial", "feed", "installation", "past_order", "alembic_version"}
quick = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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
