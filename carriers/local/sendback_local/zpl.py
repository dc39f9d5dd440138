"""The sheet for label printers: ZPL II, 203 dots per inch, UTF-8."""

from sendback_local.code128 import modules
from sendback_local.sheet import Barcode, Sheet, Text

_DOTS_PER_MM = 8


def render(sheet: Sheet) -> bytes:
    lines = ["^XA", "^CI28", f"^PW{_dots(sheet.width)}", f"^LL{_dots(sheet.height)}"]
    lines += [f"^FO{_dots(7)},{_dots(rule.y)}^GB{_dots(sheet.width - 14)},2,2^FS" for rule in sheet.rules]
    lines += [_text(text) for text in sheet.texts]
    lines += [_barcode(sheet.barcode), "^XZ"]
    return "\n".join(lines).encode()


def _text(text: Text) -> str:
    """The printer's own font is narrower than those that lines are measured by, so they fit."""
    size = _dots(text.size * 1.1)
    return f"^FO{_dots(text.x)},{_dots(text.y)}^A0N,{size},{size}^FH_^FD{_escaped(text.text)}^FS"


def _barcode(barcode: Barcode) -> str:
    module = max(1, _dots(barcode.width) // (len(modules(barcode.text)) + 20))
    at = f"^FO{_dots(barcode.x) + 10 * module},{_dots(barcode.y)}"
    return f"{at}^BY{module}^BCN,{_dots(barcode.height)},N,N,N^FD{barcode.text}^FS"


def _escaped(text: str) -> str:
    """`^` and `~` begin commands, `_` begins an escape: none of them may come from an address."""
    return "".join(f"_{ord(c):02X}" if c in "^~_" else c for c in text)


def _dots(mm: float) -> int:
    return round(mm * _DOTS_PER_MM)
