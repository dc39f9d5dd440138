"""What Sendcloud refuses of a return, as its emulator does: by its specification, and by the limits of a carrier that
prints 35 characters a line. Pure."""

import re
from typing import Any

_FIELDS = frozenset(
    {"from_address", "to_address", "ship_with", "dimensions", "weight", "collo_count", "parcel_items"}
    | {"send_tracking_emails", "brand_id", "total_insured_value", "order_number", "total_order_value"}
    | {"external_reference", "customs_invoice_nr", "delivery_option", "customs_information", "apply_rules"}
)
_REQUIRED = ("from_address", "to_address", "ship_with", "weight")
_ADDRESS_REQUIRED = ("name", "address_line_1", "postal_code", "city", "country_code")
_LONGEST = {"name": 35, "company_name": 35, "address_line_1": 35, "address_line_2": 35, "house_number": 20}
_LONGEST |= {"postal_code": 12, "city": 30, "country_code": 2, "phone_number": 20, "email": 64}
_LONGEST |= {"state_province_code": 6, "po_box": 20}
_DELIVERY = ("drop_off_point", "drop_off_labelless", "pickup", "in_store", None)
GRAMS = {"g": 1, "kg": 1000}


def refusal(body: Any) -> tuple[str, str] | None:
    """The error's code and text; None for what would be taken."""
    if not isinstance(body, dict):
        return "invalid", "an object is wanted"
    for name in body:
        if name not in _FIELDS:
            return "unknown_field", f"{name}: unknown field"
    for name in _REQUIRED:
        if not isinstance(body.get(name), dict):
            return "required", f"{name}: This field is required"
    weight = body["weight"]
    if (
        not isinstance(weight.get("value"), int | float)
        or weight["value"] <= 0
        or weight.get("unit") not in GRAMS
    ):
        return "min_value", "weight: more than nothing, in g or kg"
    if body.get("delivery_option") not in _DELIVERY:
        return "invalid_choice", "delivery_option: unknown"
    problems = (_problem_with_address(side, body[side]) for side in ("from_address", "to_address"))
    return next((problem for problem in problems if problem), None)


def _problem_with_address(side: str, address: dict[str, Any]) -> tuple[str, str] | None:
    for name in _ADDRESS_REQUIRED:
        if not address.get(name):
            return "required", f"{side}.{name}: This field is required"
    for name, value in address.items():
        if name not in _LONGEST:
            return "unknown_field", f"{side}.{name}: unknown field"
        if not isinstance(value, str) or not value or len(value) > _LONGEST[name] or not value.isprintable():
            return "invalid", f"{side}.{name}: 1 to {_LONGEST[name]} characters"
    if not re.fullmatch(r"[A-Z]{2}", address["country_code"]):
        return "invalid", f"{side}.country_code: two letters"
    return None
