"""A plugin call, and how it ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import structlog
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, TryLater

from sendback_service.host import AccountMissing

T = TypeVar("T")


class End(StrEnum):
    """How a call ended. DONE: with an answer."""

    DONE = "DONE"
    DECLINED = "DECLINED"
    LATER = "LATER"
    MISCONFIGURED = "MISCONFIGURED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    end: End
    answer: T | None = None
    note: str = ""
    after: float | None = None


def call(what: str, account: str, subject_id: str, plugin_call: Callable[[], T]) -> Ended[T]:
    """Makes the call, outside any transaction, and says how it ended. One line in the log for each.

    An error that the contract does not name says nothing about what happened: UNKNOWN."""
    began = time.monotonic()
    ended = _ended(plugin_call)
    structlog.get_logger().info(
        "effect.called",
        effect=what,
        account=account,
        subject_id=subject_id,
        outcome=ended.end.value,
        note=ended.note,
        duration_ms=round((time.monotonic() - began) * 1000, 1),
    )
    return ended


def _ended(plugin_call: Callable[[], T]) -> Ended[T]:
    try:
        return Ended(End.DONE, plugin_call())
    except Declined as no:
        return Ended(End.DECLINED, note=_short(no.text))
    except TryLater as later:
        return Ended(End.LATER, note=_short(later.text), after=later.after)
    except Misconfigured as wrong:
        return Ended(End.MISCONFIGURED, note=_short(wrong.text))
    except AccountMissing as missing:
        return Ended(End.MISCONFIGURED, note=_short(str(missing)))
    except OutcomeUnknown as unknown:
        return Ended(End.UNKNOWN, note=_short(unknown.text))
    except Exception as broken:
        return Ended(End.UNKNOWN, note=_short(f"{type(broken).__name__}: {broken}"))


def _short(text: str) -> str:
    return text[:500]
