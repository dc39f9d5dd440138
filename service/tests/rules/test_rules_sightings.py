"""Sightings of a parcel in any order, and how often it is asked after."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_service.rules.sightings import Sighting, is_news, next_poll, nothing_left_to_hear
from sendback_service.rules.states import SCANNED, Decision, Transit, can_move

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
_TOLD = st.lists(
    st.tuples(st.sampled_from(sorted(SCANNED)), st.integers(0, 50).map(lambda n: NOW + timedelta(minutes=n))),
    max_size=12,
)


def _play(told: list[tuple[Transit, datetime]]) -> list[Sighting]:
    state, seen = Transit.NOT_SCANNED, list[Sighting]()
    for wanted, time in told:
        moved = is_news(state, wanted, time, seen)
        state = wanted if moved else state
        seen.append(Sighting(wanted, time, moved))
    return seen


@given(_TOLD)
def test_nothing_moves_a_state_back(told: list[tuple[Transit, datetime]]) -> None:
    moves = [sighting for sighting in _play(told) if sighting.moved]
    states = [Transit.NOT_SCANNED, *(sighting.seen for sighting in moves)]
    assert all(can_move(before, after) for before, after in pairwise(states))
    assert Transit.DELIVERED not in states[:-1]
    before_arrival = [m for m in moves if m.seen is not Transit.DELIVERED]
    assert all(a.time <= b.time for a, b in pairwise(before_arrival))


@given(_TOLD, st.randoms())
def test_a_delivery_is_believed_in_whatever_order_it_is_told(
    told: list[tuple[Transit, datetime]], chance: object
) -> None:
    told = [*told, (Transit.DELIVERED, NOW)]
    chance.shuffle(told)  # type: ignore[attr-defined]
    moves = [sighting for sighting in _play(told) if sighting.moved]
    assert moves[-1].seen is Transit.DELIVERED


def test_an_old_scan_does_not_end_a_younger_trouble() -> None:
    trouble = [Sighting(Transit.EXCEPTION, NOW, moved=True)]
    assert not is_news(Transit.EXCEPTION, Transit.IN_TRANSIT, NOW - HOUR, trouble)
    assert is_news(Transit.EXCEPTION, Transit.IN_TRANSIT, NOW + HOUR, trouble)


@pytest.mark.parametrize(
    ("transit", "quiet", "hours"),
    [
        (Transit.NOT_SCANNED, 0, 1),
        (Transit.NOT_SCANNED, 3, 8),
        (Transit.NOT_SCANNED, 40, 24),
        (Transit.HANDED_OVER, 0, 1),
        (Transit.IN_TRANSIT, 40, 6),
    ],
)
def test_ever_more_rarely_without_news(transit: Transit, quiet: int, hours: int) -> None:
    assert next_poll(transit, quiet, NOW) - NOW == hours * HOUR


@pytest.mark.parametrize(
    ("transit", "decision", "days", "over"),
    [
        (Transit.DELIVERED, Decision.APPROVED, 0, True),
        (Transit.LOST, Decision.APPROVED, 0, True),
        (Transit.NOT_SCANNED, Decision.APPROVED, 400, False),
        (Transit.IN_TRANSIT, Decision.CLOSED, 29, False),
        (Transit.IN_TRANSIT, Decision.CLOSED, 31, True),
        (Transit.NOT_SCANNED, None, 119, False),
        (Transit.NOT_SCANNED, None, 121, True),
    ],
)
def test_when_there_is_nothing_left_to_hear(
    transit: Transit, decision: Decision | None, days: int, over: bool
) -> None:
    assert nothing_left_to_hear(transit, decision, NOW - timedelta(days=days), NOW) is over
