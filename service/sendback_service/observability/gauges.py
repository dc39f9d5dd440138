"""What stands in this process at the moment of looking: places at the door, connections to the database."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Counts = Callable[[], Mapping[str, tuple[int, int]]]


class Places(Collector):
    """Each of `counts` tells, by name, how many are taken and how many there may be."""

    def __init__(self, *, calls: Counts | None, connections: Counts) -> None:
        self._calls = calls
        self._connections = connections

    def collect(self) -> Iterable[Metric]:
        if self._calls is not None:
            yield from _taken("admission", "calls by what they do", "state", self._calls())
        what = "connections to the database in use, or changes that wait for the embedded one"
        yield from _taken("database", what, "pool", self._connections())

    def describe(self) -> Iterable[Metric]:
        """Registering asks nothing of a process that is not whole yet."""
        return ()


def _taken(name: str, what: str, label: str, counts: Mapping[str, tuple[int, int]]) -> Iterable[Metric]:
    used = GaugeMetricFamily(f"sendback_{name}_used", f"How many {what}.", labels=[label])
    limit = GaugeMetricFamily(f"sendback_{name}_limit", f"How many there may be: {what}.", labels=[label])
    for key, (taken, most) in counts.items():
        used.add_metric([key], taken)
        limit.add_metric([key], most)
    return used, limit
