"""How long returns are in each state."""

import statistics

from hypothesis import given
from hypothesis import strategies as st
from sendback_service.rules.returned import Milestones
from sendback_service.rules.state_durations import Stays, stays
from sendback_service.rules.states import Resolution, Shipment

CREATED, SHIPPED, DELIVERED, INSPECTED = Shipment
OPEN, ACTION = Resolution.OPEN, Resolution.ACTION_REQUIRED


def test_a_whole_life() -> None:
    life = Milestones(
        100, shipped=110, delivered=140, inspected=150, ended=155, work=((120, 130), (125, 135))
    )
    assert dict(stays(life)) == {
        CREATED: 10,
        SHIPPED: 30,
        DELIVERED: 10,
        INSPECTED: 5,
        OPEN: 40,
        ACTION: 15,
    }


def test_what_lasts_is_not_measured() -> None:
    assert dict(stays(Milestones(100))) == {CREATED: None, OPEN: None}
    assert dict(stays(Milestones(100, shipped=120))) == {CREATED: 20, SHIPPED: None, OPEN: None}
    waiting = Milestones(100, work=((100, None),))
    assert dict(stays(waiting)) == {CREATED: None, ACTION: None}


def test_staff_acted_and_nobody_has_to_now() -> None:
    assert dict(stays(Milestones(100, work=((100, 130),)))) == {CREATED: None, ACTION: 30, OPEN: None}


def test_cancelled_before_anything_was_sent() -> None:
    assert dict(stays(Milestones(100, ended=160))) == {CREATED: 60, OPEN: 60}


def test_news_that_came_late_moves_nothing_back() -> None:
    """Received before any scan; the scan, and a matter for staff, came when all was over."""
    life = Milestones(100, shipped=200, delivered=150, inspected=160, ended=160, work=((170, 180),))
    assert dict(stays(life)) == {CREATED: 50, DELIVERED: 10, OPEN: 60}


def test_a_matter_that_outlasts_the_return_counts_to_its_end() -> None:
    assert dict(stays(Milestones(100, ended=160, work=((150, None),)))) == {CREATED: 60, ACTION: 10, OPEN: 50}


def test_percentiles_are_those_of_a_spreadsheet() -> None:
    lengths = Stays()
    for length in (10, 20, 30, 40):
        lengths.add(length)
    lengths.add(None)
    assert lengths.percentiles(50, 90, 0, 100) == (25, 37, 10, 40)
    assert (len(lengths), lengths.lasting) == (4, 1)
    assert Stays().percentiles(50) == (0,)


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=40))
def test_as_the_standard_library_says(found: list[int]) -> None:
    lengths = Stays()
    for length in found:
        lengths.add(length)
    (median,) = lengths.percentiles(50)
    assert abs(median - statistics.median(found)) <= 0.5
    ninetieth = statistics.quantiles(found, n=10, method="inclusive")[-1]
    assert abs(lengths.percentiles(90)[0] - ninetieth) <= 1


@st.composite
def lives(draw: st.DrawFn) -> Milestones:
    times = st.one_of(st.none(), st.integers(100, 200))
    work = draw(st.lists(st.tuples(st.integers(90, 200), times), max_size=4))
    return Milestones(
        100,
        draw(times),
        draw(times),
        draw(times),
        draw(times),
        tuple((since, to) for since, to in work if to is None or to >= since),
    )


@given(lives())
def test_each_track_covers_the_whole_life(life: Milestones) -> None:
    found = list(stays(life))
    assert len(found) == len({state for state, _ in found})
    assert all(length is None or length >= 0 for _, length in found)
    if life.ended is not None:
        for track in (Shipment, Resolution):
            assert sum(length or 0 for state, length in found if isinstance(state, track)) == life.ended - 100
            assert all(length is not None for _, length in found)
    else:
        for track in (Shipment, Resolution):
            assert sum(length is None for state, length in found if isinstance(state, track)) == 1
