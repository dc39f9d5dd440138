"""What a document costs, beside what the library alone takes for one of its kind: once each, in this process."""

import io
import statistics
import time
from collections.abc import Callable
from functools import partial

import qrcode
import qrcode.image.svg
from fpdf import FPDF
from sendback_local import Local
from sendback_sdk import LabelFormat, Paper
from sendback_sdk.testing.builders import a_label_request, made
from sendback_service.inserts import pdf, png, svg, zpl
from sendback_service.inserts.sheet import Insert, Sheet, sheet

from tests.benchmarks.figures import Figures

_TIMES = 25
_LINK = "https://returns.example/linden?t=" + "a1B2" * 20
_BARS = 60


def documents() -> Figures:
    """Milliseconds of the processor each, medians: labels and inserts by format, and the bare libraries. What is drawn
    anew is drawn from its text on."""
    carrier = made(Local, {})
    drawn: dict[str, Callable[[], object]] = {
        "bare_qr_png": lambda: qrcode.make(_LINK).save(io.BytesIO()),
        "bare_qr_svg": lambda: qrcode.make(_LINK, image_factory=qrcode.image.svg.SvgPathImage).save(
            io.BytesIO()
        ),
        "bare_pdf": _bare,
        "insert_pdf": lambda: pdf.render([_sheet()]),
        "insert_png": lambda: png.render(_sheet()),
        "insert_svg": lambda: svg.render(_sheet()),
        "insert_zpl": lambda: zpl.render([_sheet()]),
    }
    for format in LabelFormat:
        request = a_label_request(format=format)
        drawn[f"label_{format.lower()}"] = partial(carrier.create_label, request)
    return {f"document_{name}_ms": _milliseconds(draw) for name, draw in drawn.items()}


def _milliseconds(draw: Callable[[], object]) -> float:
    draw()
    times = []
    for _ in range(_TIMES):
        began = time.thread_time()
        draw()
        times.append(time.thread_time() - began)
    return 1000 * statistics.median(times)


def _sheet() -> Sheet:
    insert = Insert(
        brand="Maison Linden",
        color="#8a4b2a",
        heading="Would you like to return something?",
        intro="Scan the code to begin.",
        sentences=("You have 30 days.", "The label is free."),
        link=_LINK,
        typed=("Or open returns.example/linden and enter order number #1001.",),
        foot="Order #1001",
    )
    return sheet(insert, Paper.A6)


def _bare() -> bytes:
    """A 4x6 label as the library would draw it by itself: a dozen lines of text, a bar code of rectangles."""
    page = FPDF(unit="mm", format=(101.6, 152.4))
    page.add_page()
    page.set_font("Helvetica", size=10)
    for line in range(12):
        page.text(6, 10 + 5 * line, "12 rue des Lilas, 75001 Paris")
    for bar in range(_BARS):
        page.rect(6 + bar * 1.4, 100, 0.7, 30, style="F")
    return bytes(page.output())
