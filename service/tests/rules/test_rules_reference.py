"""The reference that people read out and type."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sendback_service.rules.reference import ALPHABET, BODY, reference

DRAWN = st.text(ALPHABET, min_size=BODY, max_size=BODY)
REFERENCES = DRAWN.map(reference).filter(bool)


def is_reference(text: str) -> bool:
    """Whether its last character is the check of what stands before it."""
    return reference(text[1:-1]) == text


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


def test_references_given_out_once_stay_valid() -> None:
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
