"""A portal's states, from the outside: each says what to do, and no more than it may."""

import pytest
from playwright.async_api import expect
from sendback.v1 import label_service_pb2, merchant_pb2, merchant_service_pb2, order_service_pb2
from sendback_service.demo.world import Shop, World

from tests.browser.buyer import choose, confirm, link, review, sees, sign_in
from tests.browser.windows import Windows, looked_at
from tests.shops import a_shop, brand, settings

Status = merchant_pb2.PortalStatus


def switch_off(world: World, shop: Shop, how: str) -> None:
    if how == "inactive":
        settings(shop, status=Status.INACTIVE)
    else:
        world.operator.merchants.SetEntitlement(
            merchant_service_pb2.SetEntitlementRequest(merchant_id=shop.id, entitled=False)
        )


def dressed(shop: Shop) -> None:
    brand(
        shop,
        display_name="Chez Nous",
        color="#ffee00",
        policy_uri="https://chez.example/policy",
        support_uri="https://chez.example/help",
        social_uris=["https://social.example/chez"],
    )


@pytest.mark.parametrize("how", ["inactive", "unsubscribed"])
async def test_who_is_switched_off_shows_name_and_help_and_nothing_else(
    world: World, visit: Windows, how: str
) -> None:
    shop = a_shop(world, how)
    dressed(shop)
    code = link(shop)
    page = await visit(f"{code}?lang=en")
    await choose(page, "Robe")
    await review(page)
    switch_off(world, shop, how)
    await page.click(".bar button")
    await sees(page, "Returns are not available here at the moment")
    answer = await page.goto(code)
    shown = await page.content()
    assert answer is not None
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "Chez Nous" in shown
    assert "https://chez.example/help" in shown
    assert [word for word in ("ffee00", "policy", "social", "#1", "Robe") if word in shown] == []
    assert await page.locator("main form").count() == 0
    await looked_at(page, f"portal-{how}", "en", 390)


async def test_who_is_hidden_is_not_listed_and_works(world: World, visit: Windows) -> None:
    shop = a_shop(world, "hidden")
    page = await visit(f"/{shop.slug}?lang=en")
    assert await page.locator("meta[name=robots]").count() == 0
    settings(shop, status=Status.HIDDEN)
    await page.reload()
    assert await page.get_attribute("meta[name=robots]", "content") == "noindex, nofollow"
    await sign_in(page)
    await sees(page, "What would you like to return?")


async def test_a_former_name_leads_to_the_present_one(world: World, visit: Windows) -> None:
    shop = a_shop(world, "renamed")
    old = link(shop)
    settings(shop, slug=f"{shop.slug}-new")
    page = await visit(f"{old}?lang=en")
    assert page.url.endswith(f"/{shop.slug}-new/order")
    await page.goto(f"/{shop.slug.upper()}-NEW/order")
    assert page.url.endswith(f"/{shop.slug}-new/order")


async def test_a_revoked_code_leads_to_the_door(world: World, visit: Windows) -> None:
    shop = a_shop(world, "revoked")
    old = link(shop)
    shop.client.orders.RevokeAccess(order_service_pb2.RevokeAccessRequest(order_id="ext-#1"))
    page = await visit(f"{old}?lang=en")
    assert page.url.endswith(f"/{shop.slug}?code")
    await sees(page, "This code is no longer valid")
    await sign_in(page)
    await page.goto(link(shop))
    await sees(page, "What would you like to return?")


async def test_what_the_order_number_does_not_open(world: World, visit: Windows) -> None:
    shop = a_shop(world, "guess")
    page = await visit(f"/{shop.slug}?lang=en")
    said = []
    for number, proof in (("#1", "69002"), ("#4711", "75020"), ("<b>", "' or 1=1")):
        await page.fill("#number", number)
        await page.fill("#proof", proof)
        await page.click("main form button")
        await page.wait_for_selector("#wrong")
        said.append(await page.inner_text("#wrong"))
        assert await page.input_value("#number") == number
        await expect(page.locator("#wrong")).to_be_focused()
    assert len(set(said)) == 1


async def test_any_colour_can_be_read(world: World, visit: Windows) -> None:
    shop = a_shop(world, "colours")
    dressed(shop)
    page = await visit(link(shop) + "?lang=en")
    await looked_at(page, "portal-yellow", "en", 390)
    page = await visit(link(shop) + "?lang=en", color_scheme="dark")
    await looked_at(page, "portal-yellow-dark", "en", 390)


async def test_whose_label_the_shop_gave_back_asks_for_another(world: World, visit: Windows) -> None:
    shop = a_shop(world, "given back")
    page = await visit(f"{link(shop)}?lang=en")
    await choose(page, "Robe")
    await review(page)
    made = await confirm(page)
    found = world.until(shop, made, "a label", lambda r: bool(r.parcels[0].tracking_number))
    shop.client.labels.VoidLabel(label_service_pb2.VoidLabelRequest(parcel_id=found.parcels[0].id))
    await page.reload()
    await sees(page, "Your label is no longer valid")
    await looked_at(page, "portal-label-given-back", "en", 390)
    await page.get_by_role("button", name="One more label").click()
    await sees(page, "Ready to send")
