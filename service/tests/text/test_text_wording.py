"""Letters in a merchant's own words: what may be written, what may not, and what becomes of it."""

from dataclasses import replace

import pytest
from sendback_service.messages import Occasion
from sendback_service.text.letters import known_in, letter, our_words, values_of
from sendback_service.text.samples import Look, sample
from sendback_service.text.wording import Wording, flaws
from sendback_service.text.words import LANGUAGES

LOOK = Look("Maison Lumière", support_uri="https://shop.example/help")
NOTHING: frozenset[str] = frozenset()


def wrong(
    wording: Wording, occasion: Occasion = Occasion.LABEL, needed: frozenset[str] = NOTHING
) -> list[str]:
    values = values_of(sample(occasion, "fr", LOOK))
    known = {name: values[name] for name in known_in(occasion)}
    return [f"{flaw.part}: {flaw.says}" for flaw in flaws(wording, known, needed)]


def own(**changes: str) -> Wording:
    usual = {"subject": "Retour {{ reference }}", "body": "Bonjour,\n\nvoici l’étiquette.", "button": "Voir"}
    return Wording(**{**usual, **changes})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", Occasion)
def test_our_own_words_pass_and_say_the_same(occasion: Occasion, language: str) -> None:
    ours = our_words(occasion, language)
    assert wrong(ours, occasion) == []
    assert letter(sample(occasion, language, LOOK, ours)) == letter(sample(occasion, language, LOOK))


def test_a_merchant_s_words_stand_in_the_layout_as_text() -> None:
    wording = own(
        subject="{{ brand }} : {{ reference|lower }}",
        body="Bonjour <b>toi</b> & {{ brand }},\nligne deux\n\n{% if order %}Commande {{ order }}{% endif %}",
    )
    made = letter(sample(Occasion.LABEL, "fr", LOOK, wording))
    assert made.subject == "Maison Lumière : r7k3f9q2"
    assert "Bonjour <b>toi</b> & Maison Lumière,\nligne deux\n\nCommande #1042" in made.text
    assert "Bonjour &lt;b&gt;toi&lt;/b&gt; &amp; Maison Lumière,\nligne deux" in made.html
    assert ">Voir<" in made.html
    assert "5,00\xa0€ seront déduits" in made.text


@pytest.mark.parametrize("occasion", [Occasion.WITHDRAWAL, Occasion.NOT_ACCEPTED])
def test_letters_leave_no_item_out(occasion: Occasion) -> None:
    """Of a withdrawal the law wants the content acknowledged; who is refused an item wants to know which."""
    many = [f"Robe {number:03}." for number in range(200)]
    facts = replace(
        sample(occasion, "fr", LOOK),
        items=[(title, 1) for title in many],
        refused=[(title, 1, "") for title in many],
    )
    made = letter(facts)
    assert [title for title in many if title not in made.text or title not in made.html] == []


def test_what_the_law_or_the_buyer_needs_cannot_be_left_out() -> None:
    silent = own(body="{% if false %}{{ time }}{% endif %}Reçu.")
    found = wrong(silent, Occasion.WITHDRAWAL, frozenset({"time", "reference"}))
    assert [line.split(",")[0] for line in found] == [
        "body: must say {{ reference }}",
        "body: must say {{ time }}",
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ amount }}", "no 'amount' in this letter; known: brand, order, reference"),
        ("{{ recipient }}", "no 'recipient'"),
        ("{{ brand.__class__.__mro__ }}", "no getattr"),
        ("{{ brand['upper'] }}", "no getitem"),
        ("{{ ''.join(['a']) }}", "no "),
        ("{{ range(9999999) }}", "no "),
        ("{% for a in 'xyz' %}{{ a }}{% endfor %}", "no for"),
        ("{% set x = 1 %}{{ x }}", "no assign"),
        ("{% macro m() %}{% endmacro %}", "no macro"),
        ("{% include 'letter.html' %}", "no include"),
        ("{% extends 'letter.html' %}", "no extends"),
        ("{{ 'x' * 999999999 }}", "no mul"),
        ("{{ 9 ** (9 ** (9 ** 9)) }}", "no pow"),
        ("{{ 'a' ~ 'b' }}", "no concat"),
        ("{{ brand|safe }}", "no filter 'safe'"),
        ("{{ brand|map('upper') }}", "no filter 'map'"),
        ("{{ brand is mapping }}", "no test"),
        ("{{ brand", "cannot be read"),
        ("{% if %}", "cannot be read"),
        ("{% if order > 5 %}x{% endif %}", "cannot be read: '>' not supported"),
        ("{{ order | upper(3) }}", "cannot be read: "),
        ("{{ " + "(" * 3000 + ")" * 3000 + " }}", "cannot be read"),
        ("{% if order %}" * 101 + "x" + "{% endif %}" * 101, "cannot be read: too many levels"),
        ("{{ " + "not " * 250 + "order }}", "cannot be read: too many nested"),
        ("{{ '\\ud83d' }}", "is empty"),
        ("x" * 8001, "is longer than 8000 characters"),
        ("x" * 4001, "comes to 4001 characters; 4000 at most"),
        ("  \n\u200b ", "is empty"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_may_not_be_written_is_refused_with_a_reason(body: str, said: str) -> None:
    found = wrong(own(body=body))
    assert found
    assert found[0].startswith("body: ")
    assert said in found[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subject": "Hi\nBcc: x@evil.example"}, "subject: must be one line"),
        ({"subject": ""}, "subject: is empty"),
        ({"subject": "x" * 121}, "subject: comes to 121 characters; 120 at most"),
        ({"button": "x" * 41}, "button: comes to 41 characters; 40 at most"),
    ],
)
def test_subject_and_button_are_short_lines(changes: dict[str, str], said: str) -> None:
    assert wrong(own(**changes)) == [said]


def test_half_of_a_picture_keeps_no_letter_from_its_buyer() -> None:
    """A template can name what no message holds, and nobody can send."""
    made = letter(
        sample(Occasion.LABEL, "fr", LOOK, own(subject="{{ '\\ud83d' }}Hello", body="Bye {{ '\\udce6' }}"))
    )
    assert made.subject == "Hello"
    assert "Bye" in made.text
    assert (made.text + made.html).encode()


def test_words_that_cannot_be_said_of_a_letter_give_way_to_ours() -> None:
    """Kept by an older version, or about something that this letter lacks: the buyer is written to all the same."""
    for wording in (own(body="{{ gone }}"), own(subject="{{ reference"), own(body="{{ 1/0 }}")):
        assert letter(sample(Occasion.LABEL, "fr", LOOK, wording)) == letter(
            sample(Occasion.LABEL, "fr", LOOK)
        )
