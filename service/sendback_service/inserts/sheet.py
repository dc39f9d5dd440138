"""What stands on an insert and where, in millimetres, whatever it is drawn with.

Lines are broken by the widths of the very letters that they are drawn with. Where a text is too long for the paper,
everything is set smaller until it fits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import font_roboto
from sendback_sdk import Paper

if TYPE_CHECKING:
    from PIL import ImageFont

# Width and height.
SIZES = {Paper.A6: (105.0, 148.0), Paper.LABEL_4X6: (101.6, 152.4)}
REGULAR, BOLD = font_roboto.Roboto, font_roboto.RobotoBold
_MARGIN = 8.0
_BAR = 3.0
_CODE = 46.0
_LEADING = 1.32
_SMALLEST = 0.5
_LONGEST_TEXT = 400
# Narrow and wide spaces at which no line is broken.
_JOINS = {0x202F: "\u00a0", 0x2007: "\u00a0"}


@dataclass(frozen=True, slots=True)
class Insert:
    """What an insert says, in the buyer's language. `link` is in the QR code; empty leaves the code off. `typed` are
    the lines about the address to type."""

    brand: str
    color: str
    heading: str
    intro: str
    sentences: tuple[str, ...]
    link: str
    typed: tuple[str, ...]
    foot: str


@dataclass(frozen=True, slots=True)
class Text:
    """`size` is the height of the font, `baseline` where its letters stand."""

    x: float
    baseline: float
    size: float
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code of `text`, quiet zone included, in a square of `side`."""

    x: float
    y: float
    side: float
    text: str
    modules: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A stripe in the brand's colour, across the top."""

    height: float
    color: str


@dataclass(frozen=True, slots=True)
class Sheet:
    width: float
    height: float
    bar: Bar
    texts: tuple[Text, ...]
    code: Code | None


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    size: float
    bold: bool = False
    before: float = 1.6


def sheet(insert: Insert, paper: Paper) -> Sheet:
    width, height = SIZES[paper]
    scale = 1.0
    while True:
        made, bottom = _laid_out(insert, width, scale)
        if bottom <= height - _MARGIN or scale <= _SMALLEST:
            break
        scale -= 0.05
    foot = Text(_MARGIN, height - 4.5, 3.0, _fitting(insert.foot, 3.0, width - 2 * _MARGIN))
    bar = Bar(_BAR, insert.color or "#1f2933")
    return Sheet(width, height, bar, (*made.texts, foot), made.code)


@dataclass(slots=True)
class _Page:
    """A page while it is filled, from the top down."""

    width: float
    y: float
    texts: list[Text]
    code: Code | None = None

    def write(self, block: _Block, scale: float) -> None:
        size = block.size * scale
        self.y += block.before * scale
        for line in wrapped(block.text, size, self.width - 2 * _MARGIN, bold=block.bold):
            self.texts.append(Text(_MARGIN, self.y + size * 0.93, size, line, block.bold))
            self.y += size * _LEADING

    def place(self, link: str, side: float) -> None:
        self.code = Code((self.width - side) / 2, self.y + 1, side, link, modules(link))
        self.y += side + 2


def _laid_out(insert: Insert, width: float, scale: float) -> tuple[_Page, float]:
    page = _Page(width, _BAR + 4, [])
    page.write(_Block(insert.brand, 7.0, bold=True, before=0), scale)
    page.write(_Block(insert.heading, 5.0, bold=True, before=2), scale)
    page.write(_Block(insert.intro, 4.0), scale)
    if insert.link:
        page.place(insert.link, _CODE * max(scale, 0.7))
    for sentence in insert.sentences:
        page.write(_Block(sentence, 4.0), scale)
    for line in insert.typed:
        page.write(_Block(line, 4.0, bold=True), scale)
    return page, page.y


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> Iterator[str]:
    """Lines that fit; a word that is wider than the paper is broken."""
    line = ""
    for word in _words(_drawn(text, bold=bold), size, width, bold=bold):
        longer = f"{line} {word}".strip(" ")
        if line and length(longer, size, bold=bold) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def length(text: str, size: float, *, bold: bool = False) -> float:
    font, units = _measure(bold=bold)
    return float(font.getlength(text)) / units * size


@cache
def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The QR code's modules, rows of dark ones, with the four of quiet around that the standard asks for."""
    from qrcode import ERROR_CORRECT_M, QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Each run of dark modules: where it begins and how long it is."""
    start = None
    for place, dark in enumerate((*row, False)):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def _words(text: str, size: float, width: float, *, bold: bool) -> Iterator[str]:
    for word in text.split(" "):
        while length(word, size, bold=bold) > width:
            fits = next(n for n in range(len(word), 0, -1) if length(word[:n], size, bold=bold) <= width)
            yield word[:fits]
            word = word[fits:]
        yield word


def _fitting(text: str, size: float, width: float) -> str:
    return next(iter(wrapped(text, size, width)), "")


def _drawn(text: str, *, bold: bool) -> str:
    """What the font has letters for."""
    letters = _letters(bold=bold)
    joined = text.translate(_JOINS)[:_LONGEST_TEXT]
    return " ".join("".join(c if c in letters else " " for c in joined).split(" "))


@cache
def _letters(*, bold: bool) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(BOLD if bold else REGULAR) as font:
        return frozenset(c for c in map(chr, font.getBestCmap()) if c.isprintable() or c == "\u00a0")


@cache
def _measure(*, bold: bool) -> "tuple[ImageFont.FreeTypeFont, int]":
    from PIL import ImageFont

    units = 200
    return ImageFont.truetype(BOLD if bold else REGULAR, units), units
