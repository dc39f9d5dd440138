"""Plugins asked while somebody waits, before any transaction: never for long, and never so many at a time that an
account which hangs takes the service with it."""

import asyncio
import contextvars
import threading
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import structlog
from httpx import HTTPStatusError
from sendback_sdk import Declined

from sendback_service.effects.error_summary import described
from sendback_service.observability import traces
from sendback_service.redaction import redacted
from sendback_service.refusal import Reason, Refusal

T = TypeVar("T")

_AT_A_TIME = 8
_SECONDS = 8.0
_COME_AGAIN_SECONDS = 30.0


class Lookups:
    """Each call has a thread of its own; one that hangs counts against its account until it ends."""

    def __init__(self, at_a_time: int = _AT_A_TIME, seconds: float = _SECONDS) -> None:
        self._at_a_time = at_a_time
        self._seconds = seconds
        self._running: Counter[str] = Counter()

    async def ask(self, account: str, call: Callable[[], T], wrong: Callable[[T], str]) -> T:
        """The answer. Raises `Declined` as the plugin does, and refuses with ACCOUNT_SILENT whatever else goes wrong.
        `wrong` says what is wrong with an answer, "" where nothing is."""
        if self._running[account] >= self._at_a_time:
            raise silent(account, "too many calls are under way")
        try:
            with traces.span("plugin lookup", account=account):
                answer = await asyncio.wait_for(self._thread(account, call), self._seconds)
            problem = wrong(answer)
        except Declined:
            raise
        except TimeoutError:
            raise silent(account, f"no answer within {self._seconds:g} s") from None
        except Exception as broken:
            raise silent(account, _kind(broken)) from None
        if problem:
            raise silent(account, f"the answer makes no sense: {problem}")
        return answer

    def _thread(self, account: str, call: Callable[[], T]) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        context = contextvars.copy_context()

        def ended(answer: T | None, broken: Exception | None) -> None:
            self._running[account] -= 1
            if future.done():
                return
            if broken is None:
                future.set_result(answer)  # type: ignore[arg-type]
            else:
                future.set_exception(broken)

        def run() -> None:
            answer, broken = None, None
            try:
                answer = context.run(call)
            except Exception as raised:
                broken = raised
            except BaseException as raised:
                broken = RuntimeError(f"{type(raised).__name__} raised by the plugin")
            if not loop.is_closed():
                loop.call_soon_threadsafe(ended, answer, broken)

        self._running[account] += 1
        threading.Thread(target=run, name="lookup", daemon=True).start()
        return future


def _kind(broken: Exception) -> str:
    """Kind, place and the status that was answered. What was said besides may hold secrets, and who buys."""
    answered = broken.__cause__
    status = f", answered {answered.response.status_code}" if isinstance(answered, HTTPStatusError) else ""
    return described(broken) + status


def silent(account: str, why: str) -> Refusal:
    """Says so in the log; whoever asked may come again, and is told no more."""
    structlog.get_logger().warning("lookup.failed", account=account, error=redacted(account, why)[:500])
    return Refusal(Reason.ACCOUNT_SILENT, {"account": account}, retry_after=_COME_AGAIN_SECONDS)
