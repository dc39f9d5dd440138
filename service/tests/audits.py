"""The audit, asked within a transaction of the test's own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sendback_service.audit import Auditor, Finding, Patience, Scope
from sendback_service.store.snapshots import teach
from sendback_service.store.transaction import Transaction

AT_ONCE = Patience(timedelta(), timedelta())


def broken(tx: Transaction, merchant_id: str = "", patience: Patience = AT_ONCE) -> list[Finding]:
    """What is broken of one merchant's, or of everybody's, as this transaction sees it."""
    connection = tx.session.connection().connection.driver_connection
    if isinstance(connection, sqlite3.Connection):
        teach(connection)

    @contextmanager
    def look() -> Iterator[Transaction]:
        yield tx

    return list(Auditor(look, Scope(patience, merchant_id)).findings())
