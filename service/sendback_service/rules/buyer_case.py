"""What a buyer is told before anything was asked: the order's own case, as slips and e-mails print it.

A slip is printed before the parcel leaves, so what has not left yet counts as if it had.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sendback_sdk.orders import Order

from sendback_service.rules.eligibility import NotReturnable, Verdict
from sendback_service.rules.labels import LabelOffer, LabelOfferKind
from sendback_service.rules.policy import Window
from sendback_service.rules.units import units_of
from sendback_service.rules.window import last_day

_STILL = frozenset({None, NotReturnable.UNFULFILLED, NotReturnable.NOT_DELIVERED})


class BuyerCase(StrEnum):
    FREE_LABEL = "FREE_LABEL"
    LABEL_WITH_FEE = "LABEL_WITH_FEE"
    INSTRUCTIONS = "INSTRUCTIONS"
    WINDOW_CLOSED = "WINDOW_CLOSED"
    NOT_RETURNABLE = "NOT_RETURNABLE"


_BY_OFFER = {
    LabelOfferKind.FREE_LABEL: BuyerCase.FREE_LABEL,
    LabelOfferKind.LABEL_WITH_FEE: BuyerCase.LABEL_WITH_FEE,
    LabelOfferKind.INSTRUCTIONS: BuyerCase.INSTRUCTIONS,
}


@dataclass(frozen=True, slots=True)
class Told:
    """`last_day` is the last one on which something can come back, in the merchant's zone; None while it is not known
    when everything arrived. `fee` is in the order's minor units."""

    case: BuyerCase
    days: int
    last_day: date | None = None
    fee: int = 0
    credit: bool = False
    credit_frees_label: bool = False


def told(
    order: Order,
    window: Window,
    verdicts: Sequence[Verdict],
    offer: LabelOffer,
    credit_offer: LabelOffer | None = None,
) -> Told:
    """`offer` is what a refund's parcel would be sent with, `credit_offer` what one for store credit would; None where
    credit is not offered."""
    still = [verdict for verdict in verdicts if verdict.code in _STILL]
    if not still:
        expired = any(verdict.code is NotReturnable.WINDOW_EXPIRED for verdict in verdicts)
        return Told(BuyerCase.WINDOW_CLOSED if expired else BuyerCase.NOT_RETURNABLE, window.days)
    frees = credit_offer is not None and credit_offer.kind is LabelOfferKind.FREE_LABEL
    return Told(
        case=_BY_OFFER[offer.kind],
        days=window.days,
        last_day=_last_day(order, window, still),
        fee=offer.fee,
        credit=credit_offer is not None,
        credit_frees_label=frees and offer.kind is not LabelOfferKind.FREE_LABEL,
    )


def _last_day(order: Order, window: Window, still: Sequence[Verdict]) -> date | None:
    arrived = {(unit.line.id, unit.number) for unit in units_of(order) if unit.delivered is not None}
    if any((verdict.line_id, verdict.unit) not in arrived for verdict in still):
        return None
    latest = max(verdict.until for verdict in still if verdict.until is not None)
    return last_day(latest, window.time_zone)
