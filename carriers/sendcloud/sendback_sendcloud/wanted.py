"""What is asked of Sendcloud: a request for a label in the words of its API v3. Pure."""

import re
import textwrap
from dataclasses import dataclass
from typing import Any

from sendback_sdk import Address, CustomsItem, Declined, LabelRequest, Money, Parcel

from sendback_sendcloud.options import Option
from sendback_sendcloud.streets import divided

_LONGEST_TEXT = 500
_LONGEST_CITY, _LONGEST_POSTCODE, _LONGEST_PHONE, _LONGEST_EMAIL = 30, 12, 20, 64
# ISO 3166-2, with or without the country
_PROVINCE = re.compile(r"([A-Z]{2}-)?[A-Z0-9]{1,3}")
# The only currencies that it insures in.
_INSURED_IN = frozenset({"EUR", "GBP", "USD"})


@dataclass(frozen=True, slots=True)
class Manners:
    """How an account writes: the longest line that its carriers print, whether house numbers are told apart, whether
    parcels are insured for their value."""

    longest_line: int
    house_numbers: bool
    insured: bool


def wanted(request: LabelRequest, option: Option, manners: Manners) -> dict[str, Any]:
    body = {
        "from_address": _address(request.sender, manners),
        "to_address": _address(request.recipient, manners),
        "ship_with": _ship_with(option),
        "weight": _grams(request.parcel.weight_grams),
        "collo_count": 1,
        "external_reference": request.reference,
        "order_number": order_number(request),
        "delivery_option": "drop_off_labelless" if option.labelless else "drop_off_point",
        "send_tracking_emails": False,
    }
    return body | _size(request.parcel) | _insurance(request.parcel, manners) | _customs(request)


def order_number(request: LabelRequest) -> str:
    """The one field that is known to come back in lists, so it names the label: what people read first, then the
    reference, then the format as a file would have it."""
    return f"{request.return_reference} {request.reference}.{request.format.lower()}"


def _ship_with(option: Option) -> dict[str, Any]:
    how: dict[str, Any] = {"type": "shipping_option_code", "shipping_option_code": option.code}
    return how if option.contract is None else {**how, "contract": option.contract}


def _address(address: Address, manners: Manners) -> dict[str, str]:
    """Empty fields are left out. What a line is too short for goes on to the second, and ends there."""
    street, number = divided(_plain(address.street), address.country) if manners.house_numbers else ("", "")
    lines = textwrap.wrap(street or _plain(address.street), manners.longest_line) or ["—"]
    more = " ".join([*lines[1:], _plain(address.street2)])
    fields = {
        "name": _plain(address.name or address.company)[: manners.longest_line] or "—",
        "company_name": _plain(address.company)[: manners.longest_line],
        "address_line_1": lines[0],
        "house_number": number,
        "address_line_2": more.strip()[: manners.longest_line],
        "postal_code": _plain(address.postal_code)[:_LONGEST_POSTCODE],
        "city": _plain(address.city)[:_LONGEST_CITY],
        "state_province_code": address.region if _PROVINCE.fullmatch(address.region) else "",
        "country_code": address.country,
        "phone_number": _whole(address.phone, _LONGEST_PHONE),
        "email": _whole(address.email, _LONGEST_EMAIL),
    }
    return {name: value for name, value in fields.items() if value}


def _size(parcel: Parcel) -> dict[str, Any]:
    sides = {"length": parcel.length_mm, "width": parcel.width_mm, "height": parcel.height_mm}
    return {"dimensions": {**sides, "unit": "mm"}} if all(sides.values()) else {}


def _insurance(parcel: Parcel, manners: Manners) -> dict[str, Any]:
    if not manners.insured or parcel.value is None:
        return {}
    if parcel.value.currency not in _INSURED_IN:
        raise Declined(f"Sendcloud insures in {', '.join(sorted(_INSURED_IN))}, not {parcel.value.currency}")
    return {"total_insured_value": _price(parcel.value)}


def _customs(request: LabelRequest) -> dict[str, Any]:
    """Goods are told where a border is crossed; coming back, they are `returned_goods`."""
    if not request.customs:
        return {}
    return {
        "parcel_items": [_item(item) for item in request.customs],
        "customs_invoice_nr": request.return_reference,
        "customs_information": {
            "invoice_number": request.return_reference,
            "export_reason": "returned_goods",
        },
    }


def _item(item: CustomsItem) -> dict[str, Any]:
    fields = {
        "description": _plain(item.description),
        "quantity": item.quantity,
        "weight": _grams(item.weight_grams),
        "price": _price(item.value),
        "hs_code": item.hs_code,
        "origin_country": item.country_of_origin,
    }
    return {name: value for name, value in fields.items() if value != ""}


def _grams(grams: int) -> dict[str, Any]:
    """A weight of nothing is refused; what nobody weighed is a gram."""
    return {"value": max(grams, 1), "unit": "g"}


def _price(money: Money) -> dict[str, Any]:
    """The API wants a JSON number in major units; Python writes the shortest one, which is the decimal itself."""
    return {"value": float(money.decimal()), "currency": money.currency}


def _plain(text: str) -> str:
    """On one line, without what cannot be printed, and no longer than any address."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:_LONGEST_TEXT]).split())


def _whole(text: str, longest: int) -> str:
    """Half a number or address reaches nobody: what is too long is left out."""
    plain = _plain(text)
    return plain if len(plain) <= longest else ""
