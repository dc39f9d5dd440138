"""A return that comes in several parcels: a label for each. The fee is the return's, so it is taken once."""

from sendback_service.decisions import add_parcel
from sendback_service.held import HeldReturn, forbidden
from sendback_service.refusal import Reason, refuse
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.states import INSPECTED, Decision, Inspection, LabelState, Transit
from sendback_service.store.tables import ParcelRow

# Each label may cost the merchant something. Buyers get no more labels than there are items.
MOST_FOR_BUYERS = 5
MOST_FOR_STAFF = 20
_NO_LABEL = frozenset({LabelState.NOT_NEEDED, LabelState.FAILED, LabelState.VOIDED})


def for_buyer(held: HeldReturn) -> None:
    _ask(held, min(MOST_FOR_BUYERS, len(held.units)))


def for_staff(held: HeldReturn) -> None:
    _ask(held, MOST_FOR_STAFF)


def _ask(held: HeldReturn, most: int) -> None:
    """One more label. A return that goes by instructions needs none: its parcels carry the reference."""
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, "sent in another parcel")
    if held.row.label_offer == LabelOfferKind.INSTRUCTIONS:
        raise forbidden(LabelOfferKind.INSTRUCTIONS, "sent with another label")
    if all(Inspection(unit.inspection) in INSPECTED for unit in held.units):
        raise forbidden(Inspection.ACCEPTED, "sent in another parcel")
    if not held.row.ship_from:
        raise refuse(Reason.BUYER_ERASED, order=held.row.order_id)
    if sum(map(_counts, held.parcels)) >= most:
        raise refuse(Reason.TOO_LARGE, limit=f"{most} labels")
    add_parcel(held, labelled=True)
    held.changed()


def _counts(parcel: ParcelRow) -> bool:
    """A label that ran out unused is none any more: it is renewed, or given up."""
    ran_out = parcel.label == LabelState.EXPIRED and parcel.transit == Transit.NOT_SCANNED
    return parcel.label not in _NO_LABEL and not ran_out
