"""Charts drawn here, as plain SVG beside a table that says the same: bars, each under its name, as wide as the page."""

from collections.abc import Sequence
from dataclasses import dataclass

_ROW = 44
# Per cent of the width; the rest is for the figure behind the bar.
_LONGEST_BAR = 88


@dataclass(frozen=True, slots=True)
class Bar:
    """`y` in pixels, `width` in per cent."""

    name: str
    value: int
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`height` in pixels."""

    bars: tuple[Bar, ...]
    height: int


def bars(pairs: Sequence[tuple[str, int]], most: int = 10) -> Chart:
    """The first pairs, each bar's length in proportion to the largest."""
    shown = list(pairs)[:most]
    largest = max((value for _, value in shown), default=0) or 1
    drawn = (
        Bar(name, value, row * _ROW, round(_LONGEST_BAR * value / largest, 1))
        for row, (name, value) in enumerate(shown)
    )
    return Chart(tuple(drawn), max(1, len(shown)) * _ROW)
