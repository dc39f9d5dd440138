"""Labels that run out while their return is still open: another one is asked for, and the buyer is told once it is
there. It belongs to a parcel of its own, so that no parcel ever has two live labels."""

from sendback_service.decisions import new_parcel
from sendback_service.effects.outcomes import LANE, instruct, tell
from sendback_service.held import HeldReturn
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.states import INSPECTED, Decision, Inspection
from sendback_service.settlements import give_fee_back
from sendback_service.store.tables import ParcelRow
from sendback_service.store.transaction import Intent

# Whoever let so many labels of a parcel run out before gets instructions.
MOST_RENEWALS = 3


def renew(held: HeldReturn, expired: ParcelRow) -> None:
    if not _wanted(held, expired):
        return
    if _renewals(held, expired) >= MOST_RENEWALS:
        tell(held.tx, held, expired, "label.given_up", {}, instruct(held.tx, held, expired, "label.expired"))
        give_fee_back(held)
        return
    parcel = new_parcel(held, {**expired.request, "replaces": expired.id})
    attributes = {"replaces": expired.id}
    tell(held.tx, held, parcel, "label.requested", attributes, [Intent("buy_label", parcel.id, LANE)])


def _renewals(held: HeldReturn, parcel: ParcelRow) -> int:
    """How many labels ran out before this one, each in the place of the one before: other parcels have their own."""
    replaced = {p.id: p.request.get("replaces", "") for p in held.parcels}
    count, id = 0, replaced[parcel.id]
    while id in replaced:
        count, id = count + 1, replaced[id]
    return count


def _wanted(held: HeldReturn, expired: ParcelRow) -> bool:
    """The goods are still with the buyer, of whom we still know where they are."""
    open_ = held.decision is Decision.APPROVED and held.row.label_offer != LabelOfferKind.INSTRUCTIONS
    to_come = any(Inspection(unit.inspection) not in INSPECTED for unit in held.units)
    return open_ and to_come and bool(expired.request.get("sender"))
