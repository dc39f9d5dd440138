"""The code that is shown where nothing is printed: as a picture, and as a page that holds it. Pure."""

import base64
import binascii
import io

import qrcode
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError
from sendback_sdk import OutcomeUnknown

PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 4_000_000
_LONGEST_CONTENT = 1000
# A6 at 200 dots an inch
_PAGE, _DPI = (827, 1165), 200
_CODE, _TOP, _CAPTION = 620, 180, 860


def picture(output: str) -> bytes:
    """A PNG, however the carrier gives the code: as a picture in base64, or as what the code says."""
    given = _decoded(output)
    if given.startswith(PNG):
        _opened(given)
        return given
    if len(output) > _LONGEST_CONTENT:
        raise OutcomeUnknown("a code that is neither a picture nor a text")
    buffer = io.BytesIO()
    qrcode.make(output, error_correction=qrcode.ERROR_CORRECT_M).save(buffer)
    return buffer.getvalue()


def page(code: bytes, caption: str) -> bytes:
    """A PDF of A6 with the code and the number under it, for those who print it or keep it in a phone."""
    sheet = Image.new("L", _PAGE, 255)
    drawn = _opened(code).resize((_CODE, _CODE), Image.Resampling.NEAREST)
    sheet.paste(drawn, ((_PAGE[0] - _CODE) // 2, _TOP))
    font = ImageFont.load_default(56)
    ImageDraw.Draw(sheet).text((_PAGE[0] // 2, _CAPTION), caption, 0, font, anchor="mt")
    buffer = io.BytesIO()
    sheet.save(buffer, "PDF", resolution=_DPI)
    return buffer.getvalue()


def _decoded(output: str) -> bytes:
    try:
        return base64.b64decode(output, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _opened(png: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(png), formats=["PNG"])
        if image.width * image.height > _MOST_PIXELS:
            raise OutcomeUnknown("a code of too many pixels")
        return image.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise OutcomeUnknown("a code that is no picture") from broken
