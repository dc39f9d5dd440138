"""What stands on a label and where, in millimetres, whatever it is drawn with. An address stands there whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sendback_sdk import Address, LabelRequest, Paper

from sendback_local.lines import LEADING, fitted

# Width and height. A6, and 4 × 6 inches.
SIZES = {Paper.A6: (105.0, 148.0), Paper.LABEL_4X6: (101.6, 152.4)}
_MARGIN = 7.0
# Where the right-hand column begins, from the right.
_COLUMN = 40.0
# More than a line of an address can have.
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Text:
    """`y` is the top; `size` the height of the font, on whose lower end the letters stand."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """Room for a block of text."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rule:
    y: float


@dataclass(frozen=True, slots=True)
class Barcode:
    """A Code 128 of `text`, `width` wide at the most."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    width: float
    height: float
    texts: tuple[Text, ...]
    rules: tuple[Rule, ...]
    barcode: Barcode


def sheet(request: LabelRequest, number: str) -> Sheet:
    width, height = SIZES[request.paper]
    across = width - 2 * _MARGIN
    reference = clean(request.return_reference or request.reference)
    texts = [
        Text(_MARGIN, 6, 2.6, "FROM"),
        *_block(Box(_MARGIN, 10, across, 25), 3.2, _lines(request.sender)),
        Text(_MARGIN, 38, 2.6, "TO"),
        *_block(Box(_MARGIN, 43, across, 38), 4.6, _lines(request.recipient), bold=True),
        Text(_MARGIN, 84, 2.6, "RETURN"),
        *_block(Box(_MARGIN, 88, across - _COLUMN, 10), 7.0, [reference], bold=True),
        Text(width - _COLUMN, 84, 2.6, "WEIGHT"),
        Text(width - _COLUMN, 88, 5.0, f"{request.parcel.weight_grams / 1000:.2f} kg"),
        Text(_MARGIN, 134, 4.6, _spaced(number), bold=True),
    ]
    if request.sandbox:
        texts.append(Text(width - _COLUMN, 4, 4.6, "SPECIMEN", bold=True))
    barcode = Barcode(_MARGIN, 104, across, 26, number)
    return Sheet(width, height, tuple(texts), (Rule(35), Rule(81), Rule(100)), barcode)


def clean(text: str) -> str:
    """One line without anything that does not print."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _block(box: Box, size: float, lines: Sequence[str], *, bold: bool = False) -> list[Text]:
    size, fitting = fitted(lines, size, box.width, box.height, bold=bold)
    return [Text(box.x, box.y + n * size * LEADING, size, line, bold) for n, line in enumerate(fitting)]


def _lines(address: Address) -> list[str]:
    parts = [
        address.company,
        address.name,
        address.street,
        address.street2,
        f"{address.postal_code} {address.city}",
        address.country,
    ]
    return [line for line in map(clean, parts) if line]


def _spaced(number: str) -> str:
    """As people read it: RB 4731 2482 9 GB."""
    return " ".join((number[:2], number[2:6], number[6:10], number[10], number[11:]))
