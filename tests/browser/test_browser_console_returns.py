"""Returns at the desk and in the warehouse: decided, scanned, inspected, settled; once, whatever the hand does."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sendback.v1.order_pb2 import OrderLine
from sendback.v1.return_pb2 import Decision, Grade, Inspection, Outcome, SettlementStatus, Transit
from sendback.v1.returns_service_pb2 import ListReturnsRequest
from sendback_client import money
from sendback_service.demo.world import Shop, World

from tests.browser.office import CAMILLE, Office, a_key
from tests.browser.wares import HOSTILE, received, returned, stocked
from tests.browser.windows import DESKTOP, Windows
from tests.shops import a_picture, accept, an_order, get


@pytest.fixture(scope="module")
def shop(world: World) -> Shop:
    return stocked(world, "warehouse")


@pytest.fixture(scope="module")
def office(world: World, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(world, tmp_path_factory.mktemp("returns"), [a_key(world, "shop", "Shop", shop.id)]) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, office: Office) -> AsyncIterator[Page]:
    windows = Windows(browser, office.url)
    state = await office.signed_in(browser, CAMILLE)
    yield await windows("/console/shop", width=DESKTOP, storage_state=state)
    await windows.close()


async def test_a_parcel_is_received_inspected_and_settled_by_scanner(
    page: Page, world: World, shop: Shop
) -> None:
    made = returned(world, shop, "#1001", "CHANGED_MIND", l1=1, l2=2)
    await page.goto("/console/shop/reception")
    await _scanned(page, made.parcels[0].tracking_number)
    await page.get_by_text("The parcel is received").wait_for()
    assert get(shop.client, made.id).parcels[0].transit == Transit.DELIVERED
    await _ready_to_scan(page)
    await page.mouse.click(5, 5)
    for letter in ("a", "B", "x"):
        await _scanned(page, letter)
    await page.get_by_text("Everything in this return is inspected").wait_for()
    found = get(shop.client, made.id)
    assert [unit.inspection for unit in found.units] == [
        Inspection.ACCEPTED,
        Inspection.ACCEPTED,
        Inspection.MISSING,
    ]
    assert [unit.grade for unit in found.units][:2] == [Grade.A_RESELL, Grade.B_OPENED]
    await _scanned(page, "A")
    await page.get_by_text("Scan the next parcel").wait_for()
    await _scanned(page, made.reference)
    await page.get_by_text("received before").wait_for()
    await _scanned(page, f"{made.reference[:-1]}O")
    await page.get_by_text("a character of it is wrong").wait_for()
    await page.goto(f"/console/shop/returns/find?text={made.reference[:-1]}O")
    await page.get_by_text("a character of it is wrong").wait_for()
    done = world.until(shop, made.id, "payment", lambda r: any(s.state == 3 for s in r.settlements), 60)
    assert len(done.settlements) == 1
    await page.goto(f"/console/shop/returns/{made.id}")
    assert "Paid" in await page.inner_text("main")
    assert "camille@lumiere.example" in await page.inner_text(".timeline")


async def test_a_code_that_nobody_knows_becomes_a_parcel_without_a_return(page: Page, shop: Shop) -> None:
    await page.goto("/console/shop/reception")
    await _scanned(page, f"ZZ-{HOSTILE}")
    await page.get_by_text("No return is known").wait_for()
    assert "<script>alert" not in await page.content()
    await page.fill("#f-tracking", "ZZ-4711")
    await page.fill("#f-arrnote", "A box from Lyon")
    await page.click("text=Keep the parcel")
    await page.get_by_text("kept among those without a return").wait_for()
    await page.goto("/console/shop/tasks")
    assert "ZZ-4711" in await page.inner_text("main")
    await page.fill("input[name=return_id]", "R0000000")
    await page.get_by_role("button", name="Assign").click()
    await page.get_by_role("alert").wait_for()


async def test_a_return_is_approved_once_however_often_the_button_is_hit(
    page: Page, world: World, shop: Shop
) -> None:
    made = returned(world, shop, "#1002", "BROKEN", f"Broken {HOSTILE}", l1=1)
    await page.goto(f"/console/shop/returns/{made.id}")
    assert "<script>alert" not in await page.content()
    assert "Arrived damaged" in await page.inner_text("main")
    await page.get_by_role("button", name="Approve").dblclick()
    await page.get_by_text("The return is approved").wait_for()
    assert get(shop.client, made.id).decision == Decision.APPROVED


async def test_who_declines_says_why_and_two_tabs_cannot_both_decide(
    page: Page, world: World, shop: Shop
) -> None:
    made = returned(world, shop, "#1003", "BROKEN", "Torn", l1=1)
    path = f"/console/shop/returns/{made.id}"
    await page.goto(path)
    other = await page.context.new_page()
    await other.goto(path)
    await page.fill("#f-note", "The window had ended.")
    await page.get_by_role("button", name="Decline", exact=True).click()
    await page.get_by_text("the buyer is told why").wait_for()
    await other.get_by_role("button", name="Approve").click()
    assert "Somebody changed this return meanwhile" in await other.inner_text("[role=alert]")
    found = get(shop.client, made.id)
    assert (found.decision, found.decline_note) == (Decision.DECLINED, "The window had ended.")
    # who goes back sees how it stands, not how it stood
    await page.goto("/console/shop/returns")
    await page.go_back()
    await page.get_by_text("The window had ended.").wait_for()
    assert await page.get_by_role("button", name="Approve").count() == 0


async def test_what_is_rejected_has_a_reason_and_a_photo_and_is_not_paid(
    page: Page, world: World, shop: Shop
) -> None:
    made = returned(world, shop, "#1005", "CHANGED_MIND", l2=1)
    received(shop, made)
    await page.goto(f"/console/shop/returns/{made.id}")
    assert "Nothing is due yet" in await page.inner_text("main")
    await page.get_by_text("Inspect by hand").click()
    row = page.locator("select[name='found-2/0']")
    await row.select_option(label="Rejected")
    await page.click("text=Note what was found")
    await page.get_by_role("alert").wait_for()
    await row.select_option(label="Rejected")
    await page.fill("[id='f-note-2/0']", "Worn and washed")
    photo = {"name": "p.png", "mimeType": "image/png", "buffer": a_picture()}
    await page.set_input_files("[id='f-photo-2/0']", photo)
    await page.click("text=Note what was found")
    await page.get_by_text("What you found is noted").wait_for()
    found = get(shop.client, made.id)
    assert found.units[0].rejection_note == "Worn and washed"
    assert len(found.units[0].finding_image_ids) == 1
    await page.get_by_alt_text("Your photo 1").wait_for()
    assert all(s.amount.units == 0 for s in found.settlements if s.kind == Outcome.REFUND)


async def test_an_order_shows_its_buyers_case_and_prints_its_slip(
    page: Page, world: World, shop: Shop
) -> None:
    order_id = world.order_id(shop, "#1006")
    await page.goto(f"/console/shop/orders/{order_id}")
    main = await page.inner_text("main")
    assert "Français" in main
    assert "A label, with a fee" in main
    # delivered on the 12th, thirty days, the last one included
    assert "until 12 Dec 2026" in main
    assert await page.get_by_alt_text("QR code of the personal link").is_visible()
    await page.get_by_role("button", name="Send it to the buyer").dblclick()
    await page.get_by_text("on its way to the buyer").wait_for()
    assert len(world.await_mails("buyer1006@example.com", 1)) == 1
    for form, beginning in (("pdf", b"%PDF"), ("png", b"\x89PNG")):
        answer = await page.request.get(f"/console/shop/orders/{order_id}/insert/{form}?in=de")
        assert (await answer.body()).startswith(beginning)
    await page.goto("/console/shop/inserts")
    await page.get_by_text("All of this page").click()
    async with page.expect_download() as download:
        await page.click("text=Make the document")
    saved = await (await download.value).path()
    assert saved.read_bytes().startswith(b"%PDF")


async def test_staff_make_a_return_for_a_buyer_who_called(page: Page, world: World, shop: Shop) -> None:
    order_id = world.order_id(shop, "#1007")
    await page.goto(f"/console/shop/orders/{order_id}")
    await page.get_by_role("link", name="Make a return").click()
    await page.get_by_role("button", name="Make the return").click()
    await page.get_by_text("Say of one item at least how many come back.").wait_for()
    dress, glasses = page.get_by_role("group", name="Robe"), page.get_by_role("group", name="Verre")
    await glasses.get_by_label("How many").fill("2")
    await page.get_by_role("button", name="Make the return").click()
    await page.get_by_role("link", name="Choose a reason.").wait_for()
    await glasses.get_by_label("Why").select_option("Arrived damaged")
    await page.get_by_role("button", name="See what it would be").click()
    await expect(page.get_by_role("status")).to_contain_text("€6.67")
    await expect(page.get_by_role("status")).to_contain_text("Your policy wants it decided on first")
    await dress.get_by_label("How many").fill("1")
    await dress.get_by_label("Why").select_option("Arrived damaged")
    await dress.get_by_label("The buyer’s words").fill(HOSTILE)
    await page.get_by_label("Why the policy does not hold").fill("She called, and sounded sad.")
    await page.get_by_role("button", name="Make the return").dblclick()
    await page.get_by_text("The return is made").wait_for()
    (made,) = shop.client.returns.ListReturns(ListReturnsRequest(order_id=order_id)).returns
    assert page.url.endswith(made.id)
    assert [unit.title for unit in made.units] == ["Robe", "Verre", "Verre"]
    assert (made.decision, made.language_code) == (Decision.APPROVED, "fr")
    assert made.units[0].comment == HOSTILE


async def test_goods_are_named_in_their_own_direction(page: Page, world: World, shop: Shop) -> None:
    """A name that is read from the right begins there, though the page is read from the left."""
    name = OrderLine(id="1", title="קמיץ (XL)", quantity=1, price=money(900, "EUR"))
    shop.client.import_orders([an_order("#1100", lines=[name])])
    made = returned(world, shop, "#1100", "CHANGED_MIND", l1=1)
    for path in (f"orders/{made.order_id}", f"returns/{made.id}"):
        await page.goto(f"/console/shop/{path}")
        begins, ends = await page.locator("h3", has_text="XL").evaluate(
            "title => ['ק', ')'].map(letter => { const text = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);"
            " while (text.nextNode()) { const at = text.currentNode.data.indexOf(letter); if (at < 0) continue;"
            " const place = document.createRange(); place.setStart(text.currentNode, at);"
            " place.setEnd(text.currentNode, at + 1); return place.getBoundingClientRect().left } })"
        )
        assert begins > ends


async def test_returns_are_found_filtered_counted_and_exported(page: Page, world: World, shop: Shop) -> None:
    made = returned(world, shop, "#1004", "TOO_SMALL", l2=3)
    received(shop, made)
    accept(shop.client, get(shop.client, made.id))
    await page.goto("/console/shop")
    await page.fill("#f-find", made.reference)
    await page.get_by_role("button", name="Find", exact=True).click()
    await page.wait_for_url(f"**/returns/{made.id}")
    world.until(
        shop,
        made.id,
        "payment",
        lambda r: any(s.state == SettlementStatus.SETTLED for s in r.settlements),
        60,
    )
    await page.goto("/console/shop/returns?decision=7&first=2026-11-01&last=2026-11-30")
    assert made.reference in await page.inner_text("table")
    await page.goto("/console/shop/returns?decision=6")
    assert "No return fits" in await page.inner_text("main")
    answer = await page.request.get("/console/shop/returns/export?rows=units")
    assert made.reference in await answer.text()
    await page.goto("/console/shop/returns?decision=7&first=2026-11-01&last=2026-11-30")
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Movements of money").click()
    saved = await saving.value
    assert saved.suggested_filename == "movements.csv"
    assert made.reference in (await saved.path()).read_text(encoding="utf-8")
    await page.goto("/console/shop/figures?first=2026-11-01&last=2026-11-30")
    await page.locator("svg.chart").first.wait_for()
    assert "Too small" in await page.inner_text("main")
    await page.goto("/console/shop/figures?first=2026-11-30&last=2026-11-01")
    assert "Choose a first and a last day" in await page.inner_text("[role=alert]")


@pytest.mark.parametrize(
    "path",
    [
        "returns?page=not-a-token",
        "orders?page=%00%ff",
        "returns/..%2f..%2fx",
        "policy/versions/99999999",
        "tasks?page=x",
    ],
)
async def test_nonsense_in_addresses_is_answered_calmly(page: Page, path: str) -> None:
    answer = await page.goto(f"/console/shop/{path}")
    assert answer is not None
    assert answer.status in (200, 404, 422)
    assert await page.inner_text("h1")


async def _ready_to_scan(page: Page) -> None:
    """Looked at from outside: the page's own policy refuses a text to be evaluated in it."""
    await expect(page.locator("#f-scan")).to_be_focused(timeout=10_000)


async def _scanned(page: Page, code: str) -> None:
    """As a scanner does: types into whatever has the focus, then Enter."""
    await _ready_to_scan(page)
    await page.keyboard.insert_text(code)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
