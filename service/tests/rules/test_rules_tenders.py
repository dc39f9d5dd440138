"""Which payment gives back how much."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sendback_sdk.orders import Payment
from sendback_service.rules.tenders import Tender, left_to_refund, tenders

from service.tests.rules.drawn import payments


def on(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


CARD = Payment("card", 5000, account="stripe", captured_time=on(2))
LATER = Payment("later", 3000, account="adyen", captured_time=on(5))
GIFT = Payment("gift", 2000, gift_card=True, captured_time=on(1))


def test_gift_cards_first_then_the_newest() -> None:
    assert tenders((CARD, LATER, GIFT), (), 6000) == (
        Tender("gift", "", 2000),
        Tender("later", "adyen", 3000),
        Tender("card", "stripe", 1000),
    )


def test_each_gives_no_more_than_is_left_of_it() -> None:
    once = Payment("card", 5000, refunded=1000, captured_time=on(2))
    assert tenders((once,), (("card", 1500),), 2500) == (Tender("card", "", 2500),)
    assert left_to_refund((once,), (("card", 1500),)) == 2500


def test_payments_without_a_time_come_last_in_the_order_given() -> None:
    first, second = Payment("first", 100), Payment("second", 100)
    assert [t.payment_id for t in tenders((first, second, CARD), (), 5200)] == ["card", "first", "second"]


def test_nothing_is_asked_of_a_payment_for_nothing() -> None:
    assert tenders((CARD, GIFT), (), 0) == ()
    assert tenders((Payment("free", 0), CARD), (), 100) == (Tender("card", "stripe", 100),)


def test_store_credit_counts_against_the_order_as_a_whole() -> None:
    assert left_to_refund((CARD, LATER), (("", 6000),)) == 2000
    assert left_to_refund((CARD,), (("", 9000),)) == 0


def test_an_order_that_was_never_paid_has_nothing_to_give_back() -> None:
    assert left_to_refund((), ()) == 0


@st.composite
def purses(draw: st.DrawFn) -> tuple[tuple[Payment, ...], tuple[tuple[str, int], ...], int]:
    """Payments, what was paid back of each before (and as credit), and an amount that is left."""
    captured = draw(payments(draw(st.integers(0, 100_000))))
    paid = [(p.id, draw(st.integers(0, p.captured))) for p in captured]
    paid.append(("", draw(st.integers(0, left_to_refund(captured, paid)))))
    return captured, tuple(paid), draw(st.integers(0, left_to_refund(captured, paid)))


@given(purses())
def test_tenders_add_up_and_none_exceeds_its_payment(
    purse: tuple[tuple[Payment, ...], tuple[tuple[str, int], ...], int],
) -> None:
    captured, paid, amount = purse
    given_back = tenders(captured, paid, amount)
    assert sum(t.amount for t in given_back) == amount
    assert len({t.payment_id for t in given_back}) == len(given_back)
    left = {p.id: p.captured - p.refunded - dict(paid)[p.id] for p in captured}
    assert all(0 < t.amount <= left[t.payment_id] for t in given_back)
