"""A merchant with everything that it set up: read whole, kept while its revision stays the same."""

from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select

from sendback_service.records import WarehouseRecord
from sendback_service.refusal import Reason, not_found, refuse
from sendback_service.rules.policy import Policy
from sendback_service.rules.values import frozen
from sendback_service.store import Database, prepared
from sendback_service.store.documents import policy_from, warehouse_from
from sendback_service.store.tables import (
    BrandRow,
    MerchantRow,
    PolicyRow,
    PortalRow,
    SlugRow,
    WarehouseRow,
)
from sendback_service.store.times import moment
from sendback_service.store.transaction import Transaction


class PortalStatus(StrEnum):
    INACTIVE = "INACTIVE"
    HIDDEN = "HIDDEN"
    ACTIVE = "ACTIVE"


@frozen
class Portal:
    status: PortalStatus = PortalStatus.INACTIVE
    slug: str = ""
    default_language: str = "en"
    omit_qr_on_slip: bool = False
    typed_link_on_slip: bool = False
    background_image_id: str = ""
    version: int = 0


@frozen
class Brand:
    display_name: str = ""
    color: str = ""
    policy_uri: str = ""
    support_uri: str = ""
    support_email: str = ""
    social_uris: tuple[str, ...] = ()
    logo_image_id: str = ""
    version: int = 0


@frozen
class PolicyVersion:
    """`version` 0 is what holds for a merchant that never published: the defaults."""

    version: int
    publish_time: datetime | None
    policy: Policy


_UNPUBLISHED = PolicyVersion(0, None, Policy())


@frozen
class Shop:
    id: str
    name: str
    entitled: bool
    revision: int
    create_time: datetime
    portal: Portal = field(default_factory=Portal)
    brand: Brand = field(default_factory=Brand)
    warehouses: tuple[WarehouseRecord, ...] = ()
    policies: tuple[PolicyVersion, ...] = ()

    @property
    def display_name(self) -> str:
        return self.brand.display_name or self.name

    @property
    def promoted(self) -> bool:
        """Whether slips, e-mails and the shop's site may lead to the portal."""
        return self.entitled and self.portal.status is PortalStatus.ACTIVE

    @property
    def open(self) -> bool:
        """Whether the portal can be reached by anybody."""
        return self.entitled and self.portal.status is not PortalStatus.INACTIVE

    @property
    def policy(self) -> PolicyVersion:
        return self.policies[-1] if self.policies else _UNPUBLISHED

    def policy_of(self, version: int) -> PolicyVersion:
        found = next((p for p in self.policies if p.version == version), None)
        return self.policy if found is None else found

    def warehouse_for(self, region: str) -> WarehouseRecord:
        """The one that takes this territory, else the one that takes all others. One whose address names nobody has
        the shop's name: carriers take no parcel to nobody."""
        if not self.warehouses:
            raise refuse(Reason.PORTAL_INCOMPLETE, missing="warehouse")
        taking = [each for each in self.warehouses if region in each.regions]
        rest = [each for each in self.warehouses if not each.regions]
        found = (taking or rest or self.warehouses)[0]
        address = found.address
        if address.name or address.company:
            return found
        return replace(found, address=replace(address, company=self.display_name))


class Shops:
    """Reads shops and keeps them. What is kept is used only under the revision that the database has now."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[str, Shop] = {}

    async def at(self, merchant_id: str, revision: int) -> Shop:
        """The shop at a revision that was just read from the database."""
        kept = self._kept.get(merchant_id)
        if kept is None or kept.revision != revision:
            kept = await self.get(merchant_id)
        return kept

    async def get(self, merchant_id: str) -> Shop:
        shop = await self._database.read(lambda tx: shop_in(tx, merchant_id))
        self._kept[merchant_id] = shop
        return shop

    async def by_slug(self, slug: str) -> Shop:
        """The shop that has this slug or had it once."""
        merchant_id = await self._database.read(lambda tx: _owner(tx, slug.lower()))
        if merchant_id is None:
            raise not_found("portal", slug)
        return await self.get(merchant_id)


class KnownShops:
    """The same for those within a transaction."""

    def __init__(self) -> None:
        self._kept: dict[str, Shop] = {}

    def in_(self, tx: Transaction, merchant_id: str) -> Shop:
        revision = tx.session.exec(prepared.MERCHANT_REVISION, params={"id": merchant_id}).first()
        return self.at(tx, merchant_id, revision)

    def at(self, tx: Transaction, merchant_id: str, revision: int | None) -> Shop:
        """At a revision that was just read; None: there is no such merchant."""
        kept = self._kept.get(merchant_id)
        if kept is None or kept.revision != revision:
            kept = self._kept[merchant_id] = shop_in(tx, merchant_id)
        return kept


def shop_in(tx: Transaction, merchant_id: str) -> Shop:
    merchant = tx.session.get(MerchantRow, merchant_id)
    if merchant is None:
        raise not_found("merchant", merchant_id)
    return Shop(
        id=merchant.id,
        name=merchant.name,
        entitled=merchant.entitled,
        revision=merchant.revision,
        create_time=moment(merchant.create_time),
        portal=_portal(tx.session.get(PortalRow, merchant_id)),
        brand=_brand(tx.session.get(BrandRow, merchant_id)),
        warehouses=_warehouses(tx, merchant_id),
        policies=_policies(tx, merchant_id),
    )


def _owner(tx: Transaction, slug: str) -> str | None:
    row = tx.session.get(SlugRow, slug)
    return None if row is None else row.merchant_id


def _portal(row: PortalRow | None) -> Portal:
    if row is None:
        return Portal()
    return Portal(
        PortalStatus(row.status),
        row.slug or "",
        row.default_language,
        row.omit_qr_on_slip,
        row.typed_link_on_slip,
        row.background_image_id,
        row.version,
    )


def _brand(row: BrandRow | None) -> Brand:
    if row is None:
        return Brand()
    document = {**row.document, "social_uris": tuple(row.document.get("social_uris", ()))}
    return Brand(**document, version=row.version)


def _warehouses(tx: Transaction, merchant_id: str) -> tuple[WarehouseRecord, ...]:
    query = select(WarehouseRow).where(WarehouseRow.merchant_id == merchant_id).order_by(WarehouseRow.id)
    return tuple(warehouse_from({**row.document, "version": row.version}) for row in tx.session.exec(query))


def _policies(tx: Transaction, merchant_id: str) -> tuple[PolicyVersion, ...]:
    query = select(PolicyRow).where(PolicyRow.merchant_id == merchant_id).order_by(col(PolicyRow.version))
    return tuple(
        PolicyVersion(row.version, moment(row.publish_time), policy_from(row.document))
        for row in tx.session.exec(query)
    )
