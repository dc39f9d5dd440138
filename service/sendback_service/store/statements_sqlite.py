"""The hot statements for SQLite: reads inline on a connection of their own, the insert by the writer thread."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection

from sendback_service.records import KeyRecord, ReturnRecord
from sendback_service.store.columns import COLUMNS
from sendback_service.store.convoy import Convoy, Traffic
from sendback_service.store.hot import Conflict, NewReturn, OrderFacts, Row, order_facts, rows_together
from sendback_service.store.rows import (
    KEY,
    PARCEL,
    RETURN,
    SETTLEMENT,
    UNIT,
    WAREHOUSE,
    columns,
    key_read,
    return_record,
)
from sendback_service.store.tables.money import GIVEN_BACK, GIVEN_BACK_MINOR

_LOAD = f"""
SELECT o.id, o.external_id, o.version, o.access_revision, v.document, m.revision,
  (SELECT json_group_array(json_array(u.line_id, u.unit, u.inspection IN ('REJECTED', 'MISSING'))) FROM unit u
    WHERE u.merchant_id = o.merchant_id AND u.order_id = o.id AND u.held),
  (SELECT json_group_array(json_array(transfer.payment_id, {GIVEN_BACK_MINOR}, transfer.provider_reference))
    FROM transfer
    WHERE transfer.merchant_id = o.merchant_id AND transfer.order_id = o.id AND {GIVEN_BACK}),
  (SELECT coalesce(sum(s.shipping_minor), 0) FROM settlement s
    WHERE s.merchant_id = o.merchant_id AND s.order_id = o.id AND s.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')),
  k.body_sha256, k.resource_id
FROM orders o
JOIN order_version v ON v.merchant_id = o.merchant_id AND v.order_id = o.id AND v.version = o.version
JOIN merchant m ON m.id = o.merchant_id
LEFT JOIN request_key k ON k.merchant_id = o.merchant_id AND k.rpc = ? AND k.request_id = ?
WHERE o.merchant_id = ? AND {{named}} = ?
"""
_LOAD_BY_ID = _LOAD.format(named="o.id")
_LOAD_BY_EXTERNAL_ID = _LOAD.format(named="o.external_id")


# What is listed comes in any order: asked for one, SQLite walks through all that the merchant has in that order.
_GET = f"""
SELECT {columns("r", RETURN)}, {WAREHOUSE},
  (SELECT json_group_array(json_array({columns("u", UNIT).replace("u.evidence", "json(u.evidence)")})) FROM unit u
    WHERE u.merchant_id = r.merchant_id AND u.return_id = r.id) AS units,
  (SELECT json_group_array(json_array({columns("p", PARCEL)})) FROM parcel p
    WHERE p.merchant_id = r.merchant_id AND p.return_id = r.id) AS parcels,
  (SELECT json_group_array(json_array({columns("s", SETTLEMENT)}, (
      SELECT max(t.provider_reference) FROM transfer t
      WHERE t.merchant_id = s.merchant_id AND t.settlement_id = s.id))) FROM settlement s
    WHERE s.merchant_id = r.merchant_id AND s.return_id = r.id) AS settlements,
  (SELECT count(*) FROM work_item i
    WHERE i.merchant_id = r.merchant_id AND i.return_id = r.id AND i.done_time IS NULL) AS open_work_items
"""
_GET_BY_ID = f"{_GET} FROM returns r WHERE r.merchant_id = ? AND r.id = ?"
_GET_BY_REFERENCE = f"{_GET} FROM returns r WHERE r.merchant_id = ? AND r.reference = ?"
_NEWEST = f"""{_GET} FROM (
  SELECT * FROM returns WHERE merchant_id = :merchant {{behind}} ORDER BY id DESC LIMIT :count) r ORDER BY r.id DESC"""
_NEWEST_OF_ALL = _NEWEST.format(behind="")
_NEWEST_BEHIND = _NEWEST.format(behind="AND id < :behind")
_GET_ALL = f"{_GET} FROM json_each(?) w CROSS JOIN returns r WHERE r.merchant_id = ? AND r.id = w.value ORDER BY w.key"

_KEY = f"SELECT {', '.join(KEY)}, scopes FROM access_key WHERE secret_sha256 = ?"

_IN_ORDER = {table: itemgetter(*columns.names) for table, columns in COLUMNS.items()}

# What may be the fault of one of the returns that are written together, and none of the others'. That a number is too
# large, or a text none, is said by Python.
_PARTING = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    OverflowError,
    UnicodeError,
)

_CONFLICTS = {
    "unit.": Conflict.UNITS,
    "request_key.": Conflict.REQUEST_KEY,
    "returns.reference": Conflict.REFERENCE,
}

# The pages of recent orders and returns, in place of the two megabytes that are usual.
CACHE = "PRAGMA cache_size = -32768"

# SQLite takes 32,766 values a statement, and compiles each number of rows anew.
_ROWS = 64

Submit = Callable[[Callable[[Connection], None]], "Future[None]"]


class SqliteStatements:
    """See `store.hot.HotStatements`. One reading connection a thread, made when first needed."""

    def __init__(self, path: Path, submit: Submit) -> None:
        self._path = path
        self._submit = submit
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._inserts = Convoy(self._insert, Traffic(), _PARTING)

    async def key(self, secret_sha256: str) -> KeyRecord | None:
        row = self._connection().execute(_KEY, (secret_sha256,)).fetchone()
        return None if row is None else key_read(row[:-1], row[-1])

    async def load(
        self, merchant_id: str, order: str, rpc: str = "", request_id: str = ""
    ) -> OrderFacts | None:
        connection, names = self._connection(), (rpc, request_id, merchant_id, order)
        row = connection.execute(_LOAD_BY_ID, names).fetchone() if order.startswith("ord_") else None
        row = row or connection.execute(_LOAD_BY_EXTERNAL_ID, names).fetchone()
        return None if row is None else order_facts(row)

    async def insert(self, new: NewReturn) -> Conflict | None:
        return await self._inserts.ask(new)

    async def get(self, merchant_id: str, return_id: str) -> ReturnRecord | None:
        statement = _GET_BY_ID if return_id.startswith("ret_") else _GET_BY_REFERENCE
        row = self._connection().execute(statement, (merchant_id, return_id)).fetchone()
        return None if row is None else return_record(row)

    async def get_all(self, merchant_id: str, ids: Sequence[str]) -> list[ReturnRecord]:
        rows = self._connection().execute(_GET_ALL, (json.dumps(list(ids)), merchant_id))
        return [return_record(row) for row in rows]

    async def newest(self, merchant_id: str, count: int, behind: str | None = None) -> list[ReturnRecord]:
        statement = _NEWEST_OF_ALL if behind is None else _NEWEST_BEHIND
        names = {"merchant": merchant_id, "count": count, "behind": behind}
        return [return_record(row) for row in self._connection().execute(statement, names)]

    async def _insert(self, new: Sequence[NewReturn]) -> list[Conflict | None]:
        rows = rows_together(new)
        try:
            await asyncio.wrap_future(self._submit(lambda connection: _insert(connection, rows)))
        except sqlite3.IntegrityError as broken:
            if len(new) > 1:
                raise
            return [_conflict(broken)]
        return [None] * len(new)

    def close(self) -> None:
        for connection in self._open:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=10
            )
            connection.execute(CACHE)
            self._own.connection = connection
            self._open.append(connection)
        return connection


def _insert(connection: Connection, tables: Mapping[str, Sequence[Row]]) -> None:
    """One statement a table: each that ends lets another thread go first."""
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    for table, rows in tables.items():
        for first in range(0, len(rows), _ROWS):
            some = rows[first : first + _ROWS]
            raw.execute(
                _inserting(table, len(some)), [value for row in some for value in _values(table, row)]
            )


def _values(table: str, row: Row) -> tuple[Any, ...]:
    whole = COLUMNS[table].whole(row)
    for name in COLUMNS[table].json:
        whole[name] = to_json(whole[name]).decode()
    values: tuple[Any, ...] = _IN_ORDER[table](whole)
    return values


@lru_cache(1024)
def _inserting(table: str, count: int) -> str:
    names = COLUMNS[table].names
    row = f"({', '.join('?' * len(names))})"
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * count)}"


def _conflict(broken: sqlite3.IntegrityError) -> Conflict:
    for part, conflict in _CONFLICTS.items():
        if f"failed: {part}" in str(broken):
            return conflict
    raise broken
