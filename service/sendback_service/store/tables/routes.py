"""Who is asked for labels, as operations set it, and how the accounts fare."""

from typing import Any

from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import document as document_column
from sendback_service.store.tables.kinds import time_column


class RoutingRow(SQLModel, table=True):
    """A version of the routes: the installation's where no merchant is named. The latest is in force. `file_sha256` is
    of the configuration's routes where they were taken from there."""

    __tablename__ = "routing"
    merchant_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: dict[str, Any] = document_column()
    note: str = ""
    cause: str = ""
    actor: str = ""
    file_sha256: str = ""
    create_time: int = time_column()


class CircuitRow(SQLModel, table=True):
    """How often in a row an account failed. While `open_time` is set it is not asked, but for one probe at a time."""

    __tablename__ = "circuit"
    account: str = Field(primary_key=True)
    failures: int = 0
    openings: int = 0
    open_time: int | None = time_column(optional=True)
    probe_time: int | None = time_column(optional=True)


class ConnectedAccountRow(SQLModel, table=True):
    """An account that a merchant connected. `secrets` are encrypted, by keys that the database never sees."""

    __tablename__ = "connected_account"
    merchant_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    plugin: str
    settings: dict[str, Any] = document_column()
    secrets: str = ""
    sandbox: bool = False
    version: int = 1
    create_time: int = time_column()
    update_time: int = time_column()
