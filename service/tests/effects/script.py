"""What the other side of a call does, line by line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, TryLater


@dataclass
class Script:
    """What the other side does, call after call; when the script is over, the last line again.

    ok; no; later; wrong (settings); silent (acts, and the answer is lost); deaf (the call is lost); nonsense."""

    lines: list[str] = field(default_factory=lambda: ["ok"])
    calls: int = 0

    def next(self, act: Callable[[], Any]) -> Any:
        line = self.lines[min(self.calls, len(self.lines) - 1)]
        self.calls += 1
        if line == "ok":
            return act()
        if line == "silent":
            act()
        if line == "nonsense":
            act()
            return None
        raise _ERRORS[line]()


_ERRORS: dict[str, Callable[[], Exception]] = {
    "no": lambda: Declined("we do not carry that"),
    "later": lambda: TryLater(after=1),
    "wrong": lambda: Misconfigured("the key is refused"),
    "silent": OutcomeUnknown,
    "deaf": OutcomeUnknown,
    "broken": lambda: KeyError("a bug"),
}
