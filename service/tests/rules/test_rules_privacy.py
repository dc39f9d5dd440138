"""What is personal about an order goes; what it is worth stays."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from sendback_sdk.orders import Order, OrderLine
from sendback_sdk.testing import an_address, an_order
from sendback_service.rules.policy import Policy
from sendback_service.rules.privacy import anonymous, email_key, months_before, sendable
from sendback_service.rules.quote import Circumstances, quote
from sendback_service.rules.territory import territory

from service.tests.rules.drawn import back, keys, orders


@given(orders())
def test_a_quote_comes_out_the_same(order: Order) -> None:
    units = back(keys(order))
    named = replace(order, email="a@example.com", customer_id="cus_1", tags=frozenset({"vip"}))
    assert quote(anonymous(named), Policy(), units, Circumstances()) == quote(
        order, Policy(), units, Circumstances()
    )


def test_nothing_is_left_that_names_somebody() -> None:
    named = OrderLine("1", "Mug for Camille", 1, 900, variant="Camille", image_url="x", personalised=True)
    plain = OrderLine("2", "Robe en lin", 1, 8900, variant="M")
    order = an_order(customer_id="cus_1", tags=frozenset({"camille"}), lines=(named, plain))
    left = anonymous(order)
    assert "camille" not in repr(left).casefold()
    assert "75020" not in repr(left)
    assert left.lines[1] == plain
    assert (left.id, left.number, left.payments) == (order.id, order.number, order.payments)
    assert anonymous(left) == left


@pytest.mark.parametrize(
    ("country", "postal_code", "place"),
    [("FR", "75020", "FR"), ("FR", "97110", "GP"), ("PT", "9500", "PT-20"), ("ES", "35001", "IC")],
)
def test_of_an_address_the_territory_stays(country: str, postal_code: str, place: str) -> None:
    left = anonymous(an_order(ship_to=an_address(country=country, postal_code=postal_code))).ship_to
    assert left is not None
    assert territory(left.country, left.postal_code, left.city) == place
    assert sendable(left) is None
    assert anonymous(an_order(ship_to=None)).ship_to is None


def test_an_address_is_one_whatever_its_case() -> None:
    assert email_key("  Camille.Martin@Example.COM ") == "camille.martin@example.com"


def test_two_domains_are_two_addresses() -> None:
    assert email_key("Anna@Straße.example") == "anna@straße.example" != email_key("anna@strasse.example")


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-20", 6, "2026-05-20"),
        ("2026-08-31", 6, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-01-31", 24, "2024-01-31"),
        ("2026-12-31", 600, "1976-12-31"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, then: str) -> None:
    now = datetime.fromisoformat(f"{day}T12:30:00").replace(tzinfo=UTC)
    assert months_before(now, months) == datetime.fromisoformat(f"{then}T12:30:00").replace(tzinfo=UTC)
