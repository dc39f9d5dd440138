"""The hot statements for PostgreSQL: one round trip each, on raw asyncpg connections."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import asyncpg

from sendback_service.records import KeyRecord, ReturnRecord
from sendback_service.store.columns import COLUMNS
from sendback_service.store.hot import Conflict, NewReturn, OrderFacts
from sendback_service.store.rows import key_record, return_record
from sendback_service.store.statements_sqlite import order_facts, rows_by_table

_LOAD = """
SELECT o.id, o.external_id, o.version, o.access_revision, v.document::text, m.revision,
  (SELECT coalesce(json_agg(json_build_array(u.line_id, u.unit)), '[]'::json)::text FROM unit u
    WHERE u.merchant_id = o.merchant_id AND u.order_id = o.id AND u.held),
  (SELECT coalesce(json_agg(json_build_array(t.payment_id, t.amount_minor, t.provider_reference)), '[]'::json)::text
    FROM transfer t
    WHERE t.merchant_id = o.merchant_id AND t.order_id = o.id AND t.kind <> 'BONUS'
      AND t.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')),
  (SELECT coalesce(sum(s.shipping_minor), 0) FROM settlement s
    WHERE s.merchant_id = o.merchant_id AND s.order_id = o.id AND s.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')),
  k.body_sha256, k.resource_id
FROM orders o
JOIN order_version v ON v.merchant_id = o.merchant_id AND v.order_id = o.id AND v.version = o.version
JOIN merchant m ON m.id = o.merchant_id
LEFT JOIN request_key k ON k.merchant_id = o.merchant_id AND k.rpc = $3 AND k.request_id = $4
WHERE o.merchant_id = $1 AND {named} = $2
"""
_LOAD_BY_ID = _LOAD.format(named="o.id")
_LOAD_BY_EXTERNAL_ID = _LOAD.format(named="o.external_id")

_GET = """
SELECT to_json(r)::text,
  (SELECT json_agg(u ORDER BY u.line_id, u.unit)::text FROM unit u
    WHERE u.merchant_id = r.merchant_id AND u.return_id = r.id),
  (SELECT json_agg(p ORDER BY p.id)::text FROM parcel p
    WHERE p.merchant_id = r.merchant_id AND p.return_id = r.id),
  (SELECT json_agg(s ORDER BY s.id)::text FROM (
    SELECT st.*, (SELECT max(t.provider_reference) FROM transfer t
      WHERE t.merchant_id = st.merchant_id AND t.settlement_id = st.id) AS provider_reference
    FROM settlement st WHERE st.merchant_id = r.merchant_id AND st.return_id = r.id) s),
  (SELECT count(*) FROM work_item w
    WHERE w.merchant_id = r.merchant_id AND w.return_id = r.id AND w.done_time IS NULL)
FROM returns r WHERE r.merchant_id = $1 AND {named} = $2
"""
_GET_BY_ID = _GET.format(named="r.id")
_GET_BY_REFERENCE = _GET.format(named="r.reference")

_KEY = "SELECT to_json(k)::text FROM access_key k WHERE secret_sha256 = $1"

_TABLES = ("request_key", "returns", "unit", "parcel", "message", "deadline", "work_item", "event")
_INSERT = (
    "WITH "
    + ", ".join(
        f"{table}_rows AS (INSERT INTO {table} ({', '.join(COLUMNS[table].names)})"
        f" SELECT {', '.join(COLUMNS[table].names)}"
        f" FROM jsonb_populate_recordset(NULL::{table}, ${number}::text::jsonb))"
        for number, table in enumerate(_TABLES, 1)
    )
    + " SELECT 1"
)

_CLOSE_SECONDS = 3

_CONFLICTS = {
    "unit_held_once": Conflict.UNITS,
    "request_key_pkey": Conflict.REQUEST_KEY,
    "returns_reference": Conflict.REFERENCE,
}


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """We leave nothing behind in a session, and clearing it after each call costs a third of a read."""

    def get_reset_query(self) -> str:
        return ""


class PostgresStatements:
    """See `store.hot.HotStatements`. The pool is opened by the event loop that uses it."""

    def __init__(self, url: str, size: int, settings: Mapping[str, str]) -> None:
        self._url = url
        self._size = size
        self._settings = settings
        self._opened: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def key(self, secret_sha256: str) -> KeyRecord | None:
        row = await (await self._pool()).fetchrow(_KEY, secret_sha256)
        return None if row is None else key_record(json.loads(row[0]))

    async def load(
        self, merchant_id: str, order: str, rpc: str = "", request_id: str = ""
    ) -> OrderFacts | None:
        statement = _LOAD_BY_ID if order.startswith("ord_") else _LOAD_BY_EXTERNAL_ID
        row = await (await self._pool()).fetchrow(statement, merchant_id, order, rpc, request_id)
        return None if row is None else order_facts(row)

    async def insert(self, new: NewReturn) -> Conflict | None:
        rows = [json.dumps(COLUMNS[table].complete(rows)) for table, rows in rows_by_table(new)]
        try:
            await (await self._pool()).execute(_INSERT, *rows)
        except asyncpg.UniqueViolationError as broken:
            return _conflict(broken)
        return None

    async def get(self, merchant_id: str, return_id: str) -> ReturnRecord | None:
        statement = _GET_BY_ID if return_id.startswith("ret_") else _GET_BY_REFERENCE
        row = await (await self._pool()).fetchrow(statement, merchant_id, return_id)
        return None if row is None else _record(row)

    def in_use(self) -> int:
        """Connections that a statement runs on."""
        return 0 if self._opened is None else self._opened.get_size() - self._opened.get_idle_size()

    async def close(self) -> None:
        """Connections that do not answer are left behind."""
        if self._opened is None:
            return
        try:
            await asyncio.wait_for(self._opened.close(), _CLOSE_SECONDS)
        except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            self._opened.terminate()

    async def _pool(self) -> asyncpg.Pool:
        if self._opened is None:
            async with self._opening:
                self._opened = self._opened or await self._open()
        return self._opened

    async def _open(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._size,
            connection_class=_Connection,
            command_timeout=30,
            timeout=5,
            server_settings=dict(self._settings),
        )


def _record(row: Any) -> ReturnRecord:
    units, parcels, settlements = (json.loads(part) if part else [] for part in row[1:4])
    return return_record(json.loads(row[0]), units, parcels, settlements, row[4])


def _conflict(broken: asyncpg.UniqueViolationError) -> Conflict:
    conflict = _CONFLICTS.get(broken.constraint_name or "")
    if conflict is None:
        raise broken
    return conflict
