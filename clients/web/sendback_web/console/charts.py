"""Charts drawn here, as plain SVG beside a table that says the same: bars, longest first."""

from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _ROW, _NAME, _VALUE = 640, 30, 200, 60
_LONGEST_NAME = 28


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: int
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Sizes are in units of the drawing."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    name_width: int


def bars(pairs: Sequence[tuple[str, int]], most: int = 10) -> Chart:
    """The first pairs, each bar's length in proportion to the largest."""
    shown = list(pairs)[:most]
    largest = max((value for _, value in shown), default=0) or 1
    room = _WIDTH - _NAME - _VALUE
    drawn = tuple(
        Bar(_short(name), value, row * _ROW, round(room * value / largest, 1))
        for row, (name, value) in enumerate(shown)
    )
    return Chart(drawn, _WIDTH, max(1, len(drawn)) * _ROW, _NAME)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
