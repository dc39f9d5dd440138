"""Every page of the portal in every language, on a phone and on a desktop: its picture is kept, axe finds nothing."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page
from sendback.v1 import return_pb2, returns_service_pb2
from sendback_client import Client
from sendback_service.demo.world import World
from sendback_web.demo.shop import SLUG, DemoShop

from tests.browser.buyer import choose, go_on, review
from tests.browser.windows import DESKTOP, PHONE, Windows, fits, looked_at

Look = Callable[[Page, str], Awaitable[None]]


@pytest.fixture(scope="session")
def labelled(world: World, lumen: DemoShop) -> str:
    """A return from Germany whose label is there, with its code."""
    return _returned(world, lumen, "demo-1002")


@pytest.fixture(scope="session")
def by_hand(world: World, lumen: DemoShop) -> str:
    """A return from where no labels are offered."""
    return _returned(world, lumen, "demo-1004")


def _returned(world: World, lumen: DemoShop, order_id: str) -> str:
    wanted = returns_service_pb2.CreateReturnRequest(
        order_id=order_id,
        items=[return_pb2.ReturnItem(order_line_id="1", quantity=1, reason_code="TOO_SMALL")],
    )
    with Client(world.installation.target, key=lumen.key) as client:
        made = client.returns.CreateReturn(wanted)
        named = returns_service_pb2.GetReturnRequest(return_id=made.id)
        while any(p.label == return_pb2.LabelStatus.REQUESTED for p in made.parcels):
            made = client.returns.GetReturn(named)
    return made.id


def path(lumen: DemoShop, number: str) -> str:
    return "/" + lumen.links[number].split("/", 3)[3]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["fr", "en", "es", "de"])
async def test_every_page_is_accessible_in_every_language(
    lumen: DemoShop, labelled: str, by_hand: str, visit: Windows, language: str
) -> None:
    async def look(page: Page, name: str) -> None:
        for width in (PHONE, DESKTOP):
            await looked_at(page, f"portal-{name}", language, width)

    page = await visit(f"/{SLUG}?code&lang={language}", language=language)
    await look(page, "door")
    await page.goto(path(lumen, "#1001"))
    await look(page, "order")
    await choose(page, "Verres soufflés", quantity=2)
    await choose(page, "Bougie parfumée", "BROKEN")
    await go_on(page)
    await look(page, "order-missing")
    await choose(page, "Verres soufflés", "TOO_LARGE", 2)
    await page.locator("li.pick", has_text="Bougie").locator(".tick").uncheck()
    await review(page)
    for details in await page.locator("details.how summary").all():
        await details.click()
    await look(page, "review")
    await page.goto(f"/{SLUG}/address")
    await look(page, "address")
    await page.goto(f"/{SLUG}/withdrawal")
    await look(page, "withdrawal")
    await go_on(page)
    await look(page, "withdrawal-confirm")
    await page.goto(path(lumen, "#1002"))
    await page.goto(f"/{SLUG}/returns/{labelled}")
    await look(page, "return")
    await page.goto(f"/{SLUG}/returns/{labelled}/cancel")
    await look(page, "cancel")
    await page.goto(path(lumen, "#1004"))
    await page.goto(f"/{SLUG}/returns/{by_hand}")
    await look(page, "instructions")
    await page.goto(path(lumen, "#1005"))
    await look(page, "too-late")
    await page.goto("/no-such-portal")
    await look(page, "nothing")


async def _top(part: Locator) -> float:
    box = await part.bounding_box()
    assert box is not None
    return box["y"]


async def test_narrow_dark_and_twice_as_large(lumen: DemoShop, labelled: str, visit: Windows) -> None:
    """320 pixels are also what 1280 leave at 400 %."""
    page = await visit(path(lumen, "#1001"), width=320, color_scheme="dark", reduced_motion="reduce")
    await choose(page, "Verres soufflés", "BROKEN", 3)
    await choose(page, "Bougie", "TOO_LARGE")
    await looked_at(page, "portal-order-dark", "fr", 320)
    seal = page.locator("label.row", has_text="Le sceau")
    assert await _top(seal.locator("input")) < await _top(seal.locator(".what")) + 24
    await choose(page, "Verres soufflés", "TOO_LARGE", 3)
    await seal.locator("input").check()
    await review(page)
    await looked_at(page, "portal-review-dark", "fr", 320)
    await page.goto(f"/{SLUG}/withdrawal")
    await go_on(page)
    amount = await page.locator(".amount").bounding_box()
    assert amount is not None
    assert amount["height"] < 40
    await page.goto(path(lumen, "#1002"))
    await page.goto(f"/{SLUG}/returns/{labelled}")
    await looked_at(page, "portal-return-dark", "de", PHONE)
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await fits(page, PHONE)
