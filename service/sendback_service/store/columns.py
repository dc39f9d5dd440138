"""What hand-written inserts need of the tables: their columns in order, and the defaults of columns not named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Table

from sendback_service.store import tables

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """One table: `names` in order, `json` those that hold documents, `defaults` for all that may be left out."""

    table: str
    names: tuple[str, ...]
    json: frozenset[str]
    defaults: dict[str, Any]

    def whole(self, row: Row) -> dict[str, Any]:
        return {**self.defaults, **row}


def _columns(table: Table) -> Columns:
    json = frozenset(c.name for c in table.columns if isinstance(c.type, JSON))
    return Columns(
        table=table.name,
        names=tuple(c.name for c in table.columns),
        json=json,
        defaults={c.name: _default(c.name, c, json) for c in table.columns if _optional(c, json)},
    )


def _optional(column: Any, json: frozenset[str]) -> bool:
    return column.nullable or column.name in json or column.default is not None


def _default(name: str, column: Any, json: frozenset[str]) -> Any:
    if name in json:
        return {}
    return None if column.default is None else column.default.arg


COLUMNS: dict[str, Columns] = {t.name: _columns(t) for t in tables.SQLModel.metadata.tables.values()}
