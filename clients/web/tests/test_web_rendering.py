"""Amounts and addresses as pages show them."""

import pytest
from sendback.v1.address_pb2 import Address
from sendback_client import money
from sendback_web.rendering import environment, money_text
from sendback_web.words import words


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (123450, "EUR", "fr", "1\u202f234,50\xa0€"),
        (1234, "JPY", "en", "JP¥1,234"),
        (24750, "KWD", "de", "24,750\xa0KWD"),
        (99950, "RSD", "en", "RSD\xa0999.50"),
        (-150, "MGA", "fr", "-1,50\xa0MGA"),
        (1500, "IQD", "es", "1,500\xa0IQD"),
    ],
)
def test_amounts_as_people_write_them(minor: int, currency: str, language: str, text: str) -> None:
    assert money_text(money(minor, currency), words(language).locale) == text


def test_no_part_of_an_address_is_lost() -> None:
    address = Address(
        street="350 5th Ave", postal_code="10118", city="New York", region="NY", region_code="US"
    )
    shown = environment().from_string("{{ a|one_address }}").render(a=address, words=words("en"))
    assert shown == "350 5th Ave, 10118 New York, NY, United States"
