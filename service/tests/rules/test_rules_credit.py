"""Who may choose store credit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sendback_sdk.orders import Order
from sendback_service.rules.credit import credit_refusal
from sendback_service.rules.policy import CreditTerms

ORDER = Order("o1", "1001", "EUR", datetime(2026, 11, 2, tzinfo=UTC), (), customer_id="cus_1")
TERMS = CreditTerms(enabled=True, maximum=(("EUR", 5000), ("USD", 1)))


@pytest.mark.parametrize("amount", [0, 1, 5000])
def test_a_customer_may_have_credit_up_to_the_largest_of_the_currency(amount: int) -> None:
    assert credit_refusal(TERMS, ORDER, amount) == ""


@pytest.mark.parametrize(
    ("terms", "order", "amount", "why"),
    [
        (CreditTerms(), ORDER, 1, "does not offer"),
        (TERMS, replace(ORDER, customer_id=""), 1, "no customer account"),
        (TERMS, ORDER, 5001, "largest credit, 5000 EUR"),
    ],
)
def test_why_there_is_no_credit_is_said(terms: CreditTerms, order: Order, amount: int, why: str) -> None:
    assert why in credit_refusal(terms, order, amount)


def test_a_currency_without_a_largest_credit_has_none() -> None:
    assert credit_refusal(TERMS, replace(ORDER, currency="CHF"), 10**9) == ""
