"""Inserts: they hold what they say, fit the paper, and a scanner reads them."""

import io
from dataclasses import replace
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from sendback_sdk import Paper
from sendback_service.inserts import pdf, png, svg, zpl
from sendback_service.inserts.sheet import SIZES, Insert, length, modules, sheet, wrapped

LINK = "https://returns.example/lumiere/q/01k4abcdefghjkmnpqrstvwxyz.abcdefghijklmnopqrstuvwxyz234567"
INSERT = Insert(
    brand="Maison Lumière",
    color="#8a4b2a",
    heading="Vous souhaitez retourner un article\u202f?",
    intro="Scannez le code pour commencer votre retour.",
    sentences=("Délai de retour\u00a0: 30 jours.", "Votre étiquette de retour est gratuite."),
    link=LINK,
    typed=("Ou ouvrez returns.example/lumiere et saisissez le numéro #FR-1001.",),
    foot="Commande #FR-1001",
)
LONG = replace(
    INSERT,
    brand="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    sentences=("Sie können Artikel zurückgeben. " * 6,) * 5,
)


def _read_code(picture: Image.Image) -> str:
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    return str(code.text)


@pytest.mark.holds("slip-code")
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("insert", [INSERT, LONG], ids=["usual", "long"])
def test_a_page_is_read_by_eye_and_by_scanner(paper: Paper, insert: Insert) -> None:
    document = pypdfium2.PdfDocument(pdf.render([sheet(insert, paper)]))
    (page,) = list(document)
    assert tuple(round(side * 25.4 / 72, 1) for side in page.get_size()) == SIZES[paper]
    said = page.get_textpage().get_text_bounded()
    for word in ("Scannez", "returns.example/lumiere", "#FR-1001"):
        assert word in said
    assert _read_code(page.render(scale=3).to_pil()) == LINK


@pytest.mark.parametrize("paper", Paper)
def test_a_picture_is_read_by_a_scanner(paper: Paper) -> None:
    picture = Image.open(io.BytesIO(png.render(sheet(INSERT, paper))))
    assert [round(side / 300 * 25.4) for side in picture.size] == [round(side) for side in SIZES[paper]]
    assert _read_code(picture) == LINK


def test_a_drawing_is_whole_and_says_what_it_shows() -> None:
    drawing = svg.render(sheet(INSERT, Paper.A6))
    tree = ElementTree.fromstring(drawing)
    spaces = {"s": "http://www.w3.org/2000/svg"}
    assert "Votre étiquette de retour est gratuite." in (tree.findtext("s:title", namespaces=spaces) or "")
    used = {use.get("href", "").removeprefix("#") for use in tree.iterfind(".//s:use", spaces)}
    assert used == {path.get("id") for path in tree.iterfind("s:defs/s:path", spaces)}
    assert len(drawing) < 100_000
    for word in (b"<script", b"<image", b"http://www.w3.org/1999/xlink"):
        assert word not in drawing


def test_a_printer_gets_commands_and_text_apart() -> None:
    hostile = replace(INSERT, brand="^XA^FDx^FS ~JR _", foot="Commande ^XZ")
    page = zpl.render([sheet(hostile, Paper.LABEL_4X6)]).decode()
    assert page.startswith("^XA")
    assert (page.count("^XA"), page.count("^XZ"), page.count("~")) == (1, 1, 0)
    assert f"^FDMA,{LINK.replace('_', '_5F')}^FS" in page


def test_one_document_for_many() -> None:
    sheets = [sheet(replace(INSERT, foot=f"Commande {n}"), Paper.A6) for n in range(30)]
    document = pypdfium2.PdfDocument(pdf.render(sheets))
    assert [f"Commande {n}" in page.get_textpage().get_text_bounded() for n, page in enumerate(document)] == [
        True
    ] * 30
    assert zpl.render(sheets).count(b"^XA") == 30


def test_the_same_insert_gives_the_same_bytes() -> None:
    for render in (lambda s: pdf.render([s]), png.render, svg.render, lambda s: zpl.render([s])):
        assert render(sheet(INSERT, Paper.A6)) == render(sheet(INSERT, Paper.A6))


@pytest.mark.parametrize("insert", [INSERT, LONG], ids=["usual", "long"])
def test_everything_stands_on_the_paper(insert: Insert) -> None:
    made = sheet(insert, Paper.A6)
    for text in made.texts:
        assert text.x + length(text.text, text.size, bold=text.bold) <= made.width - 7
        assert text.baseline < made.height
    assert made.code is not None
    assert made.code.y + made.code.side < made.height


def test_without_a_code_there_is_none() -> None:
    bare = sheet(replace(INSERT, link="", intro=""), Paper.A6)
    assert bare.code is None
    assert b"BQN" not in zpl.render([bare])


def test_lines_are_broken_between_words_and_never_at_a_joint() -> None:
    lines = list(wrapped("Frais de retour\u202f: 5,00\u00a0€ par colis " * 4, 4.0, 60))
    assert all(length(line, 4.0) <= 60 for line in lines)
    assert not any(line.startswith(("€", ":")) for line in lines)
    assert "".join(wrapped("x" * 200, 4.0, 60)) == "x" * 200


def test_letters_that_the_font_lacks_leave_no_holes() -> None:
    assert list(wrapped("Sakura 桜 \x00 shop", 4.0, 60)) == ["Sakura shop"]


def test_the_code_has_its_quiet_zone() -> None:
    rows = modules(LINK)
    assert not any(any(row) for row in (*rows[:4], *rows[-4:]))
    assert not any(any(row[:4]) or any(row[-4:]) for row in rows)
