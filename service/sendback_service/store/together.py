"""Writes that nobody waits for an answer of, sent together: on PostgreSQL as one statement, which costs one journey in
place of one each. Each is of a row of another table, since parts of one statement do not see each other's work."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause
from sqlmodel import text

from sendback_service.rules.values import frozen

_GIVEN = re.compile(r"(?<!:):(\w+)")
_TABLE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


@frozen
class Write:
    """A statement that changes a row of a table, and what it is given."""

    statement: str
    row: Mapping[str, Any]


def carry_out(connection: Connection, writes: Sequence[Write]) -> None:
    """In their order, or all at once where the database can."""
    if connection.dialect.name == "postgresql" and len(writes) > 1:
        given = {f"{name}_{place}": value for place, w in enumerate(writes) for name, value in w.row.items()}
        connection.execute(_joined(tuple(w.statement for w in writes)), given)
        return
    for write in writes:
        connection.execute(_alone(write.statement), write.row)


@lru_cache
def table_of(statement: str) -> str:
    found = _TABLE.match(statement)
    if found is None:
        raise ValueError(f"no write: {statement}")
    return found[1]


@lru_cache
def _alone(statement: str) -> TextClause:
    return text(statement)


@lru_cache
def _joined(statements: tuple[str, ...]) -> TextClause:
    """The last one, beside the others."""
    *beside, last = [_GIVEN.sub(rf":\1_{place}", each) for place, each in enumerate(statements)]
    return text(f"WITH {', '.join(f'{table_of(each)}_ AS ({each})' for each in beside)} {last}")
