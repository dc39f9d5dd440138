"""What slips and e-mails tell before anything was asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sendback_sdk.orders import Fulfilment, Order, OrderLine, OrderState
from sendback_service.rules.buyer_case import BuyerCase, Told, told
from sendback_service.rules.eligibility import verdicts
from sendback_service.rules.labels import LabelOffer, LabelOfferKind, OfferReason
from sendback_service.rules.policy import Policy, Window

PLACED = datetime(2026, 11, 2, 9, tzinfo=UTC)
DELIVERED = datetime(2026, 11, 6, 22, 30, tzinfo=UTC)
FREE = LabelOffer(LabelOfferKind.FREE_LABEL, OfferReason.POLICY)
FEE = LabelOffer(LabelOfferKind.LABEL_WITH_FEE, OfferReason.POLICY, 500)
NONE = LabelOffer(LabelOfferKind.INSTRUCTIONS, OfferReason.POLICY)


def _order(*, delivered: datetime | None = None, sent: bool = True) -> Order:
    fulfilment = Fulfilment("f", (("1", 1),), PLACED + timedelta(days=1), delivered)
    return Order(
        id="1",
        number="#1",
        currency="EUR",
        placed_time=PLACED,
        lines=(OrderLine("1", "Robe", 1, 8900),),
        fulfilments=(fulfilment,) if sent else (),
    )


def _told(
    order: Order, offer: LabelOffer = FREE, days_later: int = 0, credit: LabelOffer | None = None
) -> Told:
    policy = Policy(window=Window(14, "Europe/Paris"))
    found = verdicts(order, policy, 1, frozenset(), PLACED + timedelta(days=days_later))
    return told(order, policy.window, found, offer, credit)


@pytest.mark.holds("slip-tells-case")
@pytest.mark.parametrize(
    ("offer", "case"),
    [(FREE, BuyerCase.FREE_LABEL), (FEE, BuyerCase.LABEL_WITH_FEE), (NONE, BuyerCase.INSTRUCTIONS)],
)
def test_before_the_parcel_leaves_the_case_is_the_label_s(offer: LabelOffer, case: BuyerCase) -> None:
    found = _told(_order(sent=False), offer)
    assert (found.case, found.fee, found.days, found.last_day) == (case, offer.fee, 14, None)


def test_once_everything_arrived_the_last_day_is_known() -> None:
    """Delivered on 6 November at 23:30 in Paris."""
    assert _told(_order(delivered=DELIVERED)).last_day == date(2026, 11, 20)


def test_after_the_last_day_the_window_is_closed() -> None:
    assert _told(_order(delivered=DELIVERED), days_later=30).case is BuyerCase.WINDOW_CLOSED


def test_what_can_never_come_back() -> None:
    order = _order()
    sold = replace(order, lines=(replace(order.lines[0], final_sale=True),))
    assert _told(sold).case is BuyerCase.NOT_RETURNABLE
    assert _told(replace(order, state=OrderState.CANCELLED)).case is BuyerCase.NOT_RETURNABLE


@pytest.mark.parametrize(
    ("refund", "credit", "frees"),
    [(FEE, FREE, True), (NONE, FREE, True), (FREE, FREE, False), (NONE, NONE, False)],
)
def test_credit_is_told_and_whether_it_frees_the_label(
    refund: LabelOffer, credit: LabelOffer, frees: bool
) -> None:
    found = _told(_order(), refund, credit=credit)
    assert found.credit
    assert found.credit_frees_label is frees
