"""A merchant sets up the portal from nothing, and changes its rules with open eyes."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from sendback.v1.merchant_service_pb2 import GetPolicyRequest, GetPortalSettingsRequest
from sendback.v1.policy_pb2 import LabelPolicy
from sendback_client import Client
from sendback_service.demo.world import Shop, World

from tests.browser.office import CAMILLE, Key, Office, a_bare_merchant, a_key
from tests.browser.wares import HOSTILE, stocked
from tests.browser.windows import DESKTOP, Windows
from tests.shops import a_picture, settings


@pytest.fixture(scope="module")
def shop(world: World) -> Shop:
    return stocked(world, "rules")


@pytest.fixture(scope="module")
def bare(world: World) -> Key:
    return a_key(world, "bare", "New Shop", a_bare_merchant(world, "New Shop"))


@pytest.fixture(scope="module")
def office(world: World, shop: Shop, bare: Key, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    keys = [bare, a_key(world, "stocked", "Maison Lumière", shop.id)]
    with Office(world, tmp_path_factory.mktemp("settings"), keys) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, office: Office) -> AsyncIterator[Page]:
    windows = Windows(browser, office.url)
    state = await office.signed_in(browser, CAMILLE)
    yield await windows("/console", width=DESKTOP, storage_state=state)
    await windows.close()


async def test_a_portal_is_set_up_from_nothing(page: Page, office: Office) -> None:
    await page.goto("/console/bare/ready")
    assert "needed" in await page.inner_text("ol.steps")
    # switching it on too early is refused beside the status
    await page.goto("/console/bare/settings")
    await page.fill("#f-slug", "new-shop")
    await page.check("input[name=status][value='3']")
    await page.click("text=Save the portal")
    assert "warehouse" in (await page.inner_text("#w-status")).lower()
    assert await page.input_value("#f-slug") == "new-shop"
    await page.goto("/console/bare/warehouses/new")
    await page.fill("#f-name", "Retours")
    await page.fill("#f-street", "1 quai Rambaud")
    await page.fill("#f-postal_code", "69002")
    await page.fill("#f-city", "Lyon")
    await page.fill("#f-enclose_fr", "Le bon de livraison.")
    await page.click("text=Save the warehouse")
    await page.get_by_text("The warehouse is saved").wait_for()
    await page.goto("/console/bare/brand")
    await page.fill("#f-display_name", "New Shop & Sons")
    await page.fill("#f-color", "#8c3b2e")
    await page.set_input_files("#f-logo", {"name": "l.png", "mimeType": "image/png", "buffer": a_picture()})
    await page.fill("#f-support_email", "help@new.example")
    await page.click("text=Save the brand")
    await page.get_by_text("Your brand is saved").wait_for()
    await page.goto("/console/bare/settings")
    await page.fill("#f-slug", "new-shop")
    await page.check("input[name=status][value='3']")
    await page.click("text=Save the portal")
    await page.get_by_text("The settings of your portal are saved").wait_for()
    await page.fill("#f-window_days", "21")
    await page.fill("#f-time_zone", "Europe/Paris")
    await page.click("text=See what changes")
    await page.get_by_role("button", name="Publish this").click()
    await page.get_by_text("is in force.").first.wait_for()
    await page.set_input_files(
        "#f-background", {"name": "b.png", "mimeType": "image/png", "buffer": a_picture()}
    )
    await page.click("text=Use this picture")
    await page.get_by_alt_text("The present background").wait_for()
    await page.goto("/console/bare/preview?in=de&on=phone")
    portal = page.frame_locator("iframe")
    await portal.get_by_role("heading").first.wait_for()
    assert "help@new.example" in await portal.locator("body").inner_text()
    assert await portal.locator("html").get_attribute("lang") == "de"


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(page: Page) -> None:
    await page.goto("/console/stocked/settings")
    await page.fill("#f-slug", HOSTILE[:40])
    await page.click("text=Save the portal")
    assert await page.get_attribute("#f-slug", "aria-invalid") == "true"
    assert await page.inner_text("#w-slug")
    assert await page.input_value("#f-slug") == HOSTILE[:40]
    await page.check("input[name=label_policy][value='2']")
    await page.fill("#f-fees", "five euros")
    await page.fill("#f-time_zone", "Mars/Olympus")
    await page.fill("#f-window_days", "99999")
    await page.evaluate("document.querySelector('#f-window_days').form.noValidate = true")
    await page.click("text=See what changes")
    assert "with their currency" in await page.inner_text("#w-fees")
    assert "Europe/Paris" in await page.inner_text("#w-time_zone")
    await page.fill("#f-fees", "5,00 EUR; 4.50 GBP")
    await page.fill("#f-time_zone", "Europe/Paris")
    await page.evaluate("document.querySelector('#f-window_days').form.noValidate = true")
    await page.click("text=See what changes")
    assert await page.inner_text("#w-window_days")
    await page.set_input_files(
        "#f-background", {"name": "b.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    await page.click("text=Use this picture")
    assert "no picture that can be shown" in await page.inner_text("#w-background")


async def test_a_change_is_shown_before_it_is_published_once(page: Page, shop: Shop) -> None:
    before = _policy(shop.client)
    await page.goto("/console/stocked/settings")
    await page.fill("#f-window_days", "14")
    await page.check("input[name=label_policy][value='1']")
    await page.click("text=See what changes")
    change = await page.inner_text("#change")
    assert "14" in change
    assert "orders" in change
    assert _policy(shop.client).version == before.version
    await page.get_by_role("button", name="Publish this").dblclick()
    await page.get_by_text("is in force.").first.wait_for()
    after = _policy(shop.client)
    assert (after.version, after.window.days) == (before.version + 1, 14)
    assert after.labels.policy == LabelPolicy.FREE
    assert after.reasons == before.reasons
    assert after.approval == before.approval


async def test_reasons_are_added_and_taken_off(page: Page, shop: Shop) -> None:
    await page.goto("/console/stocked/policy")
    count = len(_policy(shop.client).reasons)
    await page.get_by_text("A new reason").first.click()
    await page.fill(f"#f-reason_{count}_code", "late")
    await page.click("text=See what changes")
    assert "at least one language" in await page.inner_text("main")
    await page.fill(f"#f-reason_{count}_en", f"Late {HOSTILE}")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("is in force.").first.wait_for()
    reasons = _policy(shop.client).reasons
    assert [reason.code for reason in reasons][-1] == "LATE"
    assert HOSTILE in reasons[-1].titles[0].text
    assert "<script>alert" not in await page.content()


async def test_who_saves_over_somebody_elses_change_is_told_and_loses_nothing(page: Page, shop: Shop) -> None:
    await page.goto("/console/stocked/settings")
    settings(shop, typed_link_on_slip=True)
    await page.check("input[name=omit_qr]")
    await page.click("text=Save the portal")
    assert "Somebody changed the settings meanwhile" in await page.inner_text("[role=alert]")
    assert await page.is_checked("input[name=omit_qr]")
    assert not shop.client.merchants.GetPortalSettings(GetPortalSettingsRequest()).omit_qr_on_slip
    await page.click("text=Save the portal")
    await page.get_by_text("The settings of your portal are saved").wait_for()
    assert shop.client.merchants.GetPortalSettings(GetPortalSettingsRequest()).omit_qr_on_slip


async def test_the_keyboard_is_enough(page: Page) -> None:
    await page.goto("/console/stocked/settings")
    await page.keyboard.press("Tab")
    assert "Skip to the content" in await page.evaluate("document.activeElement.textContent")
    await page.keyboard.press("Enter")
    reached = []
    for _ in range(60):
        await page.keyboard.press("Tab")
        reached.append(
            await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
        if "Save the portal" in reached:
            break
    assert "f-slug" in reached
    assert "Save the portal" in reached


def _policy(client: Client):  # type: ignore[no-untyped-def]
    return client.merchants.GetPolicy(GetPolicyRequest())
