"""What the rounds come to: one flat object of numbers, the targets they are held against, and the machine."""

import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.calls import CONCURRENCY, Found
from tests.benchmarks.effects import Way
from tests.benchmarks.load import Measured, middle

Figures = dict[str, float]
LOADED = CONCURRENCY[-1]
CALLS = ("echo", "create", "get", "estimate", "list", "label")


@dataclass(frozen=True, slots=True)
class Target:
    """`most` says that less is better."""

    figure: str
    first: float
    then: float | None = None
    most: bool = False

    def met(self, value: float) -> str:
        if self.then is not None and self._holds(value, self.then):
            return "second"
        return "first" if self._holds(value, self.first) else "missed"

    def _holds(self, value: float, bound: float) -> bool:
        return value <= bound if self.most else value >= bound


TARGETS = (
    Target("create_ratio_postgres", 0.25, 0.35),
    Target("create_ratio_sqlite", 0.25, 0.35),
    Target("get_ratio_postgres", 0.42, 0.52),
    Target("get_ratio_sqlite", 0.42, 0.52),
    Target("processes_cpu_growth", 0.10, most=True),
    Target("list_over_get", 6, most=True),
    Target("scale_cost_growth", 1.3, most=True),
    Target("effects_per_second_per_core", 40, 80),
    Target("effects_p95_s", 1.0, most=True),
    Target("idle_memory_mb", 120, most=True),
    Target("cold_start_s", 2.0, most=True),
)


def calls_in(found: Found, database: str) -> Figures:
    """The medians of all rounds, and the ratios: each round's own, beside the echo of that round."""
    figures: Figures = {}
    for (name, concurrency), rounds in found.items():
        one = middle(rounds)
        figures[f"{name}_{database}_{concurrency}_rounds"] = len(rounds)
        for figure in Measured.__slots__:
            figures[f"{name}_{database}_{concurrency}_{figure}"] = getattr(one, figure)
        if name != "echo" and ("echo", concurrency) in found:
            figures[f"{name}_{database}_{concurrency}_ratio"] = _ratio(rounds, found["echo", concurrency])
    for name in ("create", "get"):
        if (name, LOADED) in found:
            figures[f"{name}_ratio_{database}"] = figures[f"{name}_{database}_{LOADED}_ratio"]
    if ("list", LOADED) in found:
        figures[f"list_over_get_{database}"] = 1 / _ratio(found["list", LOADED], found["get", LOADED])
    return figures


def way_in(way: Way, database: str) -> Figures:
    return {
        f"effects_per_second_{database}": way.per_second,
        f"effects_per_second_per_core_{database}": way.per_core,
        f"effects_database_cpu_us_{database}": way.database_cpu_us,
        f"effects_p50_s_{database}": way.p50_s,
        f"effects_p95_s_{database}": way.p95_s,
        f"events_per_second_{database}": way.events_per_second,
    }


_REPLICAS = {
    "one": "one_process",
    "two": "two_processes",
    "company": "two_processes_twice_the_callers",
}


def replicas_in(found: Mapping[str, Sequence[Measured]]) -> Figures:
    """Of `replicas.measured`: the servers' microseconds of the processor a call, and by how much two processes need
    more of them than one; of a return made and read, of an echo, and of the one beside the other. Two servers on two
    processors that the load and the database use too cost an echo more as well."""
    figures: Figures = {}
    for kind in ("", "echo_"):
        for name, words in _REPLICAS.items():
            figures[f"{kind}{words}_cpu_us"] = middle(found[f"{kind}{name}"]).cpu_us
    for name, words in (("two", ""), ("company", "_twice_the_callers")):
        ours, echoes = _growths(found[name], found["one"]), _growths(found[f"echo_{name}"], found["echo_one"])
        figures |= {
            f"processes_cpu_growth{words}": _more(
                mine / other for mine, other in zip(ours, echoes, strict=True)
            ),
            f"processes_cpu_growth{words}_alone": _more(ours),
            f"processes_cpu_growth{words}_of_echo": _more(echoes),
        }
    return figures


def summed_up(figures: Figures) -> Figures:
    """The figures that targets speak of, where several databases have them: the worse of both."""
    worst = {t.figure: max if t.most else min for t in TARGETS}
    for name, worse in worst.items():
        found = [figures[f"{name}_{d}"] for d in ("sqlite", "postgres") if f"{name}_{d}" in figures]
        if found:
            figures[name] = worse(found)
    return figures


def machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {system}"


def _lines(file: str) -> list[str]:
    path = Path(file)
    return path.read_text().splitlines() if path.exists() else []


def _growths(rounds: Sequence[Measured], before: Sequence[Measured]) -> list[float]:
    return [now.cpu_us / one.cpu_us for now, one in zip(rounds, before, strict=True)]


def _more(growths: Iterable[float]) -> float:
    """By how much more than before."""
    return statistics.median(growths) - 1


def _ratio(rounds: Sequence[Measured], others: Sequence[Measured]) -> float:
    return statistics.median(
        mine.per_second / other.per_second for mine, other in zip(rounds, others, strict=False)
    )
