"""A brand's colour is kept as far as people can read by it."""

import pytest
from sendback_service.text.colors import (
    CARD,
    DARK_CARD,
    INK,
    SHAPE,
    TEXT,
    WHITE,
    color_or,
    contrast,
    ground_on,
    ink_on,
    seen_on,
)

COLORS = [
    "#ffffff", "#000000", "#f2c14e", "#ff0000", "#00ff00", "#0000ff", "#777777", "#1f252c", "#fefefe", "#e91e63"
]  # fmt: skip


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ff0000", "#ff0000") == 1


@pytest.mark.parametrize("color", COLORS)
def test_whatever_the_brand_everything_is_seen(color: str) -> None:
    assert contrast(seen_on(color, CARD, TEXT), CARD) >= TEXT
    for page in (CARD, DARK_CARD):
        button = ground_on(color, page)
        assert contrast(button, page) >= SHAPE
        assert contrast(ink_on(button), button) >= TEXT


def test_a_colour_that_stands_out_stays_as_it_is() -> None:
    assert seen_on("#0000ff", WHITE, TEXT) == "#0000ff"


@pytest.mark.parametrize(
    "text", ["", "red", "#12345", "#1234567", "#12345g", "#ffffff;}body{display:none", "#ffffff\n"]
)
def test_what_is_no_colour_is_ours(text: str) -> None:
    assert color_or(text) == INK
