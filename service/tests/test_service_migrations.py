"""Migrations while the service runs: no table that is in use is held up, and an older version goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sendback_service.clock import system_clock
from sendback_service.store import migrating, opened, schema
from sendback_service.store.schema import OLDEST, Revision
from sendback_service.store.snapshots import missing_indexes
from sendback_service.store.tables import InstallationRow, MerchantRow, SQLModel
from sendback_service.store.transaction import Author, Transaction
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlmodel import Session

from tests.databases import Databases

_ROWS = 20_000
_HOT = ("orders", "order_version", "returns", "unit", "parcel", "event")
# Longer than a migration may wait for its lock, with some air for a busy machine.
_LONGEST_WAIT = 2.0
_EXPRESSIONS = {
    "VARCHAR": "'x' || g",
    "TEXT": "'x' || g",
    "BIGINT": "g",
    "INTEGER": "g",
    "BOOLEAN": "false",
    "JSONB": """jsonb_build_object('email', 'ana' || g || '@example.org')""",
}


@pytest.fixture
def filled(postgres: Databases) -> str:
    """A database at the first revision, with rows in every table that calls use."""
    url = postgres.empty()
    migrating.migrate(url, "0001")
    engine = _engine(url)
    with engine.begin() as connection:
        for table in _HOT:
            connection.execute(text(_fill(engine, table)))
    engine.dispose()
    return url


def test_writers_are_not_held_up(filled: str) -> None:
    """With a reader in the way that keeps its transaction open for a while, as reports do."""
    with _writing(filled) as waits, _reading(filled, 2.5):
        assert migrating.migrate(filled).current
    assert len(waits) > 100
    assert max(waits) < _LONGEST_WAIT
    engine = _engine(filled)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM buyer_key")).scalar() == _ROWS
        invalid = text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
        assert connection.execute(invalid).scalar() == 0
    engine.dispose()


def test_the_measure_sees_a_table_that_is_held_up(filled: str) -> None:
    with _writing(filled) as waits, psycopg.connect(filled) as connection:
        connection.execute("LOCK TABLE returns IN SHARE MODE")
        time.sleep(_LONGEST_WAIT + 0.5)
    assert max(waits) > _LONGEST_WAIT


def test_two_that_migrate_at_once_take_turns(postgres: Databases) -> None:
    url = postgres.empty()
    found: list[Revision] = []
    both = [threading.Thread(target=lambda: found.append(migrating.migrate(url))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.current for one in found] == [True, True]


def test_a_migration_that_was_cut_off_is_begun_anew(
    postgres: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each statement from the first on that commits by itself: before that one nothing stays behind."""
    url, cuts = postgres.empty(), Cuts()
    made = migrating.engine
    monkeypatch.setattr(migrating, "engine", lambda url: cuts.of(made(url)))
    for number in range(1, int(schema.head()) + 1):
        for cuts.at in count(1):
            with suppress(CutOff):
                migrating.migrate(url, f"{number:04}")
                break
    assert cuts.made > 30
    assert schema.revision(url).current
    engine = _engine(url)
    with Session(engine) as session:
        assert missing_indexes(Transaction(session, system_clock(), Author("read", ""))) == []
    with engine.connect() as connection:
        left = text("SELECT relname FROM pg_class WHERE relname ~ '_(anew|before)$'")
        assert list(connection.execute(left)) == []
    engine.dispose()


def test_an_older_version_goes_on_beside_a_newer_schema(tmp_path: Path) -> None:
    """The newer one added a column to every table; it says how old a version may be."""
    url = f"sqlite:///{tmp_path / 'sendback.db'}"
    wanted = migrating.migrate(url).wanted
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in SQLModel.metadata.tables:
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN newer TEXT NOT NULL DEFAULT 'x'"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
    assert schema.revision(url) == Revision("9998", wanted, "0003")
    assert schema.revision(url).usable
    database = opened(url, system_clock)
    database.transact(lambda tx: tx.session.add(MerchantRow(id="mer_1", name="S")), Author("rpc", "test"))
    assert database.look(lambda tx: tx.session.get_one(MerchantRow, "mer_1").name) == "S"
    database.transact(
        lambda tx: tx.session.merge(InstallationRow(name=OLDEST, value="9998")), Author("rpc", "test")
    )
    assert "install the newer version" in schema.revision(url).problem
    database.shut()
    engine.dispose()


@pytest.mark.parametrize(
    ("present", "oldest", "problem"),
    [
        ("0003", "", ""),
        ("0002", "0001", "sendback migrate"),
        (None, "", "sendback migrate"),
        ("0004", "", "install the newer version"),
        ("0004", "0004", "install the newer version"),
        ("0004", "0003", ""),
    ],
)
def test_which_schemas_a_version_runs_on(present: str | None, oldest: str, problem: str) -> None:
    assert problem in Revision(present, "0003", oldest).problem
    assert Revision(present, "0003", oldest).usable == (not problem)


class CutOff(Exception):
    """The machine on which somebody migrates is gone."""


class Cuts:
    """Cuts a migration off before its statement number `at`, from the first on that commits by itself. A setting
    changes nothing that stays."""

    def __init__(self) -> None:
        self.at = self.made = self._done = 0

    def of(self, engine: Engine) -> Engine:
        self._done = 0
        event.listen(engine, "before_cursor_execute", self._before)
        return engine

    def _before(self, connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SET "):
            return
        if self._done or connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            self._done += 1
        if self._done == self.at:
            self.made += 1
            raise CutOff


@contextmanager
def _writing(url: str) -> Iterator[list[float]]:
    """Writes to every hot table in turn; how long each write took."""
    waits: list[float] = []
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            number = 0
            while not stop.is_set():
                number += 1
                for table in _HOT:
                    began = time.monotonic()
                    connection.execute(
                        f"UPDATE {table} SET merchant_id = merchant_id WHERE merchant_id = 'x7'"
                    )
                    waits.append(time.monotonic() - began)

    with _running(write, stop):
        yield waits


@contextmanager
def _reading(url: str, seconds: float) -> Iterator[None]:
    began = threading.Event()

    def read() -> None:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT count(*) FROM returns, orders WHERE returns.id = orders.id").fetchone()
            began.set()
            time.sleep(seconds)

    with _running(read, threading.Event()):
        assert began.wait(10)
        yield


@contextmanager
def _running(work: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _fill(engine: Engine, table: str) -> str:
    columns = [column for column in inspect(engine).get_columns(table) if not column["nullable"]]
    names = ", ".join(column["name"] for column in columns)
    values = ", ".join(_value(column) for column in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(1, {_ROWS}) g"


def _value(column: Any) -> str:
    return _EXPRESSIONS[str(column["type"]).partition("(")[0]]


def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
