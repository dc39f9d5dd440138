"""Hosts whose clocks differ: what they say of a time is measured by the database's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sendback_service.store import Database, opened, postgres
from sendback_service.store.tables import ParcelRow
from sqlmodel import select

from service.tests.effects.parties import FindingPost
from service.tests.effects.world import STAFF, HandClock, Stage, ask_for_label, begin

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
MINUTES = timedelta(minutes=5)
WRONG = pytest.mark.parametrize("wrong", [MINUTES, -MINUTES], ids=["ahead", "behind"])


@contextmanager
def host(url: str, wrong: timedelta = timedelta()) -> Iterator[Database]:
    """The database as a host has it whose clock is so wrong."""

    def clock() -> datetime:
        return datetime.now(UTC) + wrong

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres, "system_clock", clock)
        database = opened(url, clock)
        yield database
        database.shut()


@WRONG
def test_a_transaction_has_the_time_of_the_database(database_url: str, wrong: timedelta) -> None:
    with host(database_url, wrong) as database:
        for ask in (database.look, lambda work: database.transact(work, STAFF)):
            assert abs(ask(lambda tx: tx.now) - datetime.now(UTC)) < timedelta(seconds=2)


@WRONG
def test_a_call_of_another_host_s_is_not_over_before_its_time(database_url: str, wrong: timedelta) -> None:
    """Its answer is lost, and a label may yet be made."""
    post = FindingPost("deaf", "ok")
    with host(database_url) as database:
        database.transact(begin, STAFF)
        database.transact(ask_for_label, STAFF)
        work(database, post)
    with host(database_url, wrong) as database:
        work(database, post)
        assert len(post.requests) == 1
        assert database.look(lambda tx: tx.session.exec(select(ParcelRow.label)).one()) == "UNKNOWN"


def work(database: Database, post: FindingPost) -> None:
    """All that is due now."""
    stage = Stage(database, HandClock())
    stage.carriers = {"post": post}
    stage.run(until=-MINUTES)
