"""Which payment gives back how much."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_sdk.orders import Payment
from sendback_service.rules.tenders import Tender, beyond_report, left_to_refund, tenders

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


# What the shop reports of our refunds. Each is (payment id, amount, reference), with its sign turned if it came back.

WENT, BACK = ("card", 2000, "r1"), ("card", -2000, "r1")


def reported(refunded: int, *references: str) -> Payment:
    return Payment("card", 5000, refunded, refund_references=references)


def left(payment: Payment, *paid: tuple[str, int, str]) -> int:
    return left_to_refund((payment,), beyond_report((payment,), paid))


def test_a_refund_of_ours_counts_once_whether_reported_or_not() -> None:
    assert left(reported(0), WENT) == left(reported(2000, "r1"), WENT) == 3000


def test_what_came_back_is_left_again_whether_reported_or_not() -> None:
    assert left(reported(0), BACK) == left(reported(2000, "r1"), BACK) == 5000


def test_what_came_back_and_was_paid_again_counts_once() -> None:
    again = ("card", 2000, "r2")
    assert left(reported(2000, "r1"), BACK, again) == left(reported(4000, "r1", "r2"), BACK, again) == 3000
    assert left(reported(2000, "r2"), BACK, again) == 3000


@pytest.mark.parametrize(
    "payment",
    [reported(0, "r1"), reported(1000, "r1"), reported(3000, "r1"), reported(2000, "r1", "elsewhere")],
)
def test_what_may_have_been_taken_off_the_report_is_not_left_twice(payment: Payment) -> None:
    assert left(payment, BACK) == payment.captured - payment.refunded


def test_refunds_of_another_payment_explain_no_report() -> None:
    other = ("gift", 2000, "r1")
    assert left(reported(2000, "r1"), ("gift", -2000, "r1")) == left(reported(2000, "r1"), other) == 3000


@st.composite
def reports(draw: st.DrawFn) -> tuple[Payment, list[tuple[str, int, str]], int, bool]:
    """A payment as a shop reports it, what we know of it, what of it is truly gone, and whether the report is ours
    alone. Whatever came back may be taken off the report, and named on."""
    ours = draw(
        st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.booleans(), st.booleans()), max_size=4)
    )
    elsewhere = draw(st.lists(st.integers(1, 9), max_size=2))
    names = [f"elsewhere-{place}" for place in range(len(elsewhere))]
    refunded, gone, paid, plain = sum(elsewhere), sum(elsewhere), [], not elsewhere
    for place, (amount, went, told, taken_off) in enumerate(ours):
        paid.append(("card", amount if went else -amount, f"r{place}"))
        gone += amount if went else 0
        if told:
            names.append(f"r{place}")
            refunded += amount if went or not taken_off else 0
            plain = plain and (went or not taken_off)
    captured = max(refunded, gone) + draw(st.integers(0, 9))
    return Payment("card", captured, refunded, refund_references=tuple(names)), paid, gone, plain


@given(reports())
def test_however_a_shop_reports_no_more_is_left_than_is_there(
    report: tuple[Payment, list[tuple[str, int, str]], int, bool],
) -> None:
    payment, paid, gone, plain = report
    assert left(payment, *paid) <= payment.captured - gone
    assert not plain or left(payment, *paid) == payment.captured - gone


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
