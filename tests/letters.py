"""Every letter in every language, as a phone and a desktop show it: `make letters` writes build/letters/.

Each letter is there as HTML and as pictures 360 and 700 pixels wide, and all of a language on one sheet. `--dark` shows
them as a reader sees them who prefers dark pages.
"""

import argparse
import base64
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sendback_service.messages import Occasion
from sendback_service.text.letters import letter
from sendback_service.text.samples import Look, sample
from sendback_service.text.words import LANGUAGES

from tests.chromium import NAMES, executable

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {"phone": 360, "desktop": 700}
_ACROSS, _GAP = 6, 16


def logo() -> bytes:
    """Dark on nothing, as many are: what a dark page would swallow."""
    picture = Image.new("RGBA", (480, 120), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((8, 12, 104, 108), outline="#3b2f4a", width=14)
    drawing.text((130, 28), "Maison", fill="#3b2f4a", font_size=68)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def a_look(color: str = "#f2c14e") -> Look:
    """A brand in a colour too light to be read, with everything that may stand in a letter."""
    uri = f"data:image/png;base64,{base64.b64encode(logo()).decode()}"
    social = (
        "https://www.instagram.com/maison",
        "https://www.facebook.com/maison",
        "https://www.youtube.com/@maison",
    )
    return Look(
        "Maison Lumière",
        color,
        uri,
        (480, 120),
        "https://shop.example/help",
        "https://shop.example/returns",
        social,
    )


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield found
        finally:
            found.close()


def draw(folder: Path, languages: tuple[str, ...], *, dark: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    look = a_look()
    with browser() as found:
        for name, width in WIDTHS.items():
            page = found.new_page(
                viewport={"width": width, "height": 400}, color_scheme="dark" if dark else "light"
            )
            for language in languages:
                pictures = [_picture(page, folder, occasion, language, name, look) for occasion in Occasion]
                sheet(pictures).save(folder / f"all.{language}.{name}.png")
                print(f"{folder}/all.{language}.{name}.png")
            page.close()


def _picture(
    page: Any, folder: Path, occasion: Occasion, language: str, name: str, look: Look
) -> Image.Image:
    html = letter(sample(occasion, language, look)).html
    (folder / f"{occasion}.{language}.html").write_text(html, encoding="utf-8")
    page.set_content(html)
    data = page.screenshot(full_page=True)
    (folder / f"{occasion}.{language}.{name}.png").write_bytes(data)
    return Image.open(io.BytesIO(data)).convert("RGB")


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """All of them on one page, row by row."""
    width = max(picture.width for picture in pictures) + _GAP
    rows = [pictures[at : at + _ACROSS] for at in range(0, len(pictures), _ACROSS)]
    heights = [max(picture.height for picture in row) + _GAP for row in rows]
    page = Image.new("RGB", (width * _ACROSS + _GAP, sum(heights) + _GAP), "#888888")
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        for place, picture in enumerate(row):
            page.paste(picture, (_GAP + place * width, top))
        top += height
    return page


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.letters", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "letters")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="all of them unless said")
    parser.add_argument("--dark", action="store_true")
    options = parser.parse_args()
    if not executable():
        print(f"no browser here: install one of {', '.join(NAMES)}", file=sys.stderr)
        return 1
    draw(options.to, tuple(options.language or LANGUAGES), dark=options.dark)
    return 0


if __name__ == "__main__":
    sys.exit(main())
