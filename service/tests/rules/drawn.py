"""Orders that Hypothesis draws, and how a test says what comes back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

from hypothesis import strategies as st
from sendback_sdk.orders import Discount, Order, OrderLine, Payment, Shipping, TaxLine
from sendback_sdk.testing.builders import an_order
from sendback_service.rules.policy import Fault
from sendback_service.rules.quote import QuoteUnit, UnitKey
from sendback_service.rules.worth import Pricing, shipping_paid

# JPY has no minor unit, KWD has thousandths; amounts are integers whatever they are.
CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])
_AMOUNTS = st.one_of(st.integers(0, 12), st.integers(0, 2_000_000))


@st.composite
def shares(draw: st.DrawFn, whole: int, most: int) -> list[int]:
    """Amounts that take no more than `whole` in all."""
    found: list[int] = []
    for _ in range(draw(st.integers(0, most))):
        found.append(draw(st.one_of(st.just(whole - sum(found)), st.integers(0, whole - sum(found)))))
    return found


@st.composite
def taxes(draw: st.DrawFn) -> tuple[TaxLine, ...]:
    rates = st.sampled_from([200_000, 55_000])
    drawn = draw(st.lists(st.tuples(rates, st.integers(0, 5_000), st.booleans()), max_size=3))
    return tuple(TaxLine("VAT", rate, amount, inclusive) for rate, amount, inclusive in drawn)


@st.composite
def lines(draw: st.DrawFn) -> tuple[OrderLine, ...]:
    return tuple(draw(_line(str(place))) for place in range(draw(st.integers(1, 4))))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Good orders of every shape, paid in full by one to three payments."""
    sold = draw(lines())
    order = an_order(
        currency=draw(CURRENCIES),
        lines=sold,
        discounts=draw(_order_discounts(sold)),
        shipping=draw(_shipping()),
        fulfilments=(),
        payments=(),
    )
    paid = Pricing(order).total + shipping_paid(order.shipping)
    return an_order(
        currency=order.currency,
        lines=order.lines,
        discounts=order.discounts,
        shipping=order.shipping,
        fulfilments=(),
        payments=draw(payments(paid)),
    )


@st.composite
def payments(draw: st.DrawFn, paid: int) -> tuple[Payment, ...]:
    parts = draw(shares(paid, 2))
    amounts = [*parts, paid - sum(parts)]
    days = draw(st.lists(st.integers(1, 28), min_size=len(amounts), max_size=len(amounts)))
    return tuple(
        Payment(
            f"pay_{place}",
            amount,
            gift_card=draw(st.booleans()),
            captured_time=datetime(2026, 11, day, tzinfo=UTC),
        )
        for place, (amount, day) in enumerate(zip(amounts, days, strict=True))
    )


def keys(order: Order) -> list[UnitKey]:
    return [(line.id, number) for line in order.lines for number in range(line.quantity)]


def back(found: Iterable[UnitKey], fault: Fault = Fault.BUYER, percent: int = 100) -> tuple[QuoteUnit, ...]:
    return tuple(QuoteUnit(line_id, number, fault, percent) for line_id, number in found)


def parts_of(everything: list[UnitKey], seed: int) -> list[list[UnitKey]]:
    """Some split of the units, in some order; none of the parts is empty."""
    random, left, parts = Random(seed), list(everything), []
    random.shuffle(left)
    while left:
        size = random.randint(1, len(left))
        parts.append(left[:size])
        left = left[size:]
    return parts


@st.composite
def _line(draw: st.DrawFn, id: str) -> OrderLine:
    price = draw(_AMOUNTS)
    return OrderLine(
        id=id,
        title="Robe en lin",
        quantity=draw(st.integers(1, 7)),
        price=price,
        discounts=tuple(Discount("SALE", amount) for amount in draw(shares(price, 2))),
        taxes=draw(taxes()),
    )


@st.composite
def _order_discounts(draw: st.DrawFn, sold: tuple[OrderLine, ...]) -> tuple[Discount, ...]:
    """Some that the shop spread over the lines itself, and some that it did not."""
    left = {line.id: line.price - sum(d.amount for d in line.discounts) for line in sold}
    found: list[Discount] = []
    if draw(st.booleans()):
        spread = {id: draw(st.integers(0, value)) for id, value in left.items()}
        left = {id: value - spread[id] for id, value in left.items()}
        found.append(Discount("SHOP", sum(spread.values()), tuple(spread.items())))
    return (*found, *(Discount("CODE", amount) for amount in draw(shares(sum(left.values()), 2))))


@st.composite
def _shipping(draw: st.DrawFn) -> Shipping:
    price = draw(st.integers(0, 3_000))
    return Shipping(price, draw(st.integers(0, price)), draw(taxes()))
