"""What movements of money are made of: whatever cards they went by, lines and columns add up, and so do taxes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from sendback_sdk.orders import Order, OrderLine, TaxLine
from sendback_sdk.testing.builders import an_order
from sendback_service.rules.movements import Parts, parts_of
from sendback_service.rules.policy import Policy, ShippingRefund
from sendback_service.rules.quote import Circumstances, following, quote
from sendback_service.rules.sales_tax import Taxes, taxes_of
from sendback_service.rules.states import SettlementKind

from service.tests.rules import drawn
from service.tests.rules.drawn import back, keys, orders
from service.tests.rules.test_rules_quote_sums import SEEDS

_PART = st.integers(-20_000, 20_000)
_TAXES = st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 9_000)), max_size=3).map(tuple)


@given(
    st.lists(st.integers(1, 2_000_000), min_size=1, max_size=4),
    st.tuples(_PART, _PART, _PART, _PART),
    _TAXES,
)
def test_lines_and_columns_add_up(
    amounts: list[int], others: tuple[int, int, int, int], taxes: Taxes
) -> None:
    whole = Parts(sum(amounts) - sum(others), *others, taxes)
    rows = [parts_of(whole, amounts, place) for place in range(len(amounts))]
    assert [_sum(row) for row in rows] == amounts
    for name in ("goods", "shipping", "restocking", "label_fee", "adjustment"):
        assert sum(getattr(row, name) for row in rows) == getattr(whole, name), name
    for place, (rate, amount) in enumerate(taxes):
        assert {row.taxes[place][0] for row in rows if row.taxes} <= {rate}
        assert sum(row.taxes[place][1] for row in rows if row.taxes) == amount


def _sum(parts: Parts) -> int:
    return parts.goods + parts.shipping + parts.restocking + parts.label_fee + parts.adjustment


def test_what_came_back_is_what_went_with_its_signs_turned() -> None:
    whole = Parts(9000, 600, -900, -500, 100, ((200_000, 1500),))
    assert whole.negative() == Parts(-9000, -600, 900, 500, -100, ((200_000, -1500),))
    assert Parts(1).negative().taxes is None


@given(orders(), st.sampled_from(ShippingRefund), SEEDS)
def test_the_taxes_of_any_split_are_those_of_all_at_once(
    order: Order, shipping: ShippingRefund, seed: int
) -> None:
    policy = Policy(shipping=shipping)
    whole = _taxes(order, policy, [keys(order)])
    assert _taxes(order, policy, drawn.parts_of(keys(order), seed)) == whole
    if shipping is ShippingRefund.ALWAYS:
        assert whole == _of_order(order)


def _taxes(order: Order, policy: Policy, splits: list[list[tuple[str, int]]]) -> Counter[int]:
    found: Counter[int] = Counter()
    around = Circumstances(SettlementKind.REFUND)
    for part in splits:
        units = back(part)
        made = quote(order, policy, units, around)
        found.update(dict(taxes_of(order, units, made.shipping, around.shipping_refunded)))
        around = following(around, made, units)
    return +found


def _of_order(order: Order) -> Counter[int]:
    """Delivery that cost nothing gives nothing back, whatever tax it is said to have had."""
    taxes = [tax for line in order.lines for tax in line.taxes]
    paid = order.shipping.price - order.shipping.discount
    on_top = sum(tax.amount for tax in order.shipping.taxes if not tax.inclusive)
    taxes += order.shipping.taxes if paid + on_top else ()
    found: Counter[int] = Counter()
    for tax in taxes:
        found[tax.rate] += tax.amount
    return +found


def test_graded_goods_take_their_part_of_the_tax() -> None:
    line = OrderLine("1", "Robe", 3, 1000, taxes=(TaxLine("VAT", 200_000, 200, inclusive=True),))
    order = an_order(lines=(line,), fulfilments=())
    assert taxes_of(order, back([("1", 0), ("1", 1)], percent=50), 0, 0) == ((200_000, 67),)
    assert taxes_of(order, back([("1", 0)], percent=0), 0, 0) == ()
