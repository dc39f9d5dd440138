"""How often somebody tries something that could be guessed at."""

import time
from collections import defaultdict, deque

from sendback_service.refusal import Reason, Refusal

_TRIES = 10
_PER_SECONDS = 600.0
_WATCHED = 10_000


class Guesses:
    """How often something was tried lately: to sign in to an order, where nothing else is said. In memory, bounded, per
    process."""

    def __init__(self, tries: int = _TRIES, per_seconds: float = _PER_SECONDS) -> None:
        self._most = tries
        self._per_seconds = per_seconds
        self._tries: dict[str, deque[float]] = defaultdict(deque)

    def note(self, key: str) -> None:
        """Counts a try, or refuses it."""
        now = time.monotonic()
        if len(self._tries) > _WATCHED:
            self._tries.clear()
        tries = self._tries[key]
        while tries and tries[0] < now - self._per_seconds:
            tries.popleft()
        if len(tries) >= self._most:
            wait = self._per_seconds - (now - tries[0])
            raise Refusal(Reason.RATE_LIMITED, {"limit": "sign_in"}, retry_after=wait)
        tries.append(now)
