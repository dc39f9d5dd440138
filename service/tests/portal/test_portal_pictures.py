"""Pictures: told by content, bombs refused, nothing kept but pixels."""

import io
import struct
import zlib

import pytest
from PIL import Image
from sendback_service.encoding import encoded
from sendback_service.pictures import LARGEST_UPLOAD, Gathering, Size, Use
from sendback_service.refusal import Reason, Refusal


def _picture(size: tuple[int, int] = (2400, 1600), format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    mode = "RGB" if format == "JPEG" else "RGBA"
    Image.new(mode, size, (200, 40, 40) if mode == "RGB" else (200, 40, 40, 128)).save(
        buffer, format, **options
    )
    return buffer.getvalue()


def _why(data: bytes, use: Use = Use.BACKGROUND) -> str:
    with pytest.raises(Refusal) as refused:
        encoded(data, use)
    assert refused.value.reason is Reason.IMAGE_REFUSED
    return refused.value.metadata["why"]


@pytest.mark.holds("background")
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_background_fits_phones_and_desktops(format: str) -> None:
    made = {variant.size: variant for variant in encoded(_picture(format=format), Use.BACKGROUND)}
    assert (made[Size.PHONE].width, made[Size.PHONE].height) == (1080, 720)
    assert (made[Size.DESKTOP].width, made[Size.DESKTOP].height) == (1920, 1280)
    for variant in made.values():
        assert variant.media_type == "image/jpeg"
        assert Image.open(io.BytesIO(variant.data)).size == (variant.width, variant.height)


def test_a_logo_keeps_its_transparency_and_is_never_enlarged() -> None:
    for variant in encoded(_picture((100, 40)), Use.LOGO):
        kept = Image.open(io.BytesIO(variant.data))
        assert (kept.format, kept.size, kept.mode) == ("PNG", (100, 40), "RGBA")


def test_a_clear_background_stands_on_white() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(clear, "PNG")
    variant = encoded(clear.getvalue(), Use.BACKGROUND)[0]
    assert Image.open(io.BytesIO(variant.data)).getpixel((5, 5)) == (255, 255, 255)


def test_photos_are_turned_upright_and_tell_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "48.8566 N, 2.3522 E"
    made = encoded(_picture((800, 600), "JPEG", exif=exif), Use.EVIDENCE)
    kept = Image.open(io.BytesIO(made[1].data))
    assert kept.size == (600, 800)
    assert not kept.getexif()
    assert b"48.8566" not in made[1].data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(50),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"<html>",
        b"MZ" + bytes(500),
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_calls_itself(data: bytes) -> None:
    assert _why(data) == "NOT_A_PICTURE"


def test_half_a_picture_is_refused() -> None:
    whole = _picture((800, 800), "JPEG")
    assert _why(whole[: len(whole) // 2]) == "BROKEN"


def test_a_bomb_is_told_by_its_header() -> None:
    """60 000 × 60 000 pixels in a few hundred bytes."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    assert _why(_png(header, zlib.compress(bytes(10_000)))) == "TOO_MANY_PIXELS"


def test_more_pixels_than_ours_but_less_than_a_bomb() -> None:
    header = struct.pack(">IIBBBBB", 8_000, 8_000, 8, 2, 0, 0, 0)
    assert _why(_png(header, zlib.compress(bytes(10_000)))) == "TOO_MANY_PIXELS"


def test_a_picture_that_moves_is_refused() -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (400, 400), color) for color in ("red", "blue")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    assert _why(buffer.getvalue()) == "ANIMATED"


def test_a_picture_that_is_too_small_for_its_use() -> None:
    assert _why(_picture((100, 100)), Use.BACKGROUND) == "TOO_SMALL"
    assert encoded(_picture((100, 100)), Use.LOGO)


def test_an_upload_ends_at_its_limit() -> None:
    gathering = Gathering()
    gathering.add(bytes(LARGEST_UPLOAD))
    with pytest.raises(Refusal) as refused:
        gathering.add(b"x")
    assert refused.value.reason is Reason.TOO_LARGE


def _png(header: bytes, data: bytes) -> bytes:
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("use", list(Use))
def test_what_hides_in_or_behind_a_picture_does_not_come_along(use: Use, format: str) -> None:
    """A file can be a picture and a page, or an archive, at once: of ours only the pixels are kept."""
    buffer, hidden = io.BytesIO(), b"<script>alert(1)</script>"
    exif = Image.Exif()
    exif[0x010E] = hidden.decode()
    Image.new("RGB", (400, 400), "teal").save(buffer, format, exif=exif.tobytes())
    polyglot = buffer.getvalue() + hidden + b"PK\x03\x04" + hidden + b"%PDF-1.7"
    assert hidden in polyglot
    for variant in encoded(polyglot, use):
        assert all(mark not in variant.data for mark in (hidden, b"PK\x03\x04", b"%PDF", b"alert"))
        assert variant.media_type in ("image/png", "image/jpeg")
