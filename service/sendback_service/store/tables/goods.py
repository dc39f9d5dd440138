"""Orders, returns with their units and parcels, and the labels bought for them."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import document as document_column
from sendback_service.store.tables.kinds import time_column


class OrderRow(SQLModel, table=True):
    """`access_revision` is part of the QR code's signature: counting it up revokes every link given so far, and
    `access.CLOSED` lets nobody in for ever. With an `erase_time` its versions hold nothing personal. `account` is the
    shop that it was read from, "" where it was handed in; `shop_time` when it changed there, by the shop's clock.
    `version` is 0 where it is about to be kept no more, and is found no more."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("orders_external", "merchant_id", "external_id", unique=True),
        Index("orders_number", "merchant_id", "number_key"),
        Index("orders_currency", "merchant_id", "currency"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    external_id: str
    number: str
    number_key: str
    currency: str = ""
    version: int = 1
    access_revision: int = 1
    account: str = ""
    shop_time: int | None = time_column(optional=True)
    create_time: int = time_column()
    update_time: int = time_column()
    erase_time: int | None = time_column(optional=True)


class PastOrderRow(SQLModel, table=True):
    """An order that had returns and is kept no more, by the shop's own id: it does not come in again, or its goods
    could be paid for twice."""

    __tablename__ = "past_order"
    merchant_id: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    time: int = time_column()


class OrderVersionRow(SQLModel, table=True):
    """What an order looked like: never changed, so that a return computes the same for ever. Only what is personal may
    be erased from it, of which no rule makes use."""

    __tablename__ = "order_version"
    merchant_id: str = Field(primary_key=True)
    order_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: dict[str, Any] = document_column()


_ENDED = "erase_time IS NULL AND decision IN ('DECLINED', 'CANCELLED', 'EXPIRED', 'CLOSED')"


class ReturnRow(SQLModel, table=True):
    """`returns_ended` finds those whose personal data may be due to go; a living return costs it nothing."""

    __tablename__ = "returns"
    __table_args__ = (
        Index("returns_reference", "reference", unique=True),
        Index("returns_order", "merchant_id", "order_id"),
        Index("returns_customer", "merchant_id", "customer_key", "create_time"),
        Index("returns_ended", "update_time", sqlite_where=text(_ENDED), postgresql_where=text(_ENDED)),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    reference: str
    order_id: str
    order_number: str
    order_version: int
    policy_version: int
    decision: str
    outcome: str
    currency: str
    estimated_minor: int = Field(sa_type=BigInteger)
    label_offer: str
    shown_fee_minor: int = Field(sa_type=BigInteger)
    region: str
    language: str
    ship_from: dict[str, Any] = document_column()
    format: str = "PDF"
    paper: str = "A6"
    warehouse: dict[str, Any] = document_column()
    basis: str = "GOODWILL"
    customer_key: str = ""
    linked_return_id: str = ""
    override_note: str = ""
    decline_note: str = ""
    version: int = 1
    create_time: int = time_column()
    update_time: int = time_column()
    erase_time: int | None = time_column(optional=True)


# In the words of the index `unit_held_once`, so that the planners see that it can be used.
HELD = text("unit.held")


class UnitRow(SQLModel, table=True):
    """A unit of an order line in a return. While `held`, no other return can have it: the index below says so. Goods
    that nobody announced (another `kind`) have line ids of their own and are never held. `evidence` names photos, the
    buyer's and staff's."""

    __tablename__ = "unit"
    __table_args__ = (
        Index(
            "unit_held_once",
            "merchant_id",
            "order_id",
            "line_id",
            "unit",
            unique=True,
            sqlite_where=text("held"),
            postgresql_where=text("held"),
        ),
    )
    merchant_id: str = Field(primary_key=True)
    return_id: str = Field(primary_key=True)
    line_id: str = Field(primary_key=True)
    unit: int = Field(primary_key=True)
    order_id: str
    title: str
    product_id: str = ""
    sku: str = ""
    held: bool = True
    cancelled: bool = False
    kind: str = "ANNOUNCED"
    reason_code: str = ""
    comment: str = ""
    evidence: dict[str, Any] = document_column()
    inspection: str = "EXPECTED"
    grade: str = ""
    disposition: str = ""
    note: str = ""
    settlement_id: str = ""


class ParcelRow(SQLModel, table=True):
    """A parcel with its label. The row is the label's intent: its id is the key of every call about it. `price_minor`
    is what the carrier said that the label cost; None where it said nothing."""

    __tablename__ = "parcel"
    __table_args__ = (
        Index("parcel_return", "merchant_id", "return_id"),
        Index("parcel_tracking", "tracking_number"),
        Index(
            "parcel_priced",
            "account",
            "create_time",
            sqlite_where=text("price_minor IS NOT NULL"),
            postgresql_where=text("price_minor IS NOT NULL"),
        ),
        Index(
            "parcel_unknown",
            "update_time",
            sqlite_where=text("label = 'UNKNOWN'"),
            postgresql_where=text("label = 'UNKNOWN'"),
        ),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    return_id: str = ""
    return_reference: str = ""
    label: str = "REQUESTED"
    transit: str = "NOT_SCANNED"
    account: str = ""
    serial: int = Field(default=0, sa_type=BigInteger)
    tracking_number: str = ""
    tracking_uri: str = ""
    carrier_reference: str = ""
    format: str = "PDF"
    paper: str = "A6"
    has_qr: bool = False
    document_size: int = 0
    document_sha256: str = ""
    request: dict[str, Any] = document_column()
    failure: str = ""
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    price_currency: str = ""
    expire_time: int | None = time_column(optional=True)
    create_time: int = time_column()
    update_time: int = time_column()


class ArrivalRow(SQLModel, table=True):
    """A parcel that came without a known return. `return_id` once it was found whose it is."""

    __tablename__ = "arrival"
    __table_args__ = (
        Index("arrival_tracking", "merchant_id", "tracking_number"),
        Index("arrival_return", "merchant_id", "return_id", "id"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    tracking_number: str = ""
    note: str = ""
    goods: dict[str, Any] = document_column()
    return_id: str = ""
    create_time: int = time_column()


class AttemptRow(SQLModel, table=True):
    """One call to a carrier for a parcel, written before the call: a row without an outcome says that the call may
    have happened."""

    __tablename__ = "attempt"
    __table_args__ = (Index("attempt_account", "account", "start_time"),)
    merchant_id: str = Field(primary_key=True)
    parcel_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    round: int = 0
    account: str
    serial: int = Field(sa_type=BigInteger)
    calls: int = 0
    outcome: str = ""
    note: str = ""
    retry_after: int = 0
    start_time: int = time_column()
    end_time: int | None = time_column(optional=True)


class DocumentRow(SQLModel, table=True):
    __tablename__ = "document"
    merchant_id: str = Field(primary_key=True)
    parcel_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    media_type: str
    sha256: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SerialRow(SQLModel, table=True):
    """The next serial number of a carrier account."""

    __tablename__ = "serial"
    account: str = Field(primary_key=True)
    next: int = Field(default=1, sa_type=BigInteger)
