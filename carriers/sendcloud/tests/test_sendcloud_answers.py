"""The pure parts: streets, statuses, and answers that are not what they should be."""

from decimal import Decimal
from typing import Any

import pytest
from sendback_sdk import LabelFormat, Money, OutcomeUnknown
from sendback_sendcloud import answers
from sendback_sendcloud.answers import Made
from sendback_sendcloud.statuses import status
from sendback_sendcloud.streets import divided


@pytest.mark.parametrize(
    ("street", "country", "parts"),
    [
        ("12 bis rue des Lilas", "FR", ("rue des Lilas", "12 bis")),
        ("5A, rue Haute", "LU", ("rue Haute", "5A")),
        ("Stadhuisplein 50-2", "NL", ("Stadhuisplein", "50-2")),
        ("ul. Piotrkowska 104A", "PL", ("ul. Piotrkowska", "104A")),
        ("Calle Mayor, 7", "ES", ("Calle Mayor", "7")),
        ("Hauptstraße 12-14 b", "DE", ("Hauptstraße", "12-14 b")),
        ("Straße des 17. Juni 135", "DE", ("Straße des 17. Juni", "135")),
        ("La Ferme du Bois", "FR", ("La Ferme du Bois", "")),
        ("Rue du 8 mai 1945", "FR", ("Rue du 8 mai 1945", "")),
        ("", "DE", ("", "")),
    ],
)
def test_house_numbers_stand_apart(street: str, country: str, parts: tuple[str, str]) -> None:
    assert divided(street, country) == parts


def test_a_status_is_the_same_however_it_is_written() -> None:
    assert status("At sorting centre") == status("at-sorting-centre") == "at-sorting-centre"
    assert status("Announced: not collected") == "announced-not-collected"
    assert status(None) == ""


@pytest.mark.parametrize(
    ("said", "price"),
    [
        ({"value": Decimal("6.15"), "currency": "EUR"}, Money(615, "EUR")),
        ({"value": "6.15", "currency": "EUR"}, Money(615, "EUR")),
        ({"value": 7, "currency": "JPY"}, Money(7, "JPY")),
        ({"value": Decimal("1.099"), "currency": "KWD"}, Money(1099, "KWD")),
        ({"value": Decimal("6.155"), "currency": "EUR"}, None),
        ({"value": "1e999990", "currency": "EUR"}, None),
        ({"value": "1e99999999", "currency": "EUR"}, None),
        ({"value": "NaN", "currency": "EUR"}, None),
        ({"value": "Infinity", "currency": "EUR"}, None),
        ({"value": "much", "currency": "EUR"}, None),
        ({"value": 1, "currency": "euro"}, None),
        ({"value": 1, "currency": ["EUR"]}, None),
        ("6.15", None),
        (None, None),
    ],
)
def test_a_price_is_whole_or_none(said: Any, price: Money | None) -> None:
    assert answers.seen({"label_cost": said}).price == price


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b"{", b"[" * 100_000, b"[1e9999999999999999999]", b"\xff\xfe"]
)
def test_what_is_no_object_is_no_answer(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        answers.parsed(body)


@pytest.mark.parametrize(
    "answer", [{}, {"return_id": "1", "parcel_id": 2}, {"return_id": True, "parcel_id": 2}]
)
def test_a_return_without_its_numbers_is_in_doubt(answer: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown):
        answers.made(answer)


@pytest.mark.parametrize(
    "answer",
    [
        {"status_history": "no", "errors": "no", "label": [], "tracking_number": 5},
        {"status_history": [None, {"parent_status": 5, "carrier_update_timestamp": "yesterday"}]},
        {"status_history": [{}], "label": {"label_printer": "/parcels/x/documents/label"}},
    ],
)
def test_fields_of_the_wrong_kind_are_as_good_as_none(answer: dict[str, Any]) -> None:
    seen = answers.seen(answer)
    assert not seen.decided
    assert seen.made == Made(0, 0)
    assert answers.history(answer, "3S") == []


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"errors": [{"detail": "no such street"}, {"message": "nor town"}]}, "no such street; nor town"),
        ({"errors": [{}]}, "the announcement failed"),
        ({"status": "payment_failed"}, "payment_failed"),
        ({"status_history": [{"parent_status": "Announcement failed"}]}, "announcement-failed"),
        ({"tracking_number": "3S", "errors": [{"detail": "later trouble"}]}, ""),
    ],
)
def test_a_refusal_says_why(answer: dict[str, Any], refusal: str) -> None:
    assert answers.seen(answer).refusal == refusal


@pytest.mark.parametrize(
    ("answer", "format"),
    [
        ({"order_number": "R7K3F9Q2 par_1.zpl"}, LabelFormat.ZPL),
        ({"external_reference": "par_1"}, LabelFormat.PDF),
        ({"external_reference": "par_1", "order_number": "R7K3F9Q2 par_1.png"}, LabelFormat.PNG),
        ({"order_number": "R7K3F9Q2 par_11.zpl", "external_reference": "par_11"}, None),
        ({"order_number": "par_1.exe"}, None),
        ({"order_number": None}, None),
    ],
)
def test_a_label_is_known_by_its_reference(answer: dict[str, Any], format: LabelFormat | None) -> None:
    assert answers.format_of(answer, "par_1") == format
