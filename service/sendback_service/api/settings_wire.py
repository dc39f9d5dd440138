"""What merchants and the operator set up, between the wire and the values of the domain."""

from collections.abc import Sequence

from sendback.v1 import image_pb2, merchant_pb2, merchant_service_pb2, policy_pb2

from sendback_service.api.order_wire import address_message, address_of
from sendback_service.api.times import stamp
from sendback_service.hints import Hint
from sendback_service.images import ImageRecord
from sendback_service.key_ring import NewKey
from sendback_service.pictures import Size
from sendback_service.policy_page import PageCheck
from sendback_service.records import KeyRecord, MerchantRecord, WarehouseRecord
from sendback_service.shops import Brand, Portal, PortalStatus, Shop
from sendback_service.text.advice import findings, hint_text


def merchant_message(found: Shop | MerchantRecord) -> merchant_pb2.Merchant:
    return merchant_pb2.Merchant(
        id=found.id, name=found.name, entitled=found.entitled, create_time=stamp(found.create_time)
    )


def portal_of(m: merchant_pb2.PortalSettings) -> Portal:
    return Portal(
        status=PortalStatus(merchant_pb2.PortalStatus.State.Name(m.status or 1)),
        slug=m.slug,
        default_language=m.default_language_code or "en",
        omit_qr_on_slip=m.omit_qr_on_slip,
        typed_link_on_slip=m.typed_link_on_slip,
        background_image_id=m.background_image_id,
    )


def portal_message(shop: Shop) -> merchant_pb2.PortalSettings:
    return merchant_pb2.PortalSettings(
        merchant_id=shop.id,
        status=str(shop.portal.status),
        slug=shop.portal.slug,
        default_language_code=shop.portal.default_language,
        omit_qr_on_slip=shop.portal.omit_qr_on_slip,
        typed_link_on_slip=shop.portal.typed_link_on_slip,
        background_image_id=shop.portal.background_image_id,
        etag=str(shop.portal.version),
    )


def brand_of(m: merchant_pb2.Brand) -> Brand:
    return Brand(
        display_name=m.display_name,
        color=m.color,
        policy_uri=m.policy_uri,
        support_uri=m.support_uri,
        support_email=m.support_email,
        social_uris=tuple(m.social_uris),
        logo_image_id=m.logo_image_id,
    )


def brand_message(shop: Shop) -> merchant_pb2.Brand:
    brand = shop.brand
    return merchant_pb2.Brand(
        merchant_id=shop.id,
        display_name=brand.display_name,
        color=brand.color,
        policy_uri=brand.policy_uri,
        support_uri=brand.support_uri,
        support_email=brand.support_email,
        social_uris=brand.social_uris,
        logo_image_id=brand.logo_image_id,
        etag=str(brand.version),
    )


def warehouse_of(m: merchant_pb2.Warehouse) -> WarehouseRecord:
    return WarehouseRecord(
        id=m.id,
        address=address_of(m.address, "warehouse.address"),
        regions=frozenset(m.region_codes),
        enclose=tuple((text.language_code, text.text) for text in m.enclose),
    )


def warehouse_message(warehouse: WarehouseRecord) -> merchant_pb2.Warehouse:
    return merchant_pb2.Warehouse(
        id=warehouse.id,
        address=address_message(warehouse.address),
        region_codes=sorted(warehouse.regions),
        enclose=[policy_pb2.LocalizedText(language_code=lang, text=text) for lang, text in warehouse.enclose],
        etag=str(warehouse.version),
    )


def key_message(key: KeyRecord) -> merchant_pb2.AccessKey:
    return merchant_pb2.AccessKey(
        id=key.id,
        kind=str(key.kind),
        merchant_id=key.merchant_id,
        scopes=sorted(key.scopes),
        title=key.title,
        create_time=stamp(key.create_time),
        expire_time=stamp(key.expire_time),
        revoke_time=stamp(key.revoke_time),
    )


def new_key_message(made: NewKey) -> merchant_service_pb2.CreateAccessKeyResponse:
    return merchant_service_pb2.CreateAccessKeyResponse(access_key=key_message(made.key), secret=made.secret)


def hint_messages(hints: Sequence[Hint], language: str) -> list[merchant_pb2.SettingsHint]:
    return [
        merchant_pb2.SettingsHint(
            kind=str(hint.kind), currency_code=hint.currency, explanation=hint_text(hint, language)
        )
        for hint in hints
    ]


def image_message(image: ImageRecord) -> image_pb2.Image:
    return image_pb2.Image(
        id=image.id,
        use=str(image.use),
        variants=[
            image_pb2.ImageVariant(
                size=str(size), width=width, height=height, media_type=media_type, byte_count=count
            )
            for size, width, height, media_type, count in image.variants
        ],
        create_time=stamp(image.create_time),
    )


def size_of(size: int) -> Size:
    """For desktops unless set."""
    return Size(image_pb2.ImageSize.Kind.Name(size or image_pb2.ImageSize.DESKTOP))


def page_check_message(check: PageCheck, language: str) -> merchant_service_pb2.PolicyPageCheck:
    return merchant_service_pb2.PolicyPageCheck(
        uri=check.uri,
        final_uri=check.final_uri,
        outcome=str(check.outcome),
        links_to_portal=check.links_to_portal,
        fee_expected=check.fee_expected,
        fee_mentioned=check.fee_mentioned,
        findings=findings(check, language),
        check_time=stamp(check.time),
    )
