"""The pictures of the states are those of the code."""

from sendback_service.rules.states import MOVES

from tests.states import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.states"


def test_every_axis_is_drawn_with_every_state() -> None:
    drawn = page()
    for axis, moves in MOVES.items():
        for state in axis:
            assert f"{state} --> " in drawn
            assert state in moves
