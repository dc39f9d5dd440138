"""What stands on a label and where, in millimetres, whatever it is drawn with."""

from dataclasses import dataclass

from sendback_sdk import Address, LabelRequest, Paper

# Width and height. A6, and 4 × 6 inches.
SIZES = {Paper.A6: (105.0, 148.0), Paper.LABEL_4X6: (101.6, 152.4)}
_MARGIN = 7.0
_LONGEST = 38


@dataclass(frozen=True, slots=True)
class Text:
    """`y` is the top; `size` the height of the letters."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False


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
    texts = [Text(_MARGIN, 6, 2.6, "FROM"), *_lines(10, 3.2, request.sender)]
    texts += [Text(_MARGIN, 38, 2.6, "TO"), *_lines(43, 4.6, request.recipient, bold=True)]
    texts += [
        Text(_MARGIN, 84, 2.6, "RETURN"),
        Text(_MARGIN, 88, 7.0, clean(request.return_reference or request.reference), bold=True),
        Text(width - 40, 84, 2.6, "WEIGHT"),
        Text(width - 40, 88, 5.0, f"{request.parcel.weight_grams / 1000:.2f} kg"),
        Text(_MARGIN, 134, 4.6, _spaced(number), bold=True),
    ]
    if request.sandbox:
        texts.append(Text(width - 40, 6, 4.6, "SPECIMEN", bold=True))
    barcode = Barcode(_MARGIN, 104, width - 2 * _MARGIN, 26, number)
    return Sheet(width, height, tuple(texts), (Rule(35), Rule(81), Rule(100)), barcode)


def clean(text: str) -> str:
    """One line without anything that does not print, short enough for the sheet."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _lines(top: float, size: float, address: Address, *, bold: bool = False) -> list[Text]:
    parts = [
        address.company,
        address.name,
        address.street,
        address.street2,
        f"{address.postal_code} {address.city}",
        address.country,
    ]
    lines = [line for line in map(clean, parts) if line]
    return [Text(_MARGIN, top + n * size * 1.32, size, line, bold) for n, line in enumerate(lines)]


def _spaced(number: str) -> str:
    """As people read it: RB 4731 2482 9 GB."""
    return " ".join((number[:2], number[2:6], number[6:10], number[10], number[11:]))
