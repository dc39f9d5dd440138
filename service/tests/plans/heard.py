"""What is asked of a database, whoever asks: the statements, with what they were given."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sendback_service.store.postgres_connections import PostgresConnections
from sendback_service.store.statements_sqlite import SqliteStatements
from sqlalchemy import Engine, event

_LOOKED_AT = ("SELECT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True, slots=True)
class Heard:
    """`who` asked. `numbered`: its parameters are $1, $2 …"""

    who: str
    statement: str
    parameters: Any
    numbered: bool = False


class Ear:
    """`who` is asking at the moment."""

    def __init__(self) -> None:
        self.who = ""
        self.heard: list[Heard] = []

    def note(self, statement: str, parameters: Any, *, numbered: bool = False) -> None:
        if self.who and statement.lstrip().upper().startswith(_LOOKED_AT):
            self.heard.append(Heard(self.who, statement, parameters, numbered))

    def different(self) -> list[Heard]:
        """Each statement of each asker once, with what it was given the last time."""
        return list({(one.who, one.statement): one for one in self.heard}.values())


@contextmanager
def listening() -> Iterator[Ear]:
    """To whatever goes through SQLAlchemy, and to the statements that are written by hand."""
    ear = Ear()

    def rare(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        ear.note(statement, parameters[0] if many and parameters else parameters)

    event.listen(Engine, "before_cursor_execute", rare)
    with pytest.MonkeyPatch.context() as patch:
        _listen_to_postgres(ear, patch)
        _listen_to_sqlite(ear, patch)
        yield ear
    event.remove(Engine, "before_cursor_execute", rare)


def _listen_to_postgres(ear: Ear, patch: pytest.MonkeyPatch) -> None:
    usual = PostgresConnections.fetch

    async def told(self: PostgresConnections, query: str, *args: Any) -> Any:
        ear.note(query, args, numbered=True)
        return await usual(self, query, *args)

    patch.setattr(PostgresConnections, "fetch", told)


def _listen_to_sqlite(ear: Ear, patch: pytest.MonkeyPatch) -> None:
    """Statements come with their values in them."""
    usual = SqliteStatements._connection

    def told(self: SqliteStatements) -> sqlite3.Connection:
        connection = usual(self)
        connection.set_trace_callback(lambda statement: ear.note(statement, ()))
        return connection

    patch.setattr(SqliteStatements, "_connection", told)
