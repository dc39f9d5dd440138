"""What is kept of shops: how far returns stand in their books, and how far their orders are here."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import time_column


class MirrorRow(SQLModel, table=True):
    """A return in a shop's own books: the intent of telling it. News are the return's events by their sequence;
    those up to `done` were told, and `wanted` is the last one to tell. Nobody is called before `rest_time`: a call is
    under way until then, or the shop is to be left alone. `calls` and `failures` are of the news at hand; `turn` tells
    one waking from another."""

    __tablename__ = "mirror"
    __table_args__ = (
        Index("mirror_once", "merchant_id", "return_id", "account", unique=True),
        Index("mirror_account", "account"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    return_id: str
    account: str
    wanted: int = 0
    done: int = 0
    calls: int = 0
    failures: int = 0
    turn: int = 0
    rest_time: int | None = time_column(optional=True)
    failure: str = ""
    create_time: int = time_column()
    update_time: int = time_column()


class SynchronisationRow(SQLModel, table=True):
    """How far a shop's orders are here. A pass lists what changed since `since_time`, by the shop's clock, a page at a
    time from `cursor`; `through_time` is the last change seen. At `synced_time`, by our clock, the last pass began
    that came to its end. Nobody lists before `rest_time`. `orders` counts all that came, `pages` those of the pass."""

    __tablename__ = "synchronisation"
    merchant_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    since_time: int = time_column()
    cursor: str = ""
    through_time: int | None = time_column(optional=True)
    begin_time: int | None = time_column(optional=True)
    synced_time: int | None = time_column(optional=True)
    orders: int = Field(default=0, sa_type=BigInteger)
    pages: int = 0
    failures: int = 0
    turn: int = 0
    rest_time: int | None = time_column(optional=True)
    failure: str = ""
    create_time: int = time_column()
    update_time: int = time_column()
