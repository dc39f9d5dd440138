"""The sheet as a picture, 203 dots per inch."""

import io
from functools import cache

import font_roboto
from PIL import Image, ImageDraw, ImageFont

from sendback_local.code128 import bars, modules
from sendback_local.sheet import Barcode, Sheet

_DOTS_PER_MM = 203 / 25.4


def render(sheet: Sheet) -> bytes:
    image = Image.new("1", (_dots(sheet.width), _dots(sheet.height)), 1)
    draw = ImageDraw.Draw(image)
    for rule in sheet.rules:
        draw.line((_dots(7), _dots(rule.y), _dots(sheet.width - 7), _dots(rule.y)), fill=0, width=2)
    for text in sheet.texts:
        font = _font(_dots(text.size), bold=text.bold)
        draw.text((_dots(text.x), _dots(text.y + text.size)), text.text, font=font, fill=0, anchor="ls")
    _draw(draw, sheet.barcode)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(203, 203))
    return buffer.getvalue()


def _draw(draw: ImageDraw.ImageDraw, barcode: Barcode) -> None:
    """Every module is a whole number of dots, or scanners stumble."""
    module = _dots(barcode.width) // (len(modules(barcode.text)) + 20)
    left = _dots(barcode.x) + (_dots(barcode.width) - module * len(modules(barcode.text))) // 2
    top, bottom = _dots(barcode.y), _dots(barcode.y + barcode.height)
    for start, width in bars(barcode.text):
        draw.rectangle((left + start * module, top, left + (start + width) * module - 1, bottom), fill=0)


@cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_roboto.RobotoBold if bold else font_roboto.Roboto, size)


def _dots(mm: float) -> int:
    return round(mm * _DOTS_PER_MM)
