"""Asks every question about every row, a stretch of a table at a time.

A stretch is asked about in one snapshot, so that rows that belong together are seen together; what looks broken is
asked about once more in a later one, and told only if it looks broken there too. So a live system gives no false
alarm, and nothing is held for long.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sendback_service.audit import (
    credit,
    events,
    intents,
    parcels,
    requests,
    returns,
    settlements,
    structure,
    units,
    worth,
)
from sendback_service.audit.engine import Engine, NoEngine
from sendback_service.audit.finding import Check, Finding, Suspect
from sendback_service.audit.window import Patience, Window, keys_of, next_window
from sendback_service.store.tables import MerchantRow
from sendback_service.store.transaction import Transaction

CHECKS: tuple[Check, ...] = tuple(
    check
    for module in (
        structure,
        units,
        returns,
        worth,
        parcels,
        settlements,
        credit,
        events,
        intents,
        requests,
    )
    for check in module.CHECKS
)
NAMES = frozenset(check.name for check in CHECKS)
BATCH = 2000

Look = Callable[[], AbstractContextManager[Transaction]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is audited: `merchant_id` empty for everybody's, `only` empty for every check."""

    patience: Patience
    merchant_id: str = ""
    only: frozenset[str] = frozenset()
    batch: int = BATCH


def is_somebody(tx: Transaction, merchant_id: str) -> bool:
    """Of a merchant that is not there nothing would be found."""
    return tx.session.get(MerchantRow, merchant_id) is not None


def _silent(table: str, rows: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """`look` opens a snapshot; `progress` is told of each table how many of its rows were asked about so far."""

    look: Look
    scope: Scope
    engine: Engine = field(default_factory=NoEngine)
    progress: Callable[[str, int], None] = _silent

    def findings(self) -> Iterator[Finding]:
        """Everything that is broken, table by table, in the order of their keys."""
        for table, checks in self._by_table().items():
            seen = 0
            for window, count in self._windows(table):
                seen += count
                self.progress(table, seen)
                yield from self._ask(checks, window)

    def _by_table(self) -> dict[str, list[Check]]:
        wanted: dict[str, list[Check]] = defaultdict(list)
        for check in CHECKS:
            named = not self.scope.only or check.name in self.scope.only
            if named and (not self.scope.merchant_id or _has_merchants(check.table)):
                wanted[check.table].append(check)
        return wanted

    def _windows(self, table: str) -> Iterator[tuple[Window, int]]:
        window = Window(table, self.scope.patience, merchant_id=self.scope.merchant_id)
        if not table:
            yield window, 0
            return
        while True:
            with self.look() as tx:
                window, count = next_window(tx, window, self.scope.batch)
            if count:
                yield window, count
            if not window.upto:
                return

    def _ask(self, checks: Sequence[Check], window: Window) -> Iterator[Finding]:
        with self.look() as tx:
            first = [(check, list(check.find(tx, window))) for check in checks]
        doubted = [(check, idle) for check, found in first if (idle := self._idle(check, found))]
        if not doubted:
            return
        with self.look() as tx:
            for check, before in doubted:
                known = {suspect.key for suspect in before}
                for suspect in check.find(tx, window):
                    if suspect.key in known:
                        yield _finding(check, suspect)

    def _idle(self, check: Check, found: list[Suspect]) -> list[Suspect]:
        """Those that no workflow is at."""
        if not found or not check.workflows:
            return found
        names = {s: {f"{workflow}:{s.key[1]}" for workflow in check.workflows} for s in found}
        busy = self.engine.at_work(frozenset().union(*names.values()))
        return [suspect for suspect, works in names.items() if not works & busy]


def _has_merchants(table: str) -> bool:
    return bool(table) and "merchant_id" in keys_of(table)


def _finding(check: Check, suspect: Suspect) -> Finding:
    columns = keys_of(check.table) if check.table else ("table", "index")
    key = dict(zip(columns, suspect.key, strict=True))
    return Finding(check.name, check.about, check.table or "the schema", key, suspect.says, check.mend)
