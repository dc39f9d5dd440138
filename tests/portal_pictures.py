"""The portal's picture in the READMEs: one return on a phone, chosen, checked and sent.

`python -m tests.portal_pictures` plays it on a service of its own and writes clients/web/docs/portal.webp.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from sendback_service.demo.world import World
from sendback_web.demo.letters import Letters
from sendback_web.demo.processes import free_port
from sendback_web.demo.shop import open_shop

from tests.browser.site import Site
from tests.chromium import NAMES, executable
from tests.letters import ROOT, browser
from tests.shops import NOW

# Every label has a code to show instead.
_CARRIERS = {
    "SENDBACK_ACCOUNTS__LOCAL__PLUGIN": "local",
    "SENDBACK_ACCOUNTS__LOCAL__SETTINGS": '{"qr": true}',
    "SENDBACK_ROUTES": '[{"accounts": ["local"]}]',
}
_PHONE = {"width": 390, "height": 1254}
_SHOWN, _GAP = (241, 775), 16


@contextmanager
def door() -> Iterator[str]:
    """Where the code on the slip of the demo's first order leads."""
    with (
        TemporaryDirectory() as folder,
        World(Path(folder), environment=_CARRIERS) as world,
        Site(world, Path(folder)) as site,
        Letters(free_port()) as pictures,
    ):
        world.set_clock(NOW)
        shop = open_shop(world.installation.target, world.installation.operator_key, pictures.url, NOW)
        yield f"{site.url}/{shop.links['#1001'].split('/', 3)[3]}?lang=en"


def play(page: Any, address: str) -> Iterator[Image.Image]:
    page.goto(address)
    yield _drawn(page)
    glasses = page.locator("li.pick", has_text="Verres")
    glasses.locator(".tick").check()
    glasses.locator("select[name^='quantity:']").select_option("2")
    glasses.locator("select[name^='reason:']").select_option("TOO_LARGE")
    page.click(".bar button")
    page.wait_for_url("**/review*")
    for summary in page.locator("details.how summary").all():
        summary.click()
    yield _drawn(page)
    page.click(".bar button")
    page.locator(".code img").wait_for()
    yield _drawn(page)


def _drawn(page: Any) -> Image.Image:
    page.evaluate("Promise.all(Array.from(document.images, picture => picture.decode().catch(() => null)))")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize(_SHOWN, Image.Resampling.LANCZOS)


def beside(pictures: list[Image.Image]) -> Image.Image:
    width, height = _SHOWN
    whole = Image.new("RGB", ((width + _GAP) * len(pictures) - _GAP, height), "white")
    for place, picture in enumerate(pictures):
        whole.paste(picture, (place * (width + _GAP), 0))
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.portal_pictures", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "clients" / "web" / "docs" / "portal.webp")
    options = parser.parse_args()
    if not executable():
        print(f"no browser here: install one of {', '.join(NAMES)}", file=sys.stderr)
        return 1
    with door() as address, browser() as found:
        beside(list(play(found.new_page(viewport=_PHONE), address))).save(options.to, quality=82, method=6)
    print(options.to)
    return 0


if __name__ == "__main__":
    sys.exit(main())
