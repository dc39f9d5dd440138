"""kill -9 at every single moment: before and after each transaction, and before each finished step is noted. And the
same of a database that cannot be asked for a moment.

Each scenario is played once undisturbed, to count its moments, and then once for each of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sendback_sdk import Repeat
from sendback_service import decisions
from sendback_service.effects import backoff
from sendback_service.held import hold
from sendback_service.store.tables import EventRow, MessageRow, ParcelRow, SettlementRow
from sendback_service.store.transaction import Transaction
from sqlmodel import select

from service.tests.effects.parties import Bank, FindingBank, FindingPost, Post
from service.tests.effects.world import (
    MERCHANT,
    PARCEL,
    RETURN,
    STAFF,
    Boards,
    Stage,
    ask_for_label,
    begin,
    settle,
)

LONG = timedelta(minutes=15)


@dataclass(frozen=True)
class Scenario:
    """What is set up, and what must hold in the end wherever it was killed."""

    arrange: Callable[[Stage], None]
    check: Callable[[Stage], None]


def label(*carriers: Post) -> Callable[[Stage], None]:
    def arrange(stage: Stage) -> None:
        stage.carriers = {f"post-{place}": carrier for place, carrier in enumerate(carriers)}
        stage.database.transact(ask_for_label, STAFF)

    return arrange


def cancelled(carrier: Post) -> Callable[[Stage], None]:
    def arrange(stage: Stage) -> None:
        label(carrier)(stage)
        stage.run()
        stage.database.transact(_cancel, STAFF)

    return arrange


def paid(bank: Bank) -> Callable[[Stage], None]:
    def arrange(stage: Stage) -> None:
        stage.platforms = {"bank": bank}
        stage.database.transact(settle, STAFF)

    return arrange


def _cancel(tx: Transaction) -> None:
    held = hold(tx, MERCHANT, RETURN)
    for unit in held.units:
        unit.inspection = "EXPECTED"
    decisions.cancel(held)


def one_label(stage: Stage) -> None:
    """Exactly one live label, and one letter with it."""
    made = [label for carrier in stage.carriers.values() for label in carrier.made]
    assert [parcel(stage).label, len(made)] == ["PURCHASED", 1]
    assert parcel(stage).tracking_number == made[0].tracking_number
    assert letters(stage) == {"label": "SENT"}


def label_or_instructions(stage: Stage) -> None:
    """A call that was cut off and cannot be asked after is never made again."""
    carrier = stage.carriers["post-0"]
    assert len(carrier.made) <= 1
    assert carrier.script.calls <= 1
    expected = {"PURCHASED": {"label": "SENT"}, "FAILED": {"instructions": "SENT"}}
    assert letters(stage) == expected[parcel(stage).label]


def no_label(stage: Stage) -> None:
    assert parcel(stage).label == "VOIDED"
    assert stage.carriers["post-0"].live == []


def paid_once(stage: Stage) -> None:
    bank = stage.platforms["bank"]
    assert len(bank.paid) == 1
    assert len(getattr(bank, "payments", [1])) == 1
    assert letters(stage) == {"refunded": "SENT"}
    assert stage.database.look(lambda tx: tx.session.exec(select(SettlementRow.state)).one()) == "SETTLED"


SCENARIOS: dict[str, Callable[[], Scenario]] = {
    "safe": lambda: Scenario(label(Post(repeat=Repeat.SAFE)), one_label),
    "safe, answer lost": lambda: Scenario(label(Post("silent", "ok", repeat=Repeat.SAFE), Post()), one_label),
    "safe, then busy": lambda: Scenario(
        label(Post("ok", "later", "ok", repeat=Repeat.SAFE), Post()), one_label
    ),
    "safe, then refusing": lambda: Scenario(
        label(Post("ok", "no", "ok", repeat=Repeat.SAFE), Post()), one_label
    ),
    "findable": lambda: Scenario(label(FindingPost()), one_label),
    "findable, answer lost": lambda: Scenario(label(FindingPost("silent", "ok"), Post()), one_label),
    "first refuses": lambda: Scenario(label(FindingPost("no"), Post(repeat=Repeat.SAFE)), one_label),
    "unsafe": lambda: Scenario(label(Post()), label_or_instructions),
    "voided": lambda: Scenario(cancelled(FindingPost()), no_label),
    "refund by key": lambda: Scenario(paid(Bank()), paid_once),
    "refund by key, answer lost": lambda: Scenario(paid(Bank("silent", "ok")), paid_once),
    "refund by asking": lambda: Scenario(paid(FindingBank()), paid_once),
    "refund by asking, answer lost": lambda: Scenario(paid(FindingBank("silent", "ok")), paid_once),
}


def parcel(stage: Stage) -> ParcelRow:
    return stage.database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)))


def letters(stage: Stage) -> dict[str, str]:
    rows = stage.database.look(lambda tx: list(tx.session.exec(select(MessageRow))))
    assert len(stage.postman.sent) >= len(rows)
    assert {message.key for message in stage.postman.sent} == {row.id for row in rows}
    return {row.occasion: row.state for row in rows}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_every_moment(name: str, boards: Boards) -> None:
    undisturbed = _play(name, 0, boards)
    moments = undisturbed.moments
    assert moments > 8
    deaths = [_play(name, moment, boards).deaths for moment in range(1, moments + 1)]
    assert deaths == [1] * moments


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", ["unsafe", "findable", "voided", "refund by key", "refund by asking"])
def test_cut_off_from_the_database_at_every_moment(
    name: str, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other side answered is kept in any case: nothing is asked for or said twice."""
    monkeypatch.setattr(backoff, "_DATABASE_PAUSES", (0.0,))
    for moment in range(1, _play(name, 0, boards).moments + 1):
        stage = _play(name, 0, boards, cut_off_at=moment)
        assert len(stage.postman.sent) == len(letters(stage))
        for carrier in stage.carriers.values():
            assert parcel(stage).label in ("PURCHASED", "VOIDED") or not carrier.made


def _play(name: str, die_at: int, boards: Boards, *, cut_off_at: int = 0) -> Stage:
    database, clock = boards.cleared()
    database.transact(begin, STAFF)
    stage, scenario = Stage(database, clock), SCENARIOS[name]()
    stage.die_at, stage.cut_off_at = die_at, cut_off_at
    scenario.arrange(stage)
    stage.run(until=LONG)
    scenario.check(stage)
    positions = database.look(lambda tx: sorted(tx.session.exec(select(EventRow.position))))
    assert positions == list(range(1, len(positions) + 1))
    return stage
