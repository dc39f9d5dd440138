"""Each invariant has a guard. Each guard is broken in turn, and the lives must notice."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sendback_service import amounts_due, cases, decisions, held, reception, settlements, unit_removal
from sendback_service.effects import transfers
from sendback_service.rules import quote, worth
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.states import Inspection, SettlementState
from sendback_service.store import Database
from sqlalchemy import text

from service.tests.effects.conftest import clock, database, database_url, loop
from service.tests.effects.world import STAFF, HandClock, Stage
from service.tests.lives.player import Player
from service.tests.lives.test_lives_random import LIFE, play

__all__ = ["clock", "database", "database_url", "loop"]

Patch = Callable[[pytest.MonkeyPatch, Database], None]


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _units_unguarded(patch: pytest.MonkeyPatch, database: Database) -> None:
    database.transact(lambda tx: tx.session.execute(text("DROP INDEX unit_held_once")), STAFF)
    seen = cases.verdicts

    def blind(order: Any, policy: Any, version: int, _held: Any, *rest: Any) -> Any:
        return seen(order, policy, version, frozenset(), *rest)

    patch.setattr(cases, "verdicts", blind)


def _units_kept(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(held.HeldReturn, "release_units", _nothing)


def _closes_uninspected(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(decisions, "INSPECTED", frozenset(Inspection))


def _no_cap(patch: pytest.MonkeyPatch, _: Database) -> None:
    for module in (quote, amounts_due):
        patch.setattr(module, "left_to_refund", lambda *_: 10**9)


def _forgets_what_is_owed(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(amounts_due, "GIVEN_BACK", text("transfer.kind <> 'BONUS' AND transfer.state <> 'FAILED'"))


def _rounds_down(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(worth, "slice_of", lambda total, _unit, units: total // units)


def _frees_what_was_paid(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(unit_removal, "paid_for", lambda *_: False)


def _fee_again(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(amounts_due, "_fee_owed", lambda held, _earlier: held.row.shown_fee_minor or 500)


def _pays_units_twice(patch: pytest.MonkeyPatch, _: Database) -> None:
    for module in (amounts_due, settlements):
        patch.setattr(module, "due_units", lambda held, _policy: list(held.units))


def _new_key_each_time(patch: pytest.MonkeyPatch, _: Database) -> None:
    request = transfers._request

    def renamed(tx: Any, transfer: Any) -> Any:
        made = request(tx, transfer)
        return replace(made, key=f"{made.key}-{transfer.calls}")

    patch.setattr(transfers, "_request", renamed)


def _settled_too_soon(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(settlements, "OPEN", ())

    def finish(held: Any, row: Any, transfers: Any) -> None:
        row.state = SettlementState.SETTLED
        held.tx.session.add(row)

    patch.setattr(settlements, "_record", finish)


def _forgets_dispositions(patch: pytest.MonkeyPatch, _: Database) -> None:
    note = reception._note

    def forgetful(held: Any, unit: Any, finding: Any) -> None:
        note(held, unit, replace(finding, disposition=None))

    patch.setattr(reception, "_note", forgetful)


def _every_move_allowed(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(held, "can_move", lambda *_: True)


def _closes_on_open_money(patch: pytest.MonkeyPatch, _: Database) -> None:
    patch.setattr(decisions, "refuse_open_money", _nothing)
    patch.setattr(decisions, "settlements", lambda *_: [])


MUTATIONS: dict[str, Patch] = {
    "1 units are free for everybody": _units_unguarded,
    "1 what is cancelled keeps its units": _units_kept,
    "2 what was not inspected is closed": _closes_uninspected,
    "3 nothing caps a refund": _no_cap,
    "3 what is owed by hand is paid to others": _forgets_what_is_owed,
    "4 slices are rounded down": _rounds_down,
    "4 units are paid again": _pays_units_twice,
    "4 what was paid for is freed and paid again": _frees_what_was_paid,
    "5 the fee is charged at each stage": _fee_again,
    "6 a retry has a key of its own": _new_key_each_time,
    "6 settled before the money went": _settled_too_soon,
    "7 a unit has no disposition": _forgets_dispositions,
    "8 every move is allowed": _every_move_allowed,
    "8 a return closes on open money": _closes_on_open_money,
}


_BY_STAGES = [
    ("create", 0, 1, 3, False),
    *(
        ("verb", 1, verb, number)
        for verb, number in [("inspect", 0), ("settle", 2), ("inspect", 4), ("settle", 2)]
    ),
]
# Lives that chance seldom plays, each with the guard that it is about.
TOLD: dict[str, tuple[Any, ...]] = {
    "4 units are paid again": (
        SettlementMoment.INSPECTION,
        False,
        _BY_STAGES,
    ),
    "5 the fee is charged at each stage": (
        SettlementMoment.INSPECTION,
        False,
        _BY_STAGES,
    ),
    "3 nothing caps a refund": (
        SettlementMoment.INSPECTION,
        False,
        [("reimport", 0, -1), ("verb", 0, "inspect", 1)],
    ),
    "4 what was paid for is freed and paid again": (
        SettlementMoment.FIRST_SCAN,
        False,
        [
            ("create", 0, 1, 2, False),
            *(("verb", 1, verb, number) for verb, number in [("scan", 0), ("inspect", 3), ("release", 1)]),
            ("create", 0, 1, 2, False),
            ("verb", 2, "scan", 0),
        ],
    ),
    "3 what is owed by hand is paid to others": (
        SettlementMoment.INSPECTION,
        False,
        [
            ("outside", "no", "ok"),
            ("verb", 0, "inspect", 1),
            ("create", 0, 1, 3, False),
            *(("verb", 1, "inspect", number) for number in (0, 4, 5)),
            ("verb", 0, "confirm", 0),
        ],
    ),
    "6 a retry has a key of its own": (
        SettlementMoment.INSPECTION,
        False,
        [("outside", "deaf", "ok"), ("verb", 0, "inspect", 1), ("wait", 15)],
    ),
    "8 a return closes on open money": (
        SettlementMoment.INSPECTION,
        False,
        [("outside", "deaf", "ok"), ("verb", 0, "inspect", 1), ("verb", 0, "close", 0)],
    ),
}


def _lives(name: str, player: Callable[[], Player]) -> Callable[[], None]:
    """What is played to notice a broken guard."""
    if name in TOLD:
        return lambda: play(player(), TOLD[name])

    @settings(
        max_examples=60,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(LIFE)
    def lives(life: tuple[Any, ...]) -> None:
        play(player(), life)

    return lives


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_guard_is_noticed(
    name: str,
    database: Database,
    clock: HandClock,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage(database, clock)

    def player() -> Player:
        return Player(stage, database, clock, f"mer_{uuid4().hex[:12]}", loop)

    if name in TOLD:
        play(player(), TOLD[name])
    MUTATIONS[name](monkeypatch, database)
    with pytest.raises(AssertionError):
        _lives(name, player)()
