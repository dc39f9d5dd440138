"""Whose data is where, and how it went."""

from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import document as document_column
from sendback_service.store.tables.kinds import time_column


class BuyerKeyRow(SQLModel, table=True):
    """That an order, or a label without one, is some buyer's. `kind` is EMAIL (without case) or CUSTOMER."""

    __tablename__ = "buyer_key"
    __table_args__ = (Index("buyer_key_subject", "merchant_id", "subject_id", "kind", "value"),)
    merchant_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    subject_id: str = Field(primary_key=True)


class ErasureRow(SQLModel, table=True):
    """An erasure asked for. `about` says whose while it waits; `told` is what plugins need to know, until all of them
    have answered. What stays then is nobody's."""

    __tablename__ = "erasure"
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    about: dict[str, Any] = document_column()
    told: dict[str, Any] = document_column()
    counts: dict[str, Any] = document_column()
    create_time: int = time_column()
    erase_time: int | None = time_column(optional=True)
    forget_time: int | None = time_column(optional=True)


class ForgettingRow(SQLModel, table=True):
    """A plugin account that is to forget a buyer: the intent, whose erasure's id is the key of the call."""

    __tablename__ = "forgetting"
    merchant_id: str = Field(primary_key=True)
    erasure_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    state: str = "PENDING"
    calls: int = 0
    outcome: str = ""
    update_time: int = time_column()


class TryRow(SQLModel, table=True):
    """How often something was tried at the door in a window of time. `mark` is a keyed hash of what and when."""

    __tablename__ = "try"
    __table_args__ = (Index("try_end", "end_time"),)
    merchant_id: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    count: int = 0
    end_time: int = time_column()
