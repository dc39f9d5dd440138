"""Streets as people write them, and the house numbers in them."""

import pytest
from sendback_dhl.letters import Letters, printed
from sendback_dhl.streets import Street, divided


@pytest.mark.parametrize(
    ("written", "country", "street"),
    [
        ("12 bis rue des Lilas", "FR", Street("rue des Lilas", "12 bis")),
        ("12, rue des Lilas", "FR", Street("rue des Lilas", "12")),
        ("5A Main Street", "IE", Street("Main Street", "5A")),
        ("Rue de la Loi 16", "BE", Street("Rue de la Loi", "16")),
        ("Hauptstr. 31 c/o Meier", "DE", Street("Hauptstr.", "31", "c/o Meier")),
        ("Straße des 17. Juni 135", "DE", Street("Straße des 17. Juni", "135")),
        ("Stadhuisplein 50-2", "NL", Street("Stadhuisplein", "50-2")),
        ("Świętokrzyska 31/33A", "PL", Street("Świętokrzyska", "31/33A")),
        ("Calle Mayor 12, 3º B", "ES", Street("Calle Mayor", "12", "3º B")),
        ("Kossuth tér 12 b", "HU", Street("Kossuth tér", "12 b")),
        ("12 rue des Lilas", "DE", Street("rue des Lilas", "12")),
        ("Unter den Linden", "DE", Street("Unter den Linden")),
        ("12", "FR", Street("12")),
        ("Weg 12345678901", "DE", Street("Weg 12345678901")),
        ("", "FR", Street("")),
    ],
)
def test_street_and_number(written: str, country: str, street: Street) -> None:
    assert divided(written, country) == street


def test_a_long_street_takes_no_time() -> None:
    """Nothing here goes back and forth over what somebody made up."""
    for hostile in ("1 " * 250, "1-" * 250, "a 1 " * 125, "c/o " * 125, " ,," * 160, "1 /" * 160):
        divided(hostile, "DE")
        divided(hostile, "FR")


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [
        ("Łódź", Letters.LATIN_1, "Lódz"),
        ("Łódź", Letters.ASCII, "Lodz"),
        ("Łódź", Letters.ALL, "Łódź"),
        ("Αθήνα", Letters.LATIN_1, "Athina"),
        ("Cafe\u0301 Groß", Letters.LATIN_1, "Café Groß"),
        ("a\u202e\x00\r\nb", Letters.ALL, "a b"),
    ],
)
def test_letters_that_a_label_cannot_print_are_replaced(text: str, letters: Letters, expected: str) -> None:
    assert printed(text, letters) == expected
