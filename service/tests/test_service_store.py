"""The store under both dialects: schema up and down, commits in groups, callers that give up."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sendback_service.clock import system_clock
from sendback_service.ids import new_id
from sendback_service.store import Database, migrating, opened, schema
from sendback_service.store import postgres as postgres_pool
from sendback_service.store.hot import NewReturn
from sendback_service.store.outage import is_outage
from sendback_service.store.tables import EventRow, MerchantRow, ReturnRow, SQLModel
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Author, Subject, Transaction
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import func, select

from tests.databases import Databases

_AUTHOR = Author("rpc", "test")
_END_ALL_OTHERS = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    return request.getfixturevalue(request.param)


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.empty()


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    database = opened(databases.migrated(), system_clock)
    yield database
    database.shut()


def _record(tx: Transaction) -> str:
    return tx.record("mer_1", "order.imported", Subject("order", new_id("ord", tx.now)))


def _count(tx: Transaction) -> int:
    return tx.session.exec(select(func.count()).select_from(EventRow)).one()


def test_the_embedded_database_writes_safely_and_undoes_in_memory(sqlite: Databases) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}

    def settings(tx: Transaction) -> dict[str, object]:
        asked = {name: tx.session.connection().exec_driver_sql(f"PRAGMA {name}") for name in wanted}
        return {name: answer.scalar_one() for name, answer in asked.items()}

    database = opened(sqlite.migrated(), system_clock)
    try:
        assert database.transact(settings, _AUTHOR) == wanted
    finally:
        database.shut()


def test_the_schema_goes_up_and_down_and_is_what_the_tables_say(url: str) -> None:
    assert schema.revision(url).present is None
    assert migrating.migrate(url).current
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    found = inspect(engine)
    for table in SQLModel.metadata.tables.values():
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert columns == {column.name for column in table.columns}, table.name
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexes, table.name
    engine.dispose()
    assert migrating.migrate(url, "base").present is None
    assert migrating.migrate(url).current


def test_orders_that_were_there_before_are_found_by_their_buyers(url: str) -> None:
    """Up from the first revision with data, down again with the same data, and up once more."""
    migrating.migrate(url, "0001")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    document = json.dumps({"email": " Ana@Example.org ", "customer_id": "cus_1"})
    columns = "merchant_id, return_id, line_id, unit, order_id, title, held, cancelled, kind, reason_code, comment, "
    columns += "evidence, inspection, grade, disposition, note, settlement_id"
    values = "'mer_1', 'ret_1', '1', 0, 'ord_1', 'Robe', true, false, 'ANNOUNCED', '', '', '{}', '', '', '', '', ''"
    unit = f"({columns}) VALUES ({values})"
    with engine.begin() as connection:
        for version in (1, 2):
            row = f"'mer_1', 'ord_1', {version}, '{document}'"
            connection.execute(text(f"INSERT INTO order_version VALUES ({row})"))
        connection.execute(text("INSERT INTO order_version VALUES ('mer_1', 'ord_2', 1, '{}')"))
        connection.execute(text(f"INSERT INTO unit {unit}"))
    for _ in range(2):
        assert migrating.migrate(url).current
        with engine.connect() as connection:
            keys = connection.execute(text("SELECT kind, value, subject_id FROM buyer_key ORDER BY kind"))
            assert list(keys) == [("CUSTOMER", "cus_1", "ord_1"), ("EMAIL", "ana@example.org", "ord_1")]
            assert list(connection.execute(text("SELECT title, sku FROM unit"))) == [("Robe", "")]
        engine.dispose()
        migrating.migrate(url, "0001")
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(f"INSERT INTO unit {unit.replace('ret_1', 'ret_2')}"))
    engine.dispose()


# Of one settlement the parts: what became of each call, and when; then who had the last word on it.
_PARTS = [
    ("staff_paid", "SETTLED", "DECLINED the card is closed", 7, "rpc", True),
    ("staff_paid_late", "SETTLED", "LATER no answer", 7, "rpc", True),
    ("staff_saw", "SETTLED", "the answer was cut off", 7, "rpc", False),
    ("bank_paid_before", "SETTLED", "DECLINED the card is closed", 6, "rpc", False),
    ("bank_paid_last", "SETTLED", "DECLINED the card is closed", 7, "webhook", False),
    ("refused", "FAILED", "DECLINED the card is closed", 7, "rpc", False),
    ("came_back", "REVERSED", "", 9, "rpc", False),
]


def test_refunds_of_before_tell_whether_they_were_paid_by_hand_and_when_those_went_that_came_back(
    url: str,
) -> None:
    migrating.migrate(url, "0012")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        for name, state, failure, time, cause, _ in _PARTS:
            for table, row in _rows_of(name, state, failure, time, cause).items():
                columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
                connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), row)
    assert migrating.migrate(url).current
    with engine.connect() as connection:
        found = {id: bool(said) for id, said in connection.execute(text("SELECT id, by_hand FROM transfer"))}
        times = dict(list(connection.execute(text("SELECT id, settle_time FROM transfer"))))
    assert found == {row[0]: row[-1] for row in _PARTS}
    went = {name: time for name, state, _, time, *_ in _PARTS if state == "SETTLED"}
    assert times == {**went, "refused": None, "came_back": 7}
    engine.dispose()


def _rows_of(name: str, state: str, failure: str, time: int, cause: str) -> dict[str, dict[str, object]]:
    whose = {"merchant_id": "mer_1", "return_id": f"ret_{name}", "order_id": "ord_1", "currency": "EUR"}
    common = {**whose, "amount_minor": 5, "failure": failure, "create_time": 1}
    parts = {"goods_minor": 5, "shipping_minor": 0, "label_fee_minor": 0, "bonus_minor": 0}
    texts = {"note": "", "reverses_id": "", "quote": "{}"}
    id, settled = f"set_{name}", {"kind": "REFUND", "state": "SETTLED"}
    call = {"kind": "REFUND", "state": state, "payment_id": "p", "account": "bank", "calls": 1}
    event = {"type": "settlement.settled", "subject_type": "return", "sequence": 1}
    told = {"cause": cause, "actor": "a", "attributes": json.dumps({"settlement_id": id}), "intents": "{}"}
    return {
        "settlement": {**common, **settled, **parts, **texts, "id": id, "settle_time": 7},
        "transfer": {
            **common,
            **call,
            "id": name,
            "settlement_id": id,
            "provider_reference": "r",
            "update_time": time,
        },
        "event": {
            **event,
            **told,
            "merchant_id": "mer_1",
            "id": f"evt_{name}",
            "subject_id": f"ret_{name}",
            "time": 7,
        },
    }


def test_a_change_that_fails_takes_nobody_with_it(database: Database) -> None:
    async def crowd() -> list[object]:
        def bad(tx: Transaction) -> None:
            _record(tx)
            raise ValueError("no")

        work = [database.write(bad if n % 5 == 0 else _record, _AUTHOR) for n in range(50)]
        return await asyncio.gather(*work, return_exceptions=True)

    answers = asyncio.run(crowd())
    assert sum(isinstance(answer, ValueError) for answer in answers) == 10
    assert database.look(_count) == 40


def test_a_return_that_no_database_can_hold_takes_no_other_with_it(database: Database) -> None:
    async def crowd() -> list[object]:
        work = [database.hot.insert(_return(n, 10**19 if n == 3 else 0)) for n in range(8)]
        return await asyncio.gather(*work, return_exceptions=True)

    answers = asyncio.run(crowd())
    assert [n for n, answer in enumerate(answers) if answer is not None] == [3]
    assert database.look(lambda tx: len(tx.session.exec(select(ReturnRow)).all())) == 7


def _return(number: int, fee_minor: int) -> NewReturn:
    returns = {
        "merchant_id": f"mer_{number}",
        "id": f"ret_{number}",
        "reference": f"R{number}",
        "order_id": "ord_1",
        "order_number": "#1",
        "order_version": 1,
        "policy_version": 0,
        "decision": "APPROVED",
        "outcome": "REFUND",
        "currency": "EUR",
        "estimated_minor": 1,
        "label_offer": "FEE",
        "shown_fee_minor": fee_minor,
        "region": "FR",
        "language": "fr",
        "ship_from": {},
        "warehouse": {},
        "format": "PDF",
        "paper": "A6",
        "basis": "GOODWILL",
        "create_time": 1_700_000_000_000_000,
        "update_time": 1_700_000_000_000_000,
    }
    return NewReturn(returns=returns, units=(), events=())


def test_whoever_writes_where_no_database_can_be_is_told_and_the_next_one_tries_again(tmp_path: Path) -> None:
    path = tmp_path / "later" / "sendback.db"
    database = opened(f"sqlite:///{path}", system_clock)

    async def make_table(name: str) -> None:
        def work(tx: Transaction) -> None:
            tx.session.connection().exec_driver_sql(f"CREATE TABLE {name} (x)")

        await asyncio.wait_for(database.write(work, _AUTHOR), 5)

    for _ in range(2):
        with pytest.raises(OperationalError) as away:
            asyncio.run(make_table("a"))
        assert is_outage(away.value)
    path.parent.mkdir()
    asyncio.run(make_table("a"))
    database.shut()


def test_a_caller_that_gives_up_stops_nobody(database: Database) -> None:
    async def crowd() -> None:
        tasks = [asyncio.ensure_future(database.write(_record, _AUTHOR)) for _ in range(40)]
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(database.write(_record, _AUTHOR), 5)

    asyncio.run(crowd())
    assert 21 <= database.look(_count) <= 41


def test_events_of_a_subject_are_counted_without_gap(database: Database) -> None:
    subject = Subject("return", "ret_1")

    async def crowd() -> None:
        def work(tx: Transaction) -> int:
            tx.session.get(MerchantRow, "mer_1", with_for_update=True)
            id = tx.record("mer_1", "return.changed", subject)
            return tx.session.get_one(EventRow, ("mer_1", id)).sequence

        await database.write(lambda tx: tx.session.add(MerchantRow(id="mer_1", name="M")), _AUTHOR)
        found = await asyncio.gather(*(database.write(work, _AUTHOR) for _ in range(12)))
        assert sorted(found) == list(range(1, 13))

    asyncio.run(crowd())


def test_ids_sort_by_their_making() -> None:
    now = system_clock()
    made = [new_id("evt", now) for _ in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 500


def test_times_are_kept_to_the_microsecond() -> None:
    now = system_clock()
    assert moment(micros(now)) == now


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (sqlite3.OperationalError("database is locked"), True),
        (sqlite3.OperationalError("attempt to write a readonly database"), True),
        (sqlite3.OperationalError("database or disk is full"), True),
        (sqlite3.OperationalError("no such table: x"), False),
        (ConnectionResetError(), True),
        (ValueError(), False),
    ],
)
def test_an_outage_is_told_from_a_mistake(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage


def test_connections_that_died_while_they_rested_are_replaced(postgres: Databases) -> None:
    url = postgres.migrated()
    database = opened(url, system_clock)
    assert database.look(_count) == 0
    other = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with other.begin() as connection:
        connection.execute(_END_ALL_OTHERS)
    time.sleep(postgres_pool.RESTED)
    assert database.look(_count) == 0
    other.dispose()
    database.shut()
