"""What carriers tell: parcels that are asked after, and webhooks that were heard."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import time_column


class TrackingRow(SQLModel, table=True):
    """A parcel to ask its carrier about at `due_time`. `quiet` counts the times in a row that brought no news. The row
    goes when there is nothing left to hear."""

    __tablename__ = "tracking"
    __table_args__ = (Index("tracking_due", "account", "due_time"),)
    merchant_id: str = Field(primary_key=True)
    parcel_id: str = Field(primary_key=True)
    account: str
    quiet: int = 0
    due_time: int = time_column()


class WebhookRow(SQLModel, table=True):
    """A webhook that was heard, by the digest of its body: the same again answers the same and does nothing."""

    __tablename__ = "webhook"
    __table_args__ = (Index("webhook_age", "time"),)
    account: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    updates: int = 0
    applied: int = 0
    time: int = time_column()
