"""What a process shows of itself, put together: for servers and workers alike."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from prometheus_client import CollectorRegistry

from sendback_service.clock import Clock
from sendback_service.configuration import Configuration
from sendback_service.host import Host
from sendback_service.observability.gauges import Counts, Places
from sendback_service.observability.metrics import REGISTRY
from sendback_service.observability.pages import Pages, shown
from sendback_service.observability.readiness import Readiness
from sendback_service.observability.watch import Watch, lacking
from sendback_service.store import Database


@contextmanager
def outlook(
    configuration: Configuration,
    clock: Clock,
    host: Host,
    database: Database,
    port: int,
    *,
    calls: Counts | None = None,
    alive: Callable[[], str] = lambda: "",
) -> Iterator[Readiness]:
    """Shows the pages on `port`, 0 for nowhere, while the block lasts; answers whether this process is ready. `calls`
    are the places at a server's door, `alive` says what is wrong with a process that a new one would mend."""
    watch = Watch(configuration.database, configuration.engine, clock, host)
    readiness = Readiness(watch.revision, partial(lacking, configuration, host))
    here = CollectorRegistry()
    here.register(Places(calls=calls, connections=database.connections))
    here.register(watch)
    pages = Pages((REGISTRY, here), readiness.look, alive)
    with closing(watch), shown(pages, configuration.metrics.host, port):
        yield readiness
