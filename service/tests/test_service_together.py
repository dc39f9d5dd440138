"""Writes by hand wait for company, and nobody can tell from what is read afterwards."""

from collections.abc import Iterator

import pytest
from sendback_service.clock import system_clock
from sendback_service.store import Database, opened
from sendback_service.store.tables import DeadlineRow, EventRow, MerchantRow
from sendback_service.store.together import table_of
from sendback_service.store.transaction import Author, Subject, Transaction
from sqlalchemy import Engine, event
from sqlmodel import select

from tests.databases import Databases

_AUTHOR = Author("effect", "test")
_ORDER = Subject("order", "ord_1")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    databases: Databases = request.getfixturevalue(request.param)
    database = opened(databases.migrated(), system_clock)
    yield database
    database.shut()


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(*said: object) -> None:
        if not str(said[2]).startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(str(said[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


def _remind(tx: Transaction, kind: str = "return.reminder", number: int = 0) -> None:
    tx.set_deadline("mer_1", kind, "ret_1", tx.now, number)


def _numbers(tx: Transaction) -> list[int]:
    return sorted(row.number for row in tx.session.exec(select(DeadlineRow)))


def test_what_is_written_at_the_end_is_one_statement_where_the_database_can(
    database: Database, statements: list[str]
) -> None:
    def work(tx: Transaction) -> None:
        _remind(tx)
        tx.record("mer_1", "order.imported", _ORDER, {"a": "b: c"})

    database.transact(work, _AUTHOR)
    assert len(statements) == (1 if type(database).__name__ == "PostgresDatabase" else 2)
    assert database.look(_numbers) == [0]
    (row,) = database.look(lambda tx: list(tx.session.exec(select(EventRow))))
    assert (row.attributes, row.intents, row.sequence, row.position) == ({"a": "b: c"}, {}, 1, None)


def test_who_reads_sees_what_was_written_before(database: Database) -> None:
    def work(tx: Transaction) -> list[int]:
        _remind(tx, number=7)
        return _numbers(tx)

    assert database.transact(work, _AUTHOR) == [7]


def test_of_two_writes_of_a_table_the_second_comes_second(database: Database) -> None:
    def work(tx: Transaction) -> None:
        _remind(tx, number=1)
        _remind(tx, "parcel.late", number=2)
        _remind(tx, number=3)
        tx.drop_deadline("mer_1", "parcel.late", "ret_1")
        for _ in range(3):
            tx.record("mer_1", "order.imported", _ORDER)

    database.transact(work, _AUTHOR)
    assert database.look(_numbers) == [3]
    found = database.look(lambda tx: [row.sequence for row in tx.session.exec(select(EventRow))])
    assert sorted(found) == [1, 2, 3]


def test_what_the_session_has_to_write_comes_before(database: Database, statements: list[str]) -> None:
    def work(tx: Transaction) -> None:
        tx.session.add(MerchantRow(id="mer_1", name="Maison", create_time=1, update_time=1))
        tx.record("mer_1", "merchant.created", Subject("merchant", "mer_1"))

    database.transact(work, _AUTHOR)
    assert [table_of(statement) for statement in statements] == ["merchant", "event"]


def test_nothing_stays_of_a_transaction_that_fails(database: Database) -> None:
    def work(tx: Transaction) -> None:
        _remind(tx)
        tx.record("mer_1", "order.imported", _ORDER)
        raise KeyError("late")

    with pytest.raises(KeyError):
        database.transact(work, _AUTHOR)
    assert database.look(_numbers) == []


def test_only_a_write_of_one_table_is_taken() -> None:
    with pytest.raises(ValueError, match="no write"):
        table_of("SELECT 1")
