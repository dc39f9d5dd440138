"""The installation's database, as commands open it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sendback_service.configuration import Configuration, ConfigurationError

if TYPE_CHECKING:
    from sendback_service.store import Database


@contextmanager
def opened(configuration: Configuration) -> "Iterator[Database]":
    """Raises `ConfigurationError` where its schema is none that this version can use. Nothing is made where there is
    nothing."""
    from sendback_service import store
    from sendback_service.clock import system_clock

    refuse_unusable(configuration)
    database = store.opened(configuration.database, system_clock)
    try:
        yield database
    finally:
        database.shut()


def refuse_unusable(configuration: Configuration) -> None:
    """Also one that stands where a backup stood is usable: `sendback resume` is there for it."""
    from sendback_service.clock import system_clock
    from sendback_service.store.snapshots import Snapshots

    with closing(Snapshots(configuration.database, system_clock)) as snapshots:
        found = snapshots.revision()
    if not found.usable:
        raise ConfigurationError(found.problem)
