"""Looking at the installation for whoever asks from outside, over connections of its own: a service whose pools are
exhausted can still say so."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sendback_service.clock import Clock
from sendback_service.configuration import Configuration
from sendback_service.host import Host
from sendback_service.observability.backlog import Backlog, Waiting, backlog_in, queue_of
from sendback_service.observability.metrics import shown_as
from sendback_service.store.schema import Revision
from sendback_service.store.snapshots import Snapshots

# Several scrapers, or an impatient one, cost the database no more than one.
_KEPT_SECONDS = 5.0


class Watch(Collector):
    """Metrics of what `backlog` tells and of the accounts here. `engine_url` is where the engine keeps its tables."""

    def __init__(self, url: str, engine_url: str, clock: Clock, host: Host) -> None:
        self._snapshots = Snapshots(url, clock)
        self._engine = Snapshots(engine_url, clock)
        self._queue = "workflow_status" if engine_url.startswith("sqlite") else "dbos.workflow_status"
        self._host = host
        self._asking = threading.Lock()
        self._kept: tuple[float, Backlog | None] = (-_KEPT_SECONDS, None)

    def revision(self) -> Revision:
        return self._snapshots.revision()

    def close(self) -> None:
        self._snapshots.close()
        self._engine.close()

    def collect(self) -> Iterable[Metric]:
        yield _gauge(
            "account_broken", "1 for an account that could not be made.", "account", _broken(self._host)
        )
        found = self._backlog()
        yield _gauge("database_up", "1 where the database answers.", "", {"": int(found is not None)})
        if found is not None:
            yield from _families(found)

    def describe(self) -> Iterable[Metric]:
        """Registering asks nobody."""
        return ()

    def _backlog(self) -> Backlog | None:
        """None where the database cannot be asked."""
        with self._asking:
            if time.monotonic() - self._kept[0] >= _KEPT_SECONDS:
                self._kept = time.monotonic(), self._look()
            return self._kept[1]

    def _look(self) -> Backlog | None:
        try:
            with self._snapshots.look() as tx:
                found = backlog_in(tx)
        except Exception:
            return None
        return replace(found, queue=queue_of(self._engine, self._queue))


def _broken(host: Host) -> dict[str, int]:
    """Those that merchants connected count together: each could be made when it was."""
    found: dict[str, int] = {}
    for name, account in host.accounts.items():
        shown = shown_as(name)
        found[shown] = max(found.get(shown, 0), int(account.object is None))
    return found


def lacking(configuration: Configuration, host: Host) -> dict[str, str]:
    """Accounts that the configuration gives something to do and that could not be made, with the reason."""
    routed = (name for part in configuration.routes for name in part.route().accounts)
    named = {*routed, configuration.channel, configuration.refunds} - {""}
    made = {name: host.accounts.get(name) for name in sorted(named)}
    return {
        name: "is not in the configuration" if account is None else account.failure
        for name, account in made.items()
        if account is None or account.object is None
    }


def _families(found: Backlog) -> Iterable[Metric]:
    yield from _waiting("relay", "events that wait for the relay", "", {"": found.relay})
    yield from _waiting("deadlines", "deadlines past their time", "", {"": found.deadlines})
    yield from _waiting("unknown", "calls outside without an answer", "kind", found.unknown)
    yield from _waiting("queue", "workflows that wait for a worker", "workflow", found.queue)
    yield _gauge("work_items", "Work items that wait for people.", "kind", found.work)
    circuits = dict.fromkeys(map(shown_as, found.circuits), 1)
    yield _gauge("circuit_open", "1 for an account left alone after failures.", "account", circuits)


def _waiting(name: str, what: str, label: str, found: Mapping[str, Waiting]) -> Iterable[Metric]:
    yield _gauge(f"{name}_waiting", f"How many {what}.", label, {k: w.count for k, w in found.items()})
    ages = {kind: waiting.oldest_seconds for kind, waiting in found.items()}
    yield _gauge(f"{name}_oldest_seconds", f"How long the oldest of the {what} did so.", label, ages)


def _gauge(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    """Without a label there is one value, under ""."""
    family = GaugeMetricFamily(f"sendback_{name}", says, labels=[label] if label else [])
    for value, number in values.items():
        family.add_metric([value] if label else [], number)
    return family
