"""What waits is told, whichever database it waits in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sendback_service.observability.backlog import MOST, backlog_in
from sendback_service.observability.watch import Watch
from sendback_service.store import Database
from sendback_service.store.tables import CircuitRow, DeadlineRow, ParcelRow, TransferRow, WorkItemRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Subject, Transaction
from sqlmodel import text

from service.tests.effects.world import HandClock

MERCHANT = "mer_1"
BY = Author("rpc", "somebody")
_HOST: Any = SimpleNamespace(
    accounts={
        "post": SimpleNamespace(object=object()),
        "bank": SimpleNamespace(object=None),
        "mer_1/theirs": SimpleNamespace(object=None),
    }
)


@pytest.fixture
def watch(database: Database, database_url: str, clock: HandClock) -> Iterator[CollectorRegistry]:
    made = Watch(database_url, database_url.replace("sendback.db", "dbos.db"), clock, _HOST)
    registry = CollectorRegistry()
    registry.register(made)
    yield registry
    made.close()


def test_everything_that_waits(database: Database, watch: CollectorRegistry, clock: HandClock) -> None:
    database.transact(_much_to_do, BY)
    clock.turn(timedelta(seconds=90))
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in watch.collect()
        for sample in family.samples
    }
    assert found["sendback_database_up",] == 1
    assert found["sendback_relay_waiting",] == 2
    assert found["sendback_relay_oldest_seconds",] == 90
    assert found["sendback_deadlines_waiting",] == 1
    assert found["sendback_deadlines_oldest_seconds",] == 60
    assert found["sendback_unknown_waiting", "label"] == 1
    assert found["sendback_unknown_oldest_seconds", "label"] == 90
    assert found["sendback_unknown_waiting", "transfer"] == 1
    assert found["sendback_work_items", "label.unknown"] == 2
    assert ("sendback_work_items", "refund.by_hand") not in found
    assert found["sendback_circuit_open", "post"] == 1
    assert {key[1] for key in found if key[0] == "sendback_circuit_open"} == {"post", "connected"}
    assert (found["sendback_account_broken", "post"], found["sendback_account_broken", "bank"]) == (0, 1)
    assert found["sendback_account_broken", "connected"] == 1
    assert ("sendback_account_broken", "mer_1/theirs") not in found


def test_the_questions_are_answered_out_of_indexes(database: Database) -> None:
    """Without them each look would walk through tables of millions."""
    plans = database.look(lambda tx: [_plan(tx, question) for question in _QUESTIONS])
    assert len(plans) == 5
    assert all("USING" in plan or "Index" in plan for plan in plans), plans
    assert not any("Seq Scan" in plan or "SCAN parcel'" in plan for plan in plans), plans


_QUESTIONS = (
    "SELECT time FROM event WHERE position IS NULL ORDER BY id LIMIT 10",
    "SELECT due_time FROM deadline WHERE due_time <= 1 ORDER BY due_time LIMIT 10",
    "SELECT update_time FROM parcel WHERE label = 'UNKNOWN' ORDER BY update_time LIMIT 10",
    "SELECT create_time FROM transfer WHERE state = 'UNKNOWN' ORDER BY update_time LIMIT 10",
    "SELECT kind FROM work_item WHERE done_time IS NULL LIMIT 10",
)


def _plan(tx: Transaction, question: str) -> str:
    """As it would be in a large table."""
    connection = tx.session.connection()
    if connection.dialect.name == "sqlite":
        return str(connection.execute(text(f"EXPLAIN QUERY PLAN {question}")).all())
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    return str(connection.execute(text(f"EXPLAIN {question}")).all())


def test_no_more_is_counted_than_anybody_needs_to_know(database: Database) -> None:
    rows = [{"id": f"wrk_{number}"} for number in range(MOST + 5)]
    insert = text(
        "INSERT INTO work_item (merchant_id, id, kind, return_id, create_time)"
        " VALUES ('mer_1', :id, 'label.unknown', '', 0)"
    )
    database.transact(lambda tx: tx.session.connection().execute(insert, rows), BY)
    assert database.look(backlog_in).work == {"label.unknown": MOST}


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path / 'gone' / 'sendback.db'}"
    registry = CollectorRegistry()
    registry.register(Watch(nowhere, nowhere, HandClock(), _HOST))
    assert registry.get_sample_value("sendback_database_up") == 0
    assert registry.get_sample_value("sendback_relay_waiting") is None


def _much_to_do(tx: Transaction) -> None:
    now = micros(tx.now)
    tx.record(MERCHANT, "portal.changed", Subject("portal", "x"))
    tx.record(MERCHANT, "portal.changed", Subject("portal", "x"))
    due = {"label.retry": now + 30_000_000, "return.unused": now + 10**12}
    whose: dict[str, Any] = {"merchant_id": MERCHANT}
    money: dict[str, Any] = {"settlement_id": "s", "return_id": "r", "order_id": "o", "kind": "REFUND"}
    times: dict[str, Any] = {"create_time": now, "update_time": now}
    tx.session.add_all(
        [
            *(DeadlineRow(**whose, id=k, kind=k, subject_id="x", due_time=time) for k, time in due.items()),
            *(ParcelRow(**whose, id=state, label=state, **times) for state in ("UNKNOWN", "REQUESTED")),
            *(
                TransferRow(**whose, id=state, **money, currency="EUR", amount_minor=1, state=state, **times)
                for state in ("UNKNOWN", "SUBMITTED")
            ),
            *(WorkItemRow(**whose, id=str(n), kind="label.unknown", create_time=now) for n in (1, 2)),
            WorkItemRow(**whose, id="3", kind="refund.by_hand", create_time=now, done_time=now),
            CircuitRow(account="post", failures=10, openings=1, open_time=now),
            *(CircuitRow(account=f"mer_{n}/dhl", failures=10, openings=1, open_time=now) for n in (1, 2)),
            CircuitRow(account="calm", failures=1, openings=0),
        ]
    )
