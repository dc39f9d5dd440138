"""What can be wrong with an order, and that it is said where."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from babel.core import get_global
from hypothesis import given
from sendback_sdk.money import exponent
from sendback_sdk.orders import Discount, Fulfilment, Order, OrderLine, Payment, Shipping, TaxLine
from sendback_sdk.testing.builders import an_order
from sendback_service.rules.currency import CURRENCIES
from sendback_service.rules.order import problems
from sendback_service.rules.policy import Window
from sendback_service.rules.units import Unit
from sendback_service.rules.window import returnable_until

from service.tests.rules.drawn import orders

DAY = datetime(2026, 11, 3, tzinfo=UTC)
NAIVE = datetime(2026, 11, 3)


def line(id: str = "1", quantity: int = 2, price: int = 1000, **more: Any) -> OrderLine:
    return OrderLine(id, "Robe en lin", quantity, price, **more)


def wrong(order: Order) -> list[str]:
    found = problems(order)
    assert all(problem.description for problem in found)
    return [problem.field for problem in found]


def having(**changes: Any) -> list[str]:
    return wrong(replace(an_order(lines=(line(),), fulfilments=()), **changes))


def with_line(**changes: Any) -> list[str]:
    return having(lines=(line(**changes),))


def tax(amount: int) -> TaxLine:
    return TaxLine("VAT", 200_000, amount, False)


@given(orders())
def test_good_orders_have_none(order: Order) -> None:
    assert problems(order) == []


def test_the_order_that_tests_begin_with_has_none() -> None:
    assert problems(an_order()) == []


@pytest.mark.parametrize("currency", ["", "XXX", "XTS", "ZZZ", "eur", "EURO", "XAU"])
def test_currencies_that_are_none(currency: str) -> None:
    assert having(currency=currency) == ["currency_code"]


@pytest.mark.parametrize("quantity", [-1, 0, 10_001])
def test_quantities_out_of_bounds_are_named(quantity: int) -> None:
    assert with_line(quantity=quantity) == ["lines[0].quantity"]


def test_lines_and_units_are_bounded() -> None:
    assert having(lines=()) == ["lines"]
    assert having(lines=tuple(line(str(n)) for n in range(1001))) == ["lines"]
    assert having(lines=tuple(line(str(n), 10_000) for n in range(3))) == ["lines"]
    assert having(lines=tuple(line(str(n), 10_000) for n in range(2))) == []


@pytest.mark.parametrize("amount", [-1, 10**12 + 1])
def test_amounts_out_of_bounds_are_named(amount: int) -> None:
    assert having(duties=amount) == ["duties"]
    assert "lines[0].price" in with_line(price=amount)
    assert with_line(taxes=(tax(5), tax(amount))) == ["lines[0].taxes[1].amount"]
    assert "lines[0].discounts[0].amount" in with_line(discounts=(Discount("SALE", amount),))
    assert "discounts[0].amount" in having(discounts=(Discount("CODE", amount),))
    assert "shipping.price" in having(shipping=Shipping(amount))
    assert "shipping.discount" in having(shipping=Shipping(0, amount))
    assert "shipping.taxes[0].amount" in having(shipping=Shipping(5, 0, (tax(amount),)))
    assert "payments[0].captured" in having(payments=(Payment("p", amount),))
    assert "payments[0].refunded" in having(payments=(Payment("p", 5, amount),))


def test_discounts_above_the_price() -> None:
    assert with_line(discounts=(Discount("A", 600), Discount("B", 401))) == ["lines[0].discounts"]
    assert with_line(discounts=(Discount("A", 600), Discount("B", 400))) == []
    assert having(shipping=Shipping(500, 501)) == ["shipping.discount"]


def test_order_discounts_above_what_is_left() -> None:
    lines = (line("1", 1, 600), line("2", 1, 400, discounts=(Discount("A", 400),)))
    assert having(lines=lines, discounts=(Discount("B", 600),)) == []
    assert having(lines=lines, discounts=(Discount("B", 601),)) == ["discounts"]


def test_a_spread_that_takes_one_line_below_nothing_while_the_sum_is_fine() -> None:
    lines = (line("1", 1, 600), line("2", 1, 400))
    assert having(lines=lines, discounts=(Discount("B", 500, (("2", 500),)),)) == ["discounts"]
    assert having(lines=lines, discounts=(Discount("B", 500, (("1", 500),)),)) == []


@pytest.mark.parametrize(
    ("allocations", "fields"),
    [
        ((("1", 60), ("2", 40)), []),
        ((("1", 60), ("2", 39)), ["discounts[0].allocations"]),
        ((("1", 60), ("9", 40)), ["discounts[0].allocations[1].line_id"]),
        ((("1", 60), ("1", 40)), ["discounts[0].allocations[1].line_id"]),
        ((("1", 140), ("2", -40)), ["discounts[0].allocations[1].amount"]),
    ],
)
def test_the_shops_own_spread(allocations: tuple[tuple[str, int], ...], fields: list[str]) -> None:
    lines = (line("1"), line("2"))
    assert having(lines=lines, discounts=(Discount("CODE", 100, allocations),)) == fields


def test_no_id_stands_twice() -> None:
    assert having(lines=(line("1"), line("2"), line("1"))) == ["lines[2].id"]
    assert having(payments=(Payment("p", 1), Payment("p", 1))) == ["payments[1].id"]
    twice = Fulfilment("f", (("1", 1),))
    assert having(fulfilments=(twice, twice)) == ["fulfilments[1].id"]


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ([(("1", 1),), (("1", 1),)], []),
        ([(("1", 1), ("1", 1))], []),
        ([(("1", 3),)], ["fulfilments[0].lines[0].quantity"]),
        ([(("1", 2),), (("1", 1),)], ["fulfilments[1].lines[0].quantity"]),
        ([(("9", 1),)], ["fulfilments[0].lines[0].line_id"]),
        ([(("1", 0),)], ["fulfilments[0].lines[0].quantity"]),
        ([(("1", -5), ("1", 7))], ["fulfilments[0].lines[0].quantity"]),
    ],
)
def test_parcels_hold_no_more_than_was_ordered(
    sent: list[tuple[tuple[str, int], ...]], fields: list[str]
) -> None:
    gone = tuple(Fulfilment(f"f{n}", lines, DAY, DAY) for n, lines in enumerate(sent))
    assert having(fulfilments=gone) == fields


def test_delivered_before_it_was_shipped() -> None:
    early = Fulfilment("f", (("1", 1),), DAY, DAY.replace(day=2))
    assert having(fulfilments=(early,)) == ["fulfilments[0].deliver_time"]


def test_times_without_a_zone() -> None:
    assert having(placed_time=NAIVE) == ["place_time"]
    assert having(payments=(Payment("p", 5, captured_time=NAIVE),)) == ["payments[0].capture_time"]
    assert having(fulfilments=(Fulfilment("f", (("1", 1),), DAY, NAIVE),)) == ["fulfilments[0].deliver_time"]
    assert having(fulfilments=(Fulfilment("f", (("1", 1),), NAIVE, DAY),)) == ["fulfilments[0].ship_time"]


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_times_that_no_order_has(year: int) -> None:
    far = datetime(year, 12, 31, tzinfo=UTC)
    assert having(placed_time=far) == ["place_time"]
    assert having(payments=(Payment("p", 5, captured_time=far),)) == ["payments[0].capture_time"]
    sent = Fulfilment("f", (("1", 1),), far, far)
    assert having(fulfilments=(sent,)) == ["fulfilments[0].ship_time", "fulfilments[0].deliver_time"]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("far", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)])
def test_days_are_counted_from_every_time_that_an_order_may_have(far: datetime, zone: str) -> None:
    assert having(placed_time=far) == []
    assert returnable_until(Unit(line(), 0, fulfilled=True, delivered=far), far, Window(3650, zone)) > far


def test_more_given_back_than_taken() -> None:
    assert having(payments=(Payment("p", 100, refunded=101),)) == ["payments[0].refunded"]
    assert having(payments=(Payment("p", 100, refunded=100),)) == []


def test_everything_that_is_wrong_is_said_at_once() -> None:
    order = an_order(
        currency="ZZZ",
        lines=(line("1", 0, -1), line("1")),
        payments=(Payment("p", 1, 2),),
        fulfilments=(Fulfilment("f", (("9", 1),)),),
    )
    assert wrong(order) == [
        "currency_code",
        "lines[1].id",
        "lines[0].quantity",
        "lines[0].price",
        "lines[0].discounts",
        "fulfilments[0].lines[0].line_id",
        "payments[0].refunded",
    ]


def test_currencies_of_the_world_are_known() -> None:
    """Against another source: what Unicode says is tender somewhere today."""
    tender = {
        code
        for listed in get_global("territory_currencies").values()
        for code, _, end, legal in listed
        if legal and end is None
    }
    assert tender - CURRENCIES - {"CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "BOV"} == set()
    assert {code for code in CURRENCIES if len(code) != 3 or not code.isupper()} == set()


def test_each_currency_has_its_decimals() -> None:
    assert [exponent(code) for code in ("JPY", "EUR", "KWD")] == [0, 2, 3]
    assert [exponent(code) for code in ("UYI", "UYU", "UYW", "CLF")] == [0, 2, 4, 4]
    assert {exponent(code) for code in CURRENCIES} == {0, 2, 3}
