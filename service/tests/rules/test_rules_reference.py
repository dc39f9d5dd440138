"""The reference that people read out and type."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_service.rules.reference import ALPHABET, BODY, as_typed, is_reference, reference

DRAWN = st.text(ALPHABET, min_size=BODY, max_size=BODY)
REFERENCES = DRAWN.map(reference).filter(bool)


def test_the_alphabet_has_nothing_that_people_mistake() -> None:
    assert not set("01ILOU") & set(ALPHABET)
    assert list(ALPHABET) == sorted(set(ALPHABET))
    assert len(ALPHABET) == 30


@given(DRAWN)
def test_what_is_made_is_a_reference_of_ten_characters(drawn: str) -> None:
    made = reference(drawn)
    assert made is None or (is_reference(made) and len(made) == 10 and made[0] == "R")


def test_few_draws_give_none() -> None:
    made = [reference(first + second + "9" * (BODY - 2)) for first in ALPHABET for second in ALPHABET]
    assert 0 < made.count(None) < 60


def test_one_is_known() -> None:
    """Kept so that references given out once stay valid."""
    assert reference("23456789") == "R23456789P"


@given(REFERENCES)
def test_every_single_wrong_character_is_found(made: str) -> None:
    for place, right in enumerate(made):
        for wrong in ALPHABET.replace(right, ""):
            assert not is_reference(made[:place] + wrong + made[place + 1 :])


@given(REFERENCES)
def test_every_swap_of_neighbours_is_found(made: str) -> None:
    for place, (left, right) in enumerate(pairwise(made)):
        swapped = made[:place] + right + left + made[place + 2 :]
        assert is_reference(swapped) is (left == right)


@given(REFERENCES, st.data())
def test_what_people_type_is_understood(made: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from(["", " ", "-", "\u00a0", "\u2011", "–", "\t"]))
        + data.draw(st.sampled_from([c, c.lower()]))
        for c in made
    )
    assert as_typed(typed) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "R",
        "R23456789",
        "R2345678900",
        "R23456780A",
        "r23456789a",
        "☃" * 10,
        "R2345678 9",
        "0" * 10,
        "A" * 4000,
    ],
)
def test_what_is_none(text: str) -> None:
    assert not is_reference(text)
