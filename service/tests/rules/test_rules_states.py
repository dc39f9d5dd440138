"""Every move there is, and none besides."""

from enum import StrEnum

import pytest
from sendback_service.rules.states import (
    LIVE,
    MOVES,
    SCANNED,
    Decision,
    ImpossibleMove,
    Inspection,
    LabelState,
    Resolution,
    SettlementState,
    Shipment,
    Transit,
    can_move,
    moved,
    resolution,
    shipment,
)

AXES = (Decision, LabelState, Transit, Inspection, SettlementState)
STATES = [pytest.param(state, id=f"{axis.__name__}-{state}") for axis in AXES for state in axis]
FINAL = {
    Decision: {Decision.DECLINED, Decision.CANCELLED, Decision.EXPIRED, Decision.CLOSED},
    LabelState: set(),
    Transit: {Transit.DELIVERED},
    Inspection: {Inspection.ACCEPTED, Inspection.REJECTED, Inspection.MISSING},
    SettlementState: {SettlementState.REVERSED},
}
FURTHER = (Transit.NOT_SCANNED, Transit.HANDED_OVER, Transit.IN_TRANSIT, Transit.DELIVERED)
E, R, A, J, M = (
    Inspection.EXPECTED,
    Inspection.RECEIVED,
    Inspection.ACCEPTED,
    Inspection.REJECTED,
    Inspection.MISSING,
)


def test_the_table_speaks_of_every_state_and_of_no_other() -> None:
    assert set(MOVES) == set(AXES)
    assert all(set(MOVES[axis]) == set(axis) for axis in AXES)


@pytest.mark.parametrize("state", STATES)
def test_a_move_stays_on_its_axis_and_goes_somewhere(state: StrEnum) -> None:
    ways = MOVES[type(state)][state]
    assert all(type(to) is type(state) for to in ways)
    assert state not in ways


@pytest.mark.parametrize("axis", AXES)
def test_final_states_stay_final(axis: type[StrEnum]) -> None:
    assert {state for state in axis if not MOVES[axis][state]} == FINAL[axis]


def test_axes_that_share_a_name_do_not_share_its_moves() -> None:
    """Enums of strings are equal where their names are."""
    assert Decision.REQUESTED == LabelState.REQUESTED  # type: ignore[comparison-overlap]
    assert can_move(Decision.REQUESTED, Decision.APPROVED)
    assert can_move(LabelState.REQUESTED, LabelState.PURCHASED)
    assert can_move(LabelState.UNKNOWN, LabelState.PURCHASED)
    assert can_move(SettlementState.UNKNOWN, SettlementState.SETTLED)
    assert not can_move(Decision.EXPIRED, Decision.REQUESTED)


@pytest.mark.parametrize("state", STATES)
def test_moved_makes_the_moves_of_the_table_and_refuses_all_others(state: StrEnum) -> None:
    for wanted in type(state):
        if wanted in MOVES[type(state)][state]:
            assert can_move(state, wanted)
            assert moved(state, wanted) is wanted
        else:
            assert not can_move(state, wanted)
            with pytest.raises(ImpossibleMove, match=f"{state} cannot become {wanted}"):
                moved(state, wanted)


def test_an_impossible_move_says_from_where_to_where() -> None:
    with pytest.raises(ImpossibleMove) as caught:
        moved(Decision.CLOSED, Decision.APPROVED)
    assert (caught.value.state, caught.value.wanted) == (Decision.CLOSED, Decision.APPROVED)


@pytest.mark.parametrize("axis", AXES)
def test_every_state_can_be_reached_from_where_its_axis_begins(axis: type[StrEnum]) -> None:
    reached: set[StrEnum] = set()
    ahead: set[StrEnum] = {next(iter(axis))}
    while ahead:
        reached |= ahead
        ahead = {to for state in ahead for to in MOVES[axis][state]} - reached
    assert reached == set(axis)


@pytest.mark.parametrize("late", range(len(FURTHER)))
def test_late_scans_move_no_parcel_back(late: int) -> None:
    for now in FURTHER[late + 1 :]:
        assert not can_move(now, FURTHER[late])


def test_tracking_may_leave_scans_out() -> None:
    for place, now in enumerate(FURTHER):
        for later in FURTHER[place + 1 :]:
            assert can_move(now, later)


def test_nothing_that_was_scanned_becomes_unscanned_by_any_way() -> None:
    assert not any(can_move(state, Transit.NOT_SCANNED) for state in SCANNED)
    assert SCANNED | {Transit.NOT_SCANNED} == set(Transit)


def test_a_parcel_that_was_given_up_can_still_turn_up() -> None:
    assert can_move(Transit.LOST, Transit.DELIVERED)
    assert not can_move(Transit.LOST, Transit.IN_TRANSIT)


def test_a_label_is_asked_for_again_only_once_the_former_is_out_of_the_world() -> None:
    again = {state for state in LabelState if can_move(state, LabelState.REQUESTED)}
    assert again == {
        LabelState.NOT_NEEDED,
        LabelState.UNKNOWN,  # under the same key: the reconciler's
        LabelState.FAILED,
        LabelState.VOIDED,
        LabelState.EXPIRED,
    }


def test_money_in_doubt_is_never_paid_back_by_being_reversed() -> None:
    assert {s for s in SettlementState if can_move(s, SettlementState.REVERSED)} == {SettlementState.SETTLED}


def test_live_returns_are_those_that_can_still_be_cancelled() -> None:
    assert {d for d in Decision if can_move(d, Decision.CANCELLED)} == LIVE


@pytest.mark.parametrize(
    ("parcels", "units", "track"),
    [
        ((), (E,), Shipment.CREATED),
        ((Transit.NOT_SCANNED,), (E,), Shipment.CREATED),
        ((Transit.NOT_SCANNED, Transit.HANDED_OVER), (E, E), Shipment.SHIPPED),
        ((Transit.EXCEPTION,), (E,), Shipment.SHIPPED),
        ((Transit.LOST,), (E,), Shipment.SHIPPED),
        ((Transit.IN_TRANSIT, Transit.DELIVERED), (E, E), Shipment.DELIVERED),
        ((Transit.NOT_SCANNED,), (R,), Shipment.DELIVERED),
        ((Transit.DELIVERED,), (A, E), Shipment.DELIVERED),
        ((Transit.DELIVERED,), (A, J, M), Shipment.INSPECTED),
        ((Transit.LOST,), (M,), Shipment.INSPECTED),
        ((Transit.DELIVERED,), (), Shipment.DELIVERED),
    ],
)
def test_the_shipment_track_follows_parcels_and_units(
    parcels: tuple[Transit, ...], units: tuple[Inspection, ...], track: Shipment
) -> None:
    assert shipment(set(parcels), set(units)) is track


@pytest.mark.parametrize(
    ("decision", "work", "track"),
    [
        (Decision.REQUESTED, False, Resolution.OPEN),
        (Decision.IN_REVIEW, True, Resolution.ACTION_REQUIRED),
        (Decision.APPROVED, False, Resolution.OPEN),
        (Decision.APPROVED, True, Resolution.ACTION_REQUIRED),
        (Decision.CLOSED, False, Resolution.RESOLVED),
        (Decision.CLOSED, True, Resolution.ACTION_REQUIRED),
        (Decision.DECLINED, True, Resolution.DECLINED),
        (Decision.CANCELLED, True, Resolution.CANCELLED),
        (Decision.EXPIRED, False, Resolution.EXPIRED),
    ],
)
def test_the_resolution_track_follows_decision_and_work(
    decision: Decision, work: bool, track: Resolution
) -> None:
    assert resolution(decision, work_item_open=work) is track
