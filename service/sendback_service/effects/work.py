"""In whose name the worker writes, and how what came of a call is kept."""

from collections.abc import Callable
from typing import TypeVar

from sendback_service.effects.backoff import unless_down
from sendback_service.store import Database
from sendback_service.store.transaction import Author, Transaction

T = TypeVar("T")

WORKER = Author("effect", "worker")


def kept(database: Database, record: Callable[[Transaction], T]) -> T:
    """Writes down what came of a call, for which the database is waited for: a workflow that began anew would find its
    own call cut off, and throw the answer away."""
    return unless_down(lambda: database.transact(record, WORKER))
