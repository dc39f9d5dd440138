"""Buyers who ask what is kept of them, or to be erased: told by a file, erased once, with a receipt."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sendback.v1.returns_service_pb2 import CancelReturnRequest
from sendback_service.demo.world import Shop, World

from tests.browser.office import CAMILLE, SCOPES, Office, a_key
from tests.browser.windows import DESKTOP, PHONE, Windows, looked_at
from tests.shops import a_shop, an_order, make

BUYER = "buyer1@example.com"


@pytest.fixture(scope="module")
def shop(world: World) -> Shop:
    return a_shop(world, "buyers", an_order(), an_order("#2"))


@pytest.fixture(scope="module")
def office(world: World, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    keys = [
        a_key(world, "shop", "Shop", shop.id, (*SCOPES, "buyers.read", "buyers.write")),
        a_key(world, "desk", "Desk", shop.id),
    ]
    with Office(world, tmp_path_factory.mktemp("buyers"), keys) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, office: Office) -> AsyncIterator[Page]:
    windows = Windows(browser, office.url)
    state = await office.signed_in(browser, CAMILLE)
    yield await windows("/console/shop/buyers", width=DESKTOP, storage_state=state)
    await windows.close()


async def _asked(page: Page, email: str) -> None:
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_role("button", name="See what is kept").click()


async def test_a_buyer_gets_their_data_and_is_erased_once_nothing_is_open(
    page: Page, world: World, shop: Shop
) -> None:
    made = make(shop.client)
    await _asked(page, BUYER.upper())
    main = page.locator("main")
    await expect(main).to_contain_text("A return that has not ended")
    assert BUYER not in page.url.lower()
    for width in (DESKTOP, PHONE):
        await looked_at(page, "console-buyers", "en", width)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Take it all as a file").click()
    kept = json.loads((await (await download.value).path()).read_text(encoding="utf-8"))
    assert BUYER in json.dumps(kept)
    await page.get_by_role("button", name="Erase this buyer").click()
    await expect(page.get_by_role("alert")).to_contain_text("nothing was erased")
    assert world.order(shop, "#1").email == BUYER
    shop.client.returns.CancelReturn(CancelReturnRequest(return_id=made.id))
    world.until(shop, made.id, "no label", lambda r: all(p.label != 6 for p in r.parcels))
    await _asked(page, BUYER)
    await page.get_by_role("button", name="Erase this buyer").dblclick()
    await page.get_by_role("heading", name="Receipt of an erasure").wait_for()
    await expect(main).to_contain_text("What was erased")
    for width in (DESKTOP, PHONE):
        await looked_at(page, "console-erasure", "en", width)
    assert [world.order(shop, number).email for number in ("#1", "#2")] == ["", "buyer2@example.com"]
    await page.goto("/console/shop/buyers")
    await _asked(page, BUYER)
    await expect(main).to_contain_text("Nothing is kept under this name")


async def test_while_something_is_open_the_erasure_may_wait(page: Page, world: World, shop: Shop) -> None:
    make(shop.client, "ext-#2")
    await _asked(page, "buyer2@example.com")
    await page.get_by_label("Wait until nothing is open, then erase").check()
    await page.get_by_role("button", name="Erase this buyer").click()
    await expect(page.locator("main")).to_contain_text("What will be erased")
    assert world.order(shop, "#2").email == "buyer2@example.com"


async def test_who_asks_is_named_in_one_way(page: Page) -> None:
    await page.get_by_role("button", name="See what is kept").click()
    await page.get_by_role("link", name="one of the two").wait_for()


async def test_a_key_without_the_right_sees_nobody(page: Page) -> None:
    await page.goto("/console/desk/buyers")
    await _asked(page, "buyer2@example.com")
    await expect(page.get_by_role("heading", level=1)).to_have_text("This is not yours to do")
