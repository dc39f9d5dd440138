"""In the warehouse: parcels arrive, units are looked at, and what nobody announced is noted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sendback_service import deadlines
from sendback_service.amounts_due import WORTHLESS
from sendback_service.decisions import close_if_done, new_parcel
from sendback_service.held import HeldReturn, allowed, forbidden, hold
from sendback_service.ids import new_id
from sendback_service.images import check_evidence
from sendback_service.linked_return import reopened
from sendback_service.messages import Occasion, request
from sendback_service.refusal import invalid, not_found
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.states import (
    INSPECTED,
    Decision,
    Disposition,
    Grade,
    Inspection,
    Transit,
    UnitKind,
)
from sendback_service.settlements import settle_at
from sendback_service.store.tables import ParcelRow, UnitRow
from sendback_service.store.transaction import Intent
from sendback_service.tracking import report


@dataclass(frozen=True, slots=True)
class ReceivedParcel:
    """Which parcel came: one of the return's by its id, its only one, or one more than was announced."""

    parcel_id: str = ""
    another: bool = False
    tracking_number: str = ""


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
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extra:
    """Goods in the parcel that the return does not name."""

    kind: UnitKind
    title: str
    disposition: Disposition
    quantity: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    findings: Sequence[Finding] = field(default=())
    extras: Sequence[Extra] = field(default=())


def receive(held: HeldReturn, received: ReceivedParcel) -> HeldReturn:
    """The parcel is here, whatever its tracking said. Answers the return that it counts for: after expiry a linked one,
    or the expired one itself where staff must look."""
    if held.decision is Decision.EXPIRED:
        continued = reopened(held, _came(held, received))
        if continued is None:
            return held
        linked = hold(held.tx, continued.merchant_id, continued.return_id)
        return _received(linked, continued) if linked.decision is Decision.APPROVED else linked
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, "RECEIVED")
    return _received(held, _came(held, received))


def inspect(held: HeldReturn, contents: Contents) -> None:
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, "INSPECTED")
    if not contents.findings and not contents.extras:
        raise invalid("findings", "say what was found")
    units = {(unit.line_id, unit.unit): unit for unit in held.units}
    for place, finding in enumerate(contents.findings):
        _check(finding, f"findings[{place}]")
        unit = units.get((finding.line_id, finding.unit))
        if unit is None:
            raise not_found("unit", f"{finding.line_id}/{finding.unit}")
        _note(held, unit, finding)
    for extra in contents.extras:
        _add(held, extra)
    held.changed()
    if contents.findings:
        complete_if_inspected(held)


def complete_if_inspected(held: HeldReturn) -> None:
    """Nothing is left to look at: what was waited for is waited for no more, and what is due is paid."""
    if any(Inspection(unit.inspection) not in INSPECTED for unit in held.units):
        return
    held.tx.record(held.row.merchant_id, "reception.completed", held.subject, intents=_letter(held))
    for kind in (deadlines.UNUSED, deadlines.INSPECTION):
        held.tx.drop_deadline(held.row.merchant_id, kind, held.row.id)
    held.finish_work(deadlines.UNUSED, deadlines.INSPECTION, deadlines.LATE, deadlines.LOST)
    settle_at(held, SettlementMoment.INSPECTION)
    close_if_done(held)


def _received(held: HeldReturn, parcel: ParcelRow) -> HeldReturn:
    for unit in held.units:
        if unit.inspection == Inspection.EXPECTED:
            unit.inspection = Inspection.RECEIVED
            held.tx.session.add(unit)
    held.tx.record(held.row.merchant_id, "reception.started", held.subject, {"parcel_id": parcel.id})
    report(held.tx, parcel, Transit.DELIVERED, held.tx.now)
    held.changed()
    return held


def _note(held: HeldReturn, unit: UnitRow, finding: Finding) -> None:
    unit.inspection = allowed(Inspection(unit.inspection), finding.result)
    unit.grade = finding.grade or ""
    unit.disposition = finding.disposition or ""
    unit.note = finding.note
    if finding.images:
        check_evidence(held.tx, held.row.merchant_id, held.row.order_id, finding.images)
        unit.evidence = {**unit.evidence, "findings": list(finding.images)}
    held.tx.session.add(unit)
    attributes = {"order_line_id": unit.line_id, "unit": str(unit.unit)}
    held.tx.record(held.row.merchant_id, f"item.{finding.result.lower()}", held.subject, attributes)


def _add(held: HeldReturn, extra: Extra) -> None:
    """Under a line id of their own; they reserve nothing and are worth nothing."""
    line_id = new_id("ext", held.tx.now)
    held.tx.session.add_all(
        UnitRow(
            merchant_id=held.row.merchant_id,
            return_id=held.row.id,
            line_id=line_id,
            unit=number,
            order_id=held.row.order_id,
            title=extra.title,
            held=False,
            kind=extra.kind,
            inspection=Inspection.RECEIVED,
            disposition=extra.disposition,
            note=extra.note,
        )
        for number in range(extra.quantity)
    )
    attributes = {"order_line_id": line_id, "kind": extra.kind, "quantity": str(extra.quantity)}
    held.tx.record(held.row.merchant_id, "item.unannounced", held.subject, attributes)


def _letter(held: HeldReturn) -> list[Intent]:
    """What was not accepted, or not in the parcel, the buyer hears of, with staff's reason."""
    if not any(Inspection(unit.inspection) in WORTHLESS for unit in held.units):
        return []
    return request(held.tx, held.row.merchant_id, held.row.id, Occasion.NOT_ACCEPTED)


def _check(finding: Finding, at: str) -> None:
    if finding.result is Inspection.ACCEPTED and finding.grade is None:
        raise invalid(f"{at}.grade", f"an accepted unit needs one of {', '.join(Grade)}")
    if finding.result is not Inspection.MISSING and finding.disposition is None:
        raise invalid(f"{at}.disposition", f"needs one of {', '.join(Disposition)}")
    if finding.result is Inspection.REJECTED and not finding.note.strip():
        raise invalid(f"{at}.note", "a rejected unit needs a reason")


def _came(held: HeldReturn, received: ReceivedParcel) -> ParcelRow:
    return _another(held, received) if received.another else _parcel(held, received)


def _parcel(held: HeldReturn, received: ReceivedParcel) -> ParcelRow:
    found = [p for p in held.parcels if received.parcel_id in ("", p.id)]
    if len(found) != 1:
        raise (
            not_found("parcel", received.parcel_id)
            if not found
            else invalid("parcel_id", "the return has several parcels; name one")
        )
    return found[0]


def _another(held: HeldReturn, received: ReceivedParcel) -> ParcelRow:
    parcel = new_parcel(held, {})
    parcel.tracking_number = received.tracking_number
    held.changed()
    held.tx.session.flush()
    return parcel
