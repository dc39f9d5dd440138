"""Questions asked at the same time travel to the database together.

A lone question leaves at the end of the loop's turn. Where others are asked too, a convoy waits a moment for company,
the longer the more there are: under load the processor is what all wait for, and a journey costs it as much as several
answers. While a convoy is under way those who ask gather for the next, unless it stays away for long. An answer is
never older than its question.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

_LARGEST = 64
# How long company is waited for: so long for each other question that the database is asked, and at most that long.
_FOR_EACH = 0.0003
_MOMENT = 0.003
# How many are enough.
_ENOUGH = 16
# How many may be under way, each of which has been for so long when the next leaves.
_ROADS = 4
_LONG = 0.02


class Traffic:
    """The questions that are asked of one database, by all of its convoys, and not answered yet."""

    def __init__(self) -> None:
        self.asked = 0


class Convoy(Generic[Q, A]):
    """`carry` takes questions there and brings as many answers back, in their order. Where carrying several fails with
    one of `parting`, each of them travels alone, and hears of its own fault only."""

    def __init__(
        self,
        carry: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        traffic: Traffic,
        parting: tuple[type[Exception], ...] = (),
    ) -> None:
        self._carry = carry
        self._traffic = traffic
        self._parting = parting
        self._waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._call: asyncio.Handle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def ask(self, question: Q) -> A:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._begin(loop)
        answer: asyncio.Future[A] = loop.create_future()
        self._waiting.append((question, answer))
        self._traffic.asked += 1
        try:
            self._prepare(loop)
            return await answer
        finally:
            self._traffic.asked -= 1

    def _prepare(self, loop: asyncio.AbstractEventLoop) -> None:
        """Sets when the next convoy leaves, once; sooner where enough have come meanwhile."""
        if self._call is None:
            if len(self._under_way) < _ROADS:
                self._call = loop.call_later(self._patience(), self._depart)
        elif len(self._waiting) == _ENOUGH and not self._under_way:
            self._call.cancel()
            self._call = loop.call_soon(self._depart)

    def _patience(self) -> float:
        if self._under_way:
            return _LONG
        if len(self._waiting) >= _ENOUGH:
            return 0
        return min((self._traffic.asked - 1) * _FOR_EACH, _MOMENT)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """A loop that was ended took with it whoever waited in it."""
        self._loop = loop
        self._call = None
        self._waiting.clear()
        self._under_way.clear()

    def _depart(self) -> None:
        self._call = None
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST))]
        wanted = [(question, answer) for question, answer in group if not answer.done()]
        if wanted:
            self._under_way.add(task := asyncio.ensure_future(self._travel(wanted)))
            task.add_done_callback(self._arrived)
        if self._waiting:
            self._prepare(asyncio.get_running_loop())

    def _arrived(self, task: "asyncio.Task[None]") -> None:
        """Who gathered meanwhile need not wait for the others to come back."""
        self._under_way.discard(task)
        if self._call is not None and not self._under_way:
            self._call.cancel()
            self._call = None
        if self._waiting:
            self._prepare(task.get_loop())

    async def _travel(self, group: Sequence[tuple[Q, "asyncio.Future[A]"]]) -> None:
        """A task of its own, that no caller's giving up can end: the others' answers depend on it."""
        try:
            answers = await self._carry([question for question, _ in group])
        except Exception as broken:
            await self._fail(group, broken)
        except BaseException:
            for _, future in group:
                future.cancel()
            raise
        else:
            for (_, future), answer in zip(group, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    async def _fail(self, group: Sequence[tuple[Q, "asyncio.Future[A]"]], broken: Exception) -> None:
        if len(group) > 1 and isinstance(broken, self._parting):
            for one in group:
                await self._travel([one])
            return
        for _, future in group:
            if not future.done():
                future.set_exception(broken)
