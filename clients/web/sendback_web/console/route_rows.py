"""Routes as rows of a form, and back. Places stand in order with semicolons between them; accounts that share one, with
commas and their weights: `post; dhl=70, colissimo=30`."""

from collections.abc import Iterator

from sendback.v1.carrier_service_pb2 import Route, RoutePlace, RouteShare, Routing
from sendback.v1.return_pb2 import LabelFormat

from sendback_web.console.entries import Entry, filled, words_of
from sendback_web.console.rules import Reading
from sendback_web.words import N_

_NEW_ROWS = 2
_MOST_ROWS = 200
_LARGEST_WEIGHT = 10_000
FORMATS = {"PDF": LabelFormat.PDF, "PNG": LabelFormat.PNG, "ZPL": LabelFormat.ZPL}
NO_PLACE = N_("Name the accounts, such as post; dhl=70, colissimo=30.")
NO_FORMAT = N_("Formats are PDF, PNG and ZPL.")
FIELDS = {
    f"routes[{row}]{path}": f"route_{row}_{name}"
    for row in range(_MOST_ROWS)
    for path, name in (
        ("", "places"),
        (".region_codes", "regions"),
        (".merchant_ids", "merchants"),
        (".formats", "formats"),
        (".min_weight_grams", "min"),
        (".max_weight_grams", "max"),
    )
}
# The service names routes by their place, from 1.
FIELDS["routes"] = "route_0_places"


def route_rows(entry: Entry) -> range:
    return range(min(_MOST_ROWS, entry.number("rows") or _NEW_ROWS))


def routes_entry(routing: Routing) -> Entry:
    values: dict[str, object] = {"rows": min(_MOST_ROWS, len(routing.routes) + _NEW_ROWS)}
    for row, route in enumerate(routing.routes):
        values |= {f"route_{row}_{name}": value for name, value in _values(route).items()}
    return filled(**values)


def routes_of(read: Reading) -> list[Route]:
    return list(_routes(read))


def _routes(read: Reading) -> Iterator[Route]:
    for row in route_rows(read.entry):
        name = f"route_{row}_"
        one = read.entry.one
        places = _places(read, f"{name}places")
        route = Route(
            places=places,
            region_codes=words_of(one(f"{name}regions").upper()),
            merchant_ids=words_of(one(f"{name}merchants")),
            formats=_formats(read, f"{name}formats"),
            min_weight_grams=read.number(f"{name}min"),
            max_weight_grams=read.number(f"{name}max"),
        )
        if not route.ByteSize():
            continue
        if not places:
            read.wrong(f"{name}places", NO_PLACE)
        yield route


def _places(read: Reading, name: str) -> list[RoutePlace]:
    text = read.entry.one(name).replace("\n", ";")
    return [_place(read, name, part) for part in text.split(";") if part.strip()]


def _place(read: Reading, name: str, text: str) -> RoutePlace:
    shares = []
    for part in words_of(text):
        account, _, weight = (piece.strip() for piece in part.partition("="))
        if not account or (weight and not (weight.isdecimal() and int(weight[:6]) <= _LARGEST_WEIGHT)):
            read.wrong(name, NO_PLACE)
            continue
        shares.append(RouteShare(account=account, weight=int(weight[:6] or 0)))
    return RoutePlace(shares=shares)


def _formats(read: Reading, name: str) -> list[LabelFormat.Kind]:
    said = words_of(read.entry.one(name).upper())
    if set(said) - set(FORMATS):
        read.wrong(name, NO_FORMAT)
    return [FORMATS[word] for word in said if word in FORMATS]


def _values(route: Route) -> dict[str, object]:
    return {
        "places": "; ".join(_place_text(place) for place in route.places),
        "regions": ", ".join(route.region_codes),
        "merchants": ", ".join(route.merchant_ids),
        "formats": ", ".join(LabelFormat.Kind.Name(kind) for kind in route.formats),
        "min": route.min_weight_grams or "",
        "max": route.max_weight_grams or "",
    }


def _place_text(place: RoutePlace) -> str:
    alone = len(place.shares) == 1
    return ", ".join(s.account if alone or s.weight < 1 else f"{s.account}={s.weight}" for s in place.shares)
