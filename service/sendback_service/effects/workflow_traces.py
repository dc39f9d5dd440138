"""Workflows as parts of the trace that asked for them: its context stands on the event."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sendback_service.observability import traces
from sendback_service.store import Database
from sendback_service.store.tables import EventRow


def told_by(database: Database) -> Callable[[str, str, str, str], AbstractContextManager[None]]:
    """What the engine runs workflows within. One that a deadline asks for, a retry say, begins a trace of its own."""

    def around(workflow: str, merchant_id: str, subject_id: str, origin: str) -> AbstractContextManager[None]:
        trace = _trace_of(database, merchant_id, origin) if traces.on() and origin.startswith("evt_") else ""
        return traces.span(f"workflow {workflow}", trace, merchant_id=merchant_id, subject_id=subject_id)

    return around


def _trace_of(database: Database, merchant_id: str, event_id: str) -> str:
    event = database.look(lambda tx: tx.session.get(EventRow, (merchant_id, event_id)))
    return "" if event is None else str(event.intents.get("trace", ""))
