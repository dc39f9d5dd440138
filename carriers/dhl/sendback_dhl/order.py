"""What is asked of DHL: a request for a label as its ReturnOrder has it. Pure."""

import re
import textwrap
from dataclasses import dataclass
from typing import Any

from sendback_sdk import Address, Declined, LabelRequest, Parcel

from sendback_dhl.letters import Letters, printed
from sendback_dhl.streets import divided

_LONGEST_NAME = _LONGEST_STREET = _LONGEST_REFERENCE = 50
_LONGEST_CITY, _LONGEST_STATE, _LONGEST_EMAIL, _LONGEST_PHONE = 40, 20, 70, 20
_POSTAL_CODE = re.compile(r"[0-9A-Za-z]+([ -]?[0-9A-Za-z]+)*")
# "L-1234", "D-10117": the country has no place in it.
_COUNTRY = re.compile(r"[A-Za-z]{1,3}-(?=\d)")
_EMAIL, _PHONE = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), re.compile(r"\+?[0-9][0-9 ()/.-]{4,}")
_CURRENCIES = frozenset({"EUR", "GBP", "CHF"})


@dataclass(frozen=True, slots=True)
class Hand:
    """How an account writes: its letters, and what stands for a house number where there is none."""

    letters: Letters
    no_number: str


def order(request: LabelRequest, receiver: str, hand: Hand) -> dict[str, Any]:
    """The receiver fixes the sender's country and the warehouse: neither has a field of its own."""
    return {
        "receiverId": receiver,
        "customerReference": request.return_reference[:_LONGEST_REFERENCE],
        "shipmentReference": request.reference[:_LONGEST_REFERENCE],
        "creationSoftware": "Sendback",
        "shipper": _shipper(request.sender, hand),
        **_parcel(request.parcel),
    }


def _shipper(address: Address, hand: Hand) -> dict[str, str]:
    """Empty fields are left out. What a line is too short for goes on to the third line of the name."""
    street = divided(printed(address.street, hand.letters), address.country)
    line, *rest = textwrap.wrap(street.name, _LONGEST_STREET) or [""]
    more = " ".join([*rest, street.more, printed(address.street2, hand.letters)])
    names = [printed(each, hand.letters) for each in (address.company, address.name)]
    first, *second = [each for each in names if each] or ["-"]
    fields = {
        "name1": first[:_LONGEST_NAME].strip(),
        "name2": " ".join(second)[:_LONGEST_NAME].strip(),
        "name3": " ".join(more.split())[:_LONGEST_NAME].strip(),
        "addressStreet": _needed(line, "street"),
        "addressHouse": street.number or hand.no_number,
        "postalCode": _postal_code(address.postal_code),
        "city": _needed(printed(address.city, hand.letters)[:_LONGEST_CITY].strip(), "city"),
        "state": printed(address.region, hand.letters)[:_LONGEST_STATE].strip(),
        "email": _whole(address.email, _EMAIL, _LONGEST_EMAIL),
        "phone": _whole(address.phone, _PHONE, _LONGEST_PHONE),
    }
    return {name: value for name, value in fields.items() if value}


def _parcel(parcel: Parcel) -> dict[str, Any]:
    """Grams as they are; the value in major units, as a JSON number, which Python writes as the decimal itself."""
    fields: dict[str, Any] = {}
    if parcel.weight_grams > 0:
        fields["itemWeight"] = {"uom": "g", "value": parcel.weight_grams}
    if parcel.value is not None and parcel.value.currency in _CURRENCIES:
        fields["itemValue"] = {"currency": parcel.value.currency, "value": float(parcel.value.decimal())}
    return fields


def _postal_code(given: str) -> str:
    bare = _COUNTRY.sub("", printed(given, Letters.ASCII), count=1)
    if not 3 <= len(bare) <= 10 or not _POSTAL_CODE.fullmatch(bare):
        raise Declined("DHL needs a postal code of the sender: 3 to 10 letters and digits")
    return bare


def _needed(text: str, what: str) -> str:
    if not text:
        raise Declined(f"DHL needs the sender's {what}")
    return text


def _whole(text: str, kind: re.Pattern[str], longest: int) -> str:
    """Half an address or number reaches nobody, and a wrong one must not cost the label: it is left out."""
    return text if len(text) <= longest and text.isprintable() and kind.fullmatch(text) else ""
