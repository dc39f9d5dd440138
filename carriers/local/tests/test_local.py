import io
import re
from dataclasses import replace
from itertools import product

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageOps
from sendback_local import Local
from sendback_local.s10 import check_digit, tracking_number
from sendback_local.sheet import SIZES, sheet
from sendback_sdk import Address, LabelFormat, Misconfigured, Paper
from sendback_sdk.testing import CarrierTests, a_label_request, an_address, made


class TestLocal(CarrierTests):
    carrier_class = Local


@pytest.mark.parametrize(
    ("serial", "digit"),
    [
        (47312482, 9),
        (12345678, 5),
        (0, 5),
        (99999999, 5),
        (1234567, 5),
        (87654321, 6),
        (11112222, 9),
        (1, 4),
        (40010000, 0),
        (15, 5),
        (8, 0),
    ],
)
def test_check_digits_are_those_of_the_standard(serial: int, digit: int) -> None:
    assert check_digit(serial) == digit


def test_a_whole_number() -> None:
    assert tracking_number("RB", 47312482, "GB") == "RB473124829GB"


def test_a_range_that_is_used_up_is_said() -> None:
    carrier = made(Local, {"first": 0, "last": 10})
    with pytest.raises(Misconfigured, match="used up"):
        carrier.create_label(a_label_request(serial=11))


def _pictures(document: bytes, format: LabelFormat) -> Image.Image:
    if format is LabelFormat.PNG:
        return Image.open(io.BytesIO(document)).convert("L")
    with pypdfium2.PdfDocument(document) as pdf:
        return pdf[0].render(scale=3).to_pil().convert("L")


@pytest.mark.parametrize(("format", "paper"), [*product((LabelFormat.PDF, LabelFormat.PNG), Paper)])
def test_a_scanner_reads_the_number(format: LabelFormat, paper: Paper) -> None:
    label = made(Local, {}).create_label(a_label_request(serial=1, format=format, paper=paper))
    found = zxingcpp.read_barcodes(_pictures(label.document, format))
    assert [(code.text, code.format) for code in found] == [
        (label.tracking_number, zxingcpp.BarcodeFormat.Code128)
    ]


def test_the_page_has_the_size_of_its_paper() -> None:
    for paper, size in ((Paper.A6, (297.6, 419.5)), (Paper.LABEL_4X6, (288.0, 432.0))):
        label = made(Local, {}).create_label(a_label_request(format=LabelFormat.PDF, paper=paper))
        with pypdfium2.PdfDocument(label.document) as pdf:
            assert pdf[0].get_size() == pytest.approx(size, abs=0.2)


def test_both_addresses_and_the_reference_can_be_read() -> None:
    request = a_label_request(sender=an_address(name="Ola Kowalska", city="Łódź"), format=LabelFormat.PDF)
    label = made(Local, {}).create_label(request)
    with pypdfium2.PdfDocument(label.document) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    for wanted in ("Ola Kowalska", "Łódź", "1 quai Rambaud", "R3456789AC"):
        assert wanted in text


_FRENCH = an_address(
    company="MAISON LUMIERE RETOURS ENTREPOT NORD",
    name="Marie-Françoise Charpentier-Delacroix",
    street="128 BOULEVARD DU MARECHAL DE LATTRE DE TASSIGNY",
    street2="Bâtiment C, escalier 4",
    city="SAINTE-CLOTILDE-DE-LA-REUNION",
)
_GERMAN = an_address(
    company="WARENRÜCKSENDUNGSZENTRUM MÜLLER & SÖHNE GMBH & CO. KG",
    street="Donaudampfschifffahrtsgesellschaftskapitänstraße 128",
    street2="Gewerbegebiet Nord-West, Halle 12, Tor 4",
    city="Göhren-Lebbin OT Untergöhren",
    country="DE",
)
_POLISH = an_address(
    company="MAGAZYN ZWROTÓW ŁÓDŹ-ŚRÓDMIEŚCIE PÓŁNOC", street="ul. Świętego Maksymiliana 128/312"
)
_LONGEST = an_address(company="W" * 100, name="M" * 100, street="W" * 100, street2="ÄÖ " * 33, city="W" * 100)
_ADDRESSES = pytest.mark.parametrize(
    "address", [_FRENCH, _GERMAN, _POLISH, _LONGEST], ids=["French", "German", "Polish", "longest"]
)


@_ADDRESSES
@pytest.mark.parametrize(("format", "paper"), [*product((LabelFormat.PDF, LabelFormat.PNG), Paper)])
def test_nothing_stands_beyond_the_margin(address: Address, format: LabelFormat, paper: Paper) -> None:
    request = a_label_request(
        sender=replace(address, country="FR"), recipient=address, format=format, paper=paper, sandbox=True
    )
    page = _pictures(made(Local, {}).create_label(request).document, format)
    ink = ImageOps.invert(page.point(lambda grey: 255 if grey > 200 else 0)).getbbox()
    assert ink is not None
    margin = 5 * page.width / SIZES[paper][0]
    assert margin < ink[0] < ink[2] < page.width - margin
    assert margin / 2 < ink[1] < ink[3] < page.height - margin


@_ADDRESSES
@pytest.mark.parametrize("format", [LabelFormat.PDF, LabelFormat.ZPL])
def test_an_address_is_on_the_label_whole(address: Address, format: LabelFormat) -> None:
    label = made(Local, {}).create_label(a_label_request(recipient=address, format=format))
    if format is LabelFormat.ZPL:
        text = "".join(re.findall(r"\^FD(.*?)\^FS", label.document.decode()))
    else:
        with pypdfium2.PdfDocument(label.document) as pdf:
            text = pdf[0].get_textpage().get_text_range()
    said = "".join(text.split())
    for part in (address.company, address.name, address.street, address.street2, address.city):
        assert "".join(part.split()) in said


@_ADDRESSES
@pytest.mark.parametrize("paper", Paper)
def test_blocks_of_text_keep_to_their_room_and_are_legible(address: Address, paper: Paper) -> None:
    page = sheet(a_label_request(sender=address, recipient=address, paper=paper), "CP573124821FR")
    first, second, *_ = (rule.y for rule in page.rules)
    assert all(text.y + text.size * 1.2 <= first for text in page.texts if text.y < first)
    assert all(text.y + text.size * 1.2 <= second for text in page.texts if text.y < second)
    if address is not _LONGEST:
        assert min(text.size for text in page.texts) >= 2.4


def test_a_line_of_an_address_is_broken_only_where_it_would_be_small() -> None:
    page = sheet(a_label_request(recipient=_FRENCH), "CP573124821FR")
    assert _FRENCH.company in {text.text for text in page.texts}


def test_a_reference_of_any_length_leaves_the_weight_its_place() -> None:
    page = sheet(a_label_request(return_reference="W" * 40), "CP573124821FR")
    (weight,) = (text for text in page.texts if text.text == "1.20 kg")
    reference = [text for text in page.texts if text.text.startswith("WW")]
    assert all(len(text.text) * text.size * 0.94 <= weight.x - text.x for text in reference)


def test_the_code_to_show_is_read_too() -> None:
    label = made(Local, {"qr": True}).create_label(a_label_request())
    assert label.qr is not None
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(label.qr)).convert("L"))
    assert code.text == f"{label.tracking_number} R3456789AC"


def test_commands_from_an_address_do_not_reach_the_printer() -> None:
    request = a_label_request(sender=an_address(name="^XZ^XA^FDowned~JA_1F"), format=LabelFormat.ZPL)
    text = made(Local, {}).create_label(request).document.decode()
    assert text.count("^XA") == 1
    assert text.count("^XZ") == 1
    assert "~JA" not in text
    assert "_5EXZ" in text
