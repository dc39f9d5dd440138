"""Who gets in to the console, for whom they act, and how long it lasts."""

import time
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256

import httpx
import pytest
import pytest_asyncio
from itsdangerous import TimestampSigner
from playwright.async_api import Browser
from sendback_service.demo.world import Shop, World
from sendback_web.console import COOKIE

from tests.browser.office import CAMILLE, NOOR, OTTO, STRANGER, UNPROVEN, Office, a_key, sign_in
from tests.browser.site import SECRET
from tests.browser.windows import Windows
from tests.shops import a_shop, an_order, happened, items, make


@pytest.fixture(scope="module")
def shops(world: World) -> tuple[Shop, Shop]:
    return a_shop(world, "sign-in-a", an_order("#1")), a_shop(world, "sign-in-b", an_order("#2"))


@pytest.fixture(scope="module")
def office(
    world: World, shops: tuple[Shop, Shop], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    one, other = shops
    keys = [
        a_key(world, "one", "Shop One", one.id),
        a_key(world, "other", "Shop Other", other.id, ["returns.read", "orders.read"]),
    ]
    with Office(world, tmp_path_factory.mktemp("sign-in"), keys) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def windows(browser: Browser, office: Office) -> AsyncIterator[Windows]:
    made = Windows(browser, office.url)
    yield made
    await made.close()


async def test_a_page_asked_for_is_there_after_signing_in_and_not_after_signing_out(windows: Windows) -> None:
    page = await windows("/console/one/returns?decision=2")
    assert "/console/sign-in" in page.url
    await sign_in(page, CAMILLE)
    assert page.url.endswith("/console/one/returns")
    assert await page.inner_text("h1") == "Returns"
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Sign out").click()
    assert "signed out" in await page.inner_text("main")
    await page.goto("/console/one/returns")
    assert "/console/sign-in" in page.url


async def test_a_stranger_is_told_so_and_learns_nothing(windows: Windows) -> None:
    for nobody in (STRANGER, UNPROVEN):
        page = await windows("/console/sign-in")
        await page.click("main a.button")
        await page.click(f"button[value={nobody.subject}]")
        await page.wait_for_url("**/callback?**")
        assert "may act for no shop here" in await page.inner_text("main")
        await page.goto("/console/one")
        assert "/console/sign-in" in page.url


async def test_everybody_acts_for_their_own_shops_only(
    windows: Windows, office: Office, browser: Browser
) -> None:
    state = await office.signed_in(browser, NOOR)
    page = await windows("/console", storage_state=state)
    assert page.url.endswith("/console/other")
    for path in ("/console/one", "/console/one/returns", "/console/operations", "/console/operations/keys"):
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status == 404
        assert "There is nothing here" in await page.inner_text("h1")
        assert "Shop One" not in await page.content()


async def test_what_the_shops_key_may_not_do_is_said(
    windows: Windows, office: Office, browser: Browser
) -> None:
    page = await windows("/console/other/settings", storage_state=await office.signed_in(browser, NOOR))
    assert "not yours to do" in await page.inner_text("h1")
    assert "access key" in await page.inner_text("main")


async def test_another_merchants_things_are_not_found(
    windows: Windows, office: Office, browser: Browser, shops: tuple[Shop, Shop], world: World
) -> None:
    theirs = make(shops[1].client, "ext-#2", items=items(l1=1))
    page = await windows("/console/one", storage_state=await office.signed_in(browser, CAMILLE))
    for path in (f"returns/{theirs.id}", f"orders/{world.order_id(shops[1], '#2')}", "pictures/img_none"):
        answer = await page.goto(f"/console/one/{path}")
        assert answer is not None
        assert answer.status == 404


async def test_events_name_the_person(
    windows: Windows, office: Office, browser: Browser, shops: tuple[Shop, Shop], world: World
) -> None:
    made = make(shops[0].client, "ext-#1", items=items(l1=1))
    world.until(shops[0], made.id, "its label", lambda r: all(p.label == 3 for p in r.parcels), 60)
    state = await office.signed_in(browser, CAMILLE)
    page = await windows(f"/console/one/returns/{made.id}", storage_state=state)
    await page.get_by_text("Cancel", exact=True).first.click()
    await page.get_by_role("button", name="Cancel the return").click()
    await page.get_by_text("The return is cancelled").wait_for()
    happened(shops[0], made.id, "return.cancelled")
    await page.reload()
    assert "Return cancelled" in await page.inner_text(".timeline")
    assert "camille@lumiere.example" in await page.inner_text(".timeline")
    assert "camille" not in office.site.log()


async def test_forms_of_others_and_of_no_session_do_nothing(
    office: Office, browser: Browser, windows: Windows
) -> None:
    state = await office.signed_in(browser, OTTO)
    cookies = {cookie["name"]: cookie["value"] for cookie in state["cookies"]}
    async with httpx.AsyncClient(base_url=office.url, cookies=cookies, trust_env=False) as http:
        fine = await http.get("/console/operations")
        assert fine.status_code == 200
        assert "script-src 'self'" in fine.headers["content-security-policy"]
        for token in ({}, {"form_token": "0" * 40}):
            refused = await http.post("/console/operations/routing", data={"action": "save", **token})
            assert refused.status_code == 409
        elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        assert (await http.post("/console/operations/routing", headers=elsewhere)).status_code == 403
    async with httpx.AsyncClient(base_url=office.url, trust_env=False) as http:
        nobody = await http.post("/console/operations/routing", data={"action": "save"})
        assert nobody.status_code == 303
        assert "/console/sign-in" in nobody.headers["location"]


async def test_coming_back_with_a_forged_state_or_a_used_code_lets_nobody_in(office: Office) -> None:
    async with httpx.AsyncClient(base_url=office.url, trust_env=False) as http:
        begun = await http.get("/console/sign-in/begin?next=https://evil.example")
        assert begun.headers["location"].startswith(office.issuer_url)
        forged = await http.get("/console/callback?code=x&state=forged")
        assert forged.status_code == 403
        assert (await http.get("/console/callback?error=access_denied")).status_code == 403
        state = httpx.URL(begun.headers["location"]).params["state"]
        unknown = await http.get(f"/console/callback?code=never-given&state={state}")
        assert unknown.status_code == 403
        assert (await http.get("/console/one")).status_code == 303


class _Earlier(TimestampSigner):
    """Signs as if it were two hours ago."""

    def get_timestamp(self) -> int:
        return int(time.time()) - 7200


async def test_a_session_that_nobody_uses_ends(office: Office, browser: Browser) -> None:
    state = await office.signed_in(browser, CAMILLE)
    cookie = next(cookie for cookie in state["cookies"] if cookie["name"] == COOKIE)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["path"] == "/console"
    assert 0 < cookie["expires"] - time.time() <= 30 * 60 + 5
    key = sha256(b"console\0" + SECRET.encode()).hexdigest()
    content = cookie["value"].rsplit(".", 2)[0].encode()
    for signer, status in ((TimestampSigner(key), 200), (_Earlier(key), 303), (TimestampSigner("x"), 303)):
        signed = signer.sign(content).decode()
        async with httpx.AsyncClient(base_url=office.url, cookies={COOKIE: signed}, trust_env=False) as http:
            assert (await http.get("/console/one")).status_code == status
