"""Buyers who keep something after all: the whole return, or some of its items."""

from playwright.async_api import Page, expect
from sendback.v1.return_pb2 import Decision, LabelStatus, Return
from sendback_service.demo.world import Shop, World

from tests.browser.buyer import choose, confirm, link, made, review, sees
from tests.browser.windows import DESKTOP, PHONE, Windows, looked_at
from tests.shops import a_shop


async def _returned(page: Page, shop: Shop) -> str:
    await page.goto(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await choose(page, "Verre", quantity=2)
    await review(page)
    named = await confirm(page)
    await sees(page, "Open the label to print")
    await page.click("a[href$='/cancel']")
    await page.wait_for_url("**/cancel*")
    return named


def _kept(found: Return) -> list[str]:
    return sorted(unit.title for unit in found.units if unit.cancelled)


async def test_some_items_are_kept_and_the_rest_goes_on(world: World, visit: Windows) -> None:
    shop = a_shop(world, "kept")
    page = await visit(f"/{shop.slug}", language="en")
    await _returned(page, shop)
    (before,) = made(world, shop)
    address = page.url
    for language in ("fr", "es", "de", "en"):
        await page.goto(f"{address}?lang={language}")
        for width in (PHONE, DESKTOP):
            await looked_at(page, "portal-cancel-some", language, width)
    await page.locator("li.pick", has_text="Robe").locator(".tick").uncheck()
    await page.locator("li.pick", has_text="Verre").locator("select").select_option("1")
    await page.click("button.danger")
    await sees(page, "Your return is changed")
    await expect(page.locator("[aria-labelledby=money] li")).to_have_text(["1 × Robe", "1 × Verre"])
    (found,) = made(world, shop)
    assert (_kept(found), found.decision) == (["Verre"], Decision.APPROVED)
    assert found.estimated_amount.units < before.estimated_amount.units
    assert found.parcels[0].label == LabelStatus.PURCHASED


async def test_all_that_is_ticked_takes_the_return_with_it(world: World, visit: Windows) -> None:
    shop = a_shop(world, "kept-all")
    page = await visit(f"/{shop.slug}", language="en", script=False)
    await _returned(page, shop)
    for title in ("Robe", "Verre"):
        await page.locator("li.pick", has_text=title).locator(".tick").uncheck()
    await page.click("button.danger")
    await sees(page, "Choose at least one item.")
    await page.click("button.danger")
    await sees(page, "Your return is cancelled")
    (found,) = made(world, shop)
    assert found.decision == Decision.CANCELLED


async def test_one_item_is_kept_as_a_whole(world: World, visit: Windows) -> None:
    shop = a_shop(world, "kept-one")
    page = await visit(link(shop) + "?lang=en")
    await choose(page, "Robe")
    await review(page)
    await confirm(page)
    await page.click("a[href$='/cancel']")
    await expect(page.locator(".tick")).to_have_count(0)
    await page.click("button.danger")
    await sees(page, "Your return is cancelled")


async def test_the_same_form_twice_takes_items_off_once(world: World, visit: Windows) -> None:
    shop = a_shop(world, "kept-twice")
    page = await visit(f"/{shop.slug}", language="en")
    named = await _returned(page, shop)
    form = await _form(page) | {"take:2": "1", "quantity:2": "1"}
    form.pop("take:1")
    for _ in range(2):
        answer = await page.context.request.post(f"{page.url}", form=form)
        assert "Your return is changed" in await answer.text()
    (found,) = made(world, shop)
    assert (found.id, _kept(found)) == (named, ["Verre"])


async def test_more_than_there_is_or_something_else_takes_nothing_off(world: World, visit: Windows) -> None:
    shop = a_shop(world, "kept-wrong")
    page = await visit(f"/{shop.slug}", language="en")
    await _returned(page, shop)
    form = await _form(page)
    for wrong in (
        {"take:1": "1", "quantity:1": "99999"},
        {"take:2": "1", "quantity:2": "3"},
        {"take:another": "1"},
        {f"take:{'x' * 128}": "1"},
    ):
        answer = await page.context.request.post(page.url, form=_unticked(form) | wrong)
        assert answer.status == 200
        assert "That is not possible any more" in await answer.text()
    nothing = await page.context.request.post(page.url, form=_unticked(form) | {f"take:{'x' * 200}": "1"})
    assert "Choose at least one item." in await nothing.text()
    (found,) = made(world, shop)
    assert _kept(found) == []


async def _form(page: Page) -> dict[str, str]:
    fields: dict[str, str] = await page.evaluate(
        "() => Object.fromEntries(new FormData(document.querySelector('main form')))"
    )
    return fields


def _unticked(form: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if not name.startswith("take:")}
