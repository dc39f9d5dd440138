"""Real workers in processes of their own: killed in the middle, started again, taken over by others."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sendback_service.store import Database
from sendback_service.store.tables import (
    DeadlineRow,
    EventRow,
    MessageRow,
    ParcelRow,
    SettlementRow,
    TrackingRow,
    WorkItemRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Subject, Transaction
from sqlmodel import col, select

from service.tests.effects.outside import Outside, Workers
from service.tests.effects.world import MERCHANT, PARCEL, RETURN, STAFF, ask_for_label, begin, settle

Start = Callable[[str], Workers]


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    yield made
    made.close()


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Real processes, real time."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def workers(database_url: str, database: Database, outside: Outside, tmp_path: Path) -> Iterator[Start]:
    database.transact(begin, STAFF)
    made: list[Workers] = []

    def start(carrier: str = "safe") -> Workers:
        made.append(Workers(tmp_path, database_url, outside, carrier))
        return made[-1]

    yield start
    for each in made:
        each.close()


def bought(database: Database) -> bool:
    return database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)).label) == "PURCHASED"


def settled(database: Database) -> bool:
    return database.look(lambda tx: tx.session.exec(select(SettlementRow.state)).one()) == "SETTLED"


def told(database: Database) -> bool:
    return database.look(lambda tx: set(tx.session.exec(select(MessageRow.state)))) == {"SENT"}


# On PostgreSQL tests/faults does the same, with whole installations.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_label_money_and_letters(workers: Start, database: Database, outside: Outside) -> None:
    crew = workers("safe")
    crew.start()
    database.transact(ask_for_label, STAFF)
    crew.wait_for(lambda: bought(database), "the label")
    database.transact(settle, STAFF)
    crew.wait_for(lambda: settled(database) and told(database), "money and letters")
    assert outside.made == {"labels": 1, "refunds": 1, "messages": 2}
    effects = [line for line in crew.log() if line["event"] == "effect.done"]
    assert {line["workflow"] for line in effects} == {"buy_label", "pay", "send"}
    assert all(line["outcome"] == "DONE" and line["duration_ms"] > 0 for line in effects)
    crew.wait_for(lambda: crew.observed().count("label.purchased") == 1, "the observer")


def test_parcels_are_asked_after(workers: Start, database: Database, outside: Outside) -> None:
    crew = workers("tracked")
    crew.start()
    database.transact(ask_for_label, STAFF)
    crew.wait_for(lambda: bought(database), "the label")
    assert not outside.calls["asked"]
    database.transact(_ask_now, STAFF)
    crew.wait_for(lambda: handed_over(database), "the first scan")
    assert outside.calls["asked"] == 1


def handed_over(database: Database) -> bool:
    parcel = database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)))
    return parcel.transit == "HANDED_OVER"


def _ask_now(tx: Transaction) -> None:
    row = tx.session.get_one(TrackingRow, (MERCHANT, PARCEL))
    row.due_time = micros(tx.now)
    tx.session.add(row)


@on_sqlite
@pytest.mark.parametrize("carrier", ["safe", "findable"])
def test_killed_in_the_middle_of_a_label(
    workers: Start, database: Database, outside: Outside, carrier: str
) -> None:
    crew = workers(carrier)
    outside.hold.set()
    first = crew.start()
    database.transact(ask_for_label, STAFF)
    crew.wait_for(outside.acted.is_set, "the carrier to act")
    crew.kill(first)
    outside.hold.clear()
    assert not bought(database)
    crew.start()
    crew.wait_for(lambda: bought(database), "the label", 5)
    crew.wait_for(lambda: told(database), "the letter")
    assert outside.made == {"labels": 1, "messages": 1}
    assert outside.calls["labels"] == (2 if carrier == "safe" else 1)


@on_sqlite
def test_killed_in_the_middle_of_a_refund(workers: Start, database: Database, outside: Outside) -> None:
    crew = workers("safe")
    outside.hold.set()
    first = crew.start()
    database.transact(settle, STAFF)
    crew.wait_for(outside.acted.is_set, "the bank to act")
    crew.kill(first)
    outside.hold.clear()
    crew.start()
    crew.wait_for(lambda: settled(database) and told(database), "the refund")
    assert (outside.made["refunds"], outside.calls["refunds"]) == (1, 2)


def test_work_that_waited_while_nobody_worked(workers: Start, database: Database, outside: Outside) -> None:
    database.transact(ask_for_label, STAFF)
    crew = workers("safe")
    crew.start()
    crew.wait_for(lambda: bought(database), "the label")
    assert outside.made["labels"] == 1


def test_another_worker_takes_over_from_a_dead_one(
    workers: Start, database: Database, outside: Outside
) -> None:
    crew = workers("findable")
    outside.hold.set()
    first = crew.start("worker-1")
    database.transact(ask_for_label, STAFF)
    crew.wait_for(outside.acted.is_set, "the carrier to act")
    crew.start("worker-2")
    crew.kill(first)
    outside.hold.clear()
    crew.wait_for(lambda: bought(database), "the other worker")
    assert (outside.made["labels"], outside.calls["labels"]) == (1, 1)
    resumed = [line for line in crew.log() if line["event"] == "reaper.resumed"]
    assert [(line["executor"], line["workflows"]) for line in resumed] == [("worker-1", 1)]


def test_nobody_takes_over_from_the_living(workers: Start, database: Database, outside: Outside) -> None:
    crew = workers("findable")
    outside.hold.set()
    first = crew.start("worker-1")
    database.transact(ask_for_label, STAFF)
    crew.wait_for(outside.acted.is_set, "the carrier to act")
    crew.start("worker-2")
    with pytest.raises(AssertionError, match="waited"):
        crew.wait_for(lambda: any(line["event"] == "reaper.resumed" for line in crew.log()), "a mistake", 6)
    assert first.poll() is None
    assert outside.calls["labels"] == 1


def test_two_workers_share_and_do_nothing_twice(workers: Start, database: Database, outside: Outside) -> None:
    crew = workers("safe")
    crew.start("worker-1")
    crew.start("worker-2")
    for number in range(40):
        database.transact(lambda tx, n=number: _ask_for_many(tx, n), STAFF)
    crew.wait_for(lambda: _count(database, "PURCHASED") == 40, "40 labels", 40)
    assert (outside.made["labels"], outside.calls["labels"]) == (40, 40)
    positions = database.look(lambda tx: sorted(p for p in tx.session.exec(select(EventRow.position)) if p))
    assert positions == list(range(1, len(positions) + 1))
    serials = database.look(lambda tx: list(tx.session.exec(select(ParcelRow.tracking_number))))
    assert len(set(serials)) == 40


@on_sqlite
def test_a_second_worker_of_that_name_refuses(workers: Start) -> None:
    crew = workers("safe")
    crew.start("worker-1")
    second = crew.spawn("worker-1")
    assert second.wait(20) == 2
    said = (crew.folder / "worker.log").read_text()
    assert "a worker named 'worker-1' is running already" in said
    assert "SENDBACK_WORKER__EXECUTOR" in said


def test_told_to_stop_it_finishes_what_it_does(workers: Start, database: Database, outside: Outside) -> None:
    crew = workers("safe")
    process = crew.start()
    database.transact(ask_for_label, STAFF)
    crew.wait_for(lambda: outside.calls["labels"] == 1, "the call")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert bought(database)
    assert crew.log()[-1]["event"] == "worker.stopped"


def test_several_number_themselves_and_end_with_their_parent(workers: Start) -> None:
    crew = workers("safe")
    parent = crew.spawn("", "--processes=2")
    crew.wait_for(lambda: len(crew.named("worker.ready")) == 2, "two workers")
    assert crew.named("worker.ready") == {"worker-1", "worker-2"}
    crew.kill(parent)
    crew.wait_for(lambda: crew.named("worker.stopped") == {"worker-1", "worker-2"}, "their end")


def test_a_name_is_for_one(workers: Start) -> None:
    crew = workers("safe")
    assert crew.spawn("worker-7", "--processes=2").wait(20) == 2
    assert "one name is for one worker" in (crew.folder / "worker.log").read_text()


def test_an_event_that_nobody_understands_holds_up_nothing(workers: Start, database: Database) -> None:
    """For ten minutes it may be a newer version's; then it is poison."""
    database.transact(lambda tx: _brew(tx, RETURN, timedelta(minutes=11)), STAFF)
    database.transact(lambda tx: _brew(tx, "ret_2", timedelta(minutes=5)), STAFF)
    database.transact(_garble, STAFF)
    database.transact(ask_for_label, STAFF)
    crew = workers("safe")
    crew.start()
    crew.wait_for(lambda: bought(database), "the label")
    items = database.look(lambda tx: [(i.kind, i.return_id) for i in tx.session.exec(select(WorkItemRow))])
    assert items == [("event.poisoned", RETURN)]
    crew.wait_for(lambda: _left(database) == ["ret_2"], "all but what is left to a newer version")


def test_a_deadline_that_nobody_understands_goes_to_staff(workers: Start, database: Database) -> None:
    database.transact(lambda tx: tx.set_deadline(MERCHANT, "tea.ready", RETURN, tx.now), STAFF)
    crew = workers("safe")
    crew.start()
    crew.wait_for(
        lambda: not database.look(lambda tx: list(tx.session.exec(select(DeadlineRow)))), "the sweep"
    )
    items = database.look(lambda tx: [(i.kind, i.return_id) for i in tx.session.exec(select(WorkItemRow))])
    assert items == [("deadline.breached", RETURN)]


def test_a_worker_that_lost_its_lock_ends_itself(workers: Start, database_url: str) -> None:
    crew = workers("safe")
    process = crew.start()
    _take_lock_away(crew, database_url)
    assert process.wait(20) == 75
    assert crew.log()[-1]["event"] == "worker.lost_its_lock"


def _take_lock_away(crew: Workers, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        os.remove(crew.folder / "data" / "worker-1.lock")
        return
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )


def _left(database: Database) -> list[str]:
    """Subjects of events that have no position."""
    query = select(EventRow.subject_id).where(col(EventRow.position).is_(None))
    return database.look(lambda tx: list(tx.session.exec(query)))


def _brew(tx: Transaction, return_id: str, ago: timedelta) -> None:
    id = tx.record(
        MERCHANT, "label.requested", Subject("return", return_id), {}, [Intent("brew_tea", "par_0")]
    )
    event = tx.session.get_one(EventRow, (MERCHANT, id))
    event.time = micros(tx.now - ago)
    tx.session.add(event)


def _garble(tx: Transaction) -> None:
    id = tx.record(MERCHANT, "label.requested", Subject("return", RETURN))
    event = tx.session.get_one(EventRow, (MERCHANT, id))
    event.intents = {"start": [["too", "short"], 7]}
    tx.session.add(event)


def _ask_for_many(tx: Transaction, number: int) -> None:
    ask_for_label(tx, return_id="", parcel_id=f"par_{number}")


def _count(database: Database, state: str) -> int:
    return database.look(
        lambda tx: len(list(tx.session.exec(select(ParcelRow.id).where(ParcelRow.label == state))))
    )
