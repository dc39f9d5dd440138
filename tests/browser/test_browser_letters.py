"""Letters as a phone shows them: nothing sticks out at 320 pixels, whatever a buyer's items are called."""

from dataclasses import replace

from playwright.async_api import Browser
from sendback_service.messages import Occasion
from sendback_service.text.letters import letter
from sendback_service.text.samples import sample
from sendback_service.text.words import LANGUAGES

from tests.letters import a_look

_LONGEST = (Occasion.LABEL, Occasion.PARCEL_INSTRUCTIONS, Occasion.NOT_ACCEPTED, Occasion.ACCESS_LINK)
_ENDLESS = "Donaudampfschifffahrtsgesellschaft" * 3
_SIZES = "[document.documentElement.scrollWidth, document.querySelector('img').naturalWidth]"


async def test_every_letter_fits_the_narrowest_phone_and_shows_its_logo(browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 640})
    for language in LANGUAGES:
        for occasion in _LONGEST:
            facts = replace(
                sample(occasion, language, a_look()),
                items=((_ENDLESS, 1),),
                refused=((_ENDLESS, 1, _ENDLESS),),
                tracking_number="9" * 60,
            )
            await page.set_content(letter(facts).html)
            assert await page.evaluate(_SIZES) == [320, 480], (occasion, language)
    await page.close()


async def test_the_preheader_is_read_by_mail_programs_and_seen_by_nobody(browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 640}, color_scheme="dark")
    await page.set_content(letter(sample(Occasion.LABEL, "en", a_look())).html)
    hidden = page.locator("body > div").first
    assert (await hidden.inner_text()).startswith("Your return R7K3F9Q2 is confirmed.")
    assert not await hidden.is_visible()
    card = page.locator(".card")
    assert await card.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(31, 37, 44)"
    await page.close()
