"""What buyers, or those who pass for them, send on purpose or by accident."""

import asyncio
import secrets

from playwright.async_api import Page
from sendback.v1 import order_pb2, policy_pb2
from sendback_client import money
from sendback_service.demo.world import World

from tests.browser.buyer import choose, confirm, go_on, link, made, review, sees
from tests.browser.site import Site
from tests.browser.windows import Windows
from tests.shops import a_shop, an_order, brand

SCRIPT = "<img src=x onerror=alert(1)>'\"></script><script>alert(2)</script>"
PHOTO = policy_pb2.ReturnReason(
    code="BROKEN", evidence="PHOTO", titles=[policy_pb2.LocalizedText(language_code="en", text=SCRIPT)]
)

SIZE = policy_pb2.ReturnReason(
    code="SIZE", titles=[policy_pb2.LocalizedText(language_code="en", text="Size")]
)


def a_line(number: int, title: str) -> order_pb2.OrderLine:
    return order_pb2.OrderLine(id=str(number), title=title, quantity=1, price=money(1000, "EUR"))


async def form_of(page: Page) -> dict[str, str]:
    """What the button on the page would send."""
    return dict(
        await page.evaluate("Array.from(new FormData(document.querySelector('form[action$=returns]')))")
    )


async def test_what_others_wrote_is_shown_and_never_run(world: World, visit: Windows) -> None:
    order = an_order("#<b>", lines=[a_line(1, SCRIPT)])
    shop = a_shop(world, "words", order, reasons=[PHOTO])
    brand(shop, display_name=SCRIPT[:90])
    page = await visit(link(shop, "#<b>") + "?lang=en")
    alarms: list[str] = []
    page.on("dialog", lambda dialog: alarms.append(dialog.message))
    page.on("pageerror", lambda error: alarms.append(str(error)))
    await sees(page, SCRIPT)
    await choose(page, "onerror", "BROKEN")
    nothing = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"<svg onload=alert(3)>"}
    await page.locator("input[type=file]").set_input_files(nothing)
    await go_on(page)
    await sees(page, "This picture cannot be used.")
    assert alarms == []


async def test_a_name_is_read_in_its_own_direction(world: World, visit: Windows) -> None:
    """From the right, though the page is read from the left: else its parts change places."""
    shop = a_shop(world, "directions", an_order(lines=[a_line(1, "קמיץ (XL) – כחול")]))
    page = await visit(link(shop) + "?lang=en")
    begins, ends = await page.locator("li.pick bdi").evaluate(
        "name => [0, name.textContent.length - 1].map(at => { const letter = document.createRange();"
        " letter.setStart(name.firstChild, at); letter.setEnd(name.firstChild, at + 1);"
        " return letter.getBoundingClientRect().left })"
    )
    assert begins > ends


async def test_the_same_form_five_times_at_once_makes_one_return(world: World, visit: Windows) -> None:
    shop = a_shop(world, "five")
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Verre", quantity=1)
    await review(page)
    form = await form_of(page)
    send = page.context.request.post
    answers = await asyncio.gather(
        *(send(f"/{shop.slug}/returns", form=form, max_redirects=0) for _ in range(5))
    )
    (only,) = made(world, shop)
    assert {answer.headers["location"] for answer in answers} == {f"/{shop.slug}/returns/{only.id}"}
    assert len(only.units) == 1


async def test_a_form_that_somebody_changed_changes_nothing(world: World, visit: Windows) -> None:
    shop = a_shop(world, "changed")
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    form, send = await form_of(page), page.context.request.post
    for change in (
        {"form_token": "0" * 40},
        {"draft": "x"},
        {"draft": ""},
        {"outcome": "WAIVED"},
        {"outcome": "STORE_CREDIT"},
        {"hash:REFUND": "x" * 500},
    ):
        answer = await send(f"/{shop.slug}/returns", form={**form, **change}, max_redirects=0)
        assert answer.status == 303
        assert "/returns/ret_" not in answer.headers["location"]
    assert made(world, shop) == []


async def test_comments_beyond_what_browsers_keep_are_to_be_shortened(world: World, visit: Windows) -> None:
    shop = a_shop(world, "long", an_order(lines=[a_line(n, f"Thing {n}") for n in range(1, 26)]))
    page = await visit(link(shop) + "?lang=en")
    comments = [secrets.token_urlsafe(750) for _ in range(25)]
    await page.evaluate(
        "comments => { for (const tick of document.querySelectorAll('.tick')) tick.checked = true;"
        " document.querySelectorAll('textarea').forEach((area, n) => { area.value = comments[n] }) }",
        comments,
    )
    await go_on(page)
    await sees(page, "This is more than one form can hold.")
    assert await page.locator("textarea").nth(24).input_value() == comments[24][:1000]


# As a buyer would, but at once: by hand it takes as long as all the rest.
_CHOOSE_ALL = """
for (const line of document.querySelectorAll("li.pick")) {
  const tick = line.querySelector(".tick"), reason = line.querySelector("select");
  if (!tick.checked) tick.click();
  reason.value = "SIZE";
  reason.dispatchEvent(new Event("change", { bubbles: true }));
}
"""


async def test_of_a_large_order_everything_can_come_back(world: World, visit: Windows) -> None:
    order = an_order(lines=[a_line(n, f"Thing {n}.") for n in range(1, 201)])
    shop = a_shop(world, "large", order, reasons=[PHOTO, SIZE])
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Thing 170.", "SIZE")
    await review(page)
    await page.goto(f"/{shop.slug}/withdrawal")
    await go_on(page)
    await sees(page, "Step 2 of 2")
    assert await page.locator("main li.item").count() == 200
    await page.goto(f"/{shop.slug}/order")
    await page.evaluate(_CHOOSE_ALL)
    await review(page)
    assert await page.locator("main li.item").count() == 200
    await confirm(page)
    assert len(made(world, shop)[0].units) == 200


async def test_a_withdrawal_whose_amounts_changed_can_be_read_in_another_language(
    world: World, visit: Windows
) -> None:
    """Its page was sent by a form; another language asks for its address."""
    shop = a_shop(world, "tongues")
    page = await visit(link(shop) + "?lang=en")
    await page.goto(f"/{shop.slug}/withdrawal")
    await go_on(page)
    await page.evaluate("document.querySelector(\"[name='hash']\").value = 'another'")
    await page.get_by_role("button", name="Confirm the withdrawal here").click()
    await sees(page, "The amounts have changed")
    await page.click(".tongues summary")
    await page.click(".tongues a[lang=de]")
    await sees(page, "Schritt 1 von 2")


async def test_a_number_without_end_is_no_quantity(world: World, visit: Windows) -> None:
    shop = a_shop(world, "digits")
    page = await visit(link(shop) + "?lang=en")
    token = await page.locator("main form input[type=hidden]").first.get_attribute("name") or ""
    form = {token: await page.locator(f"main form input[name='{token}']").input_value()}
    answer = await page.context.request.post(page.url, form=form | {"take:2": "1", "quantity:2": "9" * 5000})
    assert (answer.status, answer.url.rpartition("/")[2]) == (200, "review")
    assert "Verre" in await answer.text()


async def test_returns_of_others_are_not_there(world: World, visit: Windows) -> None:
    shop = a_shop(world, "others", an_order("#1"), an_order("#2"))
    page = await visit(link(shop, "#1") + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    await go_on(page)
    await page.wait_for_url("**/returns/ret_*")
    address = page.url
    await page.goto(link(shop, "#2"))
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 404
    assert (await page.context.request.get(address + "/cancel")).status == 404


async def test_webhooks_are_judged_by_the_service(web: Site, visit: Windows) -> None:
    """Of the demo's bank, which signs what it tells."""
    page = await visit("/healthz")
    send = page.context.request.post
    unsigned = await send(f"{web.url}/hooks/bank", data="{}", headers={"content-type": "application/json"})
    assert (unsigned.status, (await unsigned.json())["reason"]) == (401, "WEBHOOK_REFUSED")
    unknown = await send(f"{web.url}/hooks/nobody", data="{}")
    assert (unknown.status, (await unknown.json())["reason"]) == (404, "ACCOUNT_MISSING")


async def test_nothing_of_all_this_stands_in_the_log(web: Site) -> None:
    """The last of the file: what came before is in it."""
    log = web.log()
    assert "web.request" in log
    assert [word for word in ("web.failed", "Traceback", "@example.com", "75020", "/q/") if word in log] == []
