"""Shopify's leaky bucket, as each answer reports it: how many points are left, and how fast they come back."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from sendback_sdk import TryLater

from sendback_shopify.answers import Answer


class Throttle(Answer):
    currently_available: float
    restore_rate: Annotated[float, Field(gt=0)]


class Cost(Answer):
    requested_query_cost: float
    throttle_status: Throttle


@dataclass(frozen=True, slots=True)
class _Level:
    points: float
    rate: float
    time: float


class Bucket:
    """A hint, not a truth: other programs drink from the same bucket, and what Shopify refuses is asked later."""

    def __init__(
        self,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._patience, self._clock, self._sleep = patience, clock, sleep
        self._lock = threading.Lock()
        self._level: _Level | None = None
        self._costs: dict[str, float] = {}

    def wait(self, document: str) -> None:
        """Until there is enough for this document, as far as is known; `TryLater` where that takes too long."""
        seconds = self.seconds_for(document)
        if seconds > self._patience:
            raise TryLater("Shopify's points are used up", after=seconds)
        if seconds:
            self._sleep(seconds)

    def heard(self, document: str, cost: Cost) -> None:
        status = cost.throttle_status
        with self._lock:
            self._costs[document] = cost.requested_query_cost
            self._level = _Level(status.currently_available, status.restore_rate, self._clock())

    def seconds_for(self, document: str) -> float:
        """In whole seconds, 0 where nothing is known."""
        with self._lock:
            if self._level is None:
                return 0
            level = self._level
            there = level.points + (self._clock() - level.time) * level.rate
            return max(0, math.ceil((self._costs.get(document, 0) - there) / level.rate))
