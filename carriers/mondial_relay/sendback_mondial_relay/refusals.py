"""What Mondial Relay's API v2 says of a shipment, as its emulator does: its codes, by its documentation. Pure."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from sendback_mondial_relay.markup import text

NAMESPACE = "http://www.example.org/Request"
Said = tuple[str, str, str]

# Elements in the order of the schema.
_SHIPMENT = (
    *("OrderNo", "CustomerNo", "ParcelCount", "ShipmentValue", "Options", "DeliveryMode", "CollectionMode"),
    *("Parcels", "DeliveryInstruction", "Sender", "Recipient"),
)
_ADDRESS = (
    *("Title", "Firstname", "Lastname", "Streetname", "HouseNo", "CountryCode", "PostCode", "City"),
    *("AddressAdd1", "AddressAdd2", "AddressAdd3", "PhoneNo", "MobileNo", "Email"),
)
_FORMATS = {
    "PdfUrl": {"10x15", "A4", "A5"},
    "ZplCode": {"Generic_ZPL_10x15_200dpi"},
    "IplCode": {"Generic_IPL_10x15_204dpi"},
    "QRCode": {""},
}
_TEXT = r"[0-9A-Z_\-'., /]"
_NAMES = ("AddressAdd1", "AddressAdd2", "AddressAdd3")


def refusals(shipment: Element, options: Element, countries: frozenset[str]) -> list[Said]:
    """Code, level and message of everything that is wrong; warnings among them refuse nothing."""
    output, format = text(options, "OutputType"), text(options, "OutputFormat")
    if output not in _FORMATS:
        return [("10010", "Error", "Invalid output type")]
    found = [] if format in _FORMATS[output] else [("10008", "Warning", "Unknown outputFormat")]
    return [*found, *_of_shipment(shipment), *_of_sides(shipment, countries)]


def _of_shipment(shipment: Element) -> Iterator[Said]:
    if not _in_order(shipment, _SHIPMENT):
        yield "99998", "Error", "XML Parse error"
        return
    if not re.fullmatch(r"[0-9A-Z_-]{0,15}", text(shipment, "OrderNo")):
        yield "10014", "Warning", "Invalid order number"
    parcels = shipment.findall("{*}Parcels/{*}Parcel")
    if text(shipment, "ParcelCount") != str(len(parcels)) or len(parcels) != 1:
        yield "10065", "Error", "The number of parcel elements is different"
    if _mode(shipment, "DeliveryMode") != "LCC":
        yield "10024", "Error", "Invalid delivery mode"
    if _mode(shipment, "CollectionMode") != "REL":
        yield "10027", "Error", "Invalid collection mode"
    for parcel in parcels:
        weight = parcel.find("{*}Weight")
        grams = "" if weight is None or weight.get("Unit") != "gr" else weight.get("Value", "")
        if not re.fullmatch(r"[0-9]{1,10}", grams) or not 10 <= int(grams) <= 30_000:
            yield "10034", "Error", "Invalid weight"
        if len(text(parcel, "Content")) > 40:
            yield "10029", "Warning", "Invalid content"


def _of_sides(shipment: Element, countries: frozenset[str]) -> Iterator[Said]:
    for side, missing in (("Sender", "10012"), ("Recipient", "10013")):
        address = shipment.find(f"{{*}}{side}/{{*}}Address")
        if address is None:
            yield missing, "Error", f"No {side}"
        elif not _in_order(address, _ADDRESS):
            yield "99998", "Error", "XML Parse error"
        else:
            yield from _of_address(address, countries)


def _of_address(address: Element, countries: frozenset[str]) -> Iterator[Said]:
    named = text(address, "Firstname") and text(address, "Lastname")
    if not (named or text(address, "AddressAdd1")):
        yield "10054", "Error", "Unknown address"
    street = text(address, "Streetname")
    if not re.fullmatch(_TEXT + "+", street):
        yield "10039", "Error", "Invalid street name"
    if len(street + text(address, "HouseNo")) > 30:
        yield "10063", "Error", "HouseNo + StreetName should not be greater than 30 characters"
    if text(address, "CountryCode") not in countries:
        yield "10079", "Error", "Invalid country code for your customer settings"
    if not re.fullmatch(r"[0-9A-Z -]{2,10}", text(address, "PostCode")):
        yield "10044", "Error", "Invalid postcode"
    if not re.fullmatch(_TEXT + "{2,30}", text(address, "City")):
        yield "10046", "Error", "Invalid city"
    for number, name in enumerate(_NAMES):
        if not re.fullmatch(_TEXT + "{0,30}", text(address, name)):
            yield str(10048 + number), "Warning", f"Invalid {name}"
    if not re.fullmatch(r"(\+[0-9]{3,19})?", text(address, "PhoneNo")):
        yield "10051", "Warning", "Invalid phone number"
    if not re.fullmatch(r"([\w.@-]{7,70})?", text(address, "Email"), re.ASCII):
        yield "10053", "Warning", "Invalid email"


def _mode(shipment: Element, name: str) -> str:
    mode = shipment.find(f"{{*}}{name}")
    return "" if mode is None else mode.get("Mode", "")


def _in_order(element: Element, order: tuple[str, ...]) -> bool:
    """All of the schema's namespace, none that it does not know, in its order."""
    places = [
        order.index(name) if namespace == "{" + NAMESPACE and name in order else -1
        for namespace, _, name in (child.tag.rpartition("}") for child in element)
    ]
    return -1 not in places and places == sorted(places)
