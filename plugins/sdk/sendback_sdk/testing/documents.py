"""Label documents, read as a printer or a screen would read them."""

import io

from sendback_sdk.carriers import LabelFormat


def parse(document: bytes, format: LabelFormat) -> None:
    """Raises where a document is not what it says."""
    if format is LabelFormat.ZPL:
        text = document.decode("utf-8")
        assert text.count("^XA") == text.count("^XZ") == 1
        assert "\x00" not in text
        return
    if format is LabelFormat.PNG:
        from PIL import Image

        with Image.open(io.BytesIO(document)) as image:
            image.verify()
            assert image.format == "PNG"
        return
    import pypdfium2

    with pypdfium2.PdfDocument(document) as pdf:
        assert len(pdf) >= 1
