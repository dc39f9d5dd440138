"""Who is asked for a label, in what order, and why others are not."""

from sendback_local import Local
from sendback_rehearsal import Rehearsal
from sendback_sdk import Carrier, LabelFormat
from sendback_sdk.testing import made
from sendback_service.configuration import Route
from sendback_service.routing import Candidate, ParcelFacts, accounts_for, candidates

_CARRIERS: dict[str, Carrier] = {
    "local": made(Local, {}),
    "post": made(Rehearsal, {"base_url": "http://localhost", "token": "t"}),
}
_FRANCE = ParcelFacts("FR", "FR", "mer_1", LabelFormat.PDF)


def test_routes_are_asked_in_order_and_each_account_once() -> None:
    routes = [Route(accounts=("post", "local")), Route(accounts=("local", "post"))]
    assert candidates(routes, _CARRIERS, _FRANCE) == (Candidate("post"), Candidate("local"))


def test_a_route_is_for_its_countries_and_merchants() -> None:
    routes = [
        Route(accounts=("post",), countries=frozenset({"DE"})),
        Route(accounts=("post",), merchants=frozenset({"mer_2"})),
        Route(accounts=("local",), countries=frozenset({"FR"}), merchants=frozenset({"mer_1"})),
    ]
    assert candidates(routes, _CARRIERS, _FRANCE) == (Candidate("local"),)
    assert accounts_for(routes, "mer_1") == ("post", "local")


def test_who_cannot_carry_it_says_why() -> None:
    routes = [Route(accounts=("gone", "local"))]
    there = ParcelFacts("US", "US", "mer_1", LabelFormat.PDF)
    assert [c.refusal for c in candidates(routes, _CARRIERS, there)] == ["not available", "does not serve US"]


def test_a_territory_goes_with_its_country() -> None:
    routes = [Route(accounts=("local",), countries=frozenset({"FR"}))]
    monaco = ParcelFacts("MC", "FR", "mer_1", LabelFormat.ZPL)
    assert candidates(routes, _CARRIERS, monaco) == (Candidate("local"),)
