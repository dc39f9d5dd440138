import io
from itertools import product

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from sendback_local import Local
from sendback_local.s10 import check_digit, tracking_number
from sendback_sdk import LabelFormat, Misconfigured, Paper
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
