"""The kinds of columns that all tables share."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

Document = JSON().with_variant(JSONB(), "postgresql")


def document() -> Any:
    """A JSON document; empty unless given."""
    return Field(default_factory=dict, sa_column=Column(Document, nullable=False))


def time_column(*, optional: bool = False) -> Any:
    """Microseconds since 1970 in UTC."""
    return Field(default=None if optional else 0, sa_column=Column(BigInteger, nullable=optional))
