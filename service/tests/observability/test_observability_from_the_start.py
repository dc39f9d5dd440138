"""What alerts wait for is shown before it happens for the first time: a series that begins with 1 has not increased."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sendback_service import worker
from sendback_service.effects.engine import _named
from sendback_service.effects.in_hand import InHand
from sendback_service.observability.metrics import REGISTRY
from sendback_service.refusal import Reason

from service.tests.observability.test_observability_runbook import RULES

# Each of these is held by a test below.
INCREASING = {
    "sendback_refusals_total",
    "sendback_resumed_workflows_total",
    "sendback_broken_workflows_total",
    "sendback_loop_failures_total",
}
_FRESH = """
from prometheus_client import generate_latest
from sendback_service.observability.metrics import REGISTRY
print(generate_latest(REGISTRY).decode())
"""


def test_every_alert_on_something_new_is_held_here() -> None:
    found = {name for rule in RULES for name in re.findall(r"increase\((\w+)", rule["expr"])}
    assert found == INCREASING


def test_a_process_shows_every_refusal_and_resumption_before_the_first() -> None:
    said = subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, text=True, check=True).stdout
    samples = [sample for family in text_string_to_metric_families(said) for sample in family.samples]
    refusals = {s.labels["reason"]: s.value for s in samples if s.name == "sendback_refusals_total"}
    assert refusals == dict.fromkeys(Reason, 0)
    assert [s.value for s in samples if s.name == "sendback_resumed_workflows_total"] == [0]


def test_a_workflow_is_shown_before_it_breaks() -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    around: Any = lambda *_: nullcontext()  # noqa: E731
    workflow = _named("brittle", break_down, around, InHand())
    assert _value("sendback_broken_workflows_total", workflow="brittle") == 0
    with pytest.raises(ZeroDivisionError):
        workflow("mer_1", "x", 0)
    assert _value("sendback_broken_workflows_total", workflow="brittle") == 1


def test_a_loop_is_shown_before_its_first_turn_ends() -> None:
    with _turning("slow", lambda end: end.wait() and 0):
        assert _value("sendback_loop_turn_timestamp_seconds", loop="slow") is not None
        assert _value("sendback_loop_failures_total", loop="slow") == 0


def test_the_loop_that_turns_seldom_has_a_bound_of_its_own() -> None:
    [stuck] = [rule["expr"] for rule in RULES if rule["alert"] == "SendbackLoopStuck"]
    assert dict(re.findall(r'{loop(!?="\w+")} > (\d+)', stuck)) == {'!="forget"': "600", '="forget"': "3600"}


@contextmanager
def _turning(name: str, turn: Callable[[threading.Event], int]) -> Iterator[None]:
    end = threading.Event()
    thread = worker._loop(name, partial(turn, end), 0.01, end)
    yield
    end.set()
    thread.join()


def _value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)
