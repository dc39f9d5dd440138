"""An insert as a drawing. Letters are outlines, so that it looks the same wherever it is placed; what they say stands
beside them for those who cannot see it."""

from functools import cache
from xml.sax.saxutils import escape, quoteattr

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from sendback_service.inserts.sheet import BOLD, REGULAR, Code, Sheet, Text, runs


def render(sheet: Sheet) -> bytes:
    said = " ".join(text.text for text in sheet.texts)
    used = sorted({(c, text.bold) for text in sheet.texts for c in text.text if c != " "})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width}mm" height="{sheet.height}mm" '
        f'viewBox="0 0 {sheet.width} {sheet.height}" role="img">',
        f"<title>{escape(said)}</title>",
        "<defs>",
        *(f'<path id="{_name(c, bold=bold)}" d="{_outline(c, bold=bold)}"/>' for c, bold in used),
        "</defs>",
        f'<rect width="{sheet.width}" height="{sheet.height}" fill="#fff"/>',
        f'<rect width="{sheet.width}" height="{sheet.bar.height}" fill={quoteattr(sheet.bar.color)}/>',
        *(_text(text) for text in sheet.texts),
        _code(sheet.code) if sheet.code is not None else "",
        "</svg>",
    ]
    return "\n".join(part for part in parts if part).encode()


def _text(text: Text) -> str:
    """Letter by letter; fonts draw upwards, pages downwards."""
    scale = text.size / _font(bold=text.bold)["head"].unitsPerEm
    uses, x = [], 0
    for letter in text.text:
        if letter != " ":
            uses.append(f'<use href="#{_name(letter, bold=text.bold)}" x="{x}"/>')
        x += _advance(letter, bold=text.bold)
    place = f"translate({text.x:.3f} {text.baseline:.3f}) scale({scale:.6f} {-scale:.6f})"
    return f'<g transform="{place}">{"".join(uses)}</g>'


def _code(code: Code) -> str:
    module = code.side / len(code.modules)
    steps = [
        f"M{start} {number}h{count}v1h-{count}z"
        for number, row in enumerate(code.modules)
        for start, count in runs(row)
    ]
    place = f"translate({code.x:.3f} {code.y:.3f}) scale({module:.5f})"
    return f'<path transform="{place}" shape-rendering="crispEdges" d="{"".join(steps)}"/>'


def _name(letter: str, *, bold: bool) -> str:
    return f"{'b' if bold else 'r'}{ord(letter):x}"


@cache
def _outline(letter: str, *, bold: bool) -> str:
    font = _font(bold=bold)
    glyphs = font.getGlyphSet()
    pen = SVGPathPen(glyphs)
    glyphs[font.getBestCmap()[ord(letter)]].draw(pen)
    return str(pen.getCommands())


@cache
def _advance(letter: str, *, bold: bool) -> int:
    font = _font(bold=bold)
    return int(font["hmtx"][font.getBestCmap()[ord(letter)]][0])


@cache
def _font(*, bold: bool) -> TTFont:
    return TTFont(BOLD if bold else REGULAR)
