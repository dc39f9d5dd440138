"""Operations: a carrier is taken off by configuration and brought back, keys are made and rotated."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sendback.v1.carrier_service_pb2 import GetRoutingRequest
from sendback.v1.merchant_service_pb2 import (
    GetMerchantRequest,
    ListAccessKeysRequest,
    ListConnectedAccountsRequest,
)
from sendback_client import Client
from sendback_service.demo.world import Shop, World

from tests.browser.office import CAMILLE, OTTO, SCOPES, Office, a_key
from tests.browser.windows import DESKTOP, PHONE, Windows, looked_at
from tests.shops import a_shop


@pytest.fixture(scope="module")
def shop(world: World) -> Shop:
    return a_shop(world, "operations")


@pytest.fixture(scope="module")
def office(world: World, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(
        world, tmp_path_factory.mktemp("operations"), [a_key(world, "shop", "Shop", shop.id)]
    ) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def windows(browser: Browser, office: Office) -> AsyncIterator[Windows]:
    made = Windows(browser, office.url)
    yield made
    await made.close()


async def test_a_carrier_is_swapped_tried_and_brought_back(
    windows: Windows, office: Office, browser: Browser, world: World
) -> None:
    state = await office.signed_in(browser, OTTO)
    page = await windows("/console/operations/routing", width=DESKTOP, storage_state=state)
    before = world.operator.carriers.GetRouting(GetRoutingRequest())
    last = len(before.routes) - 1
    field = f"#f-route_{last}_places"
    await page.fill(field, "nobody-knows=70, post=30")
    await page.click("text=Put in force")
    await page.get_by_role("alert").wait_for()
    assert await page.input_value(field) == "nobody-knows=70, post=30"
    await page.fill(field, "local")
    await page.fill("#f-try_country", "FR")
    await page.fill("#f-try_postal_code", "75020")
    await page.get_by_role("button", name="Try", exact=True).click()
    tried = await page.get_by_role("status").inner_text()
    assert "local" in tried
    assert "would be asked" in tried
    assert world.operator.carriers.GetRouting(GetRoutingRequest()).version == before.version
    await page.get_by_role("button", name="Check", exact=True).click()
    await page.get_by_text("These routes are").wait_for()
    await page.fill("#f-note", "The post is on strike")
    await page.click("text=Put in force")
    await page.get_by_text("in force everywhere").wait_for()
    changed = world.operator.carriers.GetRouting(GetRoutingRequest())
    assert changed.routes[last].places[0].shares[0].account == "local"
    assert changed.routes[:last] == before.routes[:last]
    assert changed.actor.endswith("/otto@operator.example")
    await page.get_by_role("link", name=f"Version {before.version}", exact=True).click()
    await page.get_by_role("button", name="Bring these routes back").dblclick()
    await page.get_by_text("The former routes are in force again").wait_for()
    after = world.operator.carriers.GetRouting(GetRoutingRequest())
    assert after.routes == before.routes
    assert after.version == changed.version + 1


async def test_accounts_and_plugins_tell_how_they_are(
    windows: Windows, office: Office, browser: Browser
) -> None:
    state = await office.signed_in(browser, OTTO)
    page = await windows("/console/operations", width=DESKTOP, storage_state=state)
    assert "post" in await page.inner_text("main")
    await page.get_by_role("link", name="Try it").last.click()
    await page.get_by_role("button", name="Try it").click()
    assert await page.get_by_role("alert").or_(page.get_by_role("status")).inner_text()
    await page.goto("/console/operations/plugins")
    assert "rehearsal" in await page.inner_text("main")


async def test_what_must_be_given_to_connect_an_account_comes_first_and_says_what_it_is(
    windows: Windows, office: Office, browser: Browser
) -> None:
    state = await office.signed_in(browser, CAMILLE)
    page = await windows("/console/shop/accounts?plugin=shopify", width=DESKTOP, storage_state=state)
    for name in ("shop", "token", "client_id", "client_secret"):
        await expect(page.get_by_label(name, exact=True)).to_be_visible()
    await expect(page.get_by_label("client_id")).to_have_accessible_description(re.compile("of the app"))
    await expect(page.get_by_label("patience_seconds")).to_be_hidden()
    await page.get_by_text("More settings").click()
    await expect(page.get_by_label("patience_seconds")).to_have_accessible_description(
        re.compile(r", in seconds\. As usual: 10\.0$")
    )


async def test_a_shop_connects_an_account_of_its_own_and_lets_it_go(
    windows: Windows, office: Office, browser: Browser, shop: Shop
) -> None:
    state = await office.signed_in(browser, CAMILLE)
    page = await windows("/console/shop/accounts", width=DESKTOP, storage_state=state)
    await page.get_by_label("Plugin").select_option("rehearsal")
    await page.get_by_role("button", name="Choose").click()
    await page.get_by_label("Name", exact=True).fill("my-post")
    await page.get_by_label("base_url").fill("http://localhost/")
    await page.get_by_label("token").fill("as secret as can be")
    assert await page.get_by_label("token").get_attribute("type") == "password"
    await page.get_by_role("button", name="Connect it").click()
    await page.get_by_role("link", name="private network").wait_for()
    await expect(page.get_by_label("base_url")).to_have_accessible_description(re.compile("private network"))
    assert "as secret as can be" not in await page.content()
    await page.get_by_label("base_url").fill("https://post.example/a=b")
    await page.get_by_label("token").fill("as secret as can be")
    await page.get_by_text("More settings").click()
    await page.get_by_label("timeout_seconds").fill("a while")
    await page.get_by_role("button", name="Connect it").click()
    await expect(page.get_by_label("timeout_seconds")).to_have_accessible_description(re.compile("number"))
    await page.get_by_label("timeout_seconds").fill("2.5")
    await page.get_by_label("token").fill("as secret as can be")
    for width in (DESKTOP, PHONE):
        await looked_at(page, "console-account", "en", width)
    await page.get_by_label("It is a sandbox").check()
    await page.get_by_role("button", name="Connect it").dblclick()
    await page.get_by_text("The account is connected").wait_for()
    (found,) = shop.client.merchants.ListConnectedAccounts(ListConnectedAccountsRequest()).accounts
    assert (found.name, found.plugin, found.sandbox) == ("my-post", "rehearsal", True)
    assert dict(found.settings) == {"base_url": "https://post.example/a=b", "timeout_seconds": "2.5"}
    assert f"/hooks/{found.account}" in await page.inner_text("main")
    for width in (DESKTOP, PHONE):
        await looked_at(page, "console-accounts", "en", width)
    await page.get_by_role("link", name="Change my-post").click()
    assert await page.get_by_label("base_url").input_value() == "https://post.example/a=b"
    assert await page.get_by_label("timeout_seconds").input_value() == "2.5"
    assert "as secret as can be" not in await page.content()
    await page.locator("summary", has_text="Let it go").click()
    await page.get_by_role("button", name="Let it go my-post").click()
    await page.get_by_text("The account is let go").wait_for()
    assert not shop.client.merchants.ListConnectedAccounts(ListConnectedAccountsRequest()).accounts


async def test_a_shop_makes_a_key_sees_it_once_and_revokes_it(
    windows: Windows, office: Office, browser: Browser, world: World, shop: Shop
) -> None:
    state = await office.signed_in(browser, CAMILLE)
    page = await windows("/console/shop/keys", width=DESKTOP, storage_state=state)
    before = len(_keys(world, shop))
    offered = await page.locator("input[name=scopes]").evaluate_all(
        "fields => fields.map(field => field.value)"
    )
    assert set(offered) == set(SCOPES)
    await page.fill("#f-title", "Bookkeeping")
    await page.check("input[value='returns.read']")
    await page.get_by_role("button", name="Make the key").dblclick()
    await page.get_by_role("status").wait_for()
    made = [key for key in _keys(world, shop) if key.title == "Bookkeeping"]
    assert len(_keys(world, shop)) == before + 1
    assert list(made[0].scopes) == ["returns.read"]
    await page.goto("/console/shop/keys")
    assert "sbk_" not in await page.content()
    await page.get_by_role("button", name="Revoke Bookkeeping").click()
    await page.get_by_text("The key is worthless now").wait_for()
    revoked = next(key for key in _keys(world, shop) if key.title == "Bookkeeping")
    assert revoked.HasField("revoke_time")


async def test_a_made_key_works(
    windows: Windows, office: Office, browser: Browser, world: World, shop: Shop
) -> None:
    state = await office.signed_in(browser, CAMILLE)
    page = await windows("/console/shop/keys", width=DESKTOP, storage_state=state)
    await page.fill("#f-title", "Look only")
    await page.check("input[value='settings.read']")
    await page.click("text=Make the key")
    secret = await page.inner_text("#secret")
    with Client(world.installation.target, key=secret) as client:
        assert client.merchants.GetMerchant(GetMerchantRequest()).id == shop.id


async def test_an_endpoint_for_events_must_be_public_and_shows_its_secret_once(
    windows: Windows, office: Office, browser: Browser
) -> None:
    state = await office.signed_in(browser, CAMILLE)
    page = await windows("/console/shop/webhooks", width=DESKTOP, storage_state=state)
    await page.get_by_text("A new endpoint").click()
    await page.fill("#f-uri", "http://169.254.169.254/latest")
    await page.click("text=Add the endpoint")
    assert await page.inner_text("#w-uri")
    await page.fill("#f-uri", "https://hooks.lumiere.example/sendback")
    await page.fill("#f-title", "Stock system")
    await page.fill("#f-types", "return.*, label.purchased")
    await page.click("text=Add the endpoint")
    assert (await page.inner_text("#secret")).startswith("whsec_")
    await page.goto("/console/shop/webhooks")
    assert "whsec_" not in await page.content()
    assert "Stock system" in await page.inner_text("main")
    await page.get_by_role("button", name="Let it go").click()
    await page.get_by_text("The endpoint is gone").wait_for()


def _keys(world: World, shop: Shop):  # type: ignore[no-untyped-def]
    return world.operator.merchants.ListAccessKeys(ListAccessKeysRequest(merchant_id=shop.id)).access_keys
