"""Every table. Rows end in `store/`: the rest of the service sees plain frozen values.

Every table of a merchant's has the merchant first in its key. Amounts are integers in minor units. Times are
microseconds since 1970 in UTC: the same in both databases, and compared without surprises.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field
from sqlmodel import SQLModel as SQLModel

Document = JSON().with_variant(JSONB(), "postgresql")


def _json() -> Any:
    return Field(default_factory=dict, sa_column=Column(Document, nullable=False))


def _time(*, optional: bool = False) -> Any:
    return Field(default=None if optional else 0, sa_column=Column(BigInteger, nullable=optional))


class MerchantRow(SQLModel, table=True):
    """`revision` counts every change of what decides about returns (entitlement, portal, policy, warehouses):
    whoever caches those compares it."""

    __tablename__ = "merchant"
    id: str = Field(primary_key=True)
    name: str
    entitled: bool = False
    revision: int = 1
    create_time: int = _time()


class PortalRow(SQLModel, table=True):
    __tablename__ = "portal"
    merchant_id: str = Field(primary_key=True)
    status: str = "INACTIVE"
    slug: str | None = Field(default=None, unique=True)
    default_language: str = "en"
    omit_qr_on_slip: bool = False
    version: int = 1


class SlugRow(SQLModel, table=True):
    """Every slug ever given, so that an old one redirects and none goes to another merchant."""

    __tablename__ = "slug"
    slug: str = Field(primary_key=True)
    merchant_id: str


class BrandRow(SQLModel, table=True):
    __tablename__ = "brand"
    merchant_id: str = Field(primary_key=True)
    document: dict[str, Any] = _json()
    version: int = 1


class WarehouseRow(SQLModel, table=True):
    __tablename__ = "warehouse"
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: dict[str, Any] = _json()
    version: int = 1


class PolicyRow(SQLModel, table=True):
    __tablename__ = "policy"
    merchant_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    publish_time: int = _time()
    document: dict[str, Any] = _json()


class AccessKeyRow(SQLModel, table=True):
    """Secrets are 256 random bits, so a plain SHA-256 of them is enough to keep."""

    __tablename__ = "access_key"
    id: str = Field(primary_key=True)
    kind: str
    merchant_id: str = ""
    scopes: dict[str, Any] = _json()
    title: str = ""
    secret_sha256: str = Field(unique=True)
    create_time: int = _time()
    expire_time: int | None = _time(optional=True)
    revoke_time: int | None = _time(optional=True)


class OrderRow(SQLModel, table=True):
    """`access_revision` is part of the QR code's signature: counting it up revokes every link given so far."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("orders_external", "merchant_id", "external_id", unique=True),
        Index("orders_number", "merchant_id", "number_key"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    external_id: str
    number: str
    number_key: str
    version: int = 1
    access_revision: int = 1
    create_time: int = _time()
    update_time: int = _time()


class OrderVersionRow(SQLModel, table=True):
    """What an order looked like: never changed, so that a return computes the same for ever."""

    __tablename__ = "order_version"
    merchant_id: str = Field(primary_key=True)
    order_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: dict[str, Any] = _json()


class ReturnRow(SQLModel, table=True):
    __tablename__ = "returns"
    __table_args__ = (
        Index("returns_reference", "reference", unique=True),
        Index("returns_order", "merchant_id", "order_id"),
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
    ship_from: dict[str, Any] = _json()
    format: str = "PDF"
    paper: str = "A6"
    warehouse: dict[str, Any] = _json()
    override_note: str = ""
    decline_note: str = ""
    version: int = 1
    create_time: int = _time()
    update_time: int = _time()


class UnitRow(SQLModel, table=True):
    """A unit of an order line in a return. While `held`, no other return can have it: the index below says so."""

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
    held: bool = True
    kind: str = "ANNOUNCED"
    reason_code: str = ""
    comment: str = ""
    inspection: str = "EXPECTED"
    grade: str = ""
    disposition: str = ""
    note: str = ""
    settlement_id: str = ""


class ParcelRow(SQLModel, table=True):
    """A parcel with its label. The row is the label's intent: its id is the key of every call about it."""

    __tablename__ = "parcel"
    __table_args__ = (
        Index("parcel_return", "merchant_id", "return_id"),
        Index("parcel_tracking", "tracking_number"),
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
    request: dict[str, Any] = _json()
    failure: str = ""
    expire_time: int | None = _time(optional=True)
    create_time: int = _time()
    update_time: int = _time()


class AttemptRow(SQLModel, table=True):
    """One call to a carrier for a parcel, written before the call: a row without an outcome says that the call may
    have happened."""

    __tablename__ = "attempt"
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
    start_time: int = _time()
    end_time: int | None = _time(optional=True)


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


class SettlementRow(SQLModel, table=True):
    __tablename__ = "settlement"
    __table_args__ = (
        Index("settlement_return", "merchant_id", "return_id"),
        Index("settlement_order", "merchant_id", "order_id"),
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
    quote: dict[str, Any] = _json()
    failure: str = ""
    create_time: int = _time()
    settle_time: int | None = _time(optional=True)


class TransferRow(SQLModel, table=True):
    """One call that moves money: the durable intent, whose id is the idempotency key for its whole life."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index("transfer_settlement", "merchant_id", "settlement_id"),
        Index("transfer_order", "merchant_id", "order_id"),
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
    create_time: int = _time()
    update_time: int = _time()


class CreditEntryRow(SQLModel, table=True):
    """The credit ledger: entries are added, never changed. A balance is their sum."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        Index("credit_entry_key", "merchant_id", "key", unique=True),
        Index("credit_entry_customer", "merchant_id", "customer_id", "currency"),
    )
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    customer_id: str
    currency: str
    kind: str
    amount_minor: int = Field(sa_type=BigInteger)
    key: str
    credit_id: str = ""
    expire_time: int | None = _time(optional=True)
    create_time: int = _time()


class EventRow(SQLModel, table=True):
    """What happened: audit trail, feed and outbox in one. `position` is given after commit by the relay; `intents`
    are what the engine is to start."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_position", "position", unique=True),
        Index("event_merchant_position", "merchant_id", "position"),
        Index("event_subject", "merchant_id", "subject_id", "sequence", unique=True),
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
    time: int = _time()
    cause: str
    actor: str
    attributes: dict[str, Any] = _json()
    intents: dict[str, Any] = _json()


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
    create_time: int = _time()


class DeadlineRow(SQLModel, table=True):
    """Something to do at a time of our clock, unless it was done before. The row goes when it was seen to."""

    __tablename__ = "deadline"
    __table_args__ = (Index("deadline_due", "due_time"),)
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    subject_id: str
    due_time: int = _time()
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
    create_time: int = _time()
    done_time: int | None = _time(optional=True)


class MessageRow(SQLModel, table=True):
    """A message to a buyer: the intent, whose id is the key of the sending. One per return and occasion."""

    __tablename__ = "message"
    __table_args__ = (Index("message_once", "merchant_id", "return_id", "occasion", unique=True),)
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    return_id: str
    occasion: str
    channel: str
    state: str = "REQUESTED"
    calls: int = 0
    provider_reference: str = ""
    failure: str = ""
    create_time: int = _time()
    update_time: int = _time()


class InstallationRow(SQLModel, table=True):
    """Small facts of the whole installation, such as the turned clock of test mode."""

    __tablename__ = "installation"
    name: str = Field(primary_key=True)
    value: str
