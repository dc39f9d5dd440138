"""A plugin call, and how it ended."""

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

import structlog
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, Receipt, ReceiptState, TryLater

from sendback_service.host import AccountBroken, AccountMissing
from sendback_service.observability import metrics, traces
from sendback_service.redaction import redacted
from sendback_service.rules.writable import is_writable, writable

T = TypeVar("T")

# Plugins have time-outs of their own; this is for one that hangs all the same.
LONGEST_CALL_SECONDS = 120.0


class End(StrEnum):
    """How a call ended. DONE: with an answer that makes sense. LATER: nothing happened."""

    DONE = "DONE"
    DECLINED = "DECLINED"
    LATER = "LATER"
    MISCONFIGURED = "MISCONFIGURED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """`away`, of what is MISCONFIGURED: nobody was called, since this process cannot make the account. Another may, or
    this one later."""

    end: End
    answer: T | None = None
    note: str = ""
    after: float | None = None
    away: bool = False


def call(
    workflow: str,
    account: str,
    subject_id: str,
    plugin_call: Callable[[], T],
    wrong: Callable[[T], str] = lambda _: "",
) -> Ended[T]:
    """Makes the call, outside any transaction, and says how it ended. One line in the log for each.

    `wrong` says what is wrong with an answer, "" where nothing is. An answer that makes no sense, and an error that
    the contract does not name, say nothing about what happened: UNKNOWN."""
    began = time.monotonic()
    with traces.span(f"plugin {workflow}", account=account, subject_id=subject_id):
        ended = _ended(plugin_call, wrong)
        traces.note(outcome=ended.end.value)
    ended = replace(ended, note=_fit(account, ended.note), after=_patience(ended.after))
    seconds = time.monotonic() - began
    metrics.effect(workflow, account, ended.end.value, seconds)
    structlog.get_logger().info(
        "effect.done",
        workflow=workflow,
        subject_id=subject_id,
        account=account,
        outcome=ended.end.value,
        duration_ms=round(seconds * 1000, 1),
    )
    return ended


def no_receipt(answer: object) -> str:
    """What is wrong with a receipt."""
    if not isinstance(answer, Receipt):
        return f"a {type(answer).__name__} instead of a receipt"
    if not is_writable(answer.reference):
        return f"a receipt with the reference {answer.reference!r}"
    return "" if answer.state in tuple(ReceiptState) else f"a receipt in state {answer.state!r}"


def _ended(plugin_call: Callable[[], T], wrong: Callable[[T], str]) -> Ended[T]:
    try:
        answer = _in_time(plugin_call)
        problem = wrong(answer)
    except Declined as no:
        return Ended(End.DECLINED, note=str(no.text))
    except TryLater as later:
        return Ended(End.LATER, note=str(later.text), after=later.after)
    except AccountBroken as broken:
        return Ended(End.MISCONFIGURED, note=str(broken), away=True)
    except (Misconfigured, AccountMissing) as mistake:
        return Ended(End.MISCONFIGURED, note=str(mistake))
    except OutcomeUnknown as unknown:
        return Ended(End.UNKNOWN, note=str(unknown.text or "no answer"))
    except TookTooLong:
        return Ended(End.UNKNOWN, note=f"no answer within {LONGEST_CALL_SECONDS:.0f} s")
    except Exception as broken:
        return Ended(End.UNKNOWN, note=f"{type(broken).__name__}: {broken}")
    if problem:
        return Ended(End.UNKNOWN, note=f"the answer makes no sense: {problem}")
    return Ended(End.DONE, answer)


def _in_time(plugin_call: Callable[[], T]) -> T:
    """In a thread of its own, so that a plugin that hangs costs a thread and not a slot of the worker's."""
    future: Future[T] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            future.set_result(context.run(plugin_call))
        except Exception as broken:
            future.set_exception(broken)
        except BaseException as broken:
            future.set_exception(RuntimeError(f"{type(broken).__name__} raised by the plugin"))

    threading.Thread(target=run, name="plugin-call", daemon=True).start()
    return future.result(LONGEST_CALL_SECONDS)


def _fit(account: str, note: str) -> str:
    """To be kept, and to be read by people."""
    return writable(redacted(account, note)[:500])


def _patience(asked: object) -> float | None:
    """How long the other side asks for; nothing where that is no length of time."""
    return asked if isinstance(asked, int | float) and asked > 0 else None
