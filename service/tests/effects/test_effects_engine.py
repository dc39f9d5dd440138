"""The engine by itself: what starts once, what is started anew, what is forgotten. And who resumes whose work."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from sendback_service.effects import backoff, engine, observers, relay
from sendback_service.effects.engine import Broken, Engine, QueuedIntent, UnknownWorkflow
from sendback_service.effects.observers import Observers
from sendback_service.effects.reaper import GRACE_SECONDS, Reaper
from sendback_service.effects.relay import Relay
from sendback_service.store import Database
from sendback_service.store.executors import Executors, ExecutorTaken
from sendback_service.store.tables import EventRow, WorkItemRow
from sendback_service.store.transaction import Intent, Subject, Transaction
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from service.tests.effects.world import (
    MERCHANT,
    PARCEL,
    RETURN,
    STAFF,
    HandClock,
    Killed,
    ask_for_label,
    begin,
)

Run = Callable[[Callable[[str, str, int], None]], Engine]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A launched engine whose one workflow, `work`, is what it is given."""
    made: list[Engine] = []

    def launch(work: Callable[[str, str, int], None]) -> Engine:
        url = f"sqlite:///{tmp_path / 'dbos.db'}"
        made.append(Engine(url, "worker-1", {"work": work}, concurrency=4, poll_seconds=0.02))
        made[-1].launch()
        return made[-1]

    yield launch
    for each in made:
        each.stop(0)


def wait_for(reached: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def test_the_same_intent_from_the_same_event_starts_once(run: Run) -> None:
    seen: Counter[tuple[str, str, int]] = Counter()
    made = run(lambda *ids: seen.update([ids]))
    for _ in range(3):
        made.start([QueuedIntent(MERCHANT, Intent("work", "par_1", "lane"), "evt_1")])
    made.start([QueuedIntent(MERCHANT, Intent("work", "par_2", "lane"), "evt_1")])
    made.start([QueuedIntent(MERCHANT, Intent("work", "par_1", "lane"), "evt_2")])
    wait_for(lambda: seen.total() == 3)
    time.sleep(0.3)
    assert seen == {(MERCHANT, "par_1", 0): 2, (MERCHANT, "par_2", 0): 1}


def test_a_workflow_that_nobody_knows_is_refused(run: Run) -> None:
    made = run(lambda *_: None)
    with pytest.raises(UnknownWorkflow, match="brew_tea"):
        made.start([QueuedIntent(MERCHANT, Intent("brew_tea", "par_1"), "evt_1")])


def test_what_only_a_newer_version_knows_goes_back_on_the_queue(run: Run) -> None:
    seen: list[str] = []
    made = run(lambda _merchant, subject, _round: seen.append(subject))
    place = engine._Place("lane", 1)
    options = engine._options("brew_tea:par_1:0:evt_1", "brew_tea", place)
    DBOS.enqueue_workflow_with_options(options, MERCHANT, "par_1", 0)
    wait_for(lambda: made.give_back() == 1)
    made._names |= {"brew_tea"}
    made.start([QueuedIntent(MERCHANT, Intent("work", "par_2"), "evt_2")])
    wait_for(lambda: seen == ["par_2"])
    assert made.executors() == set()


def test_the_lower_number_goes_first(run: Run) -> None:
    seen: list[str] = []
    go = threading.Event()

    def work(_merchant: str, subject: str, _round: int) -> None:
        go.wait(10)
        seen.append(subject)

    made = run(work)
    made.start([QueuedIntent(MERCHANT, Intent("work", "first"), "evt_1", "post", 1)])
    wait_for(lambda: DBOS.list_workflows(status="PENDING") != [])
    for priority in (30, 10, 20):
        made.start([QueuedIntent(MERCHANT, Intent("work", str(priority)), "evt_1", "post", priority)])
    go.set()
    wait_for(lambda: len(seen) == 4)
    assert seen == ["first", "10", "20", "30"]


def test_what_ended_by_an_error_of_ours_is_started_anew(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FIRST_REST", timedelta(seconds=0.1))
    tries: list[str] = []

    def work(_merchant: str, subject: str, _round: int) -> None:
        tries.append(subject)
        _fail_until(len(tries))

    made = run(work)
    made.start([QueuedIntent(MERCHANT, Intent("work", "par_1", "lane", 3), "evt_1")])
    revived: list[Broken] = []
    wait_for(lambda: bool(revived.extend(made.revive())) or len(tries) == 3)
    wait_for(lambda: made.forget(timedelta()) == 1)
    assert revived == [Broken("work", MERCHANT, "par_1")] * 2
    assert made.revive() == []


def _fail_until(tries: int) -> str:
    if tries < 3:
        raise KeyError("a bug")
    return "done"


def test_what_is_fresh_is_left_to_rest(run: Run) -> None:
    tries: list[str] = []

    def work(_merchant: str, subject: str, _round: int) -> None:
        tries.append(subject)
        raise KeyError("a bug")

    made = run(work)
    made.start([QueuedIntent(MERCHANT, Intent("work", "par_1"), "evt_1")])
    wait_for(lambda: tries == ["par_1"])
    time.sleep(0.5)
    assert made.revive() == []
    assert made.forget(timedelta()) == 0
    assert tries == ["par_1"]


def test_only_what_ended_long_ago_is_forgotten(run: Run) -> None:
    seen: list[str] = []
    made = run(lambda _merchant, subject, _round: seen.append(subject))
    made.start([QueuedIntent(MERCHANT, Intent("work", "par_1"), "evt_1")])
    wait_for(lambda: seen == ["par_1"])
    assert made.forget(timedelta(days=1)) == 0
    wait_for(lambda: made.forget(timedelta()) == 1)


def test_a_step_waits_for_a_database_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "_DATABASE_PAUSES", (0.0,))
    answers = [
        OperationalError("", {}, ConnectionError()),
        OperationalError("", {}, ConnectionError()),
        "done",
    ]

    def work() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert backoff.unless_down(work) == "done"
    answers.append(KeyError("a bug"))
    with pytest.raises(KeyError):
        backoff.unless_down(work)


class Workflows:
    """Those of one executor that may be dead."""

    def __init__(self) -> None:
        self.resumed: list[str] = []

    def executors(self) -> set[str]:
        return {"worker-1"}

    def resume(self, executor: str) -> int:
        self.resumed.append(executor)
        return 1

    def give_back(self) -> int:
        return 0

    def revive(self) -> list[Broken]:
        return [Broken("buy_label", MERCHANT, PARCEL)]


def test_the_reaper_waits_for_the_lock_and_then_a_while(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    executors, workflows, now = Executors(database_url, tmp_path), Workflows(), [0.0]
    reaper = Reaper(database, workflows, executors, lambda: now[0])
    with executors.take("worker-1", 0):
        reaper.turn()
        now[0] += 100
        reaper.turn()
    assert workflows.resumed == []
    reaper.turn()
    now[0] += GRACE_SECONDS - 0.1
    reaper.turn()
    assert workflows.resumed == []
    now[0] += 0.2
    reaper.turn()
    assert workflows.resumed == ["worker-1"]


def test_a_lock_that_was_taken_meanwhile_starts_the_wait_anew(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    executors, workflows, now = Executors(database_url, tmp_path), Workflows(), [0.0]
    reaper = Reaper(database, workflows, executors, lambda: now[0])
    reaper.turn()
    now[0] += GRACE_SECONDS + 1
    with executors.take("worker-1", 0):
        reaper.turn()
    reaper.turn()
    assert workflows.resumed == []


def test_staff_are_asked_once_about_an_error_of_ours(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    database.transact(begin, STAFF)
    database.transact(ask_for_label, STAFF)
    reaper = Reaper(database, Workflows(), Executors(database_url, tmp_path))
    reaper.turn()
    reaper.turn()
    items = database.look(lambda tx: [(i.kind, i.return_id) for i in tx.session.exec(select(WorkItemRow))])
    assert items == [("effect.broken", RETURN)]


def test_one_process_per_executor_name(database_url: str, tmp_path: Path) -> None:
    executors = Executors(database_url, tmp_path)
    with executors.take("worker/1", 0) as lock:
        assert lock.held()
        with pytest.raises(ExecutorTaken, match="worker/1"):
            executors.take("worker/1", 0)
    with executors.take("worker/1", 0), executors.take("worker-2", 0):
        assert executors.borrow("worker/1") is None


def test_two_relays_at_once_leave_no_gap_and_give_nothing_twice(database: Database) -> None:
    subject = Subject("return", RETURN)
    relays = [Relay(database, lambda *_: None) for _ in range(2)]
    done = threading.Event()

    def turn(relay: Relay) -> None:
        while not done.is_set() or relay.turn():
            relay.turn()

    threads = [threading.Thread(target=turn, args=(relay,)) for relay in relays]
    for thread in threads:
        thread.start()
    for _ in range(60):
        database.transact(lambda tx: tx.record(MERCHANT, "return.approved", subject), STAFF)
    done.set()
    for thread in threads:
        thread.join(20)
    positions = database.look(lambda tx: sorted(tx.session.exec(select(EventRow.position))))
    assert positions == list(range(1, 61))


def test_a_relay_that_dies_after_handing_over_hands_over_again(database: Database) -> None:
    started: list[str] = []

    def start(wanted: Sequence[QueuedIntent]) -> None:
        started.extend(f"{one.intent.workflow}:{one.origin}" for one in wanted)
        if len(started) == 1:
            raise Killed

    event = database.transact(
        lambda tx: tx.record(MERCHANT, "x", Subject("return", RETURN), {}, [Intent("pay", "t")]), STAFF
    )
    relay = Relay(database, start)
    with pytest.raises(Killed):
        relay.turn()
    assert relay.turn() == 1
    assert started == [f"pay:{event}"] * 2
    assert relay.turn() == 0


def test_what_commits_while_a_relay_hands_over_waits_for_the_next_turn(database: Database) -> None:
    subject, started = Subject("return", RETURN), []

    def record(*_: Any) -> None:
        database.transact(lambda tx: tx.record(MERCHANT, "x", subject, {}, [Intent("pay", "t")]), STAFF)

    def start(wanted: Sequence[QueuedIntent]) -> None:
        started.extend(wanted)
        if len(started) == 1:
            record()

    record()
    relay = Relay(database, start)
    assert [relay.turn(), relay.turn(), relay.turn()] == [1, 1, 0]
    assert len(started) == 2


def record_of(database: Database, subject_id: str, seconds: int, *intents: Intent) -> None:
    """Of a transaction that began so many seconds later."""

    def work(tx: Transaction) -> None:
        tx.now += timedelta(seconds=seconds)
        tx.record(MERCHANT, "x", Subject("return", subject_id), {}, intents)

    database.transact(work, STAFF)


def placed(database: Database) -> list[tuple[str, int]]:
    query = select(EventRow.subject_id, EventRow.sequence).where(col(EventRow.position).is_not(None))
    ordered = query.order_by(col(EventRow.position))
    return database.look(lambda tx: [(subject, number) for subject, number in tx.session.exec(ordered)])


def test_a_subjects_events_are_placed_by_their_numbers_whatever_time_their_transactions_took(
    database: Database,
) -> None:
    """Who waited for another has the earlier time and the later number; other subjects keep their order in time."""
    for subject_id, seconds in (("a", 4), ("b", 3), ("a", 0), ("c", 1), ("a", 2)):
        record_of(database, subject_id, seconds)
    Relay(database, lambda *_: None).turn()
    assert placed(database) == [("a", 1), ("c", 1), ("a", 2), ("b", 1), ("a", 3)]


def test_a_subjects_events_are_placed_by_their_numbers_also_where_many_others_lie_between(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a relay takes at a time."""
    monkeypatch.setattr(relay, "_BATCH", 3)
    handed: list[str] = []
    for subject_id, seconds in (("a", 9), ("a", 8), ("a", 0), *((name, 5) for name in "bcdef"), ("a", 10)):
        record_of(database, subject_id, seconds, Intent("pay", subject_id))
    one = Relay(database, lambda wanted: handed.extend(each.intent.subject_id for each in wanted))
    while one.turn():
        pass
    assert [number for subject_id, number in placed(database) if subject_id == "a"] == [1, 2, 3, 4]
    assert len(placed(database)) == 9
    assert sorted(set(handed)) == list("abcdef")


def test_what_follows_an_event_that_is_left_to_a_newer_relay_waits_for_it(database: Database) -> None:
    """While versions are exchanged: others go on."""
    record_of(database, "a", 0, Intent("of the future", "a"))
    record_of(database, "a", 1)
    record_of(database, "b", 2)

    def older(wanted: Sequence[QueuedIntent]) -> None:
        if any(each.intent.workflow == "of the future" for each in wanted):
            raise UnknownWorkflow("of the future")

    assert Relay(database, older).turn() == 1
    assert placed(database) == [("b", 1)]
    assert Relay(database, lambda *_: None).turn() == 2
    assert placed(database) == [("b", 1), ("a", 1), ("a", 2)]


def test_observers_are_told_in_order_and_again_after_a_death(database: Database, clock: HandClock) -> None:
    subject, told = Subject("return", RETURN), []
    for type in ("a", "b", "c"):
        database.transact(lambda tx, t=type: tx.record(MERCHANT, t, subject), STAFF)
    another = Observers(database, lambda event: told.append(event.type))
    assert another.turn() == 0
    Relay(database, lambda *_: None).turn()

    def die(event: Any) -> None:
        told.append(event.type)
        if event.type == "b":
            raise Killed

    with pytest.raises(Killed):
        Observers(database, die).turn()
    assert another.turn() == 0
    clock.turn(timedelta(seconds=31))
    assert another.turn() == 3
    assert another.turn() == 0
    assert told == ["a", "b", "a", "b", "c"]


def test_two_workers_tell_observers_nothing_backwards(database: Database) -> None:
    told: list[str] = []

    def happens(*types: str) -> None:
        for type in types:
            database.transact(lambda tx, t=type: tx.record(MERCHANT, t, Subject("return", RETURN)), STAFF)
        Relay(database, lambda *_: None).turn()

    def slowly(event: Any) -> None:
        told.append(event.type)
        if event.type == "a":
            assert other.turn() == 0
            happens("c")
            assert other.turn() == 0

    one, other = (Observers(database, tell) for tell in (slowly, lambda event: told.append(event.type)))
    happens("a", "b")
    assert (one.turn(), other.turn(), one.turn()) == (2, 1, 0)
    assert told == ["a", "b", "c"]


def test_a_worker_that_is_overtaken_in_an_observer_takes_nothing_back(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hung in the first event for so long that another worker told them all."""
    monkeypatch.setattr(observers, "_SECONDS", -1.0)
    told: list[str] = []
    for type in ("a", "b"):
        database.transact(lambda tx, t=type: tx.record(MERCHANT, t, Subject("return", RETURN)), STAFF)
    Relay(database, lambda *_: None).turn()
    other = Observers(database, lambda event: told.append(event.type))

    def hang(event: Any) -> None:
        clock.turn(timedelta(minutes=1))
        assert (other.turn(), other.turn()) == (1, 1)

    one = Observers(database, hang)
    assert (one.turn(), one.turn(), other.turn()) == (1, 0, 0)
    assert told == ["a", "b"]
