"""What SLS refuses of a shipment, as its emulator does: by its documentation and the texts that were seen. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sendback_colissimo.products import ABROAD, AT_HOME, Printing

_SERVICE = {
    "productCode": 4,
    "depositDate": 10,
    "orderNumber": 30,
    "commercialName": 35,
    "returnTypeChoice": 1,
}
_ADDRESS = {
    **{
        "companyName": 35,
        "lastName": 35,
        "firstName": 29,
        "line0": 35,
        "line1": 35,
        "line2": 35,
        "line3": 35,
    },
    **{"countryCode": 2, "city": 35, "zipCode": 9, "phoneNumber": 15, "mobileNumber": 15, "email": 80},
}
_NEEDED = ("line2", "countryCode", "city", "zipCode")
_SENDERS = {"CORE": AT_HOME, "CORI": ABROAD}
PRODUCT = "30109"


def refusal(body: Any, today: date, other: str) -> tuple[str, str] | None:
    """Id and text of the first thing that is wrong; `other` is the id of all whose own is not known."""
    try:
        return next(_problems(body, today, other), None)
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        return other, f"Le JSON en entrée est incomplet ({type(broken).__name__})"


def _problems(body: Any, today: date, other: str) -> Iterator[tuple[str, str]]:
    letter = body["letter"]
    service, parcel = letter["service"], letter["parcel"]
    product = service["productCode"]
    if product not in _SENDERS:
        yield PRODUCT, "Le code produit est incorrect"
    texts = (
        _of_sheet(body["outputFormat"], product),
        _of_service(service, today),
        _of_parcel(parcel),
        _of_address("expéditeur", letter["sender"]["address"], _SENDERS.get(product, frozenset())),
        _of_address("destinataire", letter["addressee"]["address"], frozenset({"FR"})),
        _of_company(letter["addressee"]["address"]),
    )
    yield from ((other, text) for text in texts if text)


def _of_sheet(sheet: dict[str, Any], product: str) -> str:
    printing = sheet["outputPrintingType"]
    if printing not in set(Printing):
        return "Le format de sortie est incorrect"
    if product == "CORI" and printing != Printing.PDF_A4:
        return "Le format de sortie n'est pas autorisé pour ce produit"
    return ""


def _of_service(service: dict[str, Any], today: date) -> str:
    if date.fromisoformat(service["depositDate"]) < today:
        return "La date de dépôt est antérieure à la date du jour"
    return _of_lengths("service", service, _SERVICE)


def _of_parcel(parcel: dict[str, Any]) -> str:
    if "weight" not in parcel:
        return "Le poids du colis n'a pas été transmis"
    if not 0.01 <= parcel["weight"] <= 30.0 or round(parcel["weight"], 2) != parcel["weight"]:
        return "Le poids du colis est incorrect"
    value = parcel.get("insuranceValue", 0)
    return "" if isinstance(value, int) and 0 <= value <= 500_000 else "La valeur assurée est incorrecte"


def _of_address(side: str, address: dict[str, Any], countries: frozenset[str]) -> str:
    for name in _NEEDED:
        if not address.get(name):
            return f"{name} : {side} non transmis"
    if not address.get("companyName") and not (address.get("firstName") and address.get("lastName")):
        return f"Le nom : {side} non transmis"
    if address["countryCode"] not in countries:
        return f"Le pays : {side} n'est pas desservi par ce produit"
    if address["countryCode"] == "ES" and address["zipCode"][:2] in ("35", "38"):
        return "Les Canaries ne sont pas desservies"
    return _of_lengths(side, address, _ADDRESS)


def _of_company(addressee: dict[str, Any]) -> str:
    return "" if addressee.get("companyName") else "La raison sociale du destinataire n'a pas été transmise"


def _of_lengths(where: str, fields: dict[str, Any], longest: dict[str, int]) -> str:
    for name, value in fields.items():
        if name not in longest:
            return f"{where}.{name} : champ inconnu"
        if value == "" or len(str(value)) > longest[name] or not str(value).isprintable():
            return f"{where}.{name} : longueur incorrecte"
    return ""
