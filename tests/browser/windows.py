"""Windows of the browser, and what is kept of the pages in them: a picture and what axe says, in build/web/."""

import json
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page

PHONE, DESKTOP = 390, 1280
_HEIGHTS = {320: 700, PHONE: 844, DESKTOP: 800}
_KEPT = Path(__file__).resolve().parents[2] / "build" / "web"
_MILLISECONDS = 30_000
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_RUN = "async rules => { const {violations, passes} = await axe.run(document, rules);" + (
    " return {violations, passes: passes.map(rule => rule.id)} }"
)
_PICTURES_ARE_THERE = (
    "Promise.all(Array.from(document.images, picture => picture.decode().catch(() => null)))"
)
_LARGEST_PAGE = 60 * 1024


class Windows:
    """Each visit is a browser of its own, without cookies; `page.context.new_page()` is a second tab of it."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self.url = url
        self._contexts: list[BrowserContext] = []

    async def __call__(
        self, path: str, *, width: int = PHONE, language: str = "en", script: bool = True, **more: Any
    ) -> Page:
        context = await self._browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": _HEIGHTS.get(width, 800)},
            locale=language,
            java_script_enabled=script,
            **more,
        )
        context.set_default_timeout(_MILLISECONDS)
        self._contexts.append(context)
        page = await context.new_page()
        page.elsewhere = []  # type: ignore[attr-defined]
        page.on("request", lambda request: self._note(page, request.url))
        await page.goto(path)
        return page

    def _note(self, page: Page, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:", "about:")):
            page.elsewhere.append(url)  # type: ignore[attr-defined]

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


async def looked_at(page: Page, name: str, language: str, width: int) -> None:
    """Keeps the page's picture and axe's report; fails where axe finds something, the page scrolls sideways, is heavy,
    or asked another host for anything."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    await page.wait_for_load_state()
    await page.set_viewport_size({"width": width, "height": _HEIGHTS.get(width, 800)})
    await fits(page, width)
    height = await page.evaluate("document.documentElement.scrollHeight")
    await page.set_viewport_size({"width": width, "height": height})
    await page.evaluate(_PICTURES_ARE_THERE)
    file = _KEPT / f"{name}-{language}-{width}"
    await page.screenshot(path=file.with_suffix(".png"))
    found = await _judged(page)
    kept = {"url": page.url, **found}
    file.with_suffix(".json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    assert [_told(violation) for violation in found["violations"]] == []
    assert len(kept["passes"]) > 10
    assert len((await page.content()).encode()) < _LARGEST_PAGE
    assert page.elsewhere == []  # type: ignore[attr-defined]


async def _judged(page: Page) -> dict[str, Any]:
    """What axe finds; its half a megabyte is read once for each page."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    found: dict[str, Any] = await page.evaluate(_RUN, _RULES)
    return found


async def fits(page: Page, width: int) -> None:
    """Nothing makes the page scroll sideways."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {violation['help']}: {[node['html'][:200] for node in violation['nodes']]}"
