"""What buyers do in the portal, in a window."""

from playwright.async_api import Page, expect
from sendback.v1 import order_service_pb2, portal_service_pb2, return_pb2
from sendback_service.demo.world import Shop, World

_MILLISECONDS = 30_000


def link(shop: Shop, number: str = "#1") -> str:
    """What the code on the slip says, without the host."""
    wanted = order_service_pb2.CreateAccessLinkRequest(order_id=shop.orders[number].external_id)
    return "/" + shop.client.orders.CreateAccessLink(wanted).uri.split("/", 3)[3]


async def sign_in(page: Page, number: str = "#1", proof: str = "75020") -> None:
    await page.fill("#number", number)
    await page.fill("#proof", proof)
    await page.click("main form button")
    await page.wait_for_url("**/order")


async def choose(page: Page, title: str, reason: str = "", quantity: int = 0) -> None:
    """Ticks a line, by its title."""
    line = page.locator("li.pick", has_text=title)
    await line.locator(".tick").check()
    if reason:
        await line.locator("select[name^='reason:']").select_option(reason)
    if quantity:
        await line.locator("select[name^='quantity:']").select_option(str(quantity))


async def go_on(page: Page) -> None:
    await page.click(".bar button")


async def review(page: Page) -> None:
    await go_on(page)
    await page.wait_for_url("**/review*")


async def confirm(page: Page) -> str:
    """The id of the return that was made."""
    await page.click(".bar button")
    await page.wait_for_url("**/returns/ret_*")
    return page.url.rpartition("/")[2].partition("?")[0]


async def sees(page: Page, text: str) -> None:
    """Sooner or later, without a reload."""
    await expect(page.locator("main")).to_contain_text(text, timeout=_MILLISECONDS)


def made(world: World, shop: Shop, number: str = "#1") -> list[return_pb2.Return]:
    """The order's returns, as the service knows them."""
    session = world.portal.portal.StartSession(
        portal_service_pb2.StartSessionRequest(
            slug=shop.slug, access_token=link(shop, number).rpartition("/")[2]
        )
    )
    asked = portal_service_pb2.PortalListReturnsRequest(session_token=session.session_token)
    return list(world.portal.portal.ListReturns(asked).returns)
