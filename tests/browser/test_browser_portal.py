"""Buyers' stories at the portal, in a real browser."""

import io
import re

import pytest
from PIL import Image
from playwright.async_api import expect
from sendback.v1 import label_service_pb2, order_service_pb2, policy_pb2, return_pb2, returns_service_pb2
from sendback.v1.promotion_pb2 import PromotionForm
from sendback_client import minor_units
from sendback_service.demo.world import World

from tests.browser.buyer import choose, confirm, go_on, link, made, review, sees, sign_in
from tests.browser.windows import Windows
from tests.shops import FLAT_FEE, a_shop, an_address, an_order

Policy = policy_pb2.LabelPolicy
CREDIT = policy_pb2.CreditTerms(enabled=True, bonus_percent=10)
REASONS = [
    policy_pb2.ReturnReason(
        code=code, evidence=evidence, titles=[policy_pb2.LocalizedText(language_code="en", text=code.title())]
    )
    for code, evidence in (("SIZE", "NONE"), ("WRONG", "COMMENT"), ("BROKEN", "PHOTO"))
]
Decision, LabelStatus = return_pb2.Decision, return_pb2.LabelStatus


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1800, 1400), 60).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


async def test_from_the_code_on_the_slip_to_the_parcel_on_its_way(world: World, visit: Windows) -> None:
    order = an_order(customer_id="camille")
    shop = a_shop(world, "walk", order, labels=FLAT_FEE, credit=CREDIT, reasons=REASONS)
    page = await visit(link(shop), language="en")
    assert page.url.endswith(f"/{shop.slug}/order")
    assert await page.get_attribute("html", "lang") == "fr"
    await page.click(".tongues summary")
    await page.click(".tongues a[lang=en]")
    await sees(page, "What would you like to return?")
    await sees(page, "€5.00 will be taken off your refund")

    await choose(page, "Robe", "BROKEN")
    await go_on(page)
    await sees(page, "Add a photo.")
    photo = {"name": "robe.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    await page.locator("li.pick", has_text="Robe").locator("input[type=file]").set_input_files(photo)
    await choose(page, "Verre", "SIZE", 2)
    await expect(page.locator("[data-count]")).to_have_text("3 items chosen")
    await review(page)

    await sees(page, "1 photo is added.")
    assert [await amount.inner_text() for amount in await page.locator(".option .amount").all()] == [
        "€90.67",
        "€105.24",
    ]
    await page.get_by_label("Store credit").check()
    await page.locator(".bar button").dblclick()
    await page.wait_for_url("**/returns/ret_*")
    await sees(page, "Open the label to print")
    (only,) = made(world, shop)
    assert only.outcome == return_pb2.Outcome.STORE_CREDIT
    assert sorted(unit.title for unit in only.units) == ["Robe", "Verre", "Verre"]
    assert len(only.units[0].evidence_image_ids) + len(only.units[1].evidence_image_ids) >= 1

    label = await page.context.request.get(await page.get_attribute("a[href*='/label/']", "href") or "")
    assert label.headers["content-type"] == "application/pdf"
    assert (await label.body()).startswith(b"%PDF")
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=only.parcels[0].id, transit="HANDED_OVER")
    )
    await sees(page, "Your parcel is on its way")
    await expect(page.locator("a[href$='/cancel']")).to_have_count(0)


async def test_a_page_that_was_refused_for_a_while_follows_its_return_again(
    world: World, visit: Windows
) -> None:
    """As it is where a proxy has no server to ask for a moment."""
    shop = a_shop(world, "refused")
    page = await visit(link(shop) + "?lang=en")
    await page.clock.install()
    await page.route("**/live", lambda route: route.fulfill(status=503))
    await choose(page, "Robe")
    await review(page)
    return_id = await confirm(page)
    found = world.until(shop, return_id, "a label", lambda r: r.parcels[0].label == LabelStatus.PURCHASED)
    await page.reload()
    await sees(page, "Open the label to print")
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=found.parcels[0].id, transit="HANDED_OVER")
    )
    await page.unroute("**/live")
    await page.clock.fast_forward(15_000)
    await sees(page, "Your parcel is on its way")


async def test_what_changes_is_read_out_and_takes_nobody_elsewhere(world: World, visit: Windows) -> None:
    shop = a_shop(world, "read out")
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    return_id = await confirm(page)
    await sees(page, "Ready to send")
    status = page.locator("#told")
    await expect(status).to_have_role("status")
    await expect(status).to_contain_text("Ready to send")
    places = page.get_by_role("link", name="Where can I leave the parcel?")
    await places.focus()
    shop.client.returns.AddParcel(returns_service_pb2.AddParcelRequest(return_id=return_id))
    await sees(page, "Parcel 2")
    await expect(places.first).to_be_focused()
    (found,) = made(world, shop)
    for parcel in found.parcels:
        shop.client.labels.ReportTracking(
            label_service_pb2.ReportTrackingRequest(parcel_id=parcel.id, transit="HANDED_OVER")
        )
    await expect(status).to_contain_text("Your parcel is on its way")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()


async def test_the_same_without_a_script(world: World, visit: Windows) -> None:
    shop = a_shop(world, "plain", reasons=REASONS)
    page = await visit(f"/{shop.slug}", language="de", script=False)
    await sees(page, "Bestellung zurücksenden")
    await sign_in(page, "1", "buyer1@example.com")
    await page.click(".tongues summary")
    await page.click(".tongues a[lang=de]")
    await choose(page, "Robe")
    await go_on(page)
    await sees(page, "Wählen Sie einen Grund.")
    await choose(page, "Robe", "WRONG")
    await page.locator("li.pick", has_text="Robe").locator("textarea").fill("Falsche <Farbe>")
    await review(page)
    await sees(page, "Falsche <Farbe>")
    return_id = await confirm(page)
    await sees(page, "Etikett zum Drucken öffnen")
    await page.click("a[href$='/cancel']")
    await page.click("button.danger")
    await page.wait_for_url("**?cancelled")
    (only,) = made(world, shop)
    assert (only.id, only.decision) == (return_id, Decision.CANCELLED)
    assert only.language_code == "de"


async def test_what_is_missing_leads_to_its_item(world: World, visit: Windows) -> None:
    shop = a_shop(world, "missing", reasons=REASONS)
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Verre")
    await go_on(page)
    problem = page.locator("#problems a")
    await expect(problem).to_have_text("Verre")
    item = page.locator(await problem.get_attribute("href") or "")
    await expect(item.locator(".title")).to_have_text("Verre")
    await expect(item.locator("select[name^='reason:']")).to_have_accessible_description("Choose a reason.")
    for reason, field, missing in (
        ("WRONG", "textarea", "Describe briefly what is wrong."),
        ("BROKEN", "input[type=file]", "Add a photo."),
    ):
        await choose(page, "Verre", reason)
        await go_on(page)
        wrong = page.locator("[aria-invalid=true]")
        await expect(wrong).to_have_accessible_description(re.compile(missing))
        assert await wrong.evaluate("(field, selector) => field.matches(selector)", field)


async def test_without_a_label_there_are_instructions(world: World, visit: Windows) -> None:
    shop = a_shop(world, "by-hand", labels=policy_pb2.LabelTerms(policy=Policy.NONE))
    page = await visit(link(shop) + "?lang=es")
    await choose(page, "Robe")
    await review(page)
    await confirm(page)
    await sees(page, "1 quai Rambaud")
    (only,) = made(world, shop)
    await sees(page, only.reference)
    await sees(page, "Incluya el albarán en el paquete.")
    await page.fill("#number-0", "XY123456789ES")
    await page.click("form[action$='/tracking'] button")
    await sees(page, "Gracias, seguimos su paquete")
    assert made(world, shop)[0].parcels[0].tracking_number == "XY123456789ES"


async def test_the_sender_s_address_is_corrected_and_decides_on_the_label(
    world: World, visit: Windows
) -> None:
    shop = a_shop(world, "moved", labels=FLAT_FEE)
    page = await visit(f"/{shop.slug}?lang=en")
    await sign_in(page)
    await choose(page, "Robe")
    await review(page)
    await sees(page, "Camille Martin, 12 bis rue des Lilas, 75020 Paris, France")
    await sees(page, "€5.00 will be taken off your refund")
    await page.click("a[href$='/address']")
    await page.fill("#street", "")
    await page.click("main form button")
    await sees(page, "Fill in this field.")
    await expect(page.locator("#street")).to_be_focused()
    await page.fill("#street", "3 rue Gambetta")
    await page.fill("#postal_code", "97110")
    await page.fill("#city", "Pointe-à-Pitre")
    await page.click("main form button")
    await page.wait_for_url("**/review")
    await sees(page, "97110 Pointe-à-Pitre")
    await sees(page, "We cannot offer a return label where you are.")
    assert await page.locator(".option .amount").inner_text() == "€89.00"
    await confirm(page)
    (only,) = made(world, shop)
    assert only.label_offer == return_pb2.LabelOffer.INSTRUCTIONS
    assert minor_units(only.estimated_amount) == 8900


async def test_what_comes_by_a_slip_shows_no_address(world: World, visit: Windows) -> None:
    shop = a_shop(world, "found")
    page = await visit(link(shop))
    await choose(page, "Robe")
    await review(page)
    shown = await page.content()
    assert "Lilas" not in shown
    assert "Camille" not in shown
    assert "buyer1@" not in shown
    assert "Paris, France" in shown


async def test_a_shop_that_looks_first_says_so(world: World, visit: Windows) -> None:
    shop = a_shop(world, "careful", approval=policy_pb2.ApprovalTerms(always=True))
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    await sees(page, "The shop looks at your request first")
    return_id = await confirm(page)
    await sees(page, "The shop is looking at your request")
    shop.client.returns.DeclineReturn(
        returns_service_pb2.DeclineReturnRequest(return_id=return_id, note="Worn <b>twice</b>.")
    )
    await sees(page, "The shop did not accept this return")
    await sees(page, "Worn <b>twice</b>.")


async def test_the_withdrawal_is_two_steps_and_open_when_the_window_is_not(
    world: World, visit: Windows
) -> None:
    shop = a_shop(world, "withdrawal", window=policy_pb2.ReturnWindow(days=1, time_zone="Europe/Paris"))
    page = await visit(f"/{shop.slug}?lang=en")
    await sign_in(page)
    await sees(page, "Nothing can be returned at the moment")
    await sees(page, "The return period for this item has ended.")
    await page.get_by_role("link", name="Withdraw from the contract here").click()
    await sees(page, "step 1 of 2")
    await page.locator("li.pick", has_text="Verre").locator(".tick").uncheck()
    await go_on(page)
    await sees(page, "Step 2 of 2")
    assert made(world, shop) == []
    await page.get_by_role("button", name="Confirm the withdrawal here").click()
    await page.wait_for_url("**/returns/ret_*")
    (only,) = made(world, shop)
    assert only.basis == return_pb2.ReturnBasis.STATUTORY_WITHDRAWAL
    assert [unit.title for unit in only.units] == ["Robe"]


async def test_the_last_day_is_the_shop_s_as_in_its_e_mails(world: World, visit: Windows) -> None:
    window = policy_pb2.ReturnWindow(days=14, time_zone="Pacific/Auckland")
    shop = a_shop(world, "far-east", window=window)
    wanted = order_service_pb2.GetPromotionRequest(
        order_id=shop.orders["#1"].external_id, form=PromotionForm.EMAIL_TEXT, language_code="en"
    )
    told = shop.client.orders.GetPromotion(wanted).content.decode()
    last_day = told.partition(" until ")[2].partition(".")[0]
    assert last_day.endswith(" 2026")
    page = await visit(link(shop) + "?lang=en")
    await sees(page, f"until {last_day}")
    await page.click("a[href$='/withdrawal']")
    await sees(page, f"until {last_day}")


async def test_by_keyboard_alone(world: World, visit: Windows) -> None:
    shop = a_shop(world, "keys")
    page = await visit(f"/{shop.slug}?lang=en")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    for keys in ("Tab", "#1", "Tab", "75020", "Enter"):
        await (page.keyboard.press(keys) if keys in ("Tab", "Enter") else page.keyboard.type(keys))
    await page.wait_for_url("**/order")
    await page.locator("#take-0").focus()
    await page.keyboard.press("Space")
    await page.locator(".bar button").focus()
    ring = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/review")
    await page.locator(".bar button").press("Enter")
    await page.wait_for_url("**/returns/ret_*")
    assert ring == "solid"
    assert len(made(world, shop)) == 1


@pytest.mark.parametrize("how", ["reload", "back", "two-tabs"])
async def test_confirming_again_makes_nothing_more(world: World, visit: Windows, how: str) -> None:
    shop = a_shop(world, how, credit=CREDIT)
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    other = await page.context.new_page()
    await other.goto(page.url)
    return_id = await confirm(page)
    if how == "reload":
        await page.reload()
        assert page.url.endswith(return_id)
    elif how == "back":
        await page.go_back()
        await page.goto(f"/{shop.slug}/review")
        assert re.search(r"/order$", page.url)
        await sees(page, "Your returns")
    else:
        await other.click(".bar button")
        await other.wait_for_url("**/order?changed")
        await sees(other, "Something changed meanwhile")
    assert [found.id for found in made(world, shop)] == [return_id]


async def test_a_form_of_one_session_is_no_form_of_another_s(world: World, visit: Windows) -> None:
    others = an_order("#2", ship_to=an_address(postal_code="10000"))
    shop = a_shop(world, "sessions", an_order(), others)
    page = await visit(link(shop, "#1") + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    tab = await page.context.new_page()
    await tab.goto(link(shop, "#2"))
    await page.click(".bar button")
    await page.wait_for_url("**/order?other")
    await sees(page, "Order #2")
    assert made(world, shop, "#1") == made(world, shop, "#2") == []


async def test_amounts_that_changed_are_shown_again(world: World, visit: Windows) -> None:
    shop = a_shop(world, "stale")
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    await page.evaluate("document.querySelector(\"[name='hash:REFUND']\").value = 'another'")
    await page.click(".bar button")
    await page.wait_for_url("**/review?stale")
    await sees(page, "The amounts have changed")
    await confirm(page)
    assert len(made(world, shop)) == 1


async def test_a_session_that_ended_begins_anew_at_the_door(world: World, visit: Windows) -> None:
    shop = a_shop(world, "ended")
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    shop.client.orders.RevokeAccess(order_service_pb2.RevokeAccessRequest(order_id="ext-#1"))
    await page.click(".bar button")
    await page.wait_for_url("**?ended")
    await sees(page, "You were signed out")
    assert not [c for c in await page.context.cookies() if c["name"] == "sendback_session"]
