"""Returns in batches: each once, oldest first, bounded by time and by id alike."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sendback_service import batches
from sendback_service.batches import in_batches
from sendback_service.ids import new_id
from sendback_service.returns import Filter
from sendback_service.rules.states import Decision
from sendback_service.store import Database, opened
from sendback_service.store.tables import ReturnRow, UnitRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction

from tests.databases import Databases

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 3)


@pytest.fixture
def database(sqlite: Databases) -> Iterator[Database]:
    database = opened(sqlite.migrated(), lambda: NOON)
    database.transact(_ten_returns, Author("rpc", "test"))
    yield database
    database.shut()


def _ten_returns(tx: Transaction) -> None:
    """One a minute, every third of them declined; and a neighbour's."""
    for number in range(10):
        _add(tx, "mer_1", NOON + number * MINUTE, "DECLINED" if number % 3 == 0 else "APPROVED")
    _add(tx, "mer_2", NOON, "APPROVED")


def _add(tx: Transaction, merchant_id: str, made: datetime, decision: str) -> None:
    id = new_id("ret", made)
    columns = {"merchant_id": merchant_id, "order_id": "ord_1"}
    tx.session.add(
        ReturnRow(
            **columns,
            id=id,
            reference=id,
            order_number="1",
            order_version=1,
            policy_version=1,
            decision=decision,
            outcome="REFUND",
            currency="EUR",
            estimated_minor=0,
            label_offer="FREE_LABEL",
            shown_fee_minor=0,
            region="FR",
            language="fr",
            create_time=micros(made),
        )
    )
    tx.session.add(UnitRow(**columns, return_id=id, line_id="1", unit=made.minute, title="Robe"))


def minutes(database: Database, wanted: Filter) -> list[list[int]]:
    """The minutes in which the returns of each batch were made."""

    async def read() -> list[list[int]]:
        return [
            [found.units[0].number for found in batch]
            async for batch in in_batches(database, "mer_1", wanted)
        ]

    return asyncio.run(read())


def test_each_once_and_oldest_first(database: Database) -> None:
    assert minutes(database, Filter()) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]


def test_a_last_batch_that_is_full_is_not_read_twice(database: Database) -> None:
    assert minutes(database, Filter(created_before=NOON + 6 * MINUTE)) == [[0, 1, 2], [3, 4, 5]]


def test_from_an_instant_on_and_before_another(database: Database) -> None:
    wanted = Filter(created_from=NOON + 4 * MINUTE, created_before=NOON + 6 * MINUTE)
    assert minutes(database, wanted) == [[4, 5]]


def test_times_out_of_all_reason_bound_nothing(database: Database) -> None:
    far = Filter(
        created_from=datetime.min.replace(tzinfo=UTC), created_before=datetime.max.replace(tzinfo=UTC)
    )
    assert sum(map(len, minutes(database, far))) == 10


def test_only_some_decisions(database: Database) -> None:
    assert minutes(database, Filter(decisions=(Decision.DECLINED,))) == [[0, 3, 6], [9]]
