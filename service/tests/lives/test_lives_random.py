"""Random lives of many returns: what the service does is what the model expects, and no invariant is ever broken.

`SENDBACK_LIVES=500` plays that many lives instead of the usual few, from other seeds each time.
"""

import asyncio
import os
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sendback_service.rules.policy import SettlementMoment
from sendback_service.store import Database

from service.tests.effects.conftest import clock, database, database_url, loop
from service.tests.effects.world import HandClock, Stage
from service.tests.lives.player import Player
from service.tests.lives.till import Naming

__all__ = ["clock", "database", "database_url", "loop"]

LIVES = int(os.environ.get("SENDBACK_LIVES", "0"))
_NUMBER = st.integers(0, 11)
_VERBS = (
    "cancel",
    "expire",
    "close",
    "cancel_unit",
    "release",
    "receive",
    "scan",
    "another_parcel",
    "run_out",
    "inspect",
    "inspect",
    "inspect",
    "settle",
    "settle_stale",
    "reverse",
    "confirm",
)
STEPS = st.one_of(
    st.tuples(st.just("create"), st.integers(0, 1), st.integers(0, 2), st.integers(1, 3), st.booleans()),
    st.tuples(st.just("verb"), _NUMBER, st.sampled_from(_VERBS), _NUMBER),
    st.tuples(st.just("verb"), _NUMBER, st.sampled_from(_VERBS), _NUMBER),
    st.tuples(
        st.just("outside"),
        st.sampled_from(["ok", "silent", "deaf", "later", "no"]),
        st.sampled_from(["ok", "silent", "deaf", "later", "no", "nonsense"]),
    ),
    st.tuples(st.just("wait"), st.sampled_from([1, 15, 60 * 24, 60 * 24 * 31])),
    st.tuples(st.just("erase")),
    st.tuples(
        st.just("reimport"),
        st.integers(0, 1),
        st.sampled_from([0, 158, 2000, -1]),
        st.sampled_from(Naming),
    ),
)
LIFE = st.tuples(
    st.sampled_from(list(SettlementMoment)), st.booleans(), st.lists(STEPS, min_size=6, max_size=18)
)


def play(player: Player, life: tuple[Any, ...]) -> None:
    moment, tax, steps = life
    player.begin(moment, tax)
    player.create(0, 0, 1, credit=False)
    for name, *arguments in steps:
        getattr(player, name)(*arguments)
        player.settle_down()


@pytest.mark.timeout(600 if LIVES else 180)
def test_random_lives_break_nothing(
    database: Database,
    clock: HandClock,
    loop: asyncio.AbstractEventLoop,
) -> None:
    stage = Stage(database, clock)

    @settings(
        max_examples=LIVES or 12,
        derandomize=not LIVES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(LIFE)
    def lives(life: tuple[Any, ...]) -> None:
        play(Player(stage, database, clock, f"mer_{uuid4().hex[:12]}", loop), life)

    lives()
