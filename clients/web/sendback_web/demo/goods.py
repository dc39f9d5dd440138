"""Pictures of the demo's goods and of its shop, drawn here so that nothing has to be fetched."""

import io
from collections.abc import Callable
from functools import cache
from math import sin

from PIL import Image, ImageDraw, ImageFilter, ImageFont

_EDGE = 480
_SHARP = 2
Pen = ImageDraw.ImageDraw
Points = list[tuple[float, float]]


@cache
def drawn(name: str) -> bytes | None:
    """A PNG of 480 × 480 pixels; None where the shop has no such thing."""
    if name not in _GOODS:
        return None
    ground, draw = _GOODS[name]
    edge = _EDGE * _SHARP
    picture = Image.new("RGB", (edge, edge), ground)
    draw(ImageDraw.Draw(picture), edge / 100)
    return _png(picture.resize((_EDGE, _EDGE), Image.Resampling.LANCZOS))


def logo() -> bytes:
    picture = Image.new("RGBA", (1280, 300), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((20, 40, 240, 260), fill="#8c3b2e")
    pen.pieslice((20, 40, 240, 260), 90, 270, fill="#e0a458")
    pen.text((290, 148), "Atelier Lumen", fill="#2b2523", font=ImageFont.load_default(132), anchor="lm")
    return _png(picture.crop(picture.getbbox() or (0, 0, 1280, 300)))


def background() -> bytes:
    """Evening hills."""
    width, height = 1920, 1280
    picture = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(picture)
    for y in range(height):
        share = y / height
        pen.line((0, y, width, y), fill=_between((246, 219, 190), (214, 132, 104), share))
    pen.ellipse((1180, 300, 1480, 600), fill=(252, 238, 214))
    picture = picture.filter(ImageFilter.GaussianBlur(6))
    pen = ImageDraw.Draw(picture)
    for top, color in ((640, "#c9785f"), (790, "#a4543f"), (960, "#7a3a2d")):
        hills = [
            (x, top + 70 * sin(x / 330 + top) + 30 * sin(x / 120 + top)) for x in range(0, width + 40, 40)
        ]
        pen.polygon([*hills, (width, height), (0, height)], fill=color)
    return _png(picture.filter(ImageFilter.GaussianBlur(1.5)))


def _dress(pen: Pen, u: float) -> None:
    pen.polygon(
        _at(
            u,
            (38, 14),
            (44, 30),
            (56, 30),
            (62, 14),
            (67, 18),
            (62, 44),
            (76, 86),
            (24, 86),
            (38, 44),
            (33, 18),
        ),
        fill="#2f5d62",
    )
    pen.polygon(_at(u, (38, 44), (62, 44), (63, 48), (37, 48)), fill="#e0a458")


def _glasses(pen: Pen, u: float) -> None:
    for x in (16, 39, 62):
        pen.polygon(
            _at(u, (x, 30), (x + 22, 30), (x + 19, 74), (x + 3, 74)), fill="#d7ecec", outline="#7fb3b5"
        )
        pen.polygon(_at(u, (x + 1.5, 46), (x + 20.5, 46), (x + 18.4, 73), (x + 3.6, 73)), fill="#9ccfd0")


def _shoes(pen: Pen, u: float) -> None:
    for y in (26, 52):
        pen.polygon(
            _at(u, (16, y), (34, y), (40, y + 8), (72, y + 13), (84, y + 20), (84, y + 24), (16, y + 24)),
            fill="#f5f1ea",
        )
        pen.rectangle(_at(u, (16, y + 22), (84, y + 26)), fill="#8c3b2e")
        for x in (42, 48, 54):
            pen.line(_at(u, (x, y + 9), (x + 4, y + 16)), fill="#8c3b2e", width=int(u * 1.4))


def _candle(pen: Pen, u: float) -> None:
    pen.rounded_rectangle(_at(u, (30, 42), (70, 86)), radius=u * 4, fill="#f7efe3")
    pen.rectangle(_at(u, (30, 54), (70, 72)), fill="#8c3b2e")
    pen.line(_at(u, (50, 42), (50, 34)), fill="#5a4a42", width=int(u * 1.4))
    pen.polygon(_at(u, (50, 18), (55, 29), (50, 36), (45, 29)), fill="#f0a63c")


def _scarf(pen: Pen, u: float) -> None:
    pen.polygon(_at(u, (22, 20), (78, 20), (78, 36), (22, 36)), fill="#c8553d")
    pen.polygon(_at(u, (26, 36), (44, 36), (44, 84), (26, 84)), fill="#b0442f")
    pen.polygon(_at(u, (56, 36), (74, 36), (74, 70), (56, 70)), fill="#c8553d")
    for x, y in ((26, 84), (56, 70)):
        for step in range(0, 18, 3):
            pen.line(_at(u, (x + step + 1, y), (x + step + 1, y + 6)), fill="#b0442f", width=int(u))


def _notebook(pen: Pen, u: float) -> None:
    pen.rounded_rectangle(_at(u, (26, 16), (76, 86)), radius=u * 3, fill="#33413e")
    pen.rectangle(_at(u, (33, 16), (36, 86)), fill="#e0a458")
    pen.text((u * 56, u * 48), "C. M.", fill="#f5f1ea", font=ImageFont.load_default(u * 9), anchor="mm")


def _card(pen: Pen, u: float) -> None:
    pen.rounded_rectangle(_at(u, (16, 28), (84, 74)), radius=u * 4, fill="#8c3b2e")
    pen.rectangle(_at(u, (46, 28), (52, 74)), fill="#e0a458")
    pen.rectangle(_at(u, (16, 44), (84, 49)), fill="#e0a458")


_GOODS: dict[str, tuple[str, Callable[[Pen, float], None]]] = {
    "dress": ("#efe6da", _dress),
    "glasses": ("#e6eeee", _glasses),
    "shoes": ("#d9c8b4", _shoes),
    "candle": ("#e8dccf", _candle),
    "scarf": ("#ece4e0", _scarf),
    "notebook": ("#e3e6e2", _notebook),
    "card": ("#f2e7d8", _card),
}


def _at(u: float, *points: tuple[float, float]) -> Points:
    """From hundredths of the picture."""
    return [(x * u, y * u) for x, y in points]


def _between(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()
