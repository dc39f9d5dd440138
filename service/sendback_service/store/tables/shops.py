"""Merchants and what they set up; the keys that open the service."""

from typing import Any

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from sendback_service.store.tables.kinds import document as document_column
from sendback_service.store.tables.kinds import time_column


class MerchantRow(SQLModel, table=True):
    """`revision` counts every change of what decides about returns (entitlement, portal, policy, warehouses):
    whoever caches those compares it."""

    __tablename__ = "merchant"
    id: str = Field(primary_key=True)
    name: str
    entitled: bool = False
    revision: int = 1
    create_time: int = time_column()


class PortalRow(SQLModel, table=True):
    __tablename__ = "portal"
    merchant_id: str = Field(primary_key=True)
    status: str = "INACTIVE"
    slug: str | None = Field(default=None, unique=True)
    default_language: str = "en"
    omit_qr_on_slip: bool = False
    typed_link_on_slip: bool = False
    background_image_id: str = ""
    page_check: dict[str, Any] = document_column()
    version: int = 1


class ImageRow(SQLModel, table=True):
    """An uploaded picture. `order_id` is that of a buyer's photo; empty for the merchant's own."""

    __tablename__ = "image"
    __table_args__ = (Index("image_order", "merchant_id", "order_id", "create_time"),)
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    use: str
    order_id: str = ""
    create_time: int = time_column()


class ImageDataRow(SQLModel, table=True):
    __tablename__ = "image_data"
    merchant_id: str = Field(primary_key=True)
    image_id: str = Field(primary_key=True)
    size: str = Field(primary_key=True)
    width: int
    height: int
    media_type: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SlugRow(SQLModel, table=True):
    """Every slug ever given, so that an old one redirects and none goes to another merchant."""

    __tablename__ = "slug"
    slug: str = Field(primary_key=True)
    merchant_id: str


class BrandRow(SQLModel, table=True):
    __tablename__ = "brand"
    merchant_id: str = Field(primary_key=True)
    document: dict[str, Any] = document_column()
    version: int = 1


class WarehouseRow(SQLModel, table=True):
    __tablename__ = "warehouse"
    merchant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: dict[str, Any] = document_column()
    version: int = 1


class PolicyRow(SQLModel, table=True):
    __tablename__ = "policy"
    merchant_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    publish_time: int = time_column()
    document: dict[str, Any] = document_column()


class AccessKeyRow(SQLModel, table=True):
    """Secrets are 256 random bits, so a plain SHA-256 of them is enough to keep."""

    __tablename__ = "access_key"
    id: str = Field(primary_key=True)
    kind: str
    merchant_id: str = ""
    scopes: dict[str, Any] = document_column()
    title: str = ""
    secret_sha256: str = Field(unique=True)
    create_time: int = time_column()
    expire_time: int | None = time_column(optional=True)
    revoke_time: int | None = time_column(optional=True)
