"""Settlements, the calls that move their money, and the ledger of store credit."""

from typing import Any

from sqlalchemy import BigInteger, Index, literal_column, text
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import document as document_column
from sendback_service.store.tables.kinds import time_column


class SettlementRow(SQLModel, table=True):
    __tablename__ = "settlement"
    __table_args__ = (
        Index("settlement_return", "merchant_id", "return_id"),
        Index("settlement_order", "merchant_id", "order_id"),
        Index(
            "settlement_reversal",
            "merchant_id",
            "create_time",
            sqlite_where=text("reverses_id <> ''"),
            postgresql_where=text("reverses_id <> ''"),
        ),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    return_id: str
    order_id: str
    kind: str
    state: str
    currency: str
    amount_minor: int = Field(sa_type=BigInteger)
    goods_minor: int = Field(default=0, sa_type=BigInteger)
    shipping_minor: int = Field(default=0, sa_type=BigInteger)
    label_fee_minor: int = Field(default=0, sa_type=BigInteger)
    bonus_minor: int = Field(default=0, sa_type=BigInteger)
    quote: dict[str, Any] = document_column()
    failure: str = ""
    note: str = ""
    reverses_id: str = ""
    create_time: int = time_column()
    settle_time: int | None = time_column(optional=True)


class TransferRow(SQLModel, table=True):
    """One call that moves money: the durable intent, whose id is the idempotency key for its whole life.

    `settle_time` is when its money went, whatever became of it since; None also for what an older version settled.
    `by_hand`: not by this call, but in its place, by staff."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index("transfer_settlement", "merchant_id", "settlement_id"),
        Index("transfer_order", "merchant_id", "order_id"),
        Index("transfer_return", "merchant_id", "return_id"),
        Index("transfer_key", "id"),
        Index("transfer_reference", "provider_reference"),
        Index(
            "transfer_unknown",
            "update_time",
            sqlite_where=text("state = 'UNKNOWN'"),
            postgresql_where=text("state = 'UNKNOWN'"),
        ),
        Index(
            "transfer_went",
            "merchant_id",
            "settle_time",
            "id",
            sqlite_where=text("state IN ('SETTLED', 'REVERSED')"),
            postgresql_where=text("state IN ('SETTLED', 'REVERSED')"),
        ),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    settlement_id: str
    return_id: str
    order_id: str
    kind: str
    payment_id: str = ""
    account: str = ""
    currency: str
    amount_minor: int = Field(sa_type=BigInteger)
    state: str = "SUBMITTED"
    calls: int = 0
    provider_reference: str = ""
    failure: str = ""
    create_time: int = time_column()
    update_time: int = time_column()
    settle_time: int | None = time_column(optional=True)
    by_hand: bool = False


# Transfers whose money went, whether or not it came back since.
WENT = text("transfer.state IN ('SETTLED', 'REVERSED')")
# The linked record of a settlement that was reversed, beside that.
LINKED: Any = aliased(SettlementRow)

# Transfers that bear on what is left of an order's payments: their money went, may go yet, or came back. What was
# refused is owed by hand while the settlement that it is part of stands; a bonus is no money of the order's.
GIVEN_BACK = text(
    """transfer.kind <> 'BONUS' AND (transfer.state <> 'FAILED'
      OR 'FAILED' <> (SELECT s.state FROM settlement s
        WHERE s.merchant_id = transfer.merchant_id AND s.id = transfer.settlement_id))"""
)
# Of each, how much; with its sign turned where it came back.
GIVEN_BACK_MINOR = literal_column(
    "CASE transfer.state WHEN 'REVERSED' THEN -transfer.amount_minor ELSE transfer.amount_minor END",
    BigInteger,
)


class CreditEntryRow(SQLModel, table=True):
    """The credit ledger: entries are added, never changed. A balance is their sum."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        Index("credit_entry_key", "merchant_id", "key", unique=True),
        Index("credit_entry_customer", "merchant_id", "customer_id", "currency"),
        Index("credit_entry_time", "merchant_id", "create_time", "id"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    customer_id: str
    currency: str
    kind: str
    amount_minor: int = Field(sa_type=BigInteger)
    key: str
    credit_id: str = ""
    expire_time: int | None = time_column(optional=True)
    create_time: int = time_column()
