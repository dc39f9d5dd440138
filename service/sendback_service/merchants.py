"""What merchants and the operator set up: merchants, entitlement, portal, brand, warehouses, policies."""

import re
from collections.abc import Callable
from dataclasses import asdict, replace

from sqlmodel import col, select

from sendback_service.call import Call, check_etag, made_before, remember
from sendback_service.ids import new_id
from sendback_service.images import used
from sendback_service.links import is_link, is_mailbox
from sendback_service.pages import Page, key_in, page_of, size_of
from sendback_service.pictures import Use
from sendback_service.records import MerchantRecord, WarehouseRecord
from sendback_service.refusal import Reason, invalid, not_found, refuse
from sendback_service.rules.policy import Policy
from sendback_service.shops import Brand, PolicyVersion, Portal, PortalStatus, Shop, Shops, shop_in
from sendback_service.store import Database
from sendback_service.store.documents import policy_document, warehouse_document, warehouse_from
from sendback_service.store.outage import is_duplicate
from sendback_service.store.tables import (
    BrandRow,
    MerchantRow,
    PolicyRow,
    PortalRow,
    SlugRow,
    WarehouseRow,
)
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject, Transaction

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9]|-(?!-)){1,38}[a-z0-9]")
_RESERVED = frozenset({"console", "hooks", "static", "healthz", "api", "admin", "assets", "sendback", "www"})
_LANGUAGES = ("fr", "en", "es", "de")


class Merchants:
    """`support_uri` is where a merchant without the Returns Pack is sent."""

    def __init__(self, database: Database, shops: Shops, support_uri: str) -> None:
        self._database = database
        self._shops = shops
        self._support_uri = support_uri

    async def create(self, call: Call, name: str) -> Shop:
        merchant_id = await self._database.write(lambda tx: _create(tx, call, name), call.author)
        return await self._shops.get(merchant_id)

    async def list(self, size: int, token: str) -> Page[MerchantRecord]:
        """Oldest first."""
        after = key_in(token, "merchants")
        return await self._database.read(lambda tx: _listed(tx, size_of(size), after))

    async def set_entitlement(self, call: Call, merchant_id: str, entitled: bool) -> Shop:
        def change(tx: Transaction) -> None:
            row = _merchant(tx, merchant_id)
            if row.entitled != entitled:
                row.entitled = entitled
                _changed(tx, merchant_id, "portal.changed", {"entitled": str(entitled).lower()})

        return await self._change(call, merchant_id, change)

    async def update_portal(
        self, call: Call, merchant_id: str, new: Callable[[Shop], Portal], etag: str
    ) -> Shop:
        """`new` makes the whole of what is wanted out of the present shop, within the transaction: of two who change
        different fields at once, neither undoes the other. So it is with brand and warehouses."""

        def change(tx: Transaction) -> None:
            shop = shop_in(tx, merchant_id)
            check_etag(etag, shop.portal.version)
            portal = new(shop)
            self._check_portal(shop, portal)
            used(tx, merchant_id, portal.background_image_id, Use.BACKGROUND, "settings.background_image_id")
            _save_portal(tx, shop, portal)

        return await self._change(call, merchant_id, change)

    async def update_brand(
        self, call: Call, merchant_id: str, new: Callable[[Shop], Brand], etag: str
    ) -> Shop:
        def change(tx: Transaction) -> None:
            shop = shop_in(tx, merchant_id)
            check_etag(etag, shop.brand.version)
            brand = new(shop)
            _check_brand(shop.brand, brand)
            used(tx, merchant_id, brand.logo_image_id, Use.LOGO, "brand.logo_image_id")
            document = asdict(brand)
            document.pop("version")
            tx.session.merge(
                BrandRow(merchant_id=merchant_id, document=document, version=shop.brand.version + 1)
            )
            _changed(tx, merchant_id, "portal.changed", {"part": "brand"})

        return await self._change(call, merchant_id, change)

    async def add_warehouse(self, call: Call, merchant_id: str, new: WarehouseRecord) -> str:
        """Answers its id."""
        return await self._database.write(lambda tx: _add_warehouse(tx, call, merchant_id, new), call.author)

    async def update_warehouse(
        self,
        call: Call,
        merchant_id: str,
        warehouse_id: str,
        new: Callable[[WarehouseRecord], WarehouseRecord],
        etag: str,
    ) -> Shop:
        def change(tx: Transaction) -> None:
            row = tx.session.get(WarehouseRow, (merchant_id, warehouse_id))
            if row is None:
                raise not_found("warehouse", warehouse_id)
            check_etag(etag, row.version)
            present = warehouse_from({**row.document, "version": row.version})
            _save_warehouse(tx, merchant_id, replace(new(present), version=row.version + 1))

        return await self._change(call, merchant_id, change)

    async def publish(self, call: Call, merchant_id: str, policy: Policy, etag: str) -> PolicyVersion:
        version = await self._database.write(
            lambda tx: _publish(tx, call, merchant_id, policy, etag), call.author
        )
        shop = await self._shops.get(merchant_id)
        return shop.policy_of(version)

    async def _change(self, call: Call, merchant_id: str, change: Callable[[Transaction], None]) -> Shop:
        def once(tx: Transaction) -> None:
            _merchant(tx, merchant_id)
            if made_before(tx, call) is None:
                change(tx)
                remember(tx, call, merchant_id)

        try:
            await self._database.write(once, call.author)
        except Exception as broken:
            if is_duplicate(broken):
                raise refuse(Reason.SLUG_TAKEN) from broken
            raise
        return await self._shops.get(merchant_id)

    def _check_portal(self, shop: Shop, new: Portal) -> None:
        if new.slug:
            _check_slug(new.slug)
        if new.default_language not in _LANGUAGES:
            raise invalid("settings.default_language_code", f"must be one of {', '.join(_LANGUAGES)}")
        if new.status is PortalStatus.INACTIVE:
            return
        if not shop.entitled:
            raise refuse(Reason.NOT_ENTITLED, support_uri=self._support_uri)
        if not new.slug:
            raise refuse(Reason.PORTAL_INCOMPLETE, missing="slug")
        if not shop.warehouses:
            raise refuse(Reason.PORTAL_INCOMPLETE, missing="warehouse")


def _listed(tx: Transaction, size: int, after: str | None) -> Page[MerchantRecord]:
    id = col(MerchantRow.id)
    query = select(MerchantRow).order_by(id).limit(size + 1)
    if after is not None:
        query = query.where(id > after)
    found = [
        MerchantRecord(row.id, row.name, row.entitled, moment(row.create_time))
        for row in tx.session.exec(query)
    ]
    return page_of("merchants", found, size, lambda merchant: merchant.id)


def _create(tx: Transaction, call: Call, name: str) -> str:
    if not name.strip():
        raise invalid("merchant.name", "must not be blank")
    before = made_before(tx, call)
    if before is not None:
        return before
    row = MerchantRow(id=new_id("mer", tx.now), name=name.strip(), create_time=micros(tx.now))
    tx.session.add(row)
    tx.record(row.id, "portal.changed", Subject("merchant", row.id), {"part": "merchant"})
    remember(tx, call, row.id)
    return row.id


def _merchant(tx: Transaction, merchant_id: str) -> MerchantRow:
    """The merchant, locked: changes of its settings come one after another."""
    row = tx.session.get(MerchantRow, merchant_id, with_for_update=True)
    if row is None:
        raise not_found("merchant", merchant_id)
    return row


def _changed(tx: Transaction, merchant_id: str, type: str, attributes: dict[str, str]) -> None:
    _merchant(tx, merchant_id).revision += 1
    tx.record(merchant_id, type, Subject("merchant", merchant_id), attributes)


def _check_slug(slug: str) -> None:
    if not _SLUG.fullmatch(slug) or slug in _RESERVED:
        raise invalid(
            "settings.slug",
            "3 to 40 lower-case letters, digits and single dashes, not one that we use ourselves",
        )


def _save_portal(tx: Transaction, shop: Shop, new: Portal) -> None:
    if new.slug and new.slug != shop.portal.slug:
        _take_slug(tx, shop.id, new.slug)
    row = tx.session.get(PortalRow, shop.id) or PortalRow(merchant_id=shop.id)
    row.status = new.status
    row.slug = new.slug or None
    row.default_language = new.default_language
    row.omit_qr_on_slip = new.omit_qr_on_slip
    row.typed_link_on_slip = new.typed_link_on_slip
    row.background_image_id = new.background_image_id
    row.version = shop.portal.version + 1
    tx.session.add(row)
    tx.session.flush()
    _changed(tx, shop.id, "portal.changed", {"status": new.status})


def _take_slug(tx: Transaction, merchant_id: str, slug: str) -> None:
    owner = tx.session.get(SlugRow, slug)
    if owner is None:
        tx.session.add(SlugRow(slug=slug, merchant_id=merchant_id))
    elif owner.merchant_id != merchant_id:
        raise refuse(Reason.SLUG_TAKEN, slug=slug)


def _check_brand(present: Brand, new: Brand) -> None:
    """What stands there already, as older versions took it, is in nobody's way."""
    kept = {present.policy_uri, present.support_uri, *present.social_uris, ""}
    for name, uris in (
        ("policy_uri", (new.policy_uri,)),
        ("support_uri", (new.support_uri,)),
        ("social_uris", new.social_uris),
    ):
        if not all(uri in kept or is_link(uri) for uri in uris):
            raise invalid(f"brand.{name}", "must be an address that begins with https:// or http://")
    if new.support_email not in (present.support_email, "") and not is_mailbox(new.support_email):
        raise invalid("brand.support_email", "must be an e-mail address, such as help@shop.example")


def _add_warehouse(tx: Transaction, call: Call, merchant_id: str, new: WarehouseRecord) -> str:
    _merchant(tx, merchant_id)
    before = made_before(tx, call)
    if before is not None:
        return before
    warehouse = replace(new, id=new_id("whs", tx.now), version=1)
    _save_warehouse(tx, merchant_id, warehouse)
    remember(tx, call, warehouse.id)
    return warehouse.id


def _save_warehouse(tx: Transaction, merchant_id: str, new: WarehouseRecord) -> None:
    tx.session.merge(
        WarehouseRow(
            merchant_id=merchant_id, id=new.id, document=warehouse_document(new), version=new.version
        )
    )
    _changed(tx, merchant_id, "portal.changed", {"part": "warehouse", "warehouse_id": new.id})


def _publish(tx: Transaction, call: Call, merchant_id: str, policy: Policy, etag: str) -> int:
    _merchant(tx, merchant_id)
    before = made_before(tx, call)
    if before is not None:
        return int(before)
    latest = shop_in(tx, merchant_id).policy.version
    check_etag(etag, latest)
    tx.session.add(
        PolicyRow(
            merchant_id=merchant_id,
            version=latest + 1,
            publish_time=micros(tx.now),
            document=policy_document(policy),
        )
    )
    _changed(tx, merchant_id, "policy.published", {"version": str(latest + 1)})
    remember(tx, call, str(latest + 1))
    return latest + 1
