"""Access keys: made, rotated without a pause, revoked; and how far a merchant's own reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from sendback.v1 import merchant_pb2, merchant_service_pb2, order_service_pb2
from sendback_client import Client, SendbackError
from sendback_service.demo.installation import InstallationError
from sendback_service.demo.world import Shop, World
from sendback_service.key_ring import MOST_KEYS

from tests.shops import a_shop

Made = merchant_service_pb2.CreateAccessKeyResponse


def _make(client: Client, **wanted: object) -> Made:
    key = merchant_pb2.AccessKey(**{"kind": "MERCHANT", **wanted})
    return client.merchants.CreateAccessKey(merchant_service_pb2.CreateAccessKeyRequest(access_key=key))


def _rotate(client: Client, key_id: str, **wanted: object) -> Made:
    return client.merchants.RotateAccessKey(
        merchant_service_pb2.RotateAccessKeyRequest(access_key_id=key_id, **wanted)
    )


def _revoke(client: Client, key_id: str) -> merchant_pb2.AccessKey:
    return client.merchants.RevokeAccessKey(merchant_service_pb2.RevokeAccessKeyRequest(access_key_id=key_id))


def _works(world: World, secret: str) -> bool:
    with Client(world.installation.target, key=secret) as client:
        try:
            client.orders.ListOrders(order_service_pb2.ListOrdersRequest())
        except SendbackError as refused:
            if refused.reason != "KEY_INVALID":
                raise
            return False
    return True


@contextmanager
def _later(world: World, by: timedelta) -> Iterator[None]:
    world.pass_time(by)
    try:
        yield
    finally:
        world.pass_time(-by)


def _refused(error: pytest.ExceptionInfo[SendbackError]) -> tuple[str, str]:
    return error.value.reason, error.value.metadata.get("scope", "")


def test_a_key_is_rotated_without_a_pause(world: World, shop: Shop) -> None:
    old = _make(world.operator, merchant_id=shop.id, scopes=["orders.read"], title="till")
    new = _rotate(world.operator, old.access_key.id, grace=Duration(seconds=60))
    assert (new.access_key.title, list(new.access_key.scopes)) == ("till", ["orders.read"])
    assert _works(world, old.secret)
    assert _works(world, new.secret)
    with _later(world, timedelta(seconds=90)):
        assert not _works(world, old.secret)
        assert _works(world, new.secret)


def test_a_leaked_key_is_turned_at_once(world: World, shop: Shop) -> None:
    old = _make(world.operator, merchant_id=shop.id, scopes=["orders.read"])
    new = _rotate(world.operator, old.access_key.id, grace=Duration())
    assert not _works(world, old.secret)
    assert _works(world, new.secret)
    with pytest.raises(SendbackError) as refused:
        _rotate(world.operator, old.access_key.id)
    assert refused.value.metadata["state"] == "REVOKED"
    _revoke(world.operator, new.access_key.id)
    assert not _works(world, new.secret)


def test_a_successor_lives_as_long_as_the_old_key_was_to_live(world: World, shop: Shop) -> None:
    wanted = merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=shop.id, scopes=["orders.read"])
    made = world.operator.merchants.CreateAccessKey(
        merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
    ).access_key
    wanted.expire_time.FromSeconds(made.create_time.seconds + 7 * 86_400)
    weekly = world.operator.merchants.CreateAccessKey(
        merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
    )
    with _later(world, timedelta(days=5)):
        new = _rotate(world.operator, weekly.access_key.id).access_key
        assert abs(new.expire_time.seconds - new.create_time.seconds - 7 * 86_400) < 60
    with _later(world, timedelta(days=8)), pytest.raises(SendbackError) as late:
        _rotate(world.operator, weekly.access_key.id)
    assert late.value.metadata["state"] == "EXPIRED"


def test_a_key_that_is_turned_twice_was_to_live_as_long(world: World, shop: Shop) -> None:
    """As where the secret of the first successor was lost: it ends tomorrow by then, which was never meant."""
    ever = _make(world.operator, merchant_id=shop.id, scopes=["orders.read"]).access_key
    hour = _for(world, shop, 3600, "orders.read").access_key
    for _ in range(2):
        assert not _rotate(world.operator, ever.id).access_key.HasField("expire_time")
        new = _rotate(world.operator, hour.id, grace=Duration(seconds=60)).access_key
        assert abs(new.expire_time.seconds - new.create_time.seconds - 3600) < 60


def test_an_operator_who_turns_its_own_key_twice_keeps_a_key_for_ever(world: World) -> None:
    mine = _make(world.operator, kind="OPERATOR")
    with Client(world.installation.target, key=mine.secret) as client:
        made = [_rotate(client, mine.access_key.id).access_key for _ in range(2)]
    assert [key.HasField("expire_time") for key in made] == [False, False]


def test_a_key_that_was_turned_makes_itself_none_that_lasts(world: World, shop: Shop) -> None:
    """Whoever rotates a key that leaked means it to end."""
    leaked = _make(world.operator, merchant_id=shop.id, scopes=["keys.write"])
    _rotate(world.operator, leaked.access_key.id, grace=Duration(seconds=3600))
    with Client(world.installation.target, key=leaked.secret) as client:
        new = _rotate(client, leaked.access_key.id)
    with _later(world, timedelta(hours=2)):
        assert not _works(world, new.secret)


def test_a_key_that_was_to_live_until_the_end_of_time_has_a_successor_that_does(
    world: World, shop: Shop
) -> None:
    wanted = merchant_pb2.AccessKey(kind="MERCHANT", merchant_id=shop.id, scopes=["orders.read"])
    wanted.expire_time.FromJsonString("9999-12-31T23:59:59Z")
    made = world.operator.merchants.CreateAccessKey(
        merchant_service_pb2.CreateAccessKeyRequest(access_key=wanted)
    )
    with _later(world, timedelta(days=1)):
        new = _rotate(world.operator, made.access_key.id)
        assert new.access_key.expire_time.seconds == wanted.expire_time.seconds
        assert _works(world, new.secret)


def test_a_merchant_sees_to_its_own_keys_within_its_own_scopes(world: World, shop: Shop) -> None:
    mine = _make(world.operator, merchant_id=shop.id, scopes=["keys.write", "orders.read"])
    with Client(world.installation.target, key=mine.secret) as client:
        till = _make(client, scopes=["orders.read"])
        assert till.access_key.merchant_id == shop.id
        assert _works(world, till.secret)
        found = client.merchants.ListAccessKeys(merchant_service_pb2.ListAccessKeysRequest())
        listed = found.access_keys
        assert {key.merchant_id for key in listed} == {shop.id}
        assert set(found.grantable_scopes) == {"keys.write", "orders.read"}
        with pytest.raises(SendbackError) as beyond:
            _make(client, scopes=["orders.read", "returns.write"])
        assert _refused(beyond) == ("SCOPE_MISSING", "returns.write")
        mightier = next(key for key in listed if "returns.write" in key.scopes)
        for see_to in (_rotate, _revoke):
            with pytest.raises(SendbackError) as out_of_reach:
                see_to(client, mightier.id)
            assert out_of_reach.value.reason == "SCOPE_MISSING"
        for kind in ("PORTAL", "OPERATOR"):
            with pytest.raises(SendbackError) as upwards:
                _make(client, kind=kind)
            assert [problem.field for problem in upwards.value.fields] == ["access_key.kind"]
        new = _rotate(client, mine.access_key.id, grace=Duration(seconds=60))
        _revoke(client, till.access_key.id)
    assert _works(world, new.secret)
    assert not _works(world, till.secret)


def test_a_key_that_ends_makes_none_that_lasts_longer(world: World, shop: Shop) -> None:
    secret = _for(world, shop, 3600, "keys.write").secret
    with Client(world.installation.target, key=secret) as client, pytest.raises(SendbackError) as refused:
        _make(client, scopes=["keys.write"])
    assert [problem.field for problem in refused.value.fields] == ["access_key.expire_time"]


def test_a_key_that_ends_turns_none_into_one_that_lasts_longer(world: World, shop: Shop) -> None:
    till = _make(world.operator, merchant_id=shop.id, scopes=["orders.read"]).access_key
    hour = _for(world, shop, 3600, "keys.write", "orders.read")
    ends = hour.access_key.expire_time
    with Client(world.installation.target, key=hour.secret) as client:
        for late in (None, Timestamp(seconds=ends.seconds + 1)):
            with pytest.raises(SendbackError) as refused:
                _rotate(client, till.id, expire_time=late)
            assert [problem.field for problem in refused.value.fields] == ["access_key.expire_time"]
        new = _rotate(client, till.id, expire_time=ends)
    assert _works(world, new.secret)
    with _later(world, timedelta(hours=2)):
        assert not _works(world, new.secret)


def test_a_key_that_ends_lives_as_long_again_where_it_turns_itself(world: World, shop: Shop) -> None:
    hour = _for(world, shop, 3600, "keys.write")
    with Client(world.installation.target, key=hour.secret) as client:
        with pytest.raises(SendbackError) as refused:
            _rotate(client, hour.access_key.id, expire_time=Timestamp(seconds=2**33))
        assert [problem.field for problem in refused.value.fields] == ["access_key.expire_time"]
        new = _rotate(client, hour.access_key.id).access_key
    assert abs(new.expire_time.seconds - new.create_time.seconds - 3600) < 60


def _for(world: World, shop: Shop, seconds: int, *scopes: str) -> Made:
    """A key of the merchant's that ends by itself."""
    now = _make(world.operator, merchant_id=shop.id, scopes=["orders.read"]).access_key.create_time
    ends = Timestamp(seconds=now.seconds + seconds)
    return _make(world.operator, merchant_id=shop.id, scopes=scopes, expire_time=ends)


def test_keys_of_others_do_not_exist(world: World, shop: Shop, request: pytest.FixtureRequest) -> None:
    other = a_shop(world, request.node.name + "other")
    theirs = _make(world.operator, merchant_id=other.id, scopes=["orders.read"]).access_key
    portal = _make(world.operator, kind="PORTAL").access_key
    mine = _make(world.operator, merchant_id=shop.id, scopes=["keys.write", "orders.read"])
    with Client(world.installation.target, key=mine.secret) as client:
        for key_id in (theirs.id, portal.id, "key_x"):
            for see_to in (_rotate, _revoke):
                with pytest.raises(SendbackError) as refused:
                    see_to(client, key_id)
                assert refused.value.code is grpc.StatusCode.NOT_FOUND
        with pytest.raises(SendbackError) as named:
            _make(client, merchant_id=other.id, scopes=["orders.read"])
        assert named.value.code is grpc.StatusCode.NOT_FOUND


def test_a_merchant_cannot_fill_the_house_with_keys(world: World, shop: Shop) -> None:
    for _ in range(MOST_KEYS - 1):
        _make(world.operator, merchant_id=shop.id, scopes=["orders.read"])
    with pytest.raises(SendbackError) as full:
        _make(world.operator, merchant_id=shop.id, scopes=["orders.read"])
    assert full.value.reason == "TOO_LARGE"


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_operator_sees_to_keys_on_the_spot(world: World, shop: Shop) -> None:
    run = world.installation.run
    wanted = ("--kind", "merchant", "--merchant", shop.id, "--scope", "orders.read", "--title", "on the spot")
    secret = run("key", "create", *wanted).strip()
    assert _works(world, secret)
    listed = world.operator.merchants.ListAccessKeys(
        merchant_service_pb2.ListAccessKeysRequest(merchant_id=shop.id)
    )
    made = next(key for key in listed.access_keys if key.title == "on the spot")
    assert secret not in run("key", "list", "--merchant", shop.id)
    successor = run("key", "rotate", made.id, "--grace-hours", "1").strip()
    assert _works(world, successor)
    run("key", "revoke", made.id)
    assert not _works(world, secret)
    with pytest.raises(InstallationError, match="at least one scope"):
        run("key", "create", "--kind", "merchant", "--merchant", shop.id)
