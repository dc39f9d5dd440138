"""Sendcloud's service points (an API in beta), as places to leave a parcel at. Pure."""

from collections.abc import Sequence
from typing import Any

from sendback_sdk import Address, DropOff

_MOST = 200
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def asked(address: Address, carriers: Sequence[str], limit: int) -> dict[str, Any]:
    """The query. Without carriers of its own the account's integration says which are meant."""
    where = {"address_street": address.street, "address_postal_code": address.postal_code}
    whose = {"carrier_code": list(carriers)} if carriers else {"use_integration_carriers": "true"}
    near = {name: value for name, value in {**where, "address_city": address.city}.items() if value}
    return {"country_code": address.country, **near, **whose, "limit": max(1, min(limit, _MOST))}


def points(answer: dict[str, Any], limit: int) -> list[DropOff]:
    """Those that can be read, nearest first."""
    data = answer.get("data")
    results = data.get("results") if isinstance(data, dict) else None
    found = [_point(each) for each in results or [] if isinstance(each, dict) and each.get("id")]
    return sorted(found, key=lambda point: point.distance_m)[:limit]


def _point(said: dict[str, Any]) -> DropOff:
    where = said.get("address")
    where = where if isinstance(where, dict) else {}
    name = str(said.get("name") or "")
    street = f"{where.get('street') or ''} {where.get('house_number') or ''}".strip()
    return DropOff(
        id=str(said["id"]),
        name=name,
        address=Address(
            name=name,
            street=street,
            postal_code=str(where.get("postal_code") or ""),
            city=str(where.get("city") or ""),
            country=str(where.get("country_code") or ""),
        ),
        distance_m=int(said["distance"]) if isinstance(said.get("distance"), int) else 0,
        opening_hours=_hours(said.get("opening_times")),
    )


def _hours(said: Any) -> str:
    """`monday 09:00-12:30 14:00-19:00; tuesday …`: the days that it is open."""
    if not isinstance(said, dict):
        return ""
    days = [(day, said.get(day)) for day in _DAYS]
    return "; ".join(
        " ".join([day, *(f"{span.get('start_time')}-{span.get('end_time')}" for span in spans)])
        for day, spans in days
        if isinstance(spans, list) and spans and all(isinstance(span, dict) for span in spans)
    )
