"""Parts add up to the whole."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_service.rules.apportionment import largest_remainder, percent_of, round_half_up, slice_of

TOTALS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@given(TOTALS, WEIGHTS)
def test_largest_remainder_adds_up(total: int, weights: list[int]) -> None:
    assert sum(largest_remainder(total, weights)) == total


@given(TOTALS, WEIGHTS.filter(any))
def test_each_part_is_within_one_of_its_exact_share(total: int, weights: list[int]) -> None:
    for part, weight in zip(largest_remainder(total, weights), weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(st.integers(0, 10**9), WEIGHTS)
def test_no_part_is_larger_than_its_weight_where_the_weights_can_bear_the_total(
    total: int, weights: list[int]
) -> None:
    total = min(total, sum(weights))
    assert all(
        part <= weight for part, weight in zip(largest_remainder(total, weights), weights, strict=True)
    )


@given(TOTALS, WEIGHTS.filter(any))
def test_larger_remainders_are_served_first(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    exact = [abs(total) * weight for weight in weights]
    up = [
        abs(part) > share // whole
        for part, share in zip(largest_remainder(total, weights), exact, strict=True)
    ]
    served = [(-(share % whole), place) for place, share in enumerate(exact) if up[place]]
    waiting = [(-(share % whole), place) for place, share in enumerate(exact) if not up[place]]
    assert not served or not waiting or max(served) < min(waiting)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, (600, 400), (60, 40)),
        (100, (1, 1, 1), (34, 33, 33)),
        (2, (1, 1, 1), (1, 1, 0)),
        (-100, (1, 1, 1), (-34, -33, -33)),
        (5, (0, 0), (5, 0)),
        (0, (3, 4), (0, 0)),
        (7, (0, 5, 0), (0, 7, 0)),
        (5, (), ()),
    ],
)
def test_ties_go_to_the_lower(total: int, weights: tuple[int, ...], parts: tuple[int, ...]) -> None:
    assert largest_remainder(total, weights) == parts


def test_a_line_of_1000_for_three_units() -> None:
    assert [slice_of(1000, unit, 3) for unit in range(3)] == [333, 334, 333]


@given(TOTALS, st.integers(1, 200))
def test_slices_add_up(total: int, units: int) -> None:
    assert sum(slice_of(total, unit, units) for unit in range(units)) == total


@given(TOTALS, st.integers(1, 200), st.data())
def test_a_slice_is_within_one_of_its_exact_share(total: int, units: int, data: st.DataObject) -> None:
    unit = data.draw(st.integers(0, units - 1))
    assert abs(slice_of(total, unit, units) - Fraction(total, units)) <= 1


@given(st.integers(0, 10**12), st.integers(1, 50))
def test_nothing_positive_has_a_negative_slice(total: int, units: int) -> None:
    assert all(slice_of(total, unit, units) >= 0 for unit in range(units))


@given(TOTALS, st.integers(1, 50))
def test_slices_of_a_negative_total_mirror_those_of_the_positive(total: int, units: int) -> None:
    assert [slice_of(-total, u, units) for u in range(units)] == [
        -slice_of(total, u, units) for u in range(units)
    ]


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (3, 2, 2), (5, 2, 3), (1, 3, 0), (2, 3, 1), (0, 7, 0), (-1, 2, -1), (-1, 3, 0), (-5, 2, -3)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


def test_per_cents_are_exact_beyond_what_a_float_can_hold() -> None:
    assert percent_of(10**17 + 3, 50) == 50_000_000_000_000_002
    assert percent_of(5, 10) == 1
    assert percent_of(4, 10) == 0
