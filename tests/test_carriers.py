"""Operations exchange the carriers of a service that is at work: by the configuration file, and by RPC."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from sendback.v1 import carrier_service_pb2 as pb
from sendback.v1 import return_pb2
from sendback_client import SendbackError
from sendback_sdk.testing import CarrierEmulator
from sendback_sdk.testing.emulator import Fault
from sendback_service.demo.world import Shop, World

from tests.shops import NOW, a_shop, an_address, an_order, items, make

# Several servers and workers at once: one such crowd at a time is enough for a machine.
pytestmark = pytest.mark.xdist_group("crowd")

_IN_FORCE_SECONDS = 2.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of this module's own, whose configuration is changed."""
    with World(tmp_path_factory.mktemp("carriers")) as world:
        world.set_clock(NOW)
        yield world


@pytest.fixture(scope="module")
def other(place: World) -> Iterator[CarrierEmulator]:
    """A second carrier, which the configuration learns of while the service runs."""
    with CarrierEmulator(token=place.carrier.token) as made:
        _configure(
            place,
            f'[accounts.other]\nplugin = "rehearsal"\n'
            f'settings = {{ base_url = "{made.url}", token = "env:DEMO_CARRIER_TOKEN" }}\n',
        )
        _soon(lambda: "other" in {account.name for account in _accounts(place)})
        yield made


@pytest.fixture(scope="module")
def sand(place: World, other: CarrierEmulator) -> CarrierEmulator:
    """The second carrier once more, by an account whose labels cost nothing."""
    _configure(
        place,
        f'[accounts.sand]\nplugin = "rehearsal"\nsandbox = true\n'
        f'settings = {{ base_url = "{other.url}", token = "env:DEMO_CARRIER_TOKEN" }}\n',
    )
    _soon(lambda: "sand" in {account.name for account in _accounts(place)})
    return other


def _configure(world: World, more: str = "", **changes: str) -> None:
    file = world.installation.file
    text = file.read_text() + more
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def _accounts(world: World) -> list[pb.Account]:
    return list(world.operator.carriers.ListAccounts(pb.ListAccountsRequest()).accounts)


def _soon(reached: Callable[[], bool]) -> None:
    """Within the time that a change may take, with air for a busy machine."""
    until = time.monotonic() + _IN_FORCE_SECONDS * 10
    while not reached():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def _to(*accounts: str, **changes: Any) -> pb.Route:
    places = [pb.RoutePlace(shares=[pb.RouteShare(account=account)]) for account in accounts]
    return pb.Route(places=places, **changes)


def _update(world: World, *routes: pb.Route, **changes: Any) -> pb.Routing:
    return world.operator.carriers.UpdateRouting(pb.UpdateRoutingRequest(routes=routes, **changes))


def _asked(world: World, **changes: Any) -> list[tuple[str, str]]:
    request = pb.SimulateRoutingRequest(ship_from=an_address(), weight_grams=500, **changes)
    found = world.operator.carriers.SimulateRouting(request).candidates
    return [(candidate.account, candidate.refusal) for candidate in found]


@contextmanager
def _under_load(world: World, shop: Shop) -> Iterator[list[return_pb2.Return]]:
    """Buyers make returns all the while; afterwards each has one label, and none failed."""
    made: list[return_pb2.Return] = []
    over = threading.Event()
    numbers = iter(shop.orders.values())

    def buy() -> None:
        while not over.is_set():
            order = next(numbers, None)
            if order is None:
                return
            made.append(make(shop.client, order.external_id, items=items(l1=1)))
            time.sleep(0.02)

    with ThreadPoolExecutor(2) as crowd:
        buyers = [crowd.submit(buy) for _ in range(2)]
        try:
            yield made
        finally:
            over.set()
        for buyer in buyers:
            buyer.result()
    for one in made:
        done = world.until(
            shop, one.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED
        )
        assert done.parcels[0].tracking_number


def _sold(carrier: CarrierEmulator, made: list[return_pb2.Return]) -> int:
    return sum(len(carrier.labels(one.parcels[0].id)) for one in made)


def test_the_carrier_is_swapped_by_file_and_by_rpc_under_load(place: World, other: CarrierEmulator) -> None:
    """No label failed and none was bought twice; what was bought before stays with who sold it."""
    shop = a_shop(place, "swap", *(an_order(f"#{number}") for number in range(400)))
    with _under_load(place, shop) as made:
        _soon(lambda: _sold(place.carrier, made) > 3)
        _configure(place, routes=('accounts = ["post"]', 'accounts = ["other"]'))
        _soon(lambda: [account for account, _ in _asked(place)][:1] == ["other"])
        _soon(lambda: _sold(other, made) > 3)
        present = place.operator.carriers.GetRouting(pb.GetRoutingRequest())
        assert (present.cause, present.note) == ("file", "from the configuration file")
        _update(place, _to("post"), etag=present.etag, note="the other one is slow today")
        _soon(lambda: _asked(place)[0][0] == "post")
        before = _sold(place.carrier, made)
        _soon(lambda: _sold(place.carrier, made) > before + 3)
    assert _sold(place.carrier, made) + _sold(other, made) == len(made)
    assert all(len(place.carrier.labels(one.parcels[0].id)) <= 1 for one in made)


def test_an_earlier_version_is_brought_back(place: World, other: CarrierEmulator) -> None:
    first = _update(place, _to("post"))
    second = _update(place, _to("other", region_codes=["FR"]), _to("post"))
    assert second.version == first.version + 1
    restored = _update(place, restore_version=first.version, etag=second.etag)
    assert (restored.version, restored.note) == (second.version + 1, f"back to version {first.version}")
    assert restored.routes == first.routes
    listed = place.operator.carriers.ListRoutings(pb.ListRoutingsRequest(page_size=2))
    assert [one.version for one in listed.routings] == [restored.version, second.version]
    more = place.operator.carriers.ListRoutings(
        pb.ListRoutingsRequest(page_size=2, page_token=listed.next_page_token)
    )
    assert more.routings[0].version == first.version
    with pytest.raises(SendbackError) as stale:
        _update(place, _to("post"), etag=first.etag)
    assert (stale.value.reason, stale.value.metadata["current"]) == ("ETAG_STALE", restored.etag)


def test_what_is_wrong_changes_nothing(place: World, other: CarrierEmulator) -> None:
    before = place.operator.carriers.GetRouting(pb.GetRoutingRequest())
    with pytest.raises(SendbackError) as refused:
        _update(place, _to("gone"), _to("mail"), _to("post", max_weight_grams=1, min_weight_grams=2))
    assert [problem.field for problem in refused.value.fields] == [
        "routes[0].places",
        "routes[1].places",
        "routes[2].max_grams",
    ]
    warned = _update(place, _to("post", region_codes=["US"]), validate_only=True)
    assert list(warned.warnings) == ["routes[0]: none of its accounts carries from US"]
    assert warned.version == 0
    assert place.operator.carriers.GetRouting(pb.GetRoutingRequest()) == before
    with pytest.raises(SendbackError) as missing:
        place.operator.carriers.GetRouting(pb.GetRoutingRequest(version=999))
    assert missing.value.code is grpc.StatusCode.NOT_FOUND


def test_the_same_request_makes_one_version(place: World, other: CarrierEmulator) -> None:
    once = [_update(place, _to("post"), request_id="once").version for _ in range(2)]
    assert once[0] == once[1]


def test_a_file_that_is_wrong_is_said_to_be_so_and_changes_nothing(
    place: World, other: CarrierEmulator
) -> None:
    _update(place, _to("post"))
    good = place.installation.file.read_text()
    _soon(lambda: _asked(place)[0] == ("post", ""))
    place.installation.file.write_text(good + '[[routes]]\naccounts = ["nobody"]\n')
    try:
        _soon(lambda: "no account nobody" in place.installation.log("server.log"))
        assert _asked(place)[0] == ("post", "")
    finally:
        place.installation.file.write_text(good)


def test_a_merchant_has_routes_of_its_own_and_nobody_else_s(place: World, other: CarrierEmulator) -> None:
    _update(place, _to("post"))
    shop, stranger = a_shop(place, "own"), a_shop(place, "stranger")
    shop.client.carriers.UpdateRouting(pb.UpdateRoutingRequest(routes=[_to("other")]))
    _soon(lambda: _asked(place, merchant_id=shop.id) == [("other", ""), ("post", "")])
    assert _asked(place, merchant_id=stranger.id) == [("post", "")]
    assert not stranger.client.carriers.GetRouting(pb.GetRoutingRequest()).routes
    with pytest.raises(SendbackError) as refused:
        stranger.client.carriers.GetRouting(pb.GetRoutingRequest(merchant_id=shop.id))
    assert refused.value.code is grpc.StatusCode.NOT_FOUND
    with pytest.raises(SendbackError) as naming:
        shop.client.carriers.UpdateRouting(
            pb.UpdateRoutingRequest(routes=[_to("other", merchant_ids=[stranger.id])])
        )
    assert naming.value.reason == "INVALID_FIELD"


def test_routes_are_tried_before_they_are_in_force(place: World, other: CarrierEmulator) -> None:
    _update(place, _to("post"))
    _soon(lambda: _asked(place) == [("post", "")])
    tried = [_to("other", min_weight_grams=400), _to("post")]
    assert _asked(place, routes=tried) == [("other", ""), ("post", "")]
    overseas = pb.SimulateRoutingRequest(ship_from=an_address(postal_code="97110", city="Pointe-à-Pitre"))
    answer = place.operator.carriers.SimulateRouting(overseas)
    assert answer.region_code == "GP"
    assert [c.refusal for c in answer.candidates] == ["does not serve GP"]


def test_an_account_at_its_cap_says_so_and_another_sells(place: World, other: CarrierEmulator) -> None:
    _configure(place, more="[accounts.other.caps]\nper_day = 1\n")
    shop = a_shop(place, "capped", an_order("#1"), an_order("#2"))
    _update(place, _to("other", "post"))
    _soon(lambda: _asked(place)[0][0] == "other" and "24 hours" in _asked(place)[0][1])
    time.sleep(_IN_FORCE_SECONDS)
    made = [make(shop.client, f"ext-#{number}") for number in (1, 2)]
    for one in made:
        place.until(shop, one.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED)
    account = next(account for account in _accounts(place) if account.name == "other")
    assert "in 24 hours, as often as it may" in account.resting
    assert (_sold(other, made), _sold(place.carrier, made)) == (0, 2)


def _trial(world: World, account: str = "sand", **changes: Any) -> pb.TestAccountResponse:
    request = pb.TestAccountRequest(account=account, ship_from=an_address(), ship_to=an_address(), **changes)
    return world.operator.carriers.TestAccount(request)


def test_an_account_is_tried_from_label_to_void(place: World, sand: CarrierEmulator) -> None:
    tried = _trial(place)
    assert [(step.name, step.outcome) for step in tried.steps] == [
        ("label", "DONE"),
        ("find", "DONE"),
        ("void", "DONE"),
    ]
    assert tried.passed
    assert tried.document.startswith(b"%PDF-")
    assert tried.media_type == "application/pdf"
    assert [label.voided for label in sand.sold if label.tracking_number == tried.tracking_number] == [True]
    assert all(step.duration_ms >= 0 for step in tried.steps)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.REFUSE, "DECLINED"),
        (Fault.BUSY, "LATER"),
        (Fault.NONSENSE, "UNKNOWN"),
        (Fault.ACT_THEN_CUT, "UNKNOWN"),
    ],
)
def test_a_trial_that_fails_says_where_and_why(
    place: World, sand: CarrierEmulator, fault: Fault, outcome: str
) -> None:
    sand.fail(fault)
    tried = _trial(place)
    assert [(step.name, step.outcome) for step in tried.steps] == [("label", outcome)]
    assert tried.steps[0].note
    assert not tried.passed
    assert tried.tracking_number == ""


@pytest.mark.parametrize(
    ("account", "reason", "said"),
    [
        ("post", "INVALID_FIELD", "cost money"),
        ("nobody", "INVALID_FIELD", "no account"),
        ("mail", "INVALID_FIELD", "not a carrier"),
    ],
)
def test_only_sandbox_accounts_of_carriers_are_tried(
    place: World, sand: CarrierEmulator, account: str, reason: str, said: str
) -> None:
    before = len(sand.sold), len(place.carrier.sold)
    with pytest.raises(SendbackError) as refused:
        _trial(place, account)
    assert refused.value.reason == reason
    assert said in refused.value.fields[0].description
    assert (len(sand.sold), len(place.carrier.sold)) == before


def test_merchants_try_accounts_of_their_own_alone(place: World, sand: CarrierEmulator) -> None:
    shop = a_shop(place, "trying")
    request = pb.TestAccountRequest(account="sand", ship_from=an_address(), ship_to=an_address())
    with pytest.raises(SendbackError) as refused:
        shop.client.carriers.TestAccount(request)
    assert refused.value.reason == "ACCOUNT_MISSING"
