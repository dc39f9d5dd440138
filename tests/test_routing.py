"""Who is asked for a label, in what order, and why others are not."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sendback_local import Local
from sendback_rehearsal import Rehearsal
from sendback_sdk import Carrier, LabelFormat
from sendback_sdk.testing import made
from sendback_service.routing import (
    Candidate,
    ParcelFacts,
    Route,
    Share,
    accounts_for,
    candidates,
    problems,
    warnings,
)
from sendback_service.rules.territory import LABEL_COUNTRIES, OUTLYING, label_refusal

_CARRIERS: dict[str, Carrier] = {
    "local": made(Local, {}),
    "post": made(Rehearsal, {"base_url": "http://localhost", "token": "t"}),
}
_KNOWN: dict[str, Carrier | None] = {**_CARRIERS, "mail": None}
_FRANCE = ParcelFacts("FR", "FR", "mer_1", LabelFormat.PDF, 800, "par_1")


def to(*accounts: str, **changes: Any) -> Route:
    """A route to these accounts, in order."""
    return Route(tuple((Share(account),) for account in accounts), **changes)


def test_routes_are_asked_in_order_and_each_account_once() -> None:
    routes = [to("post", "local"), to("local", "post")]
    assert candidates(routes, _CARRIERS, _FRANCE) == (Candidate("post"), Candidate("local"))


def test_a_route_is_for_its_countries_and_merchants() -> None:
    routes = [
        to("post", countries=frozenset({"DE"})),
        to("post", merchants=frozenset({"mer_2"})),
        to("local", countries=frozenset({"FR"}), merchants=frozenset({"mer_1"})),
    ]
    assert candidates(routes, _CARRIERS, _FRANCE) == (Candidate("local"),)
    assert accounts_for(routes, "mer_1") == ("post", "local")


def test_who_cannot_carry_it_says_why() -> None:
    routes = [to("gone", "local")]
    there = ParcelFacts("US", "US", "mer_1", LabelFormat.PDF)
    assert [c.refusal for c in candidates(routes, _CARRIERS, there)] == ["not available", "does not serve US"]


def test_a_territory_goes_with_its_country() -> None:
    routes = [to("local", countries=frozenset({"FR"}))]
    monaco = ParcelFacts("MC", "FR", "mer_1", LabelFormat.ZPL)
    assert candidates(routes, _CARRIERS, monaco) == (Candidate("local"),)


@pytest.mark.holds("label-countries")
@pytest.mark.parametrize("covered", ["FR", "MC", "ES", "IC", "PT", "PT-20", "FI", "AX"])
def test_labels_are_offered_where_an_account_is_asked_for_them(covered: str) -> None:
    class Post(Local):
        coverage = frozenset({covered})

    for place in LABEL_COUNTRIES | OUTLYING:
        asked = candidates([to("post")], {"post": made(Post, {})}, replace(_FRANCE, territory=place))
        offered = label_refusal(place, frozenset(), OUTLYING, Post.coverage) is None
        assert offered == (asked == (Candidate("post"),)) == (place == covered)


def test_a_route_is_for_its_formats_and_weights() -> None:
    routes = [
        to("post", formats=frozenset({"ZPL"})),
        to("post", min_grams=801),
        to("post", max_grams=800),
        to("local", formats=frozenset({"PDF"}), min_grams=800, max_grams=801),
    ]
    assert candidates(routes, _CARRIERS, _FRANCE) == (Candidate("local"),)


def test_a_place_is_shared_by_weight_and_drawn_the_same_for_the_same_parcel() -> None:
    routes = [Route(((Share("post", 70), Share("local", 30)),))]
    drawn = [candidates(routes, _CARRIERS, replace(_FRANCE, id=f"par_{n}")) for n in range(2000)]
    first = Counter(asked[0].account for asked in drawn)
    assert 1340 < first["post"] < 1460
    assert {len(asked) for asked in drawn} == {2}
    assert candidates(routes, _CARRIERS, _FRANCE) == candidates(routes, _CARRIERS, _FRANCE)


@pytest.mark.parametrize(
    ("route", "field", "why"),
    [
        (Route(()), "places", "name at least one account"),
        (to("gone"), "places", "no account 'gone'; known: local, mail, post"),
        (to("mail"), "places", "account 'mail' is no carrier"),
        (to("post", "post"), "places", "name each account once"),
        (Route(((Share("post", 0),),)), "places", "weights are 1 to 10000"),
        (to("post", countries=frozenset({"France"})), "countries", "'France': give two capital letters"),
        (to("post", formats=frozenset({"GIF"})), "formats", "'GIF': give PDF, PNG or ZPL"),
        (to("post", min_grams=5, max_grams=5), "max_grams", "must be more than min_grams"),
    ],
)
def test_what_is_wrong_with_routes_is_said_by_field(route: Route, field: str, why: str) -> None:
    found = problems([to("local"), route], _KNOWN)
    assert [(problem.field, problem.description.startswith(why)) for problem in found] == [
        (f"routes[1].{field}", True)
    ]


def test_routes_may_name_an_account_that_cannot_be_used_for_now_and_that_is_told() -> None:
    """Routes are changed, and gone back to, while something is broken."""
    routes, known = [to("down", countries=frozenset({"FR", "US"})), to("local")], {**_KNOWN, "down": None}
    assert problems(routes, known, away={"down"}) == ()
    assert warnings(routes, known, away={"down"}) == ("routes[0]: account 'down' cannot be used for now",)
    assert [c.away for c in candidates(routes, _CARRIERS, _FRANCE, away={"down"})] == [True, False]


def test_what_looks_like_a_mistake_is_told() -> None:
    assert warnings([to("local", countries=frozenset({"FR", "US"}))], _KNOWN) == (
        "routes[0]: none of its accounts carries from US",
    )
    assert "instructions instead of a label" in warnings([], _KNOWN)[0]
    assert [p.field for p in problems([to("local")] * 201, _KNOWN)] == ["routes"]
