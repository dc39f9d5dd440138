"""Lines as wide as there is room, measured by the letters that they are drawn with."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

LEADING = 1.32
_SMALLER = 0.97
# A line is not broken where this much of its size is enough for it.
_ENOUGH = 0.75
_UNITS = 1000


def fitted(
    lines: Sequence[str], size: float, width: float, height: float, *, bold: bool
) -> tuple[float, list[str]]:
    """All set as large as they fit, at most in `size`; broken where they would be too small whole. The size, and how
    they stand there."""
    widest = max(_length(line, bold=bold) for line in lines)
    whole = min(size, width / (widest or 1), height / (len(lines) * LEADING))
    if whole >= size * _ENOUGH:
        return whole, list(lines)
    while True:
        broken = [part for line in lines for part in _broken(line, width / size, bold=bold)]
        if len(broken) * size * LEADING <= height:
            return size, broken
        size *= _SMALLER


def _broken(line: str, width: float, *, bold: bool) -> Iterator[str]:
    """Between words; within one that is wider than there is room."""
    part = ""
    for word in _words(line, width, bold=bold):
        longer = f"{part} {word}".strip()
        if part and _length(longer, bold=bold) > width:
            yield part
            part = word
        else:
            part = longer
    yield part


def _words(line: str, width: float, *, bold: bool) -> Iterator[str]:
    for word in line.split():
        rest = word
        while _length(rest, bold=bold) > width:
            fits = next((n for n in range(len(rest) - 1, 1, -1) if _length(rest[:n], bold=bold) <= width), 1)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _length(text: str, *, bold: bool) -> float:
    """Of letters of size 1."""
    return sum(_advance(letter, bold=bold) for letter in text)


@lru_cache(4096)
def _advance(letter: str, *, bold: bool) -> float:
    """In the wider of both fonts, so that a label looks the same whatever it is drawn with."""
    helvetica, roboto = _fonts(bold=bold)
    return max(helvetica.get(letter, 0), roboto.getlength(letter)) / _UNITS


@cache
def _fonts(*, bold: bool) -> "tuple[dict[str, int], ImageFont.FreeTypeFont]":
    import font_roboto
    from fpdf.fonts import CORE_FONTS_CHARWIDTHS
    from PIL import ImageFont

    helvetica = CORE_FONTS_CHARWIDTHS["helveticaB" if bold else "helvetica"]
    return helvetica, ImageFont.truetype(font_roboto.RobotoBold if bold else font_roboto.Roboto, _UNITS)
