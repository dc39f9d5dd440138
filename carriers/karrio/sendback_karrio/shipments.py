"""karrio's shipments: what is asked for, and the label in the answer."""

import base64
import binascii
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sendback_sdk import Address, CustomsItem, Label, LabelFormat, LabelRequest, Money, OutcomeUnknown, Parcel
from sendback_sdk.money import exponent

from sendback_karrio.settings import Ask, KarrioSettings

# The longest that karrio takes, by field.
_LONGEST = {
    "person_name": 100,
    "company_name": 100,
    "address_line1": 100,
    "address_line2": 100,
    "postal_code": 20,
    "city": 50,
    "state_code": 50,
    "phone_number": 50,
    "email": 100,
}
# Some connections write ZPL or SVG without escaping: no command may come from an address.
_COMMANDS = str.maketrans({"^": " ", "~": " ", "<": " ", ">": " ", "&": "+"})


def wanted(request: LabelRequest, settings: KarrioSettings) -> dict[str, Any]:
    """A draft. Our reference is a key of its metadata, by which karrio's database finds it; people read the return's.

    karrio takes a return in the direction of the first delivery and turns it round itself."""
    buyer, warehouse = _address(request.sender), _address(request.recipient)
    turned = settings.ask_for is Ask.RETURN
    shipment = {
        "shipper": warehouse if turned else buyer,
        "recipient": buyer if turned else warehouse,
        "is_return": turned,
        "parcels": [_parcel(request.parcel)],
        "carrier_ids": [settings.connection],
        "services": [settings.service],
        "reference": _line(request.return_reference, 100),
        "metadata": {request.reference: request.return_reference},
    }
    if request.customs:
        shipment["customs"] = _customs(request.customs)
    return shipment


def document_of(shipment: dict[str, Any]) -> bytes:
    """The label among the documents that come with a purchase."""
    documents = shipment.get("shipping_documents") or []
    encoded = next((d.get("base64") for d in documents if d.get("category") == "label"), None)
    try:
        return base64.b64decode(encoded or "", validate=True)
    except (binascii.Error, ValueError) as broken:
        raise OutcomeUnknown("a label that is no base64") from broken


def label(shipment: dict[str, Any], document: bytes) -> Label:
    try:
        return Label(
            tracking_number=shipment["tracking_number"] or "",
            document=document,
            format=LabelFormat(shipment["label_type"]),
            tracking_url=_public(shipment.get("tracking_url")),
            price=_price(shipment.get("selected_rate") or {}),
            carrier_reference=shipment["id"],
        )
    except (KeyError, ValueError, TypeError, ArithmeticError) as broken:
        raise OutcomeUnknown(f"a label that cannot be read: {broken}") from broken


def _address(address: Address) -> dict[str, Any]:
    parts = {
        "person_name": address.name or address.company,
        "company_name": address.company,
        "address_line1": address.street,
        "address_line2": address.street2,
        "postal_code": address.postal_code,
        "city": address.city,
        "state_code": address.region,
        "phone_number": address.phone,
        "email": address.email,
    }
    filled = {name: _line(text, _LONGEST[name]) for name, text in parts.items() if text.strip()}
    return {**filled, "country_code": address.country}


def _line(text: str, longest: int) -> str:
    """One printable line that commands nothing."""
    return "".join(c for c in text.translate(_COMMANDS) if c.isprintable()).strip()[:longest]


def _parcel(parcel: Parcel) -> dict[str, Any]:
    """Kilograms and centimetres, which every connection converts from; unknown sides are left out."""
    sides = {"length": parcel.length_mm, "width": parcel.width_mm, "height": parcel.height_mm}
    known = {name: mm / 10 for name, mm in sides.items() if mm}
    unit = {"dimension_unit": "CM"} if known else {}
    content = {"content": _line(parcel.contents, 100)} if parcel.contents else {}
    return {"weight": parcel.weight_grams / 1000, "weight_unit": "KG", **known, **unit, **content}


def _customs(items: tuple[CustomsItem, ...]) -> dict[str, Any]:
    return {"content_type": "return_merchandise", "commodities": [_commodity(item) for item in items]}


def _commodity(item: CustomsItem) -> dict[str, Any]:
    known = {"hs_code": item.hs_code, "origin_country": item.country_of_origin}
    return {
        "description": _line(item.description, 200),
        "quantity": item.quantity,
        "weight": item.weight_grams / 1000,
        "weight_unit": "KG",
        "value_amount": item.value.decimal(),
        "value_currency": item.value.currency,
        **{name: value for name, value in known.items() if value},
    }


def _public(url: object) -> str:
    """Where the connected carrier has no page of its own karrio answers a path of its API, which is no buyer's."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""


def _price(rate: dict[str, Any]) -> Money | None:
    """What the connection says that it charges; a rate sheet that nobody filled in says 0, which is no price."""
    total, currency = rate.get("total_charge"), rate.get("currency")
    if not total or not currency:
        return None
    minor = (Decimal(total) * 10 ** exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(int(minor), currency)
