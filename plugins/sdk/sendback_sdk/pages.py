"""The first page of a PDF as a picture, for carriers whose codes come on a sheet."""

import io
from threading import Lock

# Pixels of the longer side: a code of 15 mm on A4 still has some 80.
_LONGEST = 1600
# PDFium is not made for threads: one page at a time in the whole process, whichever plugin asks.
_drawing = Lock()


def first_page(document: bytes) -> bytes:
    """A PNG in grey. Raises `ValueError` for what cannot be drawn. Needs the SDK's extra `pages`."""
    import pypdfium2

    with _drawing:
        try:
            with pypdfium2.PdfDocument(document) as pdf:
                page = pdf[0]
                scale = _LONGEST / max(page.get_size())
                image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
        except (pypdfium2.PdfiumError, IndexError, ZeroDivisionError) as broken:
            raise ValueError("no page that can be drawn") from broken
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
