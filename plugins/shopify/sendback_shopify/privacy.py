"""The three requests that every app must hear (Shopify's compliance webhooks).

Topics stand in a header, which is not signed: a body that was sent for one thing must not do another. So the body has
to have the shape of its topic and no other's."""

import hashlib
from typing import Any

from pydantic import BaseModel, ValidationError
from sendback_sdk import Declined, PrivacyKind, PrivacyRequest


class _Customer(BaseModel):
    id: int
    email: str | None = None


class _Body(BaseModel):
    shop_domain: str
    customer: _Customer | None = None
    orders_requested: list[int] | None = None
    orders_to_redact: list[int] | None = None

    @property
    def kind(self) -> PrivacyKind | None:
        match (
            self.customer is not None,
            self.orders_requested is not None,
            self.orders_to_redact is not None,
        ):
            case (True, True, False):
                return PrivacyKind.TELL_BUYER
            case (True, False, True):
                return PrivacyKind.ERASE_BUYER
            case (False, False, False):
                return PrivacyKind.ERASE_SHOP
        return None


PRIVACY_TOPICS = {
    "customers/data_request": PrivacyKind.TELL_BUYER,
    "customers/redact": PrivacyKind.ERASE_BUYER,
    "shop/redact": PrivacyKind.ERASE_SHOP,
}


def privacy_request(topic: str, body: dict[str, Any], shop: str, raw: bytes) -> PrivacyRequest:
    """The same body is the same request, however often it comes."""
    try:
        asked = _Body.model_validate(body)
    except ValidationError as broken:
        raise Declined("the request cannot be read") from broken
    if asked.shop_domain != shop or asked.kind is not PRIVACY_TOPICS[topic]:
        raise Declined(f"the body is none of {topic}")
    customer, orders = asked.customer, (asked.orders_requested or asked.orders_to_redact or [])
    return PrivacyRequest(
        kind=PRIVACY_TOPICS[topic],
        key=hashlib.sha256(raw).hexdigest()[:32],
        emails=(customer.email,) if customer and customer.email else (),
        customer_ids=(str(customer.id),) if customer else (),
        order_ids=tuple(str(id) for id in orders),
    )
