"""The application in Debian's Chromium, before a real service: `web` is where it runs, `visit` opens windows.

Tests are coroutines on one loop of the session, where the browser lives. Without Chromium they are skipped, which the
continuous build does not let pass.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from sendback_service.demo.world import World
from sendback_service.vault import new_key
from sendback_web.demo.letters import Letters
from sendback_web.demo.processes import free_port
from sendback_web.demo.shop import DemoShop, open_shop

from tests.browser.site import Site
from tests.browser.windows import Windows
from tests.chromium import executable
from tests.databases import Databases
from tests.shops import NOW

_CHROMIUM = executable()
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Labels for Germany come with a code to show instead; secrets of webhooks can be kept.
_CARRIERS = {
    "SENDBACK_SECRETS_KEY": new_key(),
    "SENDBACK_ACCOUNTS__LOCAL__PLUGIN": "local",
    "SENDBACK_ACCOUNTS__LOCAL__SETTINGS": '{"qr": true}',
    "SENDBACK_ROUTES": '[{"countries": ["DE"], "accounts": ["local"]}, {"accounts": ["post"]}]',
}
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On one loop; in two groups, so that two processes share the work with one world and one browser each."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            room = "console" if "console" in item.path.stem else "portal"
            item.add_marker(pytest.mark.xdist_group(f"browser-{room}"))
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite: Databases) -> Iterator[World]:
    """The service on SQLite, its worker, and a counting outside; the clock stands in November 2026."""
    with World(tmp_path_factory.mktemp("browser"), sqlite.empty(), environment=_CARRIERS) as world:
        world.set_clock(NOW)
        yield world


@pytest.fixture(scope="session")
def web(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(world, tmp_path_factory.mktemp("web")) as site:
        yield site


@pytest.fixture(scope="session")
def lumen(world: World, web: Site) -> Iterator[DemoShop]:
    """The demo's shop, with pictures of all it sells."""
    with Letters(free_port()) as letters:
        yield open_shop(world.installation.target, world.installation.operator_key, letters.url, NOW)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not _CHROMIUM:
        pytest.skip("Chromium is not here; install chromium-headless-shell, or set SENDBACK_CHROMIUM")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, web: Site) -> AsyncIterator[Windows]:
    """Opens windows: `await visit("/shop", width=390, language="fr")`. They close with the test."""
    windows = Windows(browser, web.url)
    yield windows
    await windows.close()
