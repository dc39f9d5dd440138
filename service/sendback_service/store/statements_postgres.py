"""The hot statements for PostgreSQL: one round trip for all who ask at once, on raw asyncpg."""

import asyncio
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import asyncpg
from pydantic_core import to_json

from sendback_service.records import KeyRecord, ReturnRecord
from sendback_service.store.columns import COLUMNS, Columns
from sendback_service.store.convoy import Convoy, Traffic
from sendback_service.store.hot import Conflict, NewReturn, OrderFacts, order_facts, rows_together
from sendback_service.store.postgres_connections import PostgresConnections
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

# In both statements who asks names its order or return in a row of its own, and each is looked up by itself: OFFSET 0
# and LIMIT 1 keep the planner from reading a table whole for the sake of many.
_LOAD = f"""
SELECT w.place, o.id, o.external_id, o.version, o.access_revision, v.document::text, m.revision,
  (SELECT coalesce(json_agg(json_build_array(
      u.line_id, u.unit, u.inspection IN ('REJECTED', 'MISSING'))), '[]'::json)::text FROM unit u
    WHERE u.merchant_id = o.merchant_id AND u.order_id = o.id AND u.held),
  (SELECT coalesce(json_agg(json_build_array(
      transfer.payment_id, {GIVEN_BACK_MINOR}, transfer.provider_reference)), '[]'::json)::text
    FROM transfer
    WHERE transfer.merchant_id = o.merchant_id AND transfer.order_id = o.id AND {GIVEN_BACK}),
  (SELECT coalesce(sum(s.shipping_minor), 0) FROM settlement s
    WHERE s.merchant_id = o.merchant_id AND s.order_id = o.id AND s.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')),
  k.body_sha256, k.resource_id
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
  WITH ORDINALITY AS w (merchant_id, id, external_id, rpc, request_id, place)
CROSS JOIN LATERAL (
  SELECT * FROM orders WHERE merchant_id = w.merchant_id AND id = w.id
  UNION ALL
  SELECT * FROM orders WHERE merchant_id = w.merchant_id AND external_id = w.external_id
  LIMIT 1) o
CROSS JOIN LATERAL (
  SELECT * FROM order_version WHERE merchant_id = o.merchant_id AND order_id = o.id AND version = o.version LIMIT 1) v
CROSS JOIN LATERAL (SELECT * FROM merchant WHERE id = o.merchant_id LIMIT 1) m
LEFT JOIN LATERAL (
  SELECT * FROM request_key
  WHERE merchant_id = o.merchant_id AND rpc = w.rpc AND request_id = w.request_id LIMIT 1) k ON true
"""
_WHOLE = f"""{columns("r", RETURN)}, ({WAREHOUSE})::text AS warehouse,
  (SELECT json_agg(json_build_array({columns("u", UNIT)}))::text FROM unit u
    WHERE u.merchant_id = r.merchant_id AND u.return_id = r.id) AS units,
  (SELECT json_agg(json_build_array({columns("p", PARCEL)}))::text FROM parcel p
    WHERE p.merchant_id = r.merchant_id AND p.return_id = r.id) AS parcels,
  (SELECT json_agg(json_build_array({columns("s", SETTLEMENT)}, (
      SELECT max(t.provider_reference) FROM transfer t
      WHERE t.merchant_id = s.merchant_id AND t.settlement_id = s.id)))::text FROM settlement s
    WHERE s.merchant_id = r.merchant_id AND s.return_id = r.id) AS settlements,
  (SELECT count(*) FROM work_item i
    WHERE i.merchant_id = r.merchant_id AND i.return_id = r.id AND i.done_time IS NULL) AS open_work_items"""
_GET = f"""
SELECT w.place, {_WHOLE}
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (merchant_id, name, place)
CROSS JOIN LATERAL (SELECT * FROM returns WHERE merchant_id = w.merchant_id AND {{named}} = w.name LIMIT 1) r
"""
_GET_BY_ID = _GET.format(named="id")
_GET_BY_REFERENCE = _GET.format(named="reference")
_NEWEST = f"""
SELECT {_WHOLE}
FROM (SELECT * FROM returns WHERE merchant_id = $1 {{behind}} ORDER BY id DESC LIMIT $2) r ORDER BY r.id DESC
"""
_NEWEST_OF_ALL = _NEWEST.format(behind="")
_NEWEST_BEHIND = _NEWEST.format(behind="AND id < $3")

_KEY = f"""
SELECT secret_sha256, {", ".join(KEY)}, scopes::text AS scopes FROM access_key WHERE secret_sha256 = ANY($1::text[])
"""

_TABLES = ("request_key", "returns", "unit", "parcel", "message", "deadline", "work_item", "event")


def _inserting(columns: Columns, number: int) -> str:
    """What a row leaves out has its default here, and need be neither written as JSON nor read."""
    values = (_or_default(name, columns.defaults.get(name)) for name in columns.names)
    return f"""INSERT INTO {columns.table} ({", ".join(columns.names)}) SELECT {", ".join(values)}
  FROM json_populate_recordset(NULL::{columns.table}, ${number}::text::json)"""


def _or_default(name: str, default: Any) -> str:
    if default is None:
        return name
    literal = to_json(default).decode() if not isinstance(default, str) else default
    return f"coalesce({name}, '{literal}')"


_INSERT = f"""WITH {
    ", ".join(
        f"{table}_rows AS ({_inserting(COLUMNS[table], number)})" for number, table in enumerate(_TABLES, 1)
    )
} SELECT 1"""

# How many pages are read at a time. Each keeps PostgreSQL busy for as long as some hundred short questions, which find
# a connection, and a processor, meanwhile.
_PAGES = 3

# What may be the fault of one of the returns that are written together, and none of the others'.
_PARTING = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.DeadlockDetectedError,
)

_CONFLICTS = {
    "unit_held_once": Conflict.UNITS,
    "request_key_pkey": Conflict.REQUEST_KEY,
    "returns_reference": Conflict.REFERENCE,
}


class PostgresStatements:
    """See `store.hot.HotStatements`."""

    def __init__(self, connections: PostgresConnections) -> None:
        self._connections = connections
        self._pages = asyncio.Semaphore(_PAGES)
        traffic = Traffic()
        self._keys = Convoy(self._fetch_keys, traffic)
        self._loads = Convoy(self._fetch_orders, traffic)
        self._gets = Convoy(self._fetch_returns, traffic)
        self._inserts = Convoy(self._insert, traffic, _PARTING)

    async def key(self, secret_sha256: str) -> KeyRecord | None:
        return await self._keys.ask(secret_sha256)

    async def load(
        self, merchant_id: str, order: str, rpc: str = "", request_id: str = ""
    ) -> OrderFacts | None:
        return await self._loads.ask((merchant_id, order, rpc, request_id))

    async def insert(self, new: NewReturn) -> Conflict | None:
        return await self._inserts.ask(new)

    async def get(self, merchant_id: str, return_id: str) -> ReturnRecord | None:
        if return_id.startswith("ret_"):
            return await self._gets.ask((merchant_id, return_id))
        return (await self._returns(_GET_BY_REFERENCE, [(merchant_id, return_id)]))[0]

    async def get_all(self, merchant_id: str, ids: Sequence[str]) -> list[ReturnRecord]:
        if not ids:
            return []
        rows = await self._page(_GET_BY_ID, [merchant_id] * len(ids), ids)
        return [return_record(row[1:]) for row in sorted(rows, key=itemgetter(0))]

    async def newest(self, merchant_id: str, count: int, behind: str | None = None) -> list[ReturnRecord]:
        statement, *place = (_NEWEST_OF_ALL,) if behind is None else (_NEWEST_BEHIND, behind)
        return [return_record(row) for row in await self._page(statement, merchant_id, count, *place)]

    async def _page(self, statement: str, *arguments: Any) -> list[Any]:
        async with self._pages:
            rows = await self._connections.fetch(statement, *arguments)
        # Reading them takes as long as fetching them did: whoever waits for a place asks first.
        await asyncio.sleep(0)
        return rows

    async def _fetch_keys(self, hashes: Sequence[str]) -> list[KeyRecord | None]:
        rows = await self._connections.fetch(_KEY, set(hashes))
        found = {row[0]: key_read(tuple(row)[1:-1], row["scopes"]) for row in rows}
        return [found.get(hash) for hash in hashes]

    async def _fetch_orders(self, wanted: Sequence[tuple[str, str, str, str]]) -> list[OrderFacts | None]:
        merchants, orders, rpcs, request_ids = zip(*wanted, strict=True)
        own = [order if order.startswith("ord_") else None for order in orders]
        rows = await self._connections.fetch(_LOAD, merchants, own, orders, rpcs, request_ids)
        found = {row[0]: order_facts(row[1:]) for row in rows}
        return [found.get(place) for place in range(1, len(wanted) + 1)]

    async def _fetch_returns(self, wanted: Sequence[tuple[str, str]]) -> list[ReturnRecord | None]:
        return await self._returns(_GET_BY_ID, wanted)

    async def _returns(self, statement: str, wanted: Sequence[tuple[str, str]]) -> list[ReturnRecord | None]:
        rows = await self._connections.fetch(statement, *zip(*wanted, strict=True))
        found = {row[0]: return_record(row[1:]) for row in rows}
        return [found.get(place) for place in range(1, len(wanted) + 1)]

    async def _insert(self, new: Sequence[NewReturn]) -> list[Conflict | None]:
        rows = rows_together(new)
        try:
            await self._connections.fetch(_INSERT, *(to_json(rows[table]).decode() for table in _TABLES))
        except asyncpg.UniqueViolationError as broken:
            if len(new) > 1:
                raise
            return [_conflict(broken)]
        return [None] * len(new)

    async def close(self) -> None:
        await self._connections.close()


def _conflict(broken: asyncpg.UniqueViolationError) -> Conflict:
    conflict = _CONFLICTS.get(broken.constraint_name or "")
    if conflict is None:
        raise broken
    return conflict
