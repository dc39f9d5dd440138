"""Inserts for label printers: ZPL II, 203 dots per inch, UTF-8. The printer draws the code itself."""

from collections.abc import Iterable

from sendback_service.inserts.sheet import Code, Sheet, Text

_DOTS_PER_MM = 8


def render(sheets: Iterable[Sheet]) -> bytes:
    return "\n".join(_page(sheet) for sheet in sheets).encode()


def _page(sheet: Sheet) -> str:
    lines = ["^XA", "^CI28", f"^PW{_dots(sheet.width)}", f"^LL{_dots(sheet.height)}"]
    lines.append(f"^FO0,0^GB{_dots(sheet.width)},{_dots(sheet.bar.height)},{_dots(sheet.bar.height)}^FS")
    lines += [_text(text) for text in sheet.texts]
    if sheet.code is not None:
        lines.append(_code(sheet.code))
    return "\n".join([*lines, "^XZ"])


def _text(text: Text) -> str:
    """The printer's own font is narrower than the one that lines are broken by, so they fit."""
    height = _dots(text.size * 1.05)
    return f"^FT{_dots(text.x)},{_dots(text.baseline)}^A0N,{height},{height}^FH_^FD{_escaped(text.text)}^FS"


def _code(code: Code) -> str:
    """Quiet zone aside: paper is white."""
    magnification = max(1, min(10, _dots(code.side) // len(code.modules)))
    inset = 4 * magnification
    at = f"^FO{_dots(code.x) + inset},{_dots(code.y) + inset}"
    return f"{at}^BQN,2,{magnification},M^FH_^FDMA,{_escaped(code.text)}^FS"


def _escaped(text: str) -> str:
    """`^` and `~` begin commands, `_` begins an escape: none of them may come from a text."""
    return "".join(f"_{ord(c):02X}" if c in "^~_" else c for c in text)


def _dots(mm: float) -> int:
    return round(mm * _DOTS_PER_MM)
