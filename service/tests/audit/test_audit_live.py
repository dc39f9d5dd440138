"""The audit beside those who write: no false alarm, nothing written, never more than a stretch at a time."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sendback_service.audit import Auditor, Finding, Patience, Scope
from sendback_service.audit.engine import engine_at
from sendback_service.store import opened
from sendback_service.store.snapshots import Snapshots
from sendback_service.store.transaction import Author, Transaction
from sqlalchemy.exc import DBAPIError
from sqlmodel import create_engine, text

from service.tests.audit.town import Town, a_town
from service.tests.audits import broken
from service.tests.effects.world import HandClock
from tests.databases import Databases

USUAL = Patience(timedelta(minutes=1), timedelta(minutes=10))
SECONDS = 3


def test_a_town_that_is_busy_raises_no_alarm(databases: Databases) -> None:
    url, clock, stop = databases.migrated(), HandClock(), threading.Event()
    database, snapshots = opened(url, clock), Snapshots(url, clock)
    audits: list[list[Finding]] = []

    def watch() -> None:
        while not stop.is_set():
            audits.append(list(Auditor(snapshots.look, Scope(USUAL, batch=50)).findings()))

    with a_town(database, clock) as town:
        watcher = threading.Thread(target=watch)
        watcher.start()
        until, lives = time.monotonic() + SECONDS, 0
        while time.monotonic() < until or lives < 2:
            lives += 1
            town.close(f"life-{lives}")
            town.cancel(f"second-thoughts-{lives}")
        stop.set()
        watcher.join()
    database.shut()
    snapshots.close()
    assert len(audits) > 1
    assert [finding for found in audits for finding in found] == []


def test_a_snapshot_cannot_write(url: str) -> None:
    snapshots = Snapshots(url, HandClock())
    with snapshots.look() as tx, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        tx.session.connection().execute(text("DELETE FROM unit"))
    snapshots.close()


def test_small_stretches_find_what_large_ones_find(town: Town) -> None:
    """Faults at the first row, in the middle and at the last; nothing is told twice."""
    found: dict[int, list[tuple[str, str]]] = {}

    def work(tx: Transaction) -> None:
        tx.session.connection().execute(text("UPDATE unit SET disposition = 'LOST', inspection = 'EXPECTED'"))
        tx.session.connection().execute(text("UPDATE event SET sequence = sequence + 100"))
        for batch in (1, 5, 2000):
            found[batch] = [
                (finding.name, finding.row) for finding in broken(tx, patience=USUAL, batch=batch)
            ]
        raise _UndoneError

    with pytest.raises(_UndoneError):
        town.database.transact(work, Author("rpc", "saboteur"))
    assert sorted(found[1]) == sorted(found[5]) == sorted(found[2000])
    assert len(set(found[5])) == len(found[5]) > 20


def test_no_stretch_is_longer_than_asked_for(town: Town, url: str) -> None:
    steps: dict[str, list[int]] = {}
    snapshots = Snapshots(url, town.clock)
    progress: Callable[[str, int], None] = lambda table, rows: steps.setdefault(table, [0]).append(rows)  # noqa: E731
    assert list(Auditor(snapshots.look, Scope(USUAL, batch=5), progress=progress).findings()) == []
    snapshots.close()
    long = {t: rows for t, rows in steps.items() if any(b - a > 5 for a, b in pairwise(rows))}
    assert long == {}
    assert len(steps["event"]) > 10


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("ENQUEUED", []),
        ("PENDING", []),
        ("ERROR", []),
        ("SUCCESS", ["label_overdue"]),
        ("", ["label_overdue"]),
    ],
)
def test_what_the_engine_is_at_is_not_forgotten(
    town: Town, tmp_path: Path, status: str, found: list[str]
) -> None:
    label = town.names["label"]
    url = f"sqlite:///{tmp_path}/dbos.db"
    with create_engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE workflow_status (workflow_uuid TEXT PRIMARY KEY, status TEXT)"))
        row = {"id": f"buy_label:{label}:0:evt_1", "status": status}
        connection.execute(text("INSERT INTO workflow_status VALUES (:id, :status)"), row)
    snapshots = Snapshots(url, town.clock)
    seen: list[str] = []

    def work(tx: Transaction) -> None:
        lost = "UPDATE parcel SET label = 'REQUESTED' WHERE id = :id"
        tx.session.connection().execute(text(lost), {"id": label})
        seen.extend(f.name for f in broken(tx, patience=USUAL, engine=engine_at(snapshots, url)))
        raise _UndoneError

    with pytest.raises(_UndoneError):
        town.database.transact(work, Author("rpc", "saboteur"))
    snapshots.close()
    assert seen == found


class _UndoneError(Exception):
    """Rolls a fault back."""
