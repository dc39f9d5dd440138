"""Units that leave a return: taken off before anything was sent, or freed after they were missing or rejected."""

from collections.abc import Sequence

from sendback_service.amounts_due import expect_again, paid_for
from sendback_service.decisions import cancel
from sendback_service.held import HeldReturn, forbidden
from sendback_service.reception import complete_if_inspected
from sendback_service.refusal import invalid, not_found
from sendback_service.rules.labels import LabelOfferKind, fee_waived
from sendback_service.rules.states import Decision, Inspection
from sendback_service.store.tables import UnitRow

UnitKey = tuple[str, int]
_NOT_BACK = frozenset({Inspection.MISSING, Inspection.REJECTED})


def cancel_units(held: HeldReturn, wanted: Sequence[UnitKey]) -> None:
    """Only until the parcel is handed over. The last units take the return with them; where all others were looked at,
    nothing more is waited for."""
    units = _named(held, wanted)
    if len(units) == len(held.units):
        cancel(held)
        return
    if held.decision not in (Decision.IN_REVIEW, Decision.APPROVED):
        raise forbidden(held.decision, "CANCELLED")
    if held.scanned or any(u.inspection != Inspection.EXPECTED or u.settlement_id for u in units):
        raise forbidden(held.decision, "CANCELLED after the parcel was handed over")
    for unit in units:
        unit.held, unit.cancelled = False, True
        held.tx.session.add(unit)
        _tell(held, "item.cancelled", unit)
    held.units = [unit for unit in held.units if not unit.cancelled]
    _waive_fee(held)
    expect_again(held)
    held.changed()
    complete_if_inspected(held)


def _waive_fee(held: HeldReturn) -> None:
    """Where nothing is left that is the buyer's fault. What was taken before any unit was taken off stays taken."""
    faults = {reason.code: reason.fault for reason in held.policy().reasons}
    left = [faults[unit.reason_code] for unit in held.units if unit.reason_code in faults]
    untaken = held.row.shown_fee_minor and not any(unit.settlement_id for unit in held.units)
    if untaken and fee_waived(left):
        held.row.label_offer, held.row.shown_fee_minor = LabelOfferKind.FREE_LABEL, 0


def last_units(held: HeldReturn, quantities: Sequence[tuple[str, int]]) -> list[UnitKey]:
    """The last so many units of each line, as a buyer names them who counts but does not number."""
    found: list[UnitKey] = []
    for place, (line_id, quantity) in enumerate(quantities):
        keys = [(u.line_id, u.unit) for u in held.units if u.line_id == line_id]
        left = [key for key in keys if key not in found]
        if len(left) < quantity:
            raise invalid(
                f"items[{place}].quantity", f"only {len(left)} units of this line are in the return"
            )
        found += left[len(left) - quantity :]
    return found


def release_units(held: HeldReturn, wanted: Sequence[UnitKey], note: str) -> None:
    """By staff's word alone: what never came, or went back to the customer, can be returned anew. Not what was paid
    before that was known, unless the money came back: it would be paid once more."""
    for unit in _named(held, wanted):
        if Inspection(unit.inspection) not in _NOT_BACK or not unit.held:
            raise forbidden(Inspection(unit.inspection), "free for another return")
        if paid_for(held, unit):
            raise forbidden(Inspection(unit.inspection), "free for another return while it is paid for")
        unit.held = False
        unit.note = unit.note or note
        held.tx.session.add(unit)
        _tell(held, "item.released", unit)
    held.changed()


def _named(held: HeldReturn, wanted: Sequence[UnitKey]) -> list[UnitRow]:
    units = {(unit.line_id, unit.unit): unit for unit in held.units}
    for key in wanted:
        if key not in units:
            raise not_found("unit", f"{key[0]}/{key[1]}")
    return [units[key] for key in dict.fromkeys(wanted)]


def _tell(held: HeldReturn, type: str, unit: UnitRow) -> None:
    attributes = {"order_line_id": unit.line_id, "unit": str(unit.unit)}
    held.tx.record(held.row.merchant_id, type, held.subject, attributes)
