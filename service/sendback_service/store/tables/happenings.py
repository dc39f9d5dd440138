"""What happened, what is to happen, and who must be told."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import document as document_column
from sendback_service.store.tables.kinds import time_column


class EventRow(SQLModel, table=True):
    """What happened: audit trail, feed and outbox in one. `position` is given after commit by the relay; `intents`
    are what the engine is to start."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_position", "position", unique=True),
        Index("event_merchant_position", "merchant_id", "position"),
        Index("event_subject", "subject_id", "merchant_id", "sequence", unique=True),
        Index(
            "event_waiting",
            "id",
            sqlite_where=text("position IS NULL"),
            postgresql_where=text("position IS NULL"),
        ),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    position: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    type: str
    subject_type: str
    subject_id: str
    sequence: int
    time: int = time_column()
    cause: str
    actor: str
    attributes: dict[str, Any] = document_column()
    intents: dict[str, Any] = document_column()


class FeedRow(SQLModel, table=True):
    """The feed's last position: one row, locked by whoever gives positions."""

    __tablename__ = "feed"
    id: int = Field(primary_key=True)
    position: int = Field(default=0, sa_type=BigInteger)


class RequestKeyRow(SQLModel, table=True):
    """A request id that was used: what was asked (`body_sha256`) and what it made."""

    __tablename__ = "request_key"
    __table_args__ = (Index("request_key_age", "create_time"),)
    merchant_id: str = Field(primary_key=True)
    rpc: str = Field(primary_key=True)
    request_id: str = Field(primary_key=True)
    body_sha256: str
    resource_id: str
    create_time: int = time_column()


class DeadlineRow(SQLModel, table=True):
    """Something to do at a time of our clock, unless it was done before. The row goes when it was seen to."""

    __tablename__ = "deadline"
    __table_args__ = (Index("deadline_due", "due_time"),)
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    subject_id: str
    due_time: int = time_column()
    number: int = 0


class WorkItemRow(SQLModel, table=True):
    __tablename__ = "work_item"
    __table_args__ = (
        Index(
            "work_item_open",
            "merchant_id",
            "id",
            sqlite_where=text("done_time IS NULL"),
            postgresql_where=text("done_time IS NULL"),
        ),
        Index("work_item_return", "merchant_id", "return_id"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    return_id: str = ""
    create_time: int = time_column()
    done_time: int | None = time_column(optional=True)


class MessageRow(SQLModel, table=True):
    """A message to a buyer: the intent, whose id is the key of the sending. One per subject (a return, or an order)
    and occasion; `number` counts those that may be asked for again."""

    __tablename__ = "message"
    __table_args__ = (Index("message_once", "merchant_id", "subject_id", "occasion", "number", unique=True),)
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    subject_id: str
    occasion: str
    number: int = 0
    channel: str
    state: str = "REQUESTED"
    calls: int = 0
    provider_reference: str = ""
    failure: str = ""
    create_time: int = time_column()
    update_time: int = time_column()


class InstallationRow(SQLModel, table=True):
    """Small facts of the whole installation, such as the turned clock of test mode."""

    __tablename__ = "installation"
    name: str = Field(primary_key=True)
    value: str
