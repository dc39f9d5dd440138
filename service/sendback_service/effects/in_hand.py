"""What a process has in hand: what it took from the engine's queue and works on, and what it took and let fall.

A connection to the engine's database may break when the queue has given something and its answer is not heard yet, and
when the end of a workflow is to be noted. The queue then has for under way what nobody works on, in the name of a
process that lives.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

# Longer than it takes to begin with what was taken, and to note how it ended.
LET_FALL_SECONDS = 10.0


class InHand:
    """`clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at_work: set[str] = set()
        self._missed: dict[str, float] = {}

    @contextmanager
    def at_work(self, id: str) -> Iterator[None]:
        """On this workflow, in the block."""
        self._at_work.add(id)
        try:
            yield
        finally:
            self._at_work.discard(id)

    def let_fall(self, taken: Iterable[str]) -> list[str]:
        """Of all that this process took by the queue's account, what it has not worked on for a while."""
        now = self._clock()
        self._missed = {id: self._missed.get(id, now) for id in taken if id not in self._at_work}
        return [id for id, since in self._missed.items() if now - since >= LET_FALL_SECONDS]
