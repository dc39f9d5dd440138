"""What is asked of Colissimo: a request for a label as its SLS 2.0 has it. Pure.

Empty fields are left out, as its documentation asks."""

import re
import textwrap
from dataclasses import dataclass
from datetime import date
from typing import Any

from sendback_sdk import Address, Declined, LabelRequest, Parcel

from sendback_colissimo.letters import Letters, printed
from sendback_colissimo.products import Printing, Product, country_of, postal_code

_LONGEST_LINE, _LONGEST_FIRST_NAME, _LONGEST_ORDER, _LONGEST_PARCEL_REF = 35, 29, 30, 17
_LONGEST_POSTAL_CODE = 9
_NO_RETURN_OF_THE_RETURN = 3
_MOST_INSURED_CENTS = 500_000
_PHONE = re.compile(r"\+?[0-9]{8,14}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a shipment is the account's: its product and sheet, the day, its letters, whether it insures, and the
    account that pays where that is another."""

    product: Product
    printing: Printing
    day: date
    letters: Letters
    insured: bool
    parent_account: str


def shipment(request: LabelRequest, terms: Terms) -> dict[str, Any]:
    body: dict[str, Any] = {
        "outputFormat": {"x": 0, "y": 0, "outputPrintingType": terms.printing.value},
        "letter": {
            "service": _service(request, terms),
            "parcel": _parcel(request.parcel, terms),
            "sender": {
                "senderParcelRef": request.return_reference[:_LONGEST_PARCEL_REF],
                "address": _sender(request.sender, terms.letters),
            },
            "addressee": {"address": _addressee(request.recipient, terms.letters)},
        },
    }
    if terms.parent_account:
        body["fields"] = {"field": [{"key": "ACCOUNT_NUMBER", "value": terms.parent_account}]}
    return body


def _service(request: LabelRequest, terms: Terms) -> dict[str, Any]:
    shop = printed(request.recipient.company, terms.letters)[:_LONGEST_LINE].strip()
    return _filled(
        {
            "productCode": terms.product.value,
            "depositDate": terms.day.isoformat(),
            "orderNumber": request.return_reference[:_LONGEST_ORDER],
            "commercialName": shop,
            "returnTypeChoice": _NO_RETURN_OF_THE_RETURN,
        }
    )


def _parcel(parcel: Parcel, terms: Terms) -> dict[str, Any]:
    """Kilograms with two decimals, rounded up, ten grams at least; the insured value in cents."""
    fields: dict[str, Any] = {"weight": max(-(-parcel.weight_grams // 10), 1) / 100}
    if terms.insured and parcel.value is not None:
        if parcel.value.currency != "EUR":
            raise Declined(f"Colissimo insures in EUR, not {parcel.value.currency}")
        fields["insuranceValue"] = min(parcel.value.minor, _MOST_INSURED_CENTS)
    return fields


def _sender(address: Address, letters: Letters) -> dict[str, str]:
    """Persons are first and last names: the first word is taken for the one, the rest for the other."""
    first, _, last = printed(address.name, letters).partition(" ")
    fields = {
        "companyName": printed(address.company, letters)[:_LONGEST_LINE].strip(),
        "firstName": first[:_LONGEST_FIRST_NAME] if last else "-",
        "lastName": (last or first or "-")[:_LONGEST_LINE].strip(),
    }
    return _filled(fields | _place(address, letters))


def _addressee(address: Address, letters: Letters) -> dict[str, str]:
    """Returns must name a company."""
    company = printed(address.company or address.name, letters)[:_LONGEST_LINE].strip()
    person = printed(address.name, letters)[:_LONGEST_LINE].strip() if address.company else ""
    fields = {"companyName": company or "-", "lastName": person}
    return _filled(fields | _place(address, letters))


def _place(address: Address, letters: Letters) -> dict[str, str]:
    """`line2` is number and street. What it is too short for goes on to `line3`, and from there to `line1`."""
    street, *rest = textwrap.wrap(printed(address.street, letters), _LONGEST_LINE) or [""]
    more = " ".join([*rest, printed(address.street2, letters)])
    beside, *beyond = textwrap.wrap(more, _LONGEST_LINE) or [""]
    phone = re.sub(r"[\s().-]", "", address.phone)
    return {
        "line1": beyond[0] if beyond else "",
        "line2": _needed(street, "street"),
        "line3": beside,
        "countryCode": country_of(address),
        "city": _needed(printed(address.city, letters)[:_LONGEST_LINE].strip(), "city"),
        "zipCode": _needed(
            printed(postal_code(address), Letters.ASCII)[:_LONGEST_POSTAL_CODE], "postal code"
        ),
        "phoneNumber": phone if _PHONE.fullmatch(phone) else "",
        "email": address.email if len(address.email) <= 80 and _EMAIL.fullmatch(address.email) else "",
    }


def _needed(text: str, what: str) -> str:
    if not text:
        raise Declined(f"Colissimo needs a {what}")
    return text


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value != ""}
