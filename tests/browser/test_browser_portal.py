"""Buyers at the portal, in a real browser."""

from sendback_service.demo.world import World

from tests.browser.windows import DESKTOP, PHONE, Windows, looked_at
from tests.shops import a_shop


async def test_the_door_says_whose_it_is(world: World, visit: Windows) -> None:
    shop = a_shop(world, "door")
    page = await visit(f"/{shop.slug}")
    assert await page.inner_text("h1") == shop.name
    await looked_at(page, "entrance", "en", PHONE)
    await looked_at(page, "entrance", "en", DESKTOP)
