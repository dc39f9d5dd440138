"""An installation to try faults on: two servers, two workers, shops with orders, clients that do not give up."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sendback_service.demo.world import Shop, World

from tests.soak.journal import Journal, read
from tests.soak.lives import Actor, a_soaked_shop
from tests.soak.reckoning import reckon

_CLIENTS = 3
# Seconds between the lives of a client: more of them than the workers keep up with, not ten times as many.
_REST = 0.25
# More than they can return while a block lasts, however slow the machine.
_ORDERS = 120


@dataclass
class Ground:
    """`database` is how a bystander reaches the database; the installation's own way may be cut."""

    world: World
    folder: Path
    database: str
    _seeds: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @contextmanager
    def at_work(self, seconds: float = 3.0, lost: int = 0) -> Iterator[Shop]:
        """Clients lead lives for so long, whatever the block does; afterwards everything is reckoned. `lost` messages
        are those that the post takes and loses in the block."""
        lost += self.lost()
        seed = next(self._seeds)
        out = self.folder / f"reckoning-{seed}"
        out.mkdir(parents=True)
        shop = a_soaked_shop(self.world, f"{self.folder.name}-{seed}", _ORDERS)
        journal = Journal(out / "acknowledged.jsonl")
        until, over = time.monotonic() + seconds, threading.Event()
        actors = [Actor(number, str(seed), [shop], journal, over, rest=_REST) for number in range(_CLIENTS)]
        for actor in actors:
            actor.start()
        try:
            yield shop
            self.wait_for(
                lambda: time.monotonic() > until and any(actor.counts for actor in actors), "a life", 60
            )
        finally:
            over.set()
            for actor in actors:
                actor.join()
        journal.close()
        counted = reckon(self.world, self.folder / "world", self.database, [shop], out)
        wrong = counted.wrong + [surprise for actor in actors for surprise in actor.surprises]
        assert not wrong, "\n".join(wrong)
        assert counted.sums["returns acknowledged"] > 0
        assert counted.sums["messages that the post took and lost"] == lost

    def lost(self) -> int:
        """How many messages were lost so far."""
        file = self.folder / "world" / "post.jsonl"
        return sum(line["did"] == "lost" for line in read(file)) if file.exists() else 0

    def wait_for(self, reached: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        until = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < until, f"waited in vain for {what}"
            time.sleep(0.01)


def every(seconds: float, times: int, do: Callable[[], None]) -> None:
    """At regular moments, from this thread."""
    pause = threading.Event()
    for _ in range(times):
        pause.wait(seconds)
        do()
