"""What the engine is at work on, as far as its own tables tell."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import text

from sendback_service.store.snapshots import Snapshots
from sendback_service.store.transaction import Transaction

# Queued, running, or broken and about to be started anew.
_AT_WORK = "'ENQUEUED', 'DELAYED', 'PENDING', 'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'"
_BATCH = 1000


class Engine(Protocol):
    """Work is named `workflow:subject`, as the engine's ids begin."""

    def at_work(self, wanted: Set[str]) -> Set[str]:
        """Those of the wanted that somebody is at."""
        ...


@dataclass(frozen=True, slots=True)
class EngineTables:
    """The engine's own, by its database's url: a file beside SQLite's, the schema `dbos` in PostgreSQL."""

    snapshots: Snapshots
    table: str

    def at_work(self, wanted: Set[str]) -> Set[str]:
        """Every unfinished workflow is passed by once, whatever their number."""
        with self.snapshots.look() as tx:
            return {work for id in self._unfinished(tx) if (work := ":".join(id.split(":")[:2])) in wanted}

    def readable(self) -> bool:
        """False where no worker ever ran, or its tables are kept from us."""
        try:
            self.at_work(frozenset())
        except Exception:
            return False
        return True

    def _unfinished(self, tx: Transaction) -> Iterator[str]:
        ask = text(f"SELECT workflow_uuid FROM {self.table} WHERE status IN ({_AT_WORK})")
        connection = tx.session.connection(execution_options={"yield_per": _BATCH})
        yield from connection.execute(ask).scalars()


class NoEngine:
    """Where its tables are not to be had: nobody is known to be at work."""

    def at_work(self, wanted: Set[str]) -> Set[str]:  # noqa: ARG002 - the answer is the same for all
        return frozenset()


def engine_at(snapshots: Snapshots, url: str) -> Engine | None:
    """The engine's tables at `url`; None where there are none."""
    found = EngineTables(snapshots, "workflow_status" if url.startswith("sqlite") else "dbos.workflow_status")
    return found if found.readable() else None
