"""Which carrier accounts are asked for a label, in what order, and why others are not. Pure."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sendback_sdk import Carrier, LabelFormat

from sendback_service.refusal import Problem

MOST_ROUTES = 200
CANNOT_BE_USED = "cannot be used for now"
# A country, or a territory as rules/territory.py names it.
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{2,3})?")


@dataclass(frozen=True, slots=True)
class Share:
    """An account's part of the parcels of its place, by weight."""

    account: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Route:
    """Accounts for parcels from these countries or territories, of these merchants, in these formats, of these weights
    in grams (0: no bound); what names nothing is for all. `places` are asked in order. Who stands first in a place
    with several is drawn for each parcel by weight; the others of the place come after."""

    places: tuple[tuple[Share, ...], ...]
    countries: frozenset[str] = frozenset()
    merchants: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    min_grams: int = 0
    max_grams: int = 0

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(share.account for place in self.places for share in place)


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """What routing knows of a parcel: where it leaves from, whose it is, the label's format, its weight in grams. `id`
    is what shares are drawn by: the same parcel is drawn the same, whoever asks and however often."""

    territory: str
    country: str
    merchant_id: str
    format: LabelFormat
    weight_grams: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that was considered; `refusal` says why it will not be asked, empty where it will. `away`: it is there
    and cannot be used by this process, so that another may ask it, or this one later."""

    account: str
    refusal: str = ""
    away: bool = False


def candidates(
    routes: Sequence[Route],
    carriers: Mapping[str, Carrier],
    parcel: ParcelFacts,
    away: Collection[str] = (),
) -> tuple[Candidate, ...]:
    """The accounts of every route that fits, in order, each once. `carriers` are those that can be used, `away` those
    that may be carriers and cannot be made here."""
    seen: dict[str, Candidate] = {}
    for route in routes:
        if _fits(route, parcel):
            for account in _in_order(route, parcel.id):
                seen.setdefault(account, _considered(account, carriers, parcel, away))
    return tuple(seen.values())


def _considered(
    account: str, carriers: Mapping[str, Carrier], parcel: ParcelFacts, away: Collection[str]
) -> Candidate:
    if account in away:
        return Candidate(account, CANNOT_BE_USED, away=True)
    return Candidate(account, _refusal(carriers.get(account), parcel))


def accounts_for(routes: Sequence[Route], merchant_id: str) -> tuple[str, ...]:
    """Every account on some route of this merchant's."""
    return tuple(
        {a: None for r in routes if not r.merchants or merchant_id in r.merchants for a in r.accounts}
    )


def problems(
    routes: Sequence[Route], carriers: Mapping[str, Carrier | None], away: Collection[str] = ()
) -> tuple[Problem, ...]:
    """What forbids these routes, by field. `carriers` are all accounts by name, None for those that are none, or that
    are `away` for now: routes may name them, so that they can be changed, and gone back to, meanwhile."""
    found = [Problem("routes", f"at most {MOST_ROUTES}")] if len(routes) > MOST_ROUTES else []
    for number, route in enumerate(routes[:MOST_ROUTES]):
        found += [Problem(f"routes[{number}].{field}", why) for field, why in _wrong(route, carriers, away)]
    return tuple(found)


def warnings(
    routes: Sequence[Route], carriers: Mapping[str, Carrier | None], away: Collection[str] = ()
) -> tuple[str, ...]:
    """What is allowed and still looks like a mistake."""
    found: list[str] = []
    for number, route in enumerate(routes):
        if missing := [account for account in route.accounts if account in away]:
            found += [f"routes[{number}]: account {account!r} {CANNOT_BE_USED}" for account in missing]
            continue
        served = frozenset().union(
            *(c.coverage for a in route.accounts if isinstance(c := carriers.get(a), Carrier))
        )
        unserved = sorted(route.countries - served)
        found += [f"routes[{number}]: none of its accounts carries from {country}" for country in unserved]
    if not routes:
        found.append("no routes: every buyer gets instructions instead of a label")
    return tuple(found)


def _wrong(
    route: Route, carriers: Mapping[str, Carrier | None], away: Collection[str]
) -> Iterator[tuple[str, str]]:
    if not route.accounts:
        yield "places", "name at least one account"
    for account in route.accounts:
        if account not in carriers:
            yield "places", f"no account {account!r}; known: {', '.join(sorted(carriers)) or 'none'}"
        elif carriers[account] is None and account not in away:
            yield "places", f"account {account!r} is no carrier"
    if len(set(route.accounts)) < len(route.accounts):
        yield "places", "name each account once"
    if any(not 1 <= share.weight <= 10_000 for place in route.places for share in place):
        yield "places", "weights are 1 to 10000"
    for country in sorted(country for country in route.countries if not _PLACE.fullmatch(country)):
        yield "countries", f"{country!r}: give two capital letters, such as FR"
    for format in sorted(route.formats - set(LabelFormat)):
        yield "formats", f"{format!r}: give PDF, PNG or ZPL"
    if route.max_grams and route.min_grams >= route.max_grams:
        yield "max_grams", "must be more than min_grams"


def _fits(route: Route, parcel: ParcelFacts) -> bool:
    return (
        (not route.countries or bool(route.countries & {parcel.territory, parcel.country}))
        and (not route.merchants or parcel.merchant_id in route.merchants)
        and (not route.formats or parcel.format in route.formats)
        and parcel.weight_grams >= route.min_grams
        and (not route.max_grams or parcel.weight_grams < route.max_grams)
    )


def _in_order(route: Route, parcel_id: str) -> Iterator[str]:
    for place in route.places:
        drawn = sorted(place, key=lambda share: _lot(share, parcel_id))
        yield from (share.account for share in drawn)


def _lot(share: Share, parcel_id: str) -> float:
    """The least comes first: so each is first as often as its weight says (Efraimidis and Spirakis, 2006)."""
    digest = sha256(f"{parcel_id}/{share.account}".encode()).digest()
    uniform = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 1)
    return -math.log(uniform) / share.weight


def _refusal(carrier: Carrier | None, parcel: ParcelFacts) -> str:
    if carrier is None:
        return "not available"
    if parcel.territory not in carrier.coverage:
        return f"does not serve {parcel.territory}"
    if parcel.format not in carrier.formats:
        return f"makes no {parcel.format}"
    return ""
