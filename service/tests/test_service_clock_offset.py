"""The clock of test mode, which every process of an installation follows."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sendback_service.clock import TurnedClock
from sendback_service.clock_offset import follow, turn
from sendback_service.store import Database, opened
from sendback_service.store.transaction import Transaction

from tests.databases import Databases

DAY = timedelta(days=1)


@pytest.fixture
def database(sqlite: Databases) -> Iterator[Database]:
    made = opened(sqlite.migrated(), TurnedClock())
    yield made
    made.shut()


class Flickering:
    """A database that cannot be asked for a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.down = threading.Event()
        self.asked_in_vain = threading.Event()

    def look(self, work: Callable[[Transaction], Any]) -> Any:
        if self.down.is_set():
            self.asked_in_vain.set()
            raise ConnectionError("the server closed the connection unexpectedly")
        return self._database.look(work)


def test_a_clock_is_followed_again_once_the_database_is_back(database: Database) -> None:
    clock, stop, flickering = TurnedClock(), threading.Event(), Flickering(database)
    follow(clock, flickering, stop)  # type: ignore[arg-type]
    flickering.down.set()
    assert flickering.asked_in_vain.wait(10)
    flickering.down.clear()
    turn(database, DAY)
    until = time.monotonic() + 10
    while clock.offset != DAY:
        assert time.monotonic() < until, f"the clock stands at {clock.offset}"
        time.sleep(0.02)
    stop.set()
