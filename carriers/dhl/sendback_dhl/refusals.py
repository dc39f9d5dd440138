"""What DHL refuses of an order, as its emulator does: by the API's schema, and by what each country writes. Pure."""

import re
from typing import Any

_FIELDS = {
    **{
        "name1": (1, 50),
        "name2": (0, 50),
        "name3": (0, 50),
        "addressStreet": (1, 50),
        "addressHouse": (1, 10),
    },
    **{"postalCode": (3, 10), "city": (1, 40), "state": (0, 20), "email": (0, 70), "phone": (0, 20)},
}
_NEEDED = ("name1", "addressStreet", "addressHouse", "postalCode", "city")
_REFERENCES = {"customerReference": 50, "shipmentReference": 50, "creationSoftware": 35}
_POSTAL_CODES = {
    **dict.fromkeys(("aut", "bel", "dnk", "hun", "lux"), r"\d{4}"),
    **dict.fromkeys(("deu", "esp", "fin", "fra", "ita"), r"\d{5}"),
    **dict.fromkeys(("cze", "grc", "svk", "swe"), r"\d{3} ?\d{2}"),
    **{
        "irl": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
        "nld": r"\d{4} ?[A-Z]{2}",
        "pol": r"\d{2}-\d{3}",
        "prt": r"\d{4}-\d{3}",
    },
}
_MOST_GRAMS = 31_500


def refusal(order: Any, receivers: dict[str, str]) -> tuple[int, str] | None:
    """Status and detail; None for what is taken. `receivers` holds the sender's country by id."""
    if not isinstance(order, dict) or not isinstance(order.get("shipper"), dict):
        return 400, "shipper: must not be null"
    receiver = order.get("receiverId")
    if not isinstance(receiver, str) or not 1 <= len(receiver) <= 50:
        return 400, "receiverId: size must be between 1 and 50"
    if receiver not in receivers:
        return 422, "receiverId: unknown"
    problems = (_of_references(order), _of_shipper(order["shipper"], receivers[receiver]), _of_goods(order))
    return next(((400, problem) for problem in problems if problem), None)


def _of_references(order: dict[str, Any]) -> str:
    for name, longest in _REFERENCES.items():
        if len(str(order.get(name, ""))) > longest:
            return f"{name}: size must be between 0 and {longest}"
    return ""


def _of_shipper(shipper: dict[str, Any], country: str) -> str:
    for name, (shortest, longest) in _FIELDS.items():
        value = shipper.get(name, "")
        if name in _NEEDED and not value:
            return f"shipper.{name}: must not be null"
        if not isinstance(value, str) or (name in shipper and not shortest <= len(value) <= longest):
            return f"shipper.{name}: size must be between {shortest} and {longest}"
        if not value.isprintable():
            return f"shipper.{name}: letters that cannot be printed"
    if not re.fullmatch(_POSTAL_CODES[country], shipper["postalCode"]):
        return f"shipper.postalCode: no postal code of {country}"
    return "shipper.country: not the receiver's" if shipper.get("country", country) != country else ""


def _of_goods(order: dict[str, Any]) -> str:
    weight, value = order.get("itemWeight"), order.get("itemValue")
    if weight is not None:
        grams = weight["value"] * {"g": 1, "kg": 1000}.get(weight["uom"], 0)
        if not 0 < grams <= _MOST_GRAMS:
            return "itemWeight: more than nothing, 31.5 kg at most"
    if value is not None and (value["currency"] not in ("EUR", "GBP", "CHF") or value["value"] < 0):
        return "itemValue: EUR, GBP or CHF"
    return ""
