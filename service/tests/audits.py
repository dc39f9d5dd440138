"""The audit, asked within a transaction of the test's own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sendback_service.audit import Auditor, Finding, Patience, Scope
from sendback_service.audit.auditor import BATCH
from sendback_service.audit.engine import Engine, NoEngine
from sendback_service.store.snapshots import teach
from sendback_service.store.transaction import Transaction

AT_ONCE = Patience(timedelta(), timedelta())


def broken(
    tx: Transaction,
    merchant_id: str = "",
    patience: Patience = AT_ONCE,
    engine: Engine | None = None,
    batch: int = BATCH,
) -> list[Finding]:
    """What is broken of one merchant's, or of everybody's, as this transaction sees it."""
    connection = tx.session.connection().connection.driver_connection
    if isinstance(connection, sqlite3.Connection):
        teach(connection)

    @contextmanager
    def look() -> Iterator[Transaction]:
        yield tx

    return list(Auditor(look, Scope(patience, merchant_id, batch=batch), engine or NoEngine()).findings())
