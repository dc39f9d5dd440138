"""What people read: whole in every language, and nothing in it that somebody smuggled in."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from sendback_sdk.addresses import Address
from sendback_service.hints import Hint, HintKind
from sendback_service.messages import Occasion
from sendback_service.policy_page import PageCheck
from sendback_service.refusal import Reason
from sendback_service.rules.buyer_case import BuyerCase, Told
from sendback_service.rules.eligibility import NotReturnable
from sendback_service.rules.labels import LabelOffer, LabelOfferKind, OfferReason
from sendback_service.rules.quote import QuoteRule, Step
from sendback_service.text import __main__ as catalogues
from sendback_service.text.addresses import address_lines
from sendback_service.text.advice import findings, hint_text
from sendback_service.text.amounts import amount
from sendback_service.text.letters import LetterFacts, letter
from sendback_service.text.promotions import PromotionFacts, email_block, insert, sentences, site_link
from sendback_service.text.refusals import refusal_text
from sendback_service.text.steps import step_text
from sendback_service.text.verdicts import offer_text, verdict_text, work_text
from sendback_service.text.words import LANGUAGES, Words, language_for, words
from sendback_service.websites import Outcome

_PROMOTED = PromotionFacts(
    told=Told(BuyerCase.FREE_LABEL, 30),
    language="fr",
    currency="EUR",
    brand="",
    order_number="#1001",
    link="https://returns.example/l/q/t",
    address="https://returns.example/l",
    support="help@shop.example",
    typed_on_slip=True,
)
_FACTS = LetterFacts(
    occasion=Occasion.LABEL,
    language="fr",
    brand="Maison Lumière",
    order_number="#1001",
    reference="R3456789AC",
    items=(("Robe", 1),),
    link="https://returns.example/l/q/t",
    amount="89,00 €",
    fee="5,00 €",
    note="Ausgetragen",
    address_lines=("1 quai Rambaud", "69002 Lyon", "FRANCE"),
    enclose="Bon de livraison",
    tracking_number="PR1",
    support_uri="https://s.example",
    policy_uri="https://p.example",
    social_uris=("https://www.social.example/shop",),
)


def test_the_catalogues_are_complete() -> None:
    wanted = catalogues.sentences()
    assert len(list(wanted)) > 80
    assert {lang: catalogues.problems(lang, wanted) for lang in ("fr", "es", "de")} == {
        "fr": [],
        "es": [],
        "de": [],
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", Occasion)
def test_every_letter_in_every_language(occasion: Occasion, language: str) -> None:
    made = letter(replace(_FACTS, occasion=occasion, language=language))
    assert made.subject
    assert "\n" not in made.subject
    assert not re.search(
        r"[{}]", made.subject + made.text + re.sub(r"<style>.*?</style>", "", made.html, flags=re.DOTALL)
    )
    assert f'<html lang="{language}"' in made.html
    assert len(made.html) < 60_000
    assert "http-equiv" not in made.html
    assert not re.search(r"<(img|script|link|iframe)\b", made.html)
    if language != "en":
        english = letter(replace(_FACTS, occasion=occasion, language="en"))
        assert made.subject != english.subject
        assert made.text != english.text


def test_a_code_is_told_of_where_there_is_one() -> None:
    told = "Show the attached code where you hand the parcel over."
    assert told in letter(replace(_FACTS, language="en", code=True)).text
    assert told not in letter(replace(_FACTS, language="en")).text


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up language in which every sentence of the catalogues stands between brackets."""

    def mark(_words: Words, sentence: str, **values: str) -> str:
        return f"⟦{sentence.format_map(values)}⟧"

    monkeypatch.setattr(Words, "__call__", mark)


@pytest.mark.holds("language-everywhere")
@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("case", BuyerCase)
def test_every_word_of_a_promotion_goes_through_the_catalogue(case: BuyerCase) -> None:
    facts = replace(_PROMOTED, told=Told(case, 30, fee=500, credit=True, credit_frees_label=True))
    made = insert(facts)
    block = email_block(facts, html=False).replace(facts.link, "")
    foot = made.foot.removesuffix(f" · {facts.support}")
    for text in (made.heading, made.intro, *made.sentences, *made.typed, foot, block):
        assert not re.sub(r"⟦.*?⟧", "", text).strip(), text
    html = re.sub(r"<[^>]*>", "", email_block(facts, html=True))
    assert not re.sub(r"⟦.*?⟧", "", html).strip()
    assert re.sub(r"<[^>]*>", "", site_link(facts.address, "fr")).strip() == "⟦Return an item⟧"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", BuyerCase)
def test_every_case_is_told_in_every_language(case: BuyerCase, language: str) -> None:
    facts = replace(_PROMOTED, told=Told(case, 30, date(2026, 12, 24), 500, credit=True), language=language)
    made = sentences(facts)
    assert all(made)
    if language != "en":
        assert set(made).isdisjoint(sentences(replace(facts, language="en")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hint_and_finding_has_words(language: str) -> None:
    for kind in HintKind:
        assert hint_text(Hint(kind, "SEK"), language)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    for outcome in Outcome:
        for linked in (True, False):
            found = findings(PageCheck("u", "u", outcome, linked, True, linked, 1, now), language)
            assert len(found) == (3 if outcome is Outcome.READ else 1)


@pytest.mark.holds("language-everywhere")
@pytest.mark.usefixtures("marked")
def test_every_word_goes_through_the_catalogue() -> None:
    """Every line is either marked or a fact."""
    facts = [_FACTS.brand, _FACTS.link, _FACTS.support_uri, _FACTS.policy_uri, _FACTS.note, _FACTS.enclose]
    facts += _FACTS.social_uris
    facts += [*_FACTS.address_lines, "- 1 × Robe"]
    for occasion in Occasion:
        for line in letter(replace(_FACTS, occasion=occasion)).text.splitlines():
            left = re.sub(r"⟦.*?⟧", "", line)
            for fact in facts:
                left = left.replace(fact, "")
            assert not left.strip(), (occasion, line)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "a\r\nBcc: x@y.z",
        "\u202egnp.exe",
        "x" * 10_000,
        '"><img src=x onerror=y>',
    ],
)
def test_titles_from_anywhere_are_harmless(title: str) -> None:
    made = letter(replace(_FACTS, items=((title, 1),), brand=title, order_number=title))
    tags = _Tags()
    tags.feed(made.html)
    assert {"script", "img"}.isdisjoint(tags.found)
    assert not re.search(r"[\r\n]", made.subject)
    assert "\u202e" not in made.html + made.text + made.subject
    assert len(made.subject) < 200


def test_a_link_that_cannot_be_read_is_called_what_it_is() -> None:
    odd = "https://[social.example/shop"
    assert f">{odd}</a>" in letter(replace(_FACTS, social_uris=(odd,))).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_verdict_step_and_offer_has_words(language: str) -> None:
    for reason in Reason:
        assert refusal_text(reason, {"code": "FINAL_SALE"}, language)
    for code in NotReturnable:
        assert verdict_text(code, language)
    for rule in QuoteRule:
        assert step_text(Step(rule, 0, -150, 0), "EUR", language)
    for kind in LabelOfferKind:
        for why in OfferReason:
            assert offer_text(LabelOffer(kind, why, 500), "EUR", language)
    assert work_text("return.review", language) != "return.review"


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (123450, "EUR", "fr", "1\u202f234,50\xa0€"),
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "de", "1.234,50\xa0€"),
        (1234, "JPY", "en", "JP¥1,234"),
        (24750, "KWD", "de", "24,750\xa0KWD"),
        (99950, "RSD", "fr", "999,50\xa0RSD"),
        (-150, "MGA", "en", "-MGA\xa01.50"),
        (1500, "IQD", "es", "1,500\xa0IQD"),
    ],
)
def test_amounts_as_people_write_them(minor: int, currency: str, language: str, text: str) -> None:
    assert amount(minor, currency, words(language)) == text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("fr-CH",), "fr"),
        (("pt-BR", "de"), "de"),
        (("es,en;q=0.5",), "es"),
        (("", ""), "en"),
        (("klingon_qq", "\x00", "x" * 500, "---"), "en"),
    ],
)
def test_languages_are_found_and_garbage_is_tolerated(wanted: tuple[str, ...], found: str) -> None:
    assert language_for(*wanted) == found


def test_an_address_ends_with_its_country() -> None:
    irish = Address("Aoife", "1 Main St", "D02 AF30", "Dublin", "IE")
    assert address_lines(irish, words("fr")) == ["Aoife", "1 Main St", "Dublin", "D02 AF30", "IRLANDE"]


@pytest.mark.parametrize(
    ("country", "code", "city", "region", "printed"),
    [
        ("FR", "69002", "Lyon", "", ["69002 Lyon"]),
        ("DE", "80331", "München", "Bayern", ["80331 München", "Bayern"]),
        ("IT", "10122", "Torino", "TO", ["10122 Torino (TO)"]),
        ("IT", "10122", "Torino", "", ["10122 Torino"]),
        ("US", "10118", "New York", "NY", ["New York, NY 10118"]),
        ("US", "10118", "New York", "", ["New York, 10118"]),
        ("CA", "K1A 0B1", "Ottawa", "ON", ["Ottawa ON K1A 0B1"]),
        ("AU", "2000", "Sydney", "NSW", ["Sydney NSW 2000"]),
        ("GB", "SW1A 2AA", "London", "", ["London", "SW1A 2AA"]),
        ("HU", "1051", "Budapest", "", ["Budapest", "1051"]),
        ("AE", "", "Dubai", "Dubai", ["Dubai", "Dubai"]),
    ],
)
def test_a_locality_as_its_country_prints_it(
    country: str, code: str, city: str, region: str, printed: list[str]
) -> None:
    address = Address("Returns", "1 Main St", code, city, country, region=region)
    assert address_lines(address, words("en"))[2:-1] == printed


def test_names_that_are_read_from_the_right_draw_no_figure_into_them() -> None:
    """What stands before or behind such a name keeps its place: its count, the reason, a number in a sentence."""
    shirt, shop = "קמיץ (XL) – כחול", "חנות 7"
    facts = replace(_FACTS, occasion=Occasion.NOT_ACCEPTED, language="en", brand=shop)
    made = letter(
        replace(facts, items=((shirt, 2),), refused=((shirt, 3, "2 stains"),), missing=((shirt, 4),))
    )
    assert f"- 2 × \u2068{shirt}\u2069\n" in made.text
    assert f"- 3 × \u2068{shirt}\u2069 – 2 stains\n" in made.text
    assert f"- 4 × \u2068{shirt}\u2069 – It was not in the parcel.\n" in made.text
    assert f"please contact \u2068{shop}\u2069." in made.text
    assert made.html.count(f" × <bdi>{shirt}</bdi>") == 3
    assert "\u2068" not in letter(facts).subject
    plain = letter(replace(_FACTS, items=(("Robe", 2),))).text
    assert "\u2068" not in plain
