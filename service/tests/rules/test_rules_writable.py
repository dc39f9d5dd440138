"""Texts that a database can keep, and those that it cannot."""

import pytest
from sendback_service.rules.writable import is_writable, writable


@pytest.mark.parametrize("said", ["", "Zoë", "cut \U0001f600", "a\nb\tc\x7f", "\ufffd\ufeff"])
def test_what_can_be_kept_stays_as_it_is(said: str) -> None:
    said.encode()
    assert is_writable(said)
    assert writable(said) == said


@pytest.mark.parametrize(
    ("said", "kept"), [("a\x00b", "a\ufffdb"), ("cut \ud83d", "cut \ufffd"), ("\udc00", "\ufffd")]
)
def test_words_with_what_cannot_be_kept_have_a_mark_in_its_place(said: str, kept: str) -> None:
    assert not is_writable(said)
    assert writable(said) == kept
    kept.encode()


@pytest.mark.parametrize("said", [None, 7, b"bytes", ("a",)])
def test_what_is_no_text_is_not_writable(said: object) -> None:
    assert not is_writable(said)
