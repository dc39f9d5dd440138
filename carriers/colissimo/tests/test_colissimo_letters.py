"""Letters that Colissimo prints."""

import pytest
from sendback_colissimo.letters import Letters, printed


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [
        ("Łódź", Letters.LATIN_1, "Lódz"),
        ("Łódź", Letters.ASCII, "Lodz"),
        ("Łódź", Letters.ALL, "Łódź"),
        ("Αθήνα", Letters.LATIN_1, "Athina"),
        ("Cafe\u0301 Groß", Letters.LATIN_1, "Café Groß"),
        ("a\u202e\x00\r\nb", Letters.ALL, "a b"),
        ("Rue ^XZ^XA~JA", Letters.ALL, "Rue XZ XA JA"),
    ],
)
def test_letters_that_a_label_cannot_print_are_replaced(text: str, letters: Letters, expected: str) -> None:
    assert printed(text, letters) == expected
