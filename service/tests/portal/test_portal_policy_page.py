"""What a merchant's page with its return policy must say."""

from datetime import UTC, datetime

import pytest
from sendback_service.policy_page import Expectation, PageCheck, check, expected, leads_to_portal, mentions
from sendback_service.rules.policy import LabelPolicy, LabelTerms, Policy
from sendback_service.websites import Outcome, Page

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PAGE = "https://shop.example/returns"
FEE = Policy(labels=LabelTerms(LabelPolicy.FLAT_FEE, (("EUR", 500),)))


def _wanted(policy: Policy = FEE) -> Expectation:
    return expected("https://returns.example/p", ["lumiere", "old-name"], policy, 3)


def _check(html: str, policy: Policy = FEE) -> PageCheck:
    return check(PAGE, Page(Outcome.READ, PAGE, html), _wanted(policy), NOW)


@pytest.mark.holds("policy-page-linked", "policy-page-tells-fee")
def test_a_page_that_says_everything() -> None:
    found = _check(
        '<p>Retours : <a href="https://returns.example/p/lumiere">ici</a>, étiquette à 5,00&nbsp;€.</p>'
    )
    assert (found.links_to_portal, found.fee_expected, found.fee_mentioned) == (True, True, True)
    assert found.policy_version == 3


@pytest.mark.holds("policy-page-linked", "policy-page-tells-fee")
def test_a_page_that_says_nothing() -> None:
    found = _check("<p>Contactez-nous.")
    assert (found.links_to_portal, found.fee_expected, found.fee_mentioned) == (False, True, False)


def test_without_a_fee_none_is_expected() -> None:
    assert not _check("", Policy()).fee_expected
    free = Policy(labels=LabelTerms(LabelPolicy.FREE, (("EUR", 500),)))
    assert not _check("", free).fee_expected


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("https://returns.example/p/lumiere", True),
        ("HTTPS://RETURNS.EXAMPLE/p/Lumiere/?utm=1#top", True),
        ("//returns.example/p/lumiere", True),
        ("https://returns.example:443/p/old-name", True),
        ("http://returns.example/p/lumiere", False),
        ("https://returns.example/p/other", False),
        ("https://returns.example/lumiere", False),
        ("https://returns.example.evil/p/lumiere", False),
        ("https://evil.example/?u=https://returns.example/p/lumiere", False),
        ("/p/lumiere", False),
        ("javascript:location='https://returns.example/p/lumiere'", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_which_links_lead_to_the_portal(link: str, leads: bool) -> None:
    assert leads_to_portal(PAGE, link, _wanted()) is leads


def test_what_nobody_sees_does_not_count() -> None:
    hidden = '<script>"5 €"; <a href="https://returns.example/p/lumiere"></script><style>5 €</style>'
    found = _check(hidden)
    assert not found.fee_mentioned
    assert not _check('<!-- <a href="https://returns.example/p/lumiere">5 €</a> -->').links_to_portal


@pytest.mark.parametrize(
    ("text", "minor", "currency", "said"),
    [
        ("5 €", 500, "EUR", True),
        ("5,00 €", 500, "EUR", True),
        ("€5.00", 500, "EUR", True),
        ("EUR 5", 500, "EUR", True),
        ("costs 5 EUR.", 500, "EUR", True),
        ("15 €", 500, "EUR", False),
        ("5,50 €", 500, "EUR", False),
        ("€5.001", 500, "EUR", False),
        ("€50", 500, "EUR", False),
        ("5 $", 500, "EUR", False),
        ("4,95 €", 495, "EUR", True),
        ("600円 or ¥600", 600, "JPY", True),
        ("¥6,000", 600, "JPY", False),
        ("1.500 KWD", 1500, "KWD", True),
        ("1 500 kr", 150000, "SEK", True),
        ("49 kr", 4900, "SEK", True),
        ("19,90 zł", 1990, "PLN", True),
    ],
)
def test_amounts_as_people_write_them(text: str, minor: int, currency: str, said: bool) -> None:
    assert mentions(text, minor, currency) is said


@pytest.mark.parametrize(
    "piece", ["<", "&", "<a href=", "<div>", "<a href='", "<!--", "<script>", "a" * 9, " ", "5 "]
)
def test_a_hostile_page_is_read_like_any_other(piece: str) -> None:
    """Where a reading took more than one pass, this would last for minutes."""
    found = _check(piece * (1_000_000 // len(piece)))
    assert not found.links_to_portal
    assert not found.fee_mentioned


def test_a_character_without_end_is_none() -> None:
    found = _check(f"<a href='&#{'1' * 5000};'>&#1234567&#{'1' * 8};{'1' * 5000} 5 &#8364;")
    assert found.fee_mentioned


def test_pages_as_people_write_them() -> None:
    html = """<nav><a class=x title="a > b" href=https://returns.example/p/lumiere>Retours</a></nav>
        <p>L'étiquette coûte <b>5</b>&nbsp;&euro;.</p>"""
    found = _check(html)
    assert found.links_to_portal
    assert found.fee_mentioned
