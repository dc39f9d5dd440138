"""Which routes have customs, and what is declared there."""

from datetime import UTC, datetime

import pytest
from sendback_sdk import CustomsItem, Money
from sendback_sdk.orders import Discount, Order, OrderLine
from sendback_service.rules.customs import customs_needed, declaration, gaps

_ORDER = Order(
    id="o",
    number="1",
    currency="EUR",
    placed_time=datetime(2026, 1, 1, tzinfo=UTC),
    lines=(
        OrderLine(
            "a",
            "Shirt",
            3,
            3000,
            weight_grams=180,
            hs_code="610910",
            country_of_origin="PT",
            discounts=(Discount("sale", 300),),
        ),
        OrderLine("b", "Cup", 1, 1200),
    ),
)


@pytest.mark.parametrize(
    ("sender", "recipient", "needed"),
    [
        ("FR", "FR", False),
        ("DE", "FR", False),
        ("MC", "IT", False),
        ("PT-30", "ES", False),
        ("FR", "GB", True),
        ("DE", "CH", True),
        ("CH", "CH", False),
        ("LI", "CH", False),
        ("IC", "ES", True),
        ("EA", "ES", True),
        ("AX", "FI", True),
        ("GP", "FR", True),
        ("IC", "IC", False),
        ("GL", "DK", True),
    ],
)
def test_where_customs_lie_on_the_way(sender: str, recipient: str, needed: bool) -> None:
    assert customs_needed(sender, recipient) is needed
    assert customs_needed(recipient, sender) is needed


def test_each_line_is_declared_once_with_what_its_units_cost() -> None:
    assert declaration(_ORDER, ["a", "b", "a"]) == (
        CustomsItem("Shirt", 2, Money(900, "EUR"), 180, "610910", "PT"),
        CustomsItem("Cup", 1, Money(1200, "EUR"), 500),
    )


def test_what_the_order_does_not_say_is_named() -> None:
    assert gaps(declaration(_ORDER, ["a"])) == ""
    assert gaps(declaration(_ORDER, ["a", "b"])) == (
        "the order does not say for customs: hs_code of Cup, country_of_origin of Cup"
    )
