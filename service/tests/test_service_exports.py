"""The files' columns are those of the docs; a document that is written while it is sent can be told to be whole."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sendback.v1.document_pb2 import DocumentChunk
from sendback_service.api.documents import streamed
from sendback_service.exports import COLUMNS, Rows, lines
from sendback_service.figures import period
from sendback_service.ids import least_id, new_id
from sendback_service.refusal import Refusal
from sendback_service.rules.returned import Milestones
from sendback_service.rules.states import SettlementKind

from service.tests.rules.test_rules_figures import a_parcel, a_return, a_unit, paid

DOCS = Path(__file__).parent.parent / "docs/figures.md"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("rows", Rows)
def test_the_docs_tell_every_column_in_its_order(rows: Rows) -> None:
    section = DOCS.read_text(encoding="utf-8").partition(f"### `{rows}`")[2].partition("\n### ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(COLUMNS[rows])


def test_a_returns_line() -> None:
    life = Milestones(int(NOON.timestamp() * 1_000_000))
    parts = {"settlements": (paid(8900, ("1", 8900)),), "parcels": (a_parcel(), a_parcel(price=None))}
    (text,) = lines(a_return(a_unit(), **parts, milestones=life), Rows.RETURNS, ZoneInfo("Europe/Paris"))
    cells = dict(zip(COLUMNS[Rows.RETURNS], text.strip().split(","), strict=True))
    assert cells["create_time"] == '"2026-11-20T13:00:00+01:00"'
    assert cells["end_time"] == ""
    assert (cells["refunded_amount"], cells["credited_amount"]) == ("89.00", "0.00")
    assert (cells["label_costs"], cells["carrier_accounts"]) == ('"4.90"', '"post post"')


def test_the_column_of_money_adds_up_over_the_units() -> None:
    units = [a_unit("2", number) for number in range(3)]
    found = a_return(*units, settlements=(paid(1000, ("2", 1000), kind=SettlementKind.STORE_CREDIT),))
    place = COLUMNS[Rows.UNITS].index("credited_amount")
    amounts = [text.strip().split(",")[place] for text in lines(found, Rows.UNITS, ZoneInfo("UTC"))]
    assert amounts == ["3.34", "3.33", "3.33"]


@pytest.mark.parametrize("texts", [[], [""], ["é" * 70_000, "x"], ["x" * 64 * 1024], ["a"] * 100])
def test_the_last_piece_makes_it_whole(texts: list[str]) -> None:
    async def written() -> AsyncIterator[str]:
        for text in texts:
            yield text

    async def pieces() -> list[DocumentChunk]:
        return [piece async for piece in streamed("text/csv", written())]

    first, *middle, last = asyncio.run(pieces())
    whole = b"".join(piece.data for piece in (first, *middle, last))
    assert whole.decode() == "".join(texts)
    assert (first.media_type, first.size, first.sha256) == ("text/csv", 0, "")
    assert last.sha256 == hashlib.sha256(whole).hexdigest()
    assert all(len(piece.data) <= 64 * 1024 and not piece.sha256 for piece in middle)


def test_a_period_is_of_the_merchants_days() -> None:
    """Paris leaves summer time on 25 October 2026, so that day has 25 hours."""
    span = period(date(2026, 10, 25), date(2026, 10, 25), "Europe/Paris")
    assert span.start == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert span.end - span.start == timedelta(hours=25)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(2016, 1, 1), date(2026, 1, 10)),
        (date(1, 1, 1), date(1, 1, 2)),
        (date(9999, 12, 30), date(9999, 12, 31)),
    ],
)
def test_a_period_that_is_none_is_refused(first: date, last: date) -> None:
    with pytest.raises(Refusal):
        period(first, last, "Europe/Paris")


def test_ids_of_a_time_lie_behind_its_least() -> None:
    before, after = NOON - timedelta(milliseconds=1), NOON + timedelta(milliseconds=1)
    assert new_id("ret", before) < least_id("ret", NOON) <= new_id("ret", NOON) < least_id("ret", after)
