"""Sheets as pictures."""

import io

import pytest
from PIL import Image
from sendback_sdk.pages import first_page
from sendback_sdk.testing.carrier import label_document


def test_a_sheet_becomes_a_picture() -> None:
    with Image.open(io.BytesIO(first_page(label_document("PDF", "8R12345678901")))) as image:
        assert image.format == "PNG"
        assert max(image.size) == 1600
        assert image.getextrema() == (0, 255)


@pytest.mark.parametrize("nothing", [b"", b"%PDF-1.4", b"<html>", b"\x00" * 100])
def test_what_is_no_sheet_is_an_error(nothing: bytes) -> None:
    with pytest.raises(ValueError, match="no page"):
        first_page(nothing)
