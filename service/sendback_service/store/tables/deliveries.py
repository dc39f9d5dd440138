"""Events on their way to systems outside, and how buyers' messages are to be written."""

from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import document as document_column
from sendback_service.store.tables.kinds import time_column


class EndpointRow(SQLModel, table=True):
    """Where a merchant wants its events. `secrets` are encrypted; the previous one signs too until `turned_time`.
    `why` says what disabled it."""

    __tablename__ = "webhook_endpoint"
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    uri: str
    title: str = ""
    types: dict[str, Any] = document_column()
    secrets: str
    state: str = "ENABLED"
    why: str = ""
    version: int = 1
    turned_time: int = time_column()
    create_time: int = time_column()
    update_time: int = time_column()


class ReceiverRow(SQLModel, table=True):
    """Somebody who takes events: a merchant's endpoint, or an account of the operator's (then the merchant is ""). It
    is told what stands behind `position` in the feed. Until `wait_time` nobody begins to deliver to it: a turn was
    begun (`turn` counts them), one delivers (`holder`), or it rests after `failures` in a row."""

    __tablename__ = "receiver"
    __table_args__ = (Index("receiver_waits", "wait_time"),)
    merchant_id: str = Field(primary_key=True)
    endpoint: str = Field(primary_key=True)
    position: int = Field(default=0, sa_type=BigInteger)
    turn: int = 0
    holder: int = 0
    failures: int = 0
    slow: bool = False
    wait_time: int = time_column()


class DeliveryRow(SQLModel, table=True):
    """One event for one receiver, at `due_time` the next time; after `expire_time` it is given up. `owner` is the
    receiver's merchant, `merchant_id` the event's."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_once", "event_id", "merchant_id", "endpoint", unique=True),
        Index("delivery_id", "id"),
        Index(
            "delivery_dead",
            "owner",
            "endpoint",
            "create_time",
            sqlite_where=text("state = 'DEAD'"),
            postgresql_where=text("state = 'DEAD'"),
        ),
        Index(
            "delivery_due",
            "owner",
            "endpoint",
            "due_time",
            "id",
            sqlite_where=text("state = 'PENDING'"),
            postgresql_where=text("state = 'PENDING'"),
        ),
        Index("delivery_age", "update_time"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    endpoint: str
    owner: str = ""
    event_id: str
    type: str
    state: str = "PENDING"
    attempts: int = 0
    failure: str = ""
    due_time: int = time_column()
    expire_time: int = time_column()
    create_time: int = time_column()
    update_time: int = time_column()


class TemplateRow(SQLModel, table=True):
    """A merchant's own words for a letter, in one language."""

    __tablename__ = "message_template"
    merchant_id: str = Field(primary_key=True)
    occasion: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    document: dict[str, Any] = document_column()
    version: int = 1
    update_time: int = time_column()


class MessageSettingsRow(SQLModel, table=True):
    """By which channels a merchant's buyers are written, by occasion; what is not named goes by the usual one."""

    __tablename__ = "message_settings"
    merchant_id: str = Field(primary_key=True)
    document: dict[str, Any] = document_column()
    version: int = 1
