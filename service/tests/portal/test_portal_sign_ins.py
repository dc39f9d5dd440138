"""Tries at the door are counted by all servers together: by order, by buyer's address, by merchant."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sendback_service.api.caller import buyer_address
from sendback_service.effects.retention import Retention
from sendback_service.refusal import Refusal
from sendback_service.sign_ins import PER_ADDRESS, PER_MERCHANT, PER_ORDER, SignIns
from sendback_service.store import Database, opened
from sendback_service.store.tables import TryRow
from sqlmodel import select

from service.tests.effects.world import MERCHANT, START, HandClock
from tests.databases import Databases

TEN, DAY = PER_ORDER


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[tuple[Database, HandClock]]:
    databases: Databases = request.getfixturevalue(request.param)
    clock = HandClock()
    made = opened(databases.migrated(), clock)
    yield made, clock
    made.shut()


def _allowed(tries: Any, times: int) -> int:
    """How many of so many tries were let through."""

    async def run() -> int:
        done = 0
        for _ in range(times):
            with suppress(Refusal):
                await tries()
                done += 1
        return done

    return asyncio.run(run())


def test_several_servers_count_an_orders_tries_together(database: tuple[Database, HandClock]) -> None:
    store, clock = database
    servers = [SignIns(store, clock, b"key") for _ in range(2)]
    turn = iter(range(1000))
    tries = lambda: servers[next(turn) % 2].by_order(MERCHANT, "1001", "")  # noqa: E731
    assert _allowed(tries, TEN.most + 5) == TEN.most
    assert _allowed(lambda: servers[0].by_order(MERCHANT, "1002", ""), 1) == 1
    assert _allowed(lambda: servers[0].by_order("mer_other", "1001", ""), 1) == 1
    clock.turn(TEN.window)
    assert _allowed(tries, TEN.most + 5) == TEN.most


def test_a_day_has_its_own_end(database: tuple[Database, HandClock]) -> None:
    store, clock = database
    door, let_in = SignIns(store, clock, b"key"), 0
    for _ in range(6):
        let_in += _allowed(lambda: door.by_order(MERCHANT, "1001", ""), TEN.most)
        clock.turn(TEN.window)
    assert let_in == DAY.most


def test_tries_at_the_same_moment_are_all_counted(database: tuple[Database, HandClock]) -> None:
    store, clock = database
    door = SignIns(store, clock, b"key")

    async def crowd() -> list[BaseException | None]:
        tries = (door.by_order(MERCHANT, "1001", "") for _ in range(3 * TEN.most))
        return await asyncio.gather(*tries, return_exceptions=True)

    refused = [found for found in asyncio.run(crowd()) if found is not None]
    assert len(refused) == 2 * TEN.most
    assert {getattr(found, "metadata", {}).get("limit") for found in refused} == {"sign_in"}


def test_an_address_that_failed_too_often_is_refused_whatever_it_tries(
    database: tuple[Database, HandClock],
) -> None:
    store, clock = database
    door = SignIns(store, clock, b"key")
    assert _allowed(lambda: door.by_order(MERCHANT, "a", "203.0.113.9"), 1) == 1
    _allowed(lambda: door.failed(MERCHANT, "203.0.113.9"), PER_ADDRESS.most)
    assert _allowed(lambda: door.by_order(MERCHANT, "b", "203.0.113.9"), 1) == 0
    assert _allowed(lambda: door.by_token(MERCHANT, "203.0.113.9"), 1) == 0
    assert _allowed(lambda: door.by_token(MERCHANT, "203.0.113.10"), 1) == 1
    assert _allowed(lambda: door.by_token(MERCHANT, ""), 1) == 1


def test_a_merchant_under_attack_lets_nobody_guess_and_everybody_scan(
    database: tuple[Database, HandClock], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = database
    door = SignIns(store, clock, b"key")
    few = PER_MERCHANT.__class__(PER_MERCHANT.name, 20, PER_MERCHANT.window)
    monkeypatch.setattr("sendback_service.sign_ins.PER_MERCHANT", few)
    _allowed(lambda: door.failed(MERCHANT, "", few), 20)
    assert _allowed(lambda: door.by_order(MERCHANT, "1001", "203.0.113.9"), 1) == 0
    assert _allowed(lambda: door.by_token(MERCHANT, "203.0.113.9"), 1) == 1


def test_counts_say_nothing_to_who_reads_them_and_go_when_their_time_is_over(
    database: tuple[Database, HandClock],
) -> None:
    store, clock = database
    door = SignIns(store, clock, b"key")
    _allowed(lambda: door.by_order(MERCHANT, "secret-number", "203.0.113.9"), 1)
    rows = store.look(lambda tx: [row.model_dump() for row in tx.session.exec(select(TryRow))])
    assert len(rows) == len(PER_ORDER)
    assert "secret-number" not in str(rows)
    clock.turn(timedelta(days=1))
    assert Retention(store).turn() == len(PER_ORDER)
    assert store.look(lambda tx: tx.session.exec(select(TryRow)).all()) == []


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("203.0.113.9, 10.0.0.1", ""),
        ("localhost", ""),
        ("x" * 500, ""),
        ("", ""),
    ],
)
def test_the_address_that_a_portal_tells(said: str, counted: str) -> None:
    from sendback_service.records import KeyRecord

    portal = KeyRecord("key_1", "PORTAL", "", frozenset(), "", START)
    merchant = KeyRecord("key_2", "MERCHANT", "mer_1", frozenset(), "", START)
    assert buyer_address(portal, said) == counted
    assert buyer_address(merchant, said) == ""
