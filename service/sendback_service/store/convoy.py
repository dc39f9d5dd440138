"""Questions asked at the same time travel to the database together.

Nobody waits for company: who finds a road free leaves at the end of the loop's turn, with all who asked in that turn.
Who asks while the roads are taken leaves with the next convoy. An answer is therefore never older than its question.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

_ROADS = 2
_LARGEST = 64


class Convoy(Generic[Q, A]):
    """`carry` takes questions there and brings as many answers back, in their order. Where carrying several fails with
    one of `parting`, each of them travels alone, and hears of its own fault only."""

    def __init__(
        self,
        carry: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        parting: tuple[type[Exception], ...] = (),
    ) -> None:
        self._carry = carry
        self._parting = parting
        self._waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._called = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def ask(self, question: Q) -> A:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._begin(loop)
        answer: asyncio.Future[A] = loop.create_future()
        self._waiting.append((question, answer))
        if not self._called and len(self._under_way) < _ROADS:
            self._called = True
            loop.call_soon(self._depart)
        return await answer

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """A loop that was ended took with it whoever waited in it."""
        self._loop = loop
        self._called = False
        self._waiting.clear()
        self._under_way.clear()

    def _depart(self) -> None:
        self._called = False
        while self._waiting and len(self._under_way) < _ROADS:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST))]
            wanted = [(question, answer) for question, answer in group if not answer.done()]
            if wanted:
                self._under_way.add(task := asyncio.ensure_future(self._travel(wanted)))
                task.add_done_callback(self._arrived)

    def _arrived(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        self._depart()

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
