"""Whose turn it is, and who is sent away."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import jwt
import pytest
from sendback.v1 import portal_service_pb2
from sendback_service.api.admission import Admission, caller_of, whose
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, Refusal

NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Crowd:
    """Calls that take a turn and keep it until they are let go."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.served: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._free: asyncio.Queue[None] = asyncio.Queue()

    async def come(self, *merchants: str) -> None:
        for merchant in merchants:
            self.tasks.append(asyncio.create_task(self._call(merchant)))
        await asyncio.sleep(0)

    async def let_go(self, count: int = 1) -> None:
        for _ in range(count):
            self._free.put_nowait(None)
            await asyncio.sleep(0.001)

    async def _call(self, merchant: str) -> None:
        async with self.admission.turn(merchant):
            self.served.append(merchant)
            await self._free.get()


@pytest.mark.asyncio
async def test_as_many_as_may_are_worked_on_at_a_time() -> None:
    crowd = Crowd(Admission(2, 10, 1))
    await crowd.come("a", "a", "a")
    assert crowd.served == ["a", "a"]
    await crowd.let_go(3)
    assert crowd.served == ["a", "a", "a"]


@pytest.mark.asyncio
async def test_merchants_take_turns_however_much_one_asks() -> None:
    crowd = Crowd(Admission(1, 100, 1))
    await crowd.come(*["noisy"] * 20, "quiet", "calm")
    await crowd.let_go(4)
    assert crowd.served == ["noisy", "noisy", "quiet", "calm", "noisy"]


@pytest.mark.asyncio
async def test_a_full_queue_sends_away_at_once_and_says_when_to_come_again() -> None:
    crowd = Crowd(Admission(1, 4, 1))
    await crowd.come("noisy", "noisy", "noisy")
    with pytest.raises(Refusal) as refused:
        await crowd.admission.turn("noisy").__aenter__()
    assert (refused.value.reason, refused.value.metadata) == (Reason.BUSY, {"limit": "merchant"})
    assert refused.value.retry_after == 0.5
    await crowd.come("b", "c")
    with pytest.raises(Refusal) as refused:
        await crowd.admission.turn("d").__aenter__()
    assert refused.value.metadata == {"limit": "server"}


@pytest.mark.asyncio
async def test_who_gives_up_in_the_moment_of_its_turn_holds_up_nobody() -> None:
    """Cancelled, and passed the turn, before it could leave the line."""
    crowd = Crowd(Admission(1, 10, 1))
    await crowd.come("a", "b", "b", "c")
    for gone in crowd.tasks[:3]:
        gone.cancel()
    await asyncio.sleep(0.001)
    assert crowd.served == ["a", "c"]
    await crowd.let_go()
    await crowd.come("d")
    assert crowd.served == ["a", "c", "d"]
    ended = await asyncio.gather(*crowd.tasks[:4], return_exceptions=True)
    assert [type(one) for one in ended] == [asyncio.CancelledError] * 3 + [type(None)]


@pytest.mark.asyncio
async def test_whoever_gives_up_leaves_the_line_and_no_place_is_lost() -> None:
    crowd = Crowd(Admission(1, 2, 1))
    await crowd.come("a", "b")
    crowd.tasks[1].cancel()
    await asyncio.sleep(0)
    await crowd.come("b", "c")
    crowd.tasks[0].cancel()
    await crowd.let_go(2)
    assert crowd.served == ["a", "b", "c"]


@pytest.mark.asyncio
async def test_giving_up_in_the_moment_of_being_called_in_hands_the_turn_on() -> None:
    crowd = Crowd(Admission(1, 4, 1))
    await crowd.come("a", "b", "c")
    crowd.tasks[0].cancel()
    await asyncio.sleep(0)
    crowd.tasks[1].cancel()
    await crowd.let_go()
    assert crowd.served == ["a", "c"]


def test_what_lasts_is_counted_and_half_of_it_is_the_most_for_one() -> None:
    admission = Admission(1, 1, 4)
    with admission.lasting("a"), admission.lasting("a"):
        with pytest.raises(Refusal, match="BUSY"), admission.lasting("a"):
            raise AssertionError("let in")
        with admission.lasting("b"), admission.lasting("b"), pytest.raises(Refusal), admission.lasting("c"):
            raise AssertionError("let in")
    with admission.lasting("a"), admission.lasting("a"):
        pass


def test_before_anybody_is_known_there_is_a_last_bound() -> None:
    admission = Admission(1, 0, 1)
    with admission.entered(), admission.entered(), pytest.raises(Refusal) as refused, admission.entered():
        raise AssertionError("let in")
    assert refused.value.metadata == {"limit": "server"}
    with admission.entered():
        pass


def test_calls_of_a_portal_stand_in_the_queue_of_the_shop_that_they_name() -> None:
    portal = KeyRecord("key_1", "PORTAL", "", frozenset(), "", NOW)
    token = jwt.encode({"mer": "mer_1"}, "no secret of ours, and long enough", algorithm="HS256")
    named = portal_service_pb2.GetPortalRequest(slug="acme")
    signed_in = portal_service_pb2.GetReturnableOrderRequest(session_token=token)
    nonsense = portal_service_pb2.GetReturnableOrderRequest(session_token="nonsense")
    assert [whose(portal, one) for one in (named, signed_in, nonsense)] == ["acme", "mer_1", "key_1"]
    merchant = KeyRecord("key_2", "MERCHANT", "mer_2", frozenset(), "", NOW)
    assert whose(merchant, named) == "mer_2"
    assert whose(portal, SimpleNamespace(slug="no message")) == "key_1"


def test_one_caller_keeps_so_many_streams_and_others_theirs() -> None:
    admission = Admission(1, 10, 10, per_caller=2)
    with admission.lasting("shop", "buyer 1"), admission.lasting("shop", "buyer 1"):
        with pytest.raises(Refusal) as refused, admission.lasting("shop", "buyer 1"):
            pass
        assert refused.value.metadata == {"limit": "caller"}
        with admission.lasting("shop", "buyer 2"):
            pass
    with admission.lasting("shop", "buyer 1"):
        pass


def test_a_portals_streams_are_its_buyers() -> None:
    key = KeyRecord("key_1", "PORTAL", "", frozenset(), "", NOW)
    token = jwt.encode({"mer": "mer_1", "ord": "ord_1"}, "x" * 32, algorithm="HS256")
    watched = portal_service_pb2.PortalWatchReturnRequest(session_token=token)
    assert caller_of(key, watched) == "ord_1"
    assert caller_of(key, portal_service_pb2.PortalWatchReturnRequest(session_token="none")) == "key_1"
    assert caller_of(key, None) == "key_1"
