"""A change of policy in words."""

from dataclasses import replace

import pytest
from sendback_service.rules.clauses import CLAUSES
from sendback_service.rules.differences import Effect, differences
from sendback_service.rules.eligibility import NotReturnable
from sendback_service.rules.judging import ACCEPTED, CREDIT_NOT_OFFERED, IN_REVIEW, RETURNABLE
from sendback_service.rules.policy import (
    Exclusions,
    GradeTerms,
    LabelPolicy,
    LabelTerms,
    Particular,
    Policy,
    Reason,
)
from sendback_service.text import policies
from sendback_service.text.policies import difference_text, judgement_text, verdict_on_change
from sendback_service.text.words import LANGUAGES

from service.tests.rules.test_rules_binding import WORSE_AND_BETTER, having


def told(old: Policy, new: Policy, language: str = "en") -> list[str]:
    return [difference_text(difference, language) for difference in differences(old, new)]


def test_every_clause_has_its_words() -> None:
    assert set(policies.CLAUSES) == {clause.field for clause in CLAUSES} | {"particulars[]"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", WORSE_AND_BETTER)
def test_every_difference_is_told_without_a_name_of_the_code(path: str, language: str) -> None:
    worse, better = (having(path, value) for value in WORSE_AND_BETTER[path])
    (sentence,) = told(worse, better, language)
    for name in ("None", "True", "False", "_", "{", "Money("):
        assert name not in sentence.replace("C_DAMAGED", "")


def test_amounts_numbers_and_names() -> None:
    new = Policy(
        labels=LabelTerms(LabelPolicy.FLAT_FEE, (("JPY", 800),)),
        grades=GradeTerms((("C_DAMAGED", 0),)),
        unused_label_days=0,
    )
    assert told(Policy(), new, "de") == [
        "Rücksendeetiketten: kostenlos → gegen eine feste Gebühr. Schlechter für Käufer.",
        "Gebühr für ein Rücksendeetikett, Bestellungen in JPY: keine Gebühr → 800\xa0¥. Schlechter für Käufer.",
        "Prozent, die für den Zustand C_DAMAGED erstattet werden: voll → 0. Schlechter für Käufer.",
        "Tage, nach denen ein unbenutztes Etikett die Rücksendung verfallen lässt: 30 → nie. Besser für Käufer.",
    ]


def test_lists_name_their_members_and_long_ones_say_how_many_more() -> None:
    few = Policy(exclusions=Exclusions(tags=frozenset({"outlet", "final"}), countries=frozenset({"CH"})))
    assert told(Policy(), few) == [
        "Product tags that exclude a return, new: final, outlet. Worse for buyers.",
        "Countries that nothing is taken back from, new: Switzerland. Worse for buyers.",
    ]
    many = Policy(exclusions=Exclusions(product_ids=frozenset(f"p{n:02}" for n in range(20))))
    (sentence,) = told(many, Policy())
    assert "no longer: p00, p01" in sentence
    assert sentence.endswith("p11 … (+8). Better for buyers.")


def test_particular_terms_are_told_as_clauses_are() -> None:
    terms = Particular(
        frozenset({"DE"}), window_days=14, label_policy=LabelPolicy.FLAT_FEE, label_fees=(("EUR", 900),)
    )
    assert told(Policy(), Policy(particulars=(terms,))) == [
        "Particular terms for DE: as for everybody → Days in which a return can be asked for 14; "
        "Return labels for a flat fee; Fee for a return label, orders in EUR €9.00. Worse for buyers."
    ]


def test_words_of_a_reason_are_told_where_they_differ() -> None:
    late = Reason("LATE", (("en", "Late"), ("fr", "Tard")))
    (sentence,) = told(
        Policy(reasons=(late,)),
        Policy(reasons=(replace(late, titles=(("en", "Late"), ("fr", "Trop tard"))),)),
    )
    assert "fr: “Tard” → fr: “Trop tard”." in sentence
    assert "Late”" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_judgement_and_effect_has_words(language: str) -> None:
    codes = [*NotReturnable, RETURNABLE, ACCEPTED, IN_REVIEW, CREDIT_NOT_OFFERED]
    for code in codes:
        assert judgement_text(code, language) not in ("", code)
    assert len({verdict_on_change(effect, language) for effect in Effect}) == 2
