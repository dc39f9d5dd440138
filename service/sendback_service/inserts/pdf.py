"""Inserts as pages to print; one document for as many as there are."""

from collections.abc import Iterable
from datetime import UTC, datetime

from fpdf import FPDF

from sendback_service.inserts.sheet import BOLD, REGULAR, Code, Sheet, runs

_POINTS_PER_MM = 72 / 25.4
# The same inserts give the same bytes.
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def render(sheets: Iterable[Sheet]) -> bytes:
    document = FPDF(unit="mm")
    document.set_creation_date(_ALWAYS)
    document.set_auto_page_break(False)
    document.add_font("roboto", "", REGULAR)
    document.add_font("roboto", "B", BOLD)
    for sheet in sheets:
        _draw(document, sheet)
    return bytes(document.output())


def _draw(document: FPDF, sheet: Sheet) -> None:
    document.add_page(format=(sheet.width, sheet.height))
    document.set_fill_color(sheet.bar.color)
    document.rect(0, 0, sheet.width, sheet.bar.height, "F")
    for text in sheet.texts:
        document.set_font("roboto", "B" if text.bold else "", text.size * _POINTS_PER_MM)
        document.text(text.x, text.baseline, text.text)
    if sheet.code is not None:
        document.set_fill_color(0)
        _draw_code(document, sheet.code)


def _draw_code(document: FPDF, code: Code) -> None:
    module = code.side / len(code.modules)
    for number, row in enumerate(code.modules):
        for start, count in runs(row):
            document.rect(
                code.x + start * module, code.y + number * module, count * module, module * 1.01, "F"
            )
