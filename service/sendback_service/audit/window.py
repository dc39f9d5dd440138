"""A stretch of a table in the order of its primary key: what one question is asked about at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import text

from sendback_service.store.tables import SQLModel
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a row may wait before it counts as forgotten: `relay` for events and deadlines, `intent` for what the
    engine is to do."""

    relay: timedelta
    intent: timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """Rows behind `after` up to `upto`, both keys; empty: from the first, to the last. `merchant_id` empty: all."""

    table: str
    patience: Patience
    after: tuple[Any, ...] = ()
    upto: tuple[Any, ...] = ()
    merchant_id: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return keys_of(self.table)

    def select(self, tx: Transaction, columns: Sequence[str], broken: str) -> Sequence[Any]:
        """The key and these columns of the window's rows `t` for which `broken` holds, in order."""
        listed = ", ".join(f"t.{name}" for name in dict.fromkeys((*self.keys, *columns)))
        order = ", ".join(f"t.{key}" for key in self.keys)
        statement = f"SELECT {listed} FROM {self.table} t WHERE {self.sql} AND ({broken}) ORDER BY {order}"
        return tx.session.connection().execute(text(statement), self.parameters(tx.now)).all()

    @property
    def sql(self) -> str:
        """The condition that a row `t` lies in the window."""
        parts = ["1 = 1"]
        if self.merchant_id:
            parts.append("t.merchant_id = :merchant_id")
        if self.after:
            parts.append(f"({self._columns}) > ({_binds('after', self.after)})")
        if self.upto:
            parts.append(f"({self._columns}) <= ({_binds('upto', self.upto)})")
        return " AND ".join(parts)

    def parameters(self, now: datetime) -> dict[str, Any]:
        given = {f"after{n}": value for n, value in enumerate(self.after)}
        given |= {f"upto{n}": value for n, value in enumerate(self.upto)}
        return {
            **given,
            "merchant_id": self.merchant_id,
            "now": micros(now),
            "late": micros(now - self.patience.relay),
            "lost": micros(now - self.patience.intent),
        }

    @property
    def _columns(self) -> str:
        return ", ".join(f"t.{key}" for key in self.keys)


def keys_of(table: str) -> tuple[str, ...]:
    """The columns of a table's primary key."""
    return tuple(column.name for column in SQLModel.metadata.tables[table].primary_key)


def next_window(tx: Transaction, behind: Window, size: int) -> tuple[Window, int]:
    """The window of `size` rows that begins where `behind` ended, and how many rows it has."""
    keys = ", ".join(f"t.{key}" for key in behind.keys)
    rest = Window(behind.table, behind.patience, behind.upto, (), behind.merchant_id)
    ask = f"SELECT {keys} FROM {rest.table} t WHERE {rest.sql} ORDER BY {keys} LIMIT 1 OFFSET {size - 1}"
    connection = tx.session.connection()
    last = connection.execute(text(ask), rest.parameters(tx.now)).first()
    if last is not None:
        return Window(rest.table, rest.patience, rest.after, tuple(last), rest.merchant_id), size
    count = f"SELECT count(*) FROM {rest.table} t WHERE {rest.sql}"
    return rest, int(connection.execute(text(count), rest.parameters(tx.now)).scalar_one())


def _binds(name: str, values: tuple[Any, ...]) -> str:
    return ", ".join(f":{name}{n}" for n in range(len(values)))
