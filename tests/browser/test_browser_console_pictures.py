"""Every page of the console, looked at: a picture and axe's report of each, on a phone and at a desk."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser
from sendback.v1.return_pb2 import Return
from sendback_service.demo.world import Shop, World

from tests.browser.office import CAMILLE, OTTO, Office, a_key
from tests.browser.wares import HOSTILE, lost_parcel, received, returned, stocked
from tests.browser.windows import DESKTOP, PHONE, Windows, fits, looked_at
from tests.shops import accept, get

_SHOP_PAGES = {
    "overview": "",
    "tasks": "/tasks",
    "returns": "/returns",
    "orders": "/orders",
    "order": "/orders/{order}",
    "new-return": "/orders/{order}/return",
    "inserts": "/inserts",
    "return": "/returns/{arrived}",
    "decide": "/returns/{asked}",
    "reception": "/reception?return={arrived}",
    "ready": "/ready",
    "settings": "/settings",
    "policy": "/policy",
    "brand": "/brand",
    "warehouses": "/warehouses",
    "warehouse": "/warehouses/new",
    "preview": "/preview",
    "figures": "/figures?first=2026-10-01&last=2026-11-30",
    "webhooks": "/webhooks",
    "keys": "/keys",
    "not-found": "/returns/ret_none",
}
_OPERATIONS_PAGES = {
    "carriers": "",
    "plugins": "/plugins",
    "routing": "/routing",
    "routing-version": "/routing/1",
    "account": "/accounts/post/test",
    "all-keys": "/keys",
}
_IN_ALL_LANGUAGES = ("overview", "settings", "return")


@dataclass(frozen=True, slots=True)
class Scene:
    office: Office
    shop: Shop
    arrived: Return
    asked: Return
    order_id: str

    def path(self, told: str) -> str:
        return "/console/lumiere" + told.format(
            arrived=self.arrived.id, asked=self.asked.id, order=self.order_id
        )


@pytest.fixture(scope="module")
def scene(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    shop = stocked(world, "lumiere-pictures")
    done = returned(world, shop, "#1004", "TOO_SMALL", l2=2)
    received(shop, done)
    accept(shop.client, get(shop.client, done.id))
    arrived = returned(world, shop, "#1003", "CHANGED_MIND", l1=1, l2=2)
    received(shop, arrived)
    asked = returned(world, shop, "#1002", "BROKEN", f"La manche est décousue. {HOSTILE}", l1=1)
    lost_parcel(shop, "PICTURES-1")
    key = a_key(world, "lumiere", "Maison Lumière", shop.id)
    with Office(world, tmp_path_factory.mktemp("office"), [key]) as office:
        yield Scene(office, shop, arrived, asked, world.order_id(shop, "#1001"))


async def test_every_page_of_a_shop_is_beautiful_and_open_to_everybody(
    scene: Scene, browser: Browser
) -> None:
    windows = Windows(browser, scene.office.url)
    state = await scene.office.signed_in(browser, CAMILLE)
    page = await windows(scene.path(""), width=DESKTOP, storage_state=state)
    for name, path in _SHOP_PAGES.items():
        await page.goto(scene.path(path))
        for width in (DESKTOP, PHONE):
            await looked_at(page, f"console-{name}", "en", width)
    await windows.close()


async def test_operations_pages_too(scene: Scene, browser: Browser) -> None:
    windows = Windows(browser, scene.office.url)
    state = await scene.office.signed_in(browser, OTTO)
    page = await windows("/console/operations", width=DESKTOP, storage_state=state)
    for name, path in _OPERATIONS_PAGES.items():
        await page.goto(f"/console/operations{path}")
        for width in (DESKTOP, PHONE):
            await looked_at(page, f"console-{name}", "en", width)
    await windows.close()


@pytest.mark.parametrize("language", ["fr", "es", "de"])
async def test_the_main_pages_speak_every_language(scene: Scene, browser: Browser, language: str) -> None:
    windows = Windows(browser, scene.office.url)
    state = await scene.office.signed_in(browser, CAMILLE)
    page = await windows(scene.path(""), language=language, storage_state=state)
    for name in _IN_ALL_LANGUAGES:
        await page.goto(scene.path(_SHOP_PAGES[name]))
        assert await page.get_attribute("html", "lang") == language
        for width in (DESKTOP, PHONE):
            await looked_at(page, f"console-{name}", language, width)
    await windows.close()


async def test_the_door_in_the_dark_and_a_page_as_narrow_as_pages_get(scene: Scene, browser: Browser) -> None:
    windows = Windows(browser, scene.office.url)
    page = await windows("/console/sign-in", color_scheme="dark")
    await looked_at(page, "console-door", "en", PHONE)
    state = await scene.office.signed_in(browser, CAMILLE)
    dark = await windows(scene.path("/returns"), color_scheme="dark", storage_state=state)
    await looked_at(dark, "console-returns-dark", "en", DESKTOP)
    # 320 pixels are also what a window of 640 is at 200 % zoom
    for path in (
        "",
        "/settings",
        "/returns",
        f"/returns/{scene.arrived.id}",
        "/policy",
        "/figures",
        "/orders/{order}/return",
    ):
        await dark.goto(scene.path(path))
        await dark.set_viewport_size({"width": 320, "height": 700})
        await fits(dark, 320)
    await windows.close()
