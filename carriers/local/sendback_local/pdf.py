"""The sheet as a page to print."""

from datetime import UTC, datetime

import font_roboto
from fpdf import FPDF

from sendback_local.code128 import bars, modules
from sendback_local.sheet import Barcode, Sheet

_POINTS_PER_MM = 72 / 25.4
# The same request gives the same bytes.
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def render(sheet: Sheet) -> bytes:
    page = FPDF(unit="mm", format=(sheet.width, sheet.height))
    page.set_creation_date(_ALWAYS)
    page.set_auto_page_break(False)
    family = _family(page, sheet)
    page.add_page()
    for rule in sheet.rules:
        page.line(7, rule.y, sheet.width - 7, rule.y)
    for text in sheet.texts:
        page.set_font(family, "B" if text.bold else "", text.size * _POINTS_PER_MM)
        page.text(text.x, text.y + text.size, text.text)
    _draw(page, sheet.barcode)
    return bytes(page.output())


def _family(page: FPDF, sheet: Sheet) -> str:
    """Helvetica, which every reader and printer has, where it has the letters: to put a font of our own into the page
    takes twenty times as long as the page itself."""
    try:
        for text in sheet.texts:
            text.text.encode("latin-1")
        return "helvetica"
    except UnicodeEncodeError:
        page.add_font("roboto", "", font_roboto.Roboto)
        page.add_font("roboto", "B", font_roboto.RobotoBold)
        return "roboto"


def _draw(page: FPDF, barcode: Barcode) -> None:
    """Ten modules of quiet on either side, as the symbology asks."""
    module = barcode.width / (len(modules(barcode.text)) + 20)
    for start, width in bars(barcode.text):
        page.rect(barcode.x + (10 + start) * module, barcode.y, width * module, barcode.height, "F")
