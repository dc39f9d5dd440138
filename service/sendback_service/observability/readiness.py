"""Whether this process should be given work: the database can be asked, its schema serves this version, and the
accounts that the configuration names could be made.

Plugins are judged until they were all there once. So a new version that lacks a secret or a package is never put in the
place of the old one, and an account that breaks later takes nobody out of service: it is shown, and alerted on.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sendback_service.store.schema import Revision

# However often probes come, the database is asked no more than so.
_KEPT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong, by what was looked at; empty where nothing is."""

    problems: Mapping[str, str]

    @property
    def ready(self) -> bool:
        return not any(self.problems.values())

    @property
    def serving(self) -> bool:
        """Whether calls can be answered at all, plugins or not."""
        return not (self.problems["database"] or self.problems["schema"])


@dataclass(slots=True)
class Readiness:
    """`revision` asks the database for its schema's; `lacking` names accounts that were asked for and are not there,
    with the reason."""

    revision: Callable[[], Revision]
    lacking: Callable[[], Mapping[str, str]]
    clock: Callable[[], float] = time.monotonic
    _complete: bool = False
    _kept: tuple[float, Report] | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> Report:
        with self._asking:
            if self._kept is None or self.clock() - self._kept[0] >= _KEPT_SECONDS:
                report = self._report()
                self._kept = self.clock(), report
            return self._kept[1]

    def _report(self) -> Report:
        database = schema = ""
        try:
            schema = self.revision().problem
        except Exception as broken:
            database = f"cannot be asked: {type(broken).__name__}"
        return Report({"database": database, "schema": schema, "plugins": self._plugins()})

    def _plugins(self) -> str:
        if not self._complete:
            lacking = self.lacking()
            self._complete = not lacking
            return "; ".join(f"account {name}: {why}" for name, why in lacking.items())
        return ""
