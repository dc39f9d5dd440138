"""An insert as a picture, 300 dots per inch."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from sendback_service.inserts.sheet import BOLD, REGULAR, Code, Sheet, runs

_DOTS_PER_INCH = 300
_DOTS_PER_MM = _DOTS_PER_INCH / 25.4


def render(sheet: Sheet) -> bytes:
    image = Image.new("RGB", (_dots(sheet.width), _dots(sheet.height)), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, image.width, _dots(sheet.bar.height)), fill=sheet.bar.color)
    for text in sheet.texts:
        font = _font(_dots(text.size), bold=text.bold)
        draw.text((_dots(text.x), _dots(text.baseline)), text.text, font=font, fill="black", anchor="ls")
    if sheet.code is not None:
        _draw_code(draw, sheet.code)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(_DOTS_PER_INCH, _DOTS_PER_INCH))
    return buffer.getvalue()


def _draw_code(draw: ImageDraw.ImageDraw, code: Code) -> None:
    """Every module is a whole number of dots, or scanners stumble."""
    module = _dots(code.side) // len(code.modules)
    left = _dots(code.x) + (_dots(code.side) - module * len(code.modules)) // 2
    top = _dots(code.y)
    for number, row in enumerate(code.modules):
        for start, count in runs(row):
            x, y = left + start * module, top + number * module
            draw.rectangle((x, y, x + count * module - 1, y + module - 1), fill="black")


@cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BOLD if bold else REGULAR, size)


def _dots(mm: float) -> int:
    return round(mm * _DOTS_PER_MM)
