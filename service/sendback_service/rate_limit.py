"""So many times in so many seconds, counted for each key in this process's memory."""

import time
from collections import defaultdict, deque

# With more keys than these all counts begin anew, so that memory stays bounded.
_MOST_KEYS = 10_000


class RateLimit:
    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._times: dict[str, deque[float]] = defaultdict(deque)

    def allows(self, key: str) -> bool:
        """Whether it may be done once more, which then counts."""
        now = time.monotonic()
        if len(self._times) > _MOST_KEYS:
            self._times.clear()
        times = self._times[key]
        while times and times[0] < now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        return True
