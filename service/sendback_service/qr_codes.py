"""Codes that a phone reads."""

import io


def qr_png(text: str) -> bytes:
    import qrcode

    picture = qrcode.make(text, error_correction=qrcode.ERROR_CORRECT_M, box_size=6, border=4)
    buffer = io.BytesIO()
    picture.save(buffer)
    return buffer.getvalue()
