"""When what has outlived its time goes, whoever reads of it is told, or misses nothing."""

import asyncio
from datetime import timedelta

import pytest
from sendback_service.feed import Feed, floor
from sendback_service.figures import Statistics
from sendback_service.refusal import Refusal
from sendback_service.shops import Shops
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.streams import Streams

from service.tests.audit.town import MERCHANT, Town
from service.tests.effects.pruned import LONG, listed, prune, settle
from service.tests.effects.world import STAFF


def test_a_reader_from_before_the_floor_is_told_and_others_miss_nothing(town: Town) -> None:
    town.close("closed")
    settle(town)
    everything = listed(town)
    town.clock.turn(LONG)
    town.close("young")
    settle(town)
    prune(town, timedelta())
    low = town.database.look(floor)
    assert low == max(everything)
    left = listed(town)
    assert left == list(range(low + 1, max(left) + 1)), "whole from the floor on"
    assert listed(town, resume_token=str(low)) == left
    for types in ((), ("return.requested",)):
        with pytest.raises(Refusal) as told:
            listed(town, resume_token=str(low - 1), types=types)
        assert told.value.metadata == {"field": "resume_token"}
    feed = Feed(town.database, Streams())
    page = town.loop.run_until_complete(feed.list("", "", (), 200, ""))
    assert [event.position for event in page.items] == left[:200]


def test_a_stream_that_is_overtaken_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had read some events when the rest of them went; what comes behind them would hide that."""
    monkeypatch.setattr("sendback_service.feed._BATCH", 2)
    town.close("closed")
    settle(town)
    feed = Feed(town.database, Streams())

    async def read() -> None:
        stream = feed.watch("", "", (), stop_at_end=True)
        await anext(stream)
        await asyncio.get_running_loop().run_in_executor(None, prune, town)
        await asyncio.get_running_loop().run_in_executor(None, town.database.transact, _something_new, STAFF)
        await asyncio.get_running_loop().run_in_executor(None, town.stage.run)
        async for _ in stream:
            pass

    with pytest.raises(Refusal, match="INVALID_FIELD"):
        town.loop.run_until_complete(read())


def _something_new(tx: Transaction) -> None:
    tx.record(MERCHANT, "portal.changed", Subject("merchant", MERCHANT))


def test_figures_of_a_time_that_is_kept_no_more_are_refused(town: Town) -> None:
    town.close("closed")
    settle(town)
    first = town.clock.now.date()
    prune(town)
    statistics = Statistics(town.database, Shops(town.database))
    run = town.loop.run_until_complete
    with pytest.raises(Refusal) as told:
        run(statistics.of(MERCHANT, first - timedelta(days=400), town.clock.now.date()))
    assert told.value.metadata == {"field": "first_date"}
    figures = run(statistics.of(MERCHANT, first, town.clock.now.date()))
    assert figures.book is not None
