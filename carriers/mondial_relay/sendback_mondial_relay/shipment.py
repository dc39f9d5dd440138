"""A shipment as Mondial Relay's API v2 takes it: a return left at a Point Relais and delivered to the merchant. Pure.

The order of the elements is that of its schema; the namespace is literally `http://www.example.org/Request`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element

from sendback_sdk import Address, Declined, LabelFormat, LabelRequest, Parcel

from sendback_mondial_relay.letters import lines, printed
from sendback_mondial_relay.markup import add, written

NAMESPACE = "http://www.example.org/Request"
_LONGEST_NAME = _LONGEST_CITY = _LONGEST_MORE = 30
_LONGEST_CONTENT, _LONGEST_ORDER, _LONGEST_POSTCODE = 40, 15, 10
_LIGHTEST_GRAMS = 10
_PHONE = re.compile(r"\+[0-9]{6,19}")
_EMAIL = re.compile(r"[\w.@-]{7,70}", re.ASCII)
# Where its network does not go, under the mother country's code: overseas France (without Monaco's 980), the Canaries,
# Ceuta and Melilla, the Azores and Madeira.
_OUTSIDE = {
    "FR": re.compile(r"97|98(?!0)"),
    "ES": re.compile(r"35|38|51|52"),
    "PT": re.compile(r"9"),
}


class Output(StrEnum):
    """What is asked for: a link to a PDF, the printer's language, or a code to show."""

    PDF = "PdfUrl"
    ZPL = "ZplCode"
    QR = "QRCode"


_FORMAT_OF = {Output.PDF: "10x15", Output.ZPL: "Generic_ZPL_10x15_200dpi", Output.QR: ""}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How an account writes: whose shipment, in which language, what comes out, how long a street may be."""

    login: str
    password: str
    customer_id: str
    culture: str
    output: Output
    street_length: int


def output_for(format: LabelFormat, *, printerless: bool) -> Output:
    if printerless and format is LabelFormat.ZPL:
        raise Declined("a code to show is no ZPL: ask for PDF")
    if printerless:
        return Output.QR
    return Output.ZPL if format is LabelFormat.ZPL else Output.PDF


def shipment(request: LabelRequest, sheet: Sheet) -> bytes:
    root = Element("ShipmentCreationRequest", xmlns=NAMESPACE)
    _context(root, sheet)
    options = add(root, "OutputOptions")
    add(options, "OutputFormat", _FORMAT_OF[sheet.output])
    add(options, "OutputType", sheet.output)
    wanted = add(add(root, "ShipmentsList"), "Shipment")
    add(wanted, "OrderNo", re.sub(r"[^0-9A-Z_-]", "", request.return_reference.upper())[:_LONGEST_ORDER])
    add(wanted, "CustomerNo")
    add(wanted, "ParcelCount", "1")
    add(wanted, "DeliveryMode", Mode="LCC", Location="")
    add(wanted, "CollectionMode", Mode="REL", Location="")
    _parcel(add(add(wanted, "Parcels"), "Parcel"), request.parcel)
    add(wanted, "DeliveryInstruction")
    _address(add(wanted, "Sender"), request.sender, sheet)
    _address(add(wanted, "Recipient"), request.recipient, sheet)
    return written(root)


def outside(address: Address) -> bool:
    rule = _OUTSIDE.get(address.country)
    return rule is not None and rule.match(printed(address.postal_code)) is not None


def _context(root: Element, sheet: Sheet) -> None:
    context = add(root, "Context")
    add(context, "Login", sheet.login)
    add(context, "Password", sheet.password)
    add(context, "CustomerId", sheet.customer_id)
    add(context, "Culture", sheet.culture)
    add(context, "VersionAPI", "1.0")


def _parcel(element: Element, parcel: Parcel) -> None:
    add(element, "Content", printed(parcel.contents)[:_LONGEST_CONTENT] or "RETOUR")
    sides = {"Length": parcel.length_mm, "Width": parcel.width_mm, "Depth": parcel.height_mm}
    if all(sides.values()):
        for name, millimetres in sides.items():
            add(element, name, Value=str(-(-millimetres // 10)), Unit="cm")
    add(element, "Weight", Value=str(max(parcel.weight_grams, _LIGHTEST_GRAMS)), Unit="gr")


def _address(side: Element, address: Address, sheet: Sheet) -> None:
    """AddressAdd1 stands for first and last name, AddressAdd2 for more of the name, AddressAdd3 for more of the
    street. Monaco is written as France, which is how its phone numbers are documented."""
    names = [name for name in (printed(address.company), printed(address.name)) if name] or ["-"]
    street, rest = lines(address.street, sheet.street_length, _LONGEST_MORE)
    element = add(side, "Address")
    for name in ("Title", "Firstname", "Lastname"):
        add(element, name)
    add(element, "Streetname", street or "-")
    add(element, "HouseNo")
    add(element, "CountryCode", "FR" if address.country == "MC" else address.country)
    add(element, "PostCode", printed(address.postal_code)[:_LONGEST_POSTCODE].strip())
    add(element, "City", printed(address.city)[:_LONGEST_CITY].strip())
    add(element, "AddressAdd1", names[0][:_LONGEST_NAME].strip())
    add(element, "AddressAdd2", " ".join(names[1:])[:_LONGEST_MORE].strip())
    add(element, "AddressAdd3", f"{rest} {printed(address.street2)}".strip()[:_LONGEST_MORE].strip())
    phone = re.sub(r"[\s().-]", "", address.phone)
    add(element, "PhoneNo", phone if _PHONE.fullmatch(phone) else "")
    add(element, "MobileNo")
    add(element, "Email", address.email if _EMAIL.fullmatch(address.email) else "")
