"""The reference that people read out and type."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_service.rules.reference import ALPHABET, BODY, is_misread, reference

DRAWN = st.text(ALPHABET, min_size=BODY, max_size=BODY)
REFERENCES = DRAWN.map(reference).filter(bool)


def test_the_alphabet_has_nothing_that_people_mistake() -> None:
    assert not set("01ILOU") & set(ALPHABET)
    assert list(ALPHABET) == sorted(set(ALPHABET))
    assert len(ALPHABET) == 30


@given(DRAWN)
def test_what_is_made_is_a_reference_of_ten_characters(drawn: str) -> None:
    made = reference(drawn)
    assert made is None or (not is_misread(made) and len(made) == 10 and made[0] == "R")


def test_few_draws_give_none() -> None:
    made = [reference(first + second + "9" * (BODY - 2)) for first in ALPHABET for second in ALPHABET]
    assert 0 < made.count(None) < 60


def test_references_given_out_once_stay_valid() -> None:
    """Kept so that references given out once stay valid."""
    assert reference("23456789") == "R23456789P"


@given(REFERENCES)
def test_every_single_wrong_character_is_found(made: str) -> None:
    for place in range(1, len(made)):
        for wrong in "01ILOU" + ALPHABET.replace(made[place], ""):
            assert is_misread(made[:place] + wrong + made[place + 1 :])


@given(REFERENCES)
def test_every_swap_of_neighbours_is_found(made: str) -> None:
    for place, (left, right) in enumerate(pairwise(made[1:]), 1):
        swapped = made[:place] + right + left + made[place + 2 :]
        assert is_misread(swapped) is (left != right)


@pytest.mark.parametrize(
    "text", ["", "R", "23456789", "R2345678", "1Z999AA10123456784", "JVGL06123456", "R2345-789P"]
)
def test_what_has_not_the_form_of_a_reference_is_no_misread_one(text: str) -> None:
    assert not is_misread(text)
