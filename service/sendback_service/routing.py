"""Which carrier accounts are asked for a label, in what order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sendback_sdk import Carrier, LabelFormat

from sendback_service.configuration import Route


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """What routing knows of a parcel: where it leaves from, whose it is, and the label's format."""

    territory: str
    country: str
    merchant_id: str
    format: LabelFormat


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that was considered; `refusal` says why it will not be asked, empty where it will."""

    account: str
    refusal: str = ""


def candidates(
    routes: Sequence[Route], carriers: Mapping[str, Carrier], parcel: ParcelFacts
) -> tuple[Candidate, ...]:
    """The accounts of every route that fits, in order, each once."""
    seen: dict[str, Candidate] = {}
    for route in routes:
        if _fits(route, parcel):
            for account in route.accounts:
                seen.setdefault(account, Candidate(account, _refusal(carriers.get(account), parcel)))
    return tuple(seen.values())


def accounts_for(routes: Sequence[Route], merchant_id: str) -> tuple[str, ...]:
    """Every account on some route of this merchant's."""
    return tuple(
        {a: None for r in routes if not r.merchants or merchant_id in r.merchants for a in r.accounts}
    )


def _fits(route: Route, parcel: ParcelFacts) -> bool:
    places = {parcel.territory, parcel.country}
    return (not route.countries or bool(route.countries & places)) and (
        not route.merchants or parcel.merchant_id in route.merchants
    )


def _refusal(carrier: Carrier | None, parcel: ParcelFacts) -> str:
    if carrier is None:
        return "not available"
    if not carrier.coverage & {parcel.territory, parcel.country}:
        return f"does not serve {parcel.territory}"
    if parcel.format not in carrier.formats:
        return f"makes no {parcel.format}"
    return ""
