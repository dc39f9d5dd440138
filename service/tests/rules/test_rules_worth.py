"""What one unit is worth: parts that add up, and never less than nothing."""

from hypothesis import given
from sendback_sdk.orders import Discount, Order, OrderLine, Shipping, TaxLine
from sendback_sdk.testing.builders import an_order
from sendback_service.rules.worth import Pricing, Worth, exclusive_tax, shipping_paid

from service.tests.rules.drawn import keys, orders


def line(id: str, quantity: int, price: int, *discounts: int, taxes: tuple[TaxLine, ...] = ()) -> OrderLine:
    return OrderLine(
        id,
        "Robe en lin",
        quantity,
        price,
        discounts=tuple(Discount("SALE", d) for d in discounts),
        taxes=taxes,
    )


def order(*lines: OrderLine, discounts: tuple[Discount, ...] = ()) -> Order:
    return an_order(lines=lines, discounts=discounts)


def totals(found: Order, line_id: str) -> list[int]:
    pricing = Pricing(found)
    return [pricing.unit(line_id, n).total for n in range(pricing.quantity(line_id))]


def test_1000_for_three() -> None:
    assert totals(order(line("1", 3, 1000)), "1") == [333, 334, 333]


def test_an_order_discount_of_100_over_600_and_400() -> None:
    found = order(line("1", 1, 600), line("2", 1, 400), discounts=(Discount("CODE", 100),))
    assert Pricing(found).line("1") == Worth(price=600, order_discount=60)
    assert totals(found, "1") == [540]
    assert totals(found, "2") == [360]


def test_the_shops_own_spread_is_preferred() -> None:
    spread = Discount("CODE", 100, (("2", 100),))
    found = order(line("1", 1, 600), line("2", 1, 400), discounts=(spread,))
    assert totals(found, "1") == [600]
    assert totals(found, "2") == [300]


def test_order_discounts_go_by_what_lines_cost_after_their_own() -> None:
    found = order(line("1", 1, 1000, 600), line("2", 1, 400), discounts=(Discount("CODE", 100),))
    assert totals(found, "1") == [350]
    assert totals(found, "2") == [350]


def test_ties_of_an_order_discount_go_to_the_lower_line() -> None:
    found = order(*(line(str(n), 1, 100) for n in range(3)), discounts=(Discount("CODE", 2),))
    assert [Pricing(found).line(str(n)).order_discount for n in range(3)] == [1, 1, 0]


def test_several_order_discounts_take_no_line_below_nothing() -> None:
    """Each rounds up on the first line when taken by itself."""
    found = order(*(line(str(n), 1, 1) for n in range(3)), discounts=(Discount("A", 2), Discount("B", 1)))
    assert [Pricing(found).line(str(n)).total for n in range(3)] == [0, 0, 0]


def test_a_discount_that_the_shop_spread_counts_before_one_that_it_did_not() -> None:
    spread = Discount("B", 500, (("1", 500),))
    found = order(line("1", 1, 500), line("2", 1, 500), discounts=(Discount("A", 100), spread))
    assert totals(found, "1") == [0]
    assert totals(found, "2") == [400]


def test_units_given_away_are_worth_nothing_each() -> None:
    """Slices of the price and of two discounts round apart: 333 - 167 - 167 is less than nothing."""
    assert totals(order(line("1", 3, 1000, 500, 500)), "1") == [0, 0, 0]


def test_exclusive_tax_comes_on_top_and_inclusive_is_within() -> None:
    on_top = TaxLine("VAT", 100_000, 1800, False)
    within = TaxLine("VAT", 100_000, 1636, True)
    assert totals(order(line("1", 2, 20_000, 2000, taxes=(on_top,))), "1") == [9900, 9900]
    assert totals(order(line("1", 2, 20_000, 2000, taxes=(within,))), "1") == [9000, 9000]


def test_several_taxes_are_sliced_apart() -> None:
    levies = (TaxLine("GST", 50_000, 1, False), TaxLine("PST", 70_000, 1, False), TaxLine("VAT", 1, 9, True))
    assert totals(order(line("1", 3, 30, taxes=levies)), "1") == [10, 12, 10]


def test_delivery_paid() -> None:
    levies = (TaxLine("VAT", 200_000, 80, False), TaxLine("VAT", 200_000, 66, True))
    assert shipping_paid(Shipping(500, 100, levies)) == 480
    assert shipping_paid(Shipping()) == 0


@given(orders())
def test_all_units_of_all_lines_are_worth_what_was_paid_for_goods(found: Order) -> None:
    pricing = Pricing(found)
    paid = (
        sum(
            one.price - sum(d.amount for d in one.discounts) + exclusive_tax(one.taxes) for one in found.lines
        )
    ) - sum(discount.amount for discount in found.discounts)
    assert pricing.total == paid
    assert sum(pricing.unit(*key).total for key in keys(found)) == paid


@given(orders())
def test_a_lines_units_add_up_in_every_part(found: Order) -> None:
    pricing = Pricing(found)
    for one in found.lines:
        units = [pricing.unit(one.id, number) for number in range(one.quantity)]
        assert sum(units, Worth()) == pricing.line(one.id)


@given(orders())
def test_no_unit_is_worth_less_than_nothing_in_any_part(found: Order) -> None:
    for key in keys(found):
        worth = Pricing(found).unit(*key)
        assert min(worth.total, worth.price, worth.line_discount, worth.order_discount, worth.tax) >= 0


@given(orders())
def test_units_of_a_line_differ_by_rounding_only(found: Order) -> None:
    for one in found.lines:
        found_totals = totals(found, one.id)
        roundings = 1 + sum(not tax.inclusive for tax in one.taxes)
        assert max(found_totals) - min(found_totals) <= 2 * roundings


@given(orders())
def test_every_order_discount_is_spread_whole(found: Order) -> None:
    pricing = Pricing(found)
    spread = sum(pricing.line(one.id).order_discount for one in found.lines)
    assert spread == sum(discount.amount for discount in found.discounts)
    assert all(pricing.net(one.id) >= 0 for one in found.lines)
