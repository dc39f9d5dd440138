"""Looking for a word in everything that an installation keeps of a shop, whichever database it is."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sendback.v1.document_pb2 import DocumentChunk
from sendback_service.configuration import read
from sendback_service.demo.world import Shop, World
from sqlalchemy import Engine, MetaData, Table, create_engine, select

_PATIENCE_SECONDS = 30.0
# What the worker has yet to see to, by table.
_UNDER_WAY: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "event": lambda row: row["position"] is None,
    "parcel": lambda row: row["label"] in ("REQUESTED", "UNKNOWN", "VOID_PENDING"),
    "transfer": lambda row: row["state"] in ("SUBMITTED", "UNKNOWN"),
    "message": lambda row: row["state"] == "REQUESTED",
    "erasure": lambda row: row["forget_time"] is None,
}


def places_of(world: World, shop: Shop, word: str, tables: Sequence[str] = ()) -> list[str]:
    """Where the word stands, in whatever case: `table.column`, each once. In what is the shop's, and in the tables that
    are nobody's in particular, such as the engine's own."""
    found = (place for rows in _tables(world, shop, tables) for place in _within(rows, word.casefold()))
    return sorted(set(found))


def dump(world: World, shop: Shop, without: Sequence[str] = ()) -> dict[str, list[str]]:
    """Every row of what is the shop's, as text, by table."""
    found = ((table, rows) for table, rows in _tables(world, shop, ()) if "merchant_id" in table.columns)
    return {
        table.name: sorted(str(dict(row)) for row in rows)
        for table, rows in found
        if table.name not in without
    }


def await_rest(world: World, shop: Shop) -> None:
    """Until nothing of the shop's is under way any more."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while moving := _moving(world, shop):
        assert time.monotonic() < until, f"still under way: {moving}"
        time.sleep(0.05)


def _moving(world: World, shop: Shop) -> list[str]:
    found = _tables(world, shop, tuple(_UNDER_WAY))
    return [
        f"{table.name} {row['id']}" for table, rows in found for row in rows if _UNDER_WAY[table.name](row)
    ]


def whole_text(pieces: Iterable[DocumentChunk]) -> str:
    return b"".join(piece.data for piece in pieces).decode(errors="replace")


def _tables(world: World, shop: Shop, wanted: Sequence[str]) -> Iterator[tuple[Table, Sequence[Any]]]:
    url = read(world.installation.file).database.replace("postgresql://", "postgresql+psycopg://", 1)
    small = url.startswith("sqlite")
    for file in (url, url.replace("sendback.db", "dbos.db")) if small else (url,):
        engine = create_engine(file)
        for schema in (None,) if small else ("public", "dbos"):
            yield from _of_schema(engine, schema, shop, wanted)
        engine.dispose()


def _of_schema(
    engine: Engine, schema: str | None, shop: Shop, wanted: Sequence[str]
) -> Iterator[tuple[Table, Sequence[Any]]]:
    known = MetaData()
    known.reflect(engine, schema=schema)
    with engine.connect() as connection:
        for table in known.tables.values():
            if not wanted or table.name in wanted:
                query = select(table)
                if "merchant_id" in table.columns:
                    query = query.where(table.columns["merchant_id"] == shop.id)
                yield table, connection.execute(query).mappings().all()


def _within(rows: tuple[Table, Sequence[Any]], word: str) -> Iterator[str]:
    table, found = rows
    for row in found:
        for column, value in row.items():
            if word in _text(value).casefold():
                yield f"{table.name}.{column}"


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
