"""What this process counts, as Prometheus reads it. Like the log it is one a process, and is told from anywhere.

Counting costs about two microseconds a call: what belongs to a label is looked up once. Labels have few values by
construction: RPCs, codes, reasons, workflows and accounts of the configuration; accounts that merchants connected
count together.

What is to be seen when it happens for the first time is shown from the start, as 0: a series that begins with 1 has
increased by nothing.
"""

from collections.abc import Callable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from sendback_service.refusal import Reason

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

CALLS = Counter("sendback_calls", "Calls answered, by RPC and code.", ["rpc", "code"], registry=REGISTRY)
CALL_SECONDS = Histogram(
    "sendback_call_seconds",
    "Seconds that calls took. Streams, and calls that wait for a label, are counted above and not timed here.",
    ["rpc"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
REFUSALS = Counter("sendback_refusals", "Calls refused, by reason.", ["reason"], registry=REGISTRY)
for _reason in Reason:
    REFUSALS.labels(_reason)
EFFECTS = Counter(
    "sendback_effects",
    "Calls to plugins by workers, by workflow, account and outcome.",
    ["workflow", "account", "outcome"],
    registry=REGISTRY,
)
EFFECT_SECONDS = Histogram(
    "sendback_effect_seconds",
    "Seconds that calls to plugins by workers took.",
    ["workflow"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
    registry=REGISTRY,
)
BROKEN_WORKFLOWS = Counter(
    "sendback_broken_workflows", "Workflows that ended by an error of ours.", ["workflow"], registry=REGISTRY
)
LOOP_FAILURES = Counter(
    "sendback_loop_failures",
    "Turns of a worker's loop (relay, sweep, reaper …) that failed.",
    ["loop"],
    registry=REGISTRY,
)
LOOP_TURN = Gauge(
    "sendback_loop_turn_timestamp_seconds",
    "When a worker's loop last turned without failing, in seconds since 1970.",
    ["loop"],
    registry=REGISTRY,
)
RESUMED = Counter(
    "sendback_resumed_workflows", "Workflows of dead workers that were taken up.", registry=REGISTRY
)

_CONNECTED = "connected"


def called(rpc: str, code: str, seconds: float | None) -> None:
    """A call was answered. `seconds` is None where its length says nothing about us."""
    _counter(rpc, code)()
    if seconds is not None:
        _timer(rpc)(seconds)


def refused(reason: str) -> None:
    REFUSALS.labels(reason).inc()


def effect(workflow: str, account: str, outcome: str, seconds: float) -> None:
    """A worker called a plugin."""
    EFFECTS.labels(workflow, shown_as(account), outcome).inc()
    EFFECT_SECONDS.labels(workflow).observe(seconds)


def shown_as(account: str) -> str:
    """The label of an account. One of a merchant's own is named `merchant/account`, and no metric knows merchants."""
    return _CONNECTED if "/" in account else account


@cache
def _counter(rpc: str, code: str) -> Callable[[], None]:
    return CALLS.labels(_short(rpc), code).inc


@cache
def _timer(rpc: str) -> Callable[[float], None]:
    return CALL_SECONDS.labels(_short(rpc)).observe


def _short(rpc: str) -> str:
    """`ReturnsService/GetReturn`."""
    return rpc.removeprefix("/sendback.v1.")
