"""In the warehouse: parcels arrive, units are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from sendback_service.decisions import close_if_done
from sendback_service.held import HeldReturn, allowed, forbidden
from sendback_service.messages import Occasion, request
from sendback_service.refusal import invalid, not_found
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.states import INSPECTED, Decision, Disposition, Grade, Inspection, Transit
from sendback_service.settlements import settle_at
from sendback_service.store.tables import ParcelRow, UnitRow
from sendback_service.store.transaction import Intent
from sendback_service.tracking import report


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one unit. A grade belongs to an accepted unit, a note to a rejected one, and a disposition
    to both."""

    line_id: str
    unit: int
    result: Inspection
    grade: Grade | None = None
    disposition: Disposition | None = None
    note: str = ""


def receive(held: HeldReturn, parcel_id: str) -> None:
    """The parcel is here, whatever its tracking said."""
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, "RECEIVED")
    parcel = _parcel(held, parcel_id)
    for unit in held.units:
        if unit.inspection == Inspection.EXPECTED:
            unit.inspection = Inspection.RECEIVED
            held.tx.session.add(unit)
    held.tx.record(held.row.merchant_id, "reception.started", held.subject, {"parcel_id": parcel.id})
    report(held.tx, parcel, Transit.DELIVERED, held.tx.now)
    held.changed()


def inspect(held: HeldReturn, findings: Sequence[Finding]) -> None:
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, "INSPECTED")
    units = {(unit.line_id, unit.unit): unit for unit in held.units}
    for place, finding in enumerate(findings):
        _check(finding, f"findings[{place}]")
        unit = units.get((finding.line_id, finding.unit))
        if unit is None:
            raise not_found("unit", f"{finding.line_id}/{finding.unit}")
        _note(held, unit, finding)
    held.changed()
    if all(Inspection(unit.inspection) in INSPECTED for unit in held.units):
        held.tx.record(held.row.merchant_id, "reception.completed", held.subject, intents=_letter(held))
        held.tx.drop_deadline(held.row.merchant_id, "return.unused", held.row.id)
        settle_at(held, SettlementMoment.INSPECTION)
        close_if_done(held)


def _note(held: HeldReturn, unit: UnitRow, finding: Finding) -> None:
    unit.inspection = allowed(Inspection(unit.inspection), finding.result)
    unit.grade = finding.grade or ""
    unit.disposition = finding.disposition or ""
    unit.note = finding.note
    held.tx.session.add(unit)
    attributes = {"order_line_id": unit.line_id, "unit": str(unit.unit)}
    held.tx.record(held.row.merchant_id, f"item.{finding.result.lower()}", held.subject, attributes)


def _letter(held: HeldReturn) -> list[Intent]:
    """What was not accepted the buyer hears of, with staff's reason."""
    if not any(unit.inspection == Inspection.REJECTED for unit in held.units):
        return []
    return request(held.tx, held.row.merchant_id, held.row.id, Occasion.NOT_ACCEPTED)


def _check(finding: Finding, at: str) -> None:
    if finding.result is Inspection.ACCEPTED and finding.grade is None:
        raise invalid(f"{at}.grade", f"an accepted unit needs one of {', '.join(Grade)}")
    if finding.result is not Inspection.MISSING and finding.disposition is None:
        raise invalid(f"{at}.disposition", f"needs one of {', '.join(Disposition)}")
    if finding.result is Inspection.REJECTED and not finding.note.strip():
        raise invalid(f"{at}.note", "a rejected unit needs a reason")


def _parcel(held: HeldReturn, parcel_id: str) -> ParcelRow:
    found = [p for p in held.parcels if parcel_id in ("", p.id)]
    if len(found) != 1:
        raise (
            not_found("parcel", parcel_id)
            if not found
            else invalid("parcel_id", "the return has several parcels; name one")
        )
    return found[0]
