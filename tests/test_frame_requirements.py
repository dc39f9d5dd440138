"""The table of requirements is what the tests say, and nothing is without a test."""

import pytest

from tests.requirements import REQUIREMENTS, TABLE, held, table

_KNOWN = {id for section in REQUIREMENTS.values() for id in section}


@pytest.mark.parametrize("requirement", sorted(_KNOWN))
def test_every_requirement_has_a_test(requirement: str) -> None:
    assert held()[requirement]


def test_no_test_holds_what_nobody_asks() -> None:
    assert set(held()) <= _KNOWN


def test_the_table_is_current() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "run: python -m tests.requirements"
