"""What buyers see of themselves and of the shop, between the wire and the values of the domain."""

from sendback.v1 import portal_service_pb2 as pb
from sendback_sdk import DropOff
from sendback_sdk.addresses import Address

from sendback_service.access import BuyerSession, Strength
from sendback_service.api.order_wire import address_message
from sendback_service.api.times import stamp
from sendback_service.buyers import SignedIn
from sendback_service.rules.policy import Reason
from sendback_service.shops import Shop


def portal_message(shop: Shop, language: str) -> pb.Portal:
    portal = pb.Portal(
        slug=shop.portal.slug,
        available=shop.open,
        display_name=shop.display_name,
        support_uri=shop.brand.support_uri,
        language_code=language,
        unlisted=not shop.promoted,
        logo_image_id=shop.brand.logo_image_id,
        support_email=shop.brand.support_email,
    )
    if shop.open:
        portal.color = shop.brand.color
        portal.policy_uri = shop.brand.policy_uri
        portal.background_image_id = shop.portal.background_image_id
        portal.social_uris.extend(shop.brand.social_uris)
        portal.time_zone = shop.policy.policy.window.time_zone
    return portal


def session_message(signed: SignedIn) -> pb.Session:
    return pb.Session(
        session_token=signed.token,
        expire_time=stamp(signed.session.expires),
        language_code=signed.session.language,
        order_id=signed.session.order_id,
    )


def visible(address: Address, session: BuyerSession) -> Address:
    """Whoever came by a slip may be a stranger."""
    if session.strength is Strength.KNOWN:
        return address
    return Address(name="", street="", postal_code="", city=address.city, country=address.country)


def reason_message(reason: Reason, language: str) -> pb.OfferedReason:
    titles = dict(reason.titles)
    title = titles.get(language) or titles.get("en") or next(iter(titles.values()))
    return pb.OfferedReason(code=reason.code, title=title, evidence=str(reason.evidence))


def drop_off_message(point: DropOff) -> pb.DropOffPoint:
    return pb.DropOffPoint(
        id=point.id,
        name=point.name,
        address=address_message(point.address),
        distance_meters=max(0, point.distance_m),
        opening_hours=point.opening_hours,
    )
