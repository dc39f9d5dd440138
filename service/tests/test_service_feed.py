"""The feed listed from its end: the newest first, page by page, down to where it begins."""

import asyncio
from collections.abc import Iterator

import pytest
from sendback_service.feed import FLOOR, Feed
from sendback_service.refusal import Reason, Refusal
from sendback_service.store import Database, opened
from sendback_service.store.tables import EventRow, InstallationRow
from sendback_service.store.transaction import Author, Subject, Transaction
from sendback_service.streams import Streams
from sqlmodel import col, select

from service.tests.effects.world import HandClock
from tests.databases import Databases

BY = Author("rpc", "somebody")
MANY = 40


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    databases: Databases = request.getfixturevalue(request.param)
    made = opened(databases.migrated(), HandClock())
    made.transact(_happen, BY)
    made.transact(_place, BY)
    yield made
    made.shut()


def _happen(tx: Transaction) -> None:
    """Of every four events one is of the other merchant, and one of those of a type that is seldom."""
    for number in range(MANY):
        merchant = "mer_2" if number % 4 == 3 else "mer_1"
        type = "return.closed" if number % 8 == 0 else "return.requested"
        tx.record(merchant, type, Subject("return", f"ret_{number % 2}"))


def _place(tx: Transaction) -> None:
    for place, row in enumerate(tx.session.exec(select(EventRow).order_by(col(EventRow.id))), 1):
        row.position = place
        tx.session.add(row)


def pages(
    database: Database, size: int, merchant: str = "", subject: str = "", *types: str
) -> list[list[int]]:
    feed, token, found = Feed(database, Streams()), "", []
    while True:
        page = asyncio.run(feed.list(merchant, subject, types, size, token, newest_first=True))
        found.append([event.position for event in page.items])
        if not (token := page.next_token):
            return found


def places(database: Database, merchant: str = "", subject: str = "", *types: str) -> list[int]:
    def look(tx: Transaction) -> list[int]:
        rows = tx.session.exec(select(EventRow).order_by(col(EventRow.position).desc()))
        return [
            row.position
            for row in rows
            if merchant in ("", row.merchant_id)
            and subject in ("", row.subject_id)
            and (not types or row.type in types)
        ]

    return database.look(look)


@pytest.mark.parametrize("stretch", [3, 1000])
@pytest.mark.parametrize(
    "choice",
    [(), ("mer_1",), ("", "ret_0"), ("mer_2", "ret_1"), ("mer_1", "", "return.closed"), ("", "", "no.such")],
)
def test_pages_hold_everything_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, stretch: int, choice: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sendback_service.feed.STRETCH", stretch)
    for size in (1, 2, 7, 200):
        found = pages(database, size, *choice)
        assert [place for page in found for place in page] == places(database, *choice)
        assert all(len(page) <= size for page in found)


def test_it_ends_where_the_feed_begins(database: Database) -> None:
    row = InstallationRow(name=FLOOR, value="30")
    database.transact(lambda tx: tx.session.merge(row), BY)
    try:
        assert pages(database, 200) == [list(range(MANY, 30, -1))]
        assert pages(database, 200, "", "", "return.requested")[0][-1] > 30
        assert pages(database, 200, "", "ret_0") == [places(database, "", "ret_0")]
    finally:
        database.transact(lambda tx: tx.session.merge(InstallationRow(name=FLOOR, value="0")), BY)


def test_the_token_of_one_order_is_none_of_the_other(database: Database) -> None:
    feed = Feed(database, Streams())
    token = asyncio.run(feed.list("", "", (), 2, "")).next_token
    with pytest.raises(Refusal) as refused:
        asyncio.run(feed.list("", "", (), 2, token, newest_first=True))
    assert refused.value.reason is Reason.PAGE_TOKEN_INVALID
