"""What the queue has for under way in the name of a process that lives, and nobody works on."""

import threading
import time
from typing import Any

import pytest
from dbos import DBOS
from dbos._sys_db import SystemDatabase
from sendback_service.effects import in_hand
from sendback_service.effects.engine import Engine, QueuedIntent
from sendback_service.effects.in_hand import LET_FALL_SECONDS, InHand
from sendback_service.store.transaction import Intent
from sqlalchemy.exc import OperationalError

from service.tests.effects.test_effects_engine import Run, run, wait_for
from service.tests.effects.world import MERCHANT

__all__ = ["run"]

CUT = OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))


def cut_once(monkeypatch: pytest.MonkeyPatch, method: str, *, before: bool = False) -> None:
    """The connection breaks at the engine's next such statement: before it is done, or with its answer."""
    real, whole = getattr(SystemDatabase, method), [True]

    def broken(*args: Any, **named: Any) -> Any:
        if before and whole and whole.pop():
            raise CUT
        answer = real(*args, **named)
        if answer not in (([], None), []) and whole and whole.pop():
            raise CUT
        return answer

    monkeypatch.setattr(SystemDatabase, method, broken)


def start(made: Engine) -> None:
    made.start([QueuedIntent(MERCHANT, Intent("work", "par_1"), "evt_1")])


def under_way() -> list[str]:
    return [w.workflow_id for w in DBOS.list_workflows(status=["PENDING", "ENQUEUED"])]


def test_what_was_taken_while_the_connection_broke_is_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(in_hand, "LET_FALL_SECONDS", 0.2)
    cut_once(monkeypatch, "start_queued_workflows")
    start(made := run(lambda _merchant, subject, _round: seen.append(subject)))
    wait_for(lambda: made.give_back() == 1)
    wait_for(lambda: not under_way())
    assert seen == ["par_1"]


def test_what_ended_while_the_connection_broke_is_not_under_way_for_ever(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(in_hand, "LET_FALL_SECONDS", 0.2)
    cut_once(monkeypatch, "update_workflow_outcome", before=True)
    start(made := run(lambda _merchant, subject, _round: seen.append(subject)))
    wait_for(lambda: made.give_back() == 1)
    wait_for(lambda: not under_way())
    assert seen == ["par_1", "par_1"]


def test_what_takes_its_time_is_left_to_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go = threading.Event(), threading.Event()

    def work(*_: object) -> None:
        begun.set()
        go.wait(10)

    monkeypatch.setattr(in_hand, "LET_FALL_SECONDS", 0.0)
    start(made := run(work))
    assert begun.wait(10)
    for _ in range(3):
        assert made.give_back() == 0
        time.sleep(0.05)
    go.set()
    wait_for(lambda: not under_way())


def test_only_what_was_missed_for_a_while_has_fallen() -> None:
    now = [0.0]
    hand = InHand(lambda: now[0])
    assert hand.let_fall(["one", "two"]) == []
    now[0] += LET_FALL_SECONDS
    with hand.at_work("two"):
        assert hand.let_fall(["one", "two"]) == ["one"]
    assert hand.let_fall(["two"]) == []
    assert hand.let_fall([]) == []
