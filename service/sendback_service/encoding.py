"""Pictures as they are kept: told by their content, turned upright, stripped of all but their pixels, encoded anew.

What comes from outside is never handed on as it came: a file may be a bomb, tell where a photo was taken, or be a page
for another program. Pillow decodes three raster formats here and no other.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from sendback_service.pictures import Size, Use, Variant, Why
from sendback_service.refusal import Reason, Refusal, refuse

# Decoded, three bytes each: 120 MB at the worst, for a moment.
_MOST_PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")
_JPEG_QUALITY = 82
# The box that each size fits into, in pixels. Nothing is ever enlarged.
_BOXES = {
    Use.LOGO: {Size.PHONE: (320, 120), Size.DESKTOP: (640, 240)},
    Use.BACKGROUND: {Size.PHONE: (1080, 1920), Size.DESKTOP: (1920, 1280)},
    Use.EVIDENCE: {Size.PHONE: (480, 480), Size.DESKTOP: (1600, 1600)},
}
_LEAST = {Use.LOGO: 16, Use.BACKGROUND: 320, Use.EVIDENCE: 64}


def encoded(data: bytes, use: Use) -> tuple[Variant, ...]:
    """Every size of a picture for its use. Raises a refusal that says why; takes up to a second."""
    picture = _decoded(data, use)
    return tuple(_variant(picture, use, size, box) for size, box in _BOXES[use].items())


def _decoded(data: bytes, use: Use) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # A picture that Pillow warns of is judged by our own limit below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
        _check(opened, use)
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    except UnidentifiedImageError:
        raise _refused(Why.NOT_A_PICTURE) from None
    except Image.DecompressionBombError:
        raise _refused(Why.TOO_MANY_PIXELS) from None
    except Refusal:
        raise
    except Exception:
        # Decoders raise whatever a broken file makes them stumble over.
        raise _refused(Why.BROKEN) from None
    return upright.convert("RGBA") if use is Use.LOGO else _on_white(upright)


def _check(picture: Image.Image, use: Use) -> None:
    """By the header alone, before a pixel is decoded."""
    width, height = picture.size
    if width * height > _MOST_PIXELS:
        raise _refused(Why.TOO_MANY_PIXELS)
    if max(width, height) < _LEAST[use]:
        raise _refused(Why.TOO_SMALL)
    if getattr(picture, "n_frames", 1) > 1:
        raise _refused(Why.ANIMATED)


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG knows no transparency."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def _variant(picture: Image.Image, use: Use, size: Size, box: tuple[int, int]) -> Variant:
    fitted = picture.copy()
    fitted.thumbnail(box, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    if use is Use.LOGO:
        fitted.save(buffer, "PNG", optimize=True)
        media_type = "image/png"
    else:
        fitted.save(buffer, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
        media_type = "image/jpeg"
    return Variant(size, *fitted.size, media_type, buffer.getvalue())


def _refused(why: Why) -> Refusal:
    return refuse(Reason.IMAGE_REFUSED, why=why)
