"""How many calls a server takes on at once, and whose turn is next.

A server that takes on everything becomes slow for everybody and then collapses. Here so many calls are worked on at a
time, some more wait, and the rest is refused at once with a time to come again. Waiting merchants take turns: one that
calls without end waits in its own queue and in nobody else's.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from google.protobuf.message import Message

from sendback_service.access import merchant_claimed, order_claimed
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, Refusal

# When to come again: by then a full queue of ordinary calls is done.
_RETRY_SECONDS = 0.5


class Admission:
    """`at_once` calls are worked on at a time and `waiting` more may wait; `lasting` may stay open for long (streams,
    uploads, waiting for a label). A merchant gets no more than half of the places to wait and of the lasting ones, a
    caller (a key, or a buyer's order) no more than `per_caller` of these. Whoever gets no place is refused as BUSY."""

    def __init__(self, at_once: int, waiting: int, lasting: int, per_caller: int = 64) -> None:
        self._at_once = at_once
        self._free = at_once
        self._waiting = waiting
        self._lasting = lasting
        self._per_caller = per_caller
        self._doors = at_once + waiting + lasting
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._open: Counter[str] = Counter()
        self._callers: Counter[str] = Counter()

    def counts(self) -> dict[str, tuple[int, int]]:
        """How many calls work, wait and last, and how many may."""
        return {
            "working": (self._at_once - self._free, self._at_once),
            "waiting": (sum(map(len, tuple(self._queues.values()))), self._waiting),
            "lasting": (sum(tuple(self._open.values())), self._lasting),
        }

    def entered(self) -> "_Entered":
        """Before anything is known of a caller, not even who it is."""
        return _Entered(self)

    def turn(self, merchant: str) -> "_Turn":
        return _Turn(self, merchant)

    def _let_in(self) -> None:
        if not self._doors:
            raise _busy("server")
        self._doors -= 1

    def _let_out(self) -> None:
        self._doors += 1

    @contextmanager
    def lasting(self, merchant: str, caller: str = "") -> Iterator[None]:
        if self._open.total() >= self._lasting:
            raise _busy("server")
        if self._open[merchant] >= max(1, self._lasting // 2):
            raise _busy("merchant")
        if caller and self._callers[caller] >= self._per_caller:
            raise _busy("caller")
        with _counted(self._open, merchant), _counted(self._callers, caller):
            yield

    async def _wait(self, merchant: str) -> None:
        if self._free:
            self._free -= 1
            return
        mine = self._line_up(merchant)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                self._leave(merchant, mine)
            else:
                self._pass_on()
            raise

    def _line_up(self, merchant: str) -> "asyncio.Future[None]":
        queue = self._queues.get(merchant, deque())
        if sum(map(len, self._queues.values())) >= self._waiting:
            raise _busy("server")
        if len(queue) >= max(1, self._waiting // 2):
            raise _busy("merchant")
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        self._queues[merchant] = queue
        return mine

    def _leave(self, merchant: str, mine: "asyncio.Future[None]") -> None:
        queue = self._queues.get(merchant, deque())
        if mine in queue:
            queue.remove(mine)
        if not queue:
            self._queues.pop(merchant, None)

    def _pass_on(self) -> None:
        """To the merchant whose turn it is; with more of its calls waiting it goes to the end of the line. Who has just
        given up may still stand in the line, and is passed over."""
        while self._queues:
            merchant, queue = self._queues.popitem(last=False)
            first = queue.popleft()
            if queue:
                self._queues[merchant] = queue
            if not first.done():
                first.set_result(None)
                return
        self._free += 1


class _Entered:
    """Written out, as `_Turn` is: every call passes here, and generators cost it several times as much."""

    __slots__ = ("_house",)

    def __init__(self, house: Admission) -> None:
        self._house = house

    def __enter__(self) -> None:
        self._house._let_in()

    def __exit__(self, *_: object) -> None:
        self._house._let_out()


class _Turn:
    __slots__ = ("_house", "_merchant")

    def __init__(self, house: Admission, merchant: str) -> None:
        self._house = house
        self._merchant = merchant

    async def __aenter__(self) -> None:
        await self._house._wait(self._merchant)

    async def __aexit__(self, *_: object) -> None:
        self._house._pass_on()


@contextmanager
def _counted(counter: Counter[str], name: str) -> Iterator[None]:
    counter[name] += 1
    try:
        yield
    finally:
        counter[name] -= 1
        if not counter[name]:
            del counter[name]


def caller_of(key: KeyRecord, request: object) -> str:
    """Who keeps streams open: a key; for portals, which call for many, the order that the buyer claims."""
    token = getattr(request, "session_token", "") if isinstance(request, Message) else ""
    return order_claimed(token) or key.id if token else key.id


def whose(key: KeyRecord, request: object) -> str:
    """Whose queue a call stands in. What a portal's call claims of its merchant is enough for that, believed or not."""
    if key.merchant_id or not isinstance(request, Message):
        return key.merchant_id or key.id
    slug: str = getattr(request, "slug", "")
    return slug or merchant_claimed(getattr(request, "session_token", "")) or key.id


def _busy(limit: str) -> Refusal:
    return Refusal(Reason.BUSY, {"limit": limit}, retry_after=_RETRY_SECONDS)
