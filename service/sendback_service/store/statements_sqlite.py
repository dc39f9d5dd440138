"""The hot statements for SQLite: reads inline on a connection of their own, the insert by the writer thread."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sendback_service.records import KeyRecord, ReturnRecord
from sendback_service.store.columns import COLUMNS
from sendback_service.store.hot import Conflict, NewReturn, OrderFacts
from sendback_service.store.rows import key_record, return_record

_LOAD = """
SELECT o.id, o.external_id, o.version, o.access_revision, v.document, m.revision,
  (SELECT json_group_array(json_array(u.line_id, u.unit)) FROM unit u
    WHERE u.merchant_id = o.merchant_id AND u.order_id = o.id AND u.held),
  (SELECT json_group_array(json_array(t.payment_id, t.amount_minor, t.provider_reference)) FROM transfer t
    WHERE t.merchant_id = o.merchant_id AND t.order_id = o.id AND t.kind <> 'BONUS'
      AND t.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')),
  (SELECT coalesce(sum(s.shipping_minor), 0) FROM settlement s
    WHERE s.merchant_id = o.merchant_id AND s.order_id = o.id AND s.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')),
  k.body_sha256, k.resource_id
FROM orders o
JOIN order_version v ON v.merchant_id = o.merchant_id AND v.order_id = o.id AND v.version = o.version
JOIN merchant m ON m.id = o.merchant_id
LEFT JOIN request_key k ON k.merchant_id = o.merchant_id AND k.rpc = :rpc AND k.request_id = :request_id
WHERE o.merchant_id = :merchant AND {named} = :order
"""
_LOAD_BY_ID = _LOAD.format(named="o.id")
_LOAD_BY_EXTERNAL_ID = _LOAD.format(named="o.external_id")

_RETURN_BY_ID = "SELECT * FROM returns WHERE merchant_id = ? AND id = ?"
_RETURN_BY_REFERENCE = "SELECT * FROM returns WHERE merchant_id = ? AND reference = ?"
_UNITS = "SELECT * FROM unit WHERE merchant_id = ? AND return_id = ? ORDER BY line_id, unit"
_PARCELS = "SELECT * FROM parcel WHERE merchant_id = ? AND return_id = ? ORDER BY id"
_SETTLEMENTS = """
SELECT s.*, (SELECT max(t.provider_reference) FROM transfer t
  WHERE t.merchant_id = s.merchant_id AND t.settlement_id = s.id) AS provider_reference
FROM settlement s WHERE s.merchant_id = ? AND s.return_id = ? ORDER BY s.id
"""
_WORK_ITEMS = "SELECT count(*) FROM work_item WHERE merchant_id = ? AND return_id = ? AND done_time IS NULL"
_KEY = "SELECT * FROM access_key WHERE secret_sha256 = ?"

_CONFLICTS = {
    "unit.": Conflict.UNITS,
    "request_key.": Conflict.REQUEST_KEY,
    "returns.reference": Conflict.REFERENCE,
}

Submit = Callable[[Callable[[Connection], None]], "Future[None]"]


class SqliteStatements:
    """See `store.hot.HotStatements`. One reading connection a thread, made when first needed."""

    def __init__(self, path: Path, submit: Submit) -> None:
        self._path = path
        self._submit = submit
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []

    async def key(self, secret_sha256: str) -> KeyRecord | None:
        row = next(self._rows("access_key", _KEY, (secret_sha256,)), None)
        return None if row is None else key_record(row)

    async def load(
        self, merchant_id: str, order: str, rpc: str = "", request_id: str = ""
    ) -> OrderFacts | None:
        statement = _LOAD_BY_ID if order.startswith("ord_") else _LOAD_BY_EXTERNAL_ID
        names = {"merchant": merchant_id, "order": order, "rpc": rpc, "request_id": request_id}
        row = self._connection().execute(statement, names).fetchone()
        return None if row is None else order_facts(row)

    async def insert(self, new: NewReturn) -> Conflict | None:
        try:
            await asyncio.wrap_future(self._submit(lambda connection: _insert(connection, new)))
        except sqlite3.IntegrityError as broken:
            return _conflict(broken)
        return None

    async def get(self, merchant_id: str, return_id: str) -> ReturnRecord | None:
        statement = _RETURN_BY_ID if return_id.startswith("ret_") else _RETURN_BY_REFERENCE
        row = next(self._rows("returns", statement, (merchant_id, return_id)), None)
        if row is None:
            return None
        key = (merchant_id, row["id"])
        return return_record(
            row,
            self._rows("unit", _UNITS, key),
            self._rows("parcel", _PARCELS, key),
            self._rows("settlement", _SETTLEMENTS, key),
            self._connection().execute(_WORK_ITEMS, key).fetchone()[0],
        )

    def close(self) -> None:
        for connection in self._open:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=10
            )
            self._own.connection = connection
            self._open.append(connection)
        return connection

    def _rows(self, table: str, statement: str, values: Sequence[Any]) -> Iterator[dict[str, Any]]:
        cursor = self._connection().execute(statement, values)
        names = [column[0] for column in cursor.description]
        documents = COLUMNS[table].json
        for values_ in cursor:
            row = dict(zip(names, values_, strict=True))
            for name in documents:
                row[name] = json.loads(row[name])
            yield row


def order_facts(row: Sequence[Any]) -> OrderFacts:
    """From the columns of the load statement, which is alike in both dialects."""
    return OrderFacts(
        id=row[0],
        external_id=row[1],
        version=row[2],
        access_revision=row[3],
        document=json.loads(row[4]),
        merchant_revision=row[5],
        held=frozenset((line, unit) for line, unit in json.loads(row[6])),
        paid=tuple((payment, amount, reference) for payment, amount, reference in json.loads(row[7])),
        shipping_refunded=int(row[8]),
        seen_body=row[9] or "",
        seen_resource=row[10] or "",
    )


def _insert(connection: Connection, new: NewReturn) -> None:
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    for table, rows in rows_by_table(new):
        columns = COLUMNS[table]
        raw.executemany(
            f"INSERT INTO {table} ({', '.join(columns.names)}) VALUES ({', '.join(':' + n for n in columns.names)})",
            [_with_text(row, columns.json) for row in columns.complete(rows)],
        )


def rows_by_table(new: NewReturn) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """The request key first: a repeated request must be told apart from units that are gone."""
    yield "request_key", new.request_keys
    yield "returns", (new.returns,)
    yield "unit", new.units
    yield "parcel", new.parcels
    yield "message", new.messages
    yield "deadline", new.deadlines
    yield "work_item", new.work_items
    yield "event", new.events


def _with_text(row: dict[str, Any], documents: frozenset[str]) -> dict[str, Any]:
    for name in documents:
        row[name] = json.dumps(row[name])
    return row


def _conflict(broken: sqlite3.IntegrityError) -> Conflict:
    for part, conflict in _CONFLICTS.items():
        if f"failed: {part}" in str(broken):
            return conflict
    raise broken
