"""A parcel that arrives after its return expired: a linked return goes on where the first one ended."""

from sqlmodel import select

from sendback_service.dues import expect_again
from sendback_service.held import HeldReturn, hold
from sendback_service.ids import fresh_reference, new_id
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.states import Decision, Inspection, LabelState
from sendback_service.store.tables import ParcelRow, ReturnRow, UnitRow
from sendback_service.store.tables.goods import HELD
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject
from sendback_service.work_items import ask_staff


def reopened(held: HeldReturn, parcel: ParcelRow) -> HeldReturn | None:
    """The linked return, approved, with the parcel as its own. None where another return has the units meanwhile:
    staff are asked. The label's fee is forgiven, since the label was given up with the first return."""
    known = _linked_before(held)
    if known is not None:
        return hold(held.tx, held.row.merchant_id, known)
    if not _still_free(held):
        ask_staff(held.tx, held.row.merchant_id, "parcel.after_expiry", held.row.id)
        return None
    row = _return(held)
    tx = held.tx
    tx.session.add(row)
    tx.session.add_all(_unit(unit, row.id) for unit in held.units)
    tx.session.add(_parcel(held, parcel, row))
    tx.session.flush()
    subject = Subject("return", row.id)
    facts = {"order_id": row.order_id, "reference": row.reference, "linked_return_id": held.row.id}
    tx.record(row.merchant_id, "return.requested", subject, facts)
    tx.record(row.merchant_id, "return.approved", subject, {"label_offer": row.label_offer})
    again = hold(tx, row.merchant_id, row.id)
    expect_again(again)
    return again


def _linked_before(held: HeldReturn) -> str | None:
    query = select(ReturnRow.id).where(
        ReturnRow.merchant_id == held.row.merchant_id,
        ReturnRow.order_id == held.row.order_id,
        ReturnRow.linked_return_id == held.row.id,
    )
    return held.tx.session.exec(query).first()


def _still_free(held: HeldReturn) -> bool:
    query = select(UnitRow.line_id, UnitRow.unit).where(
        UnitRow.merchant_id == held.row.merchant_id,
        UnitRow.order_id == held.row.order_id,
        HELD,
    )
    taken = set(held.tx.session.exec(query))
    return not any((unit.line_id, unit.unit) in taken for unit in held.units)


def _return(held: HeldReturn) -> ReturnRow:
    now = micros(held.tx.now)
    changed = {
        "id": new_id("ret", held.tx.now),
        "reference": fresh_reference(),
        "decision": Decision.APPROVED,
        "label_offer": LabelOfferKind.INSTRUCTIONS,
        "shown_fee_minor": 0,
        "linked_return_id": held.row.id,
        "version": 1,
        "create_time": now,
        "update_time": now,
        "erase_time": None,
    }
    return ReturnRow(**{**held.row.model_dump(), **changed})


def _unit(unit: UnitRow, return_id: str) -> UnitRow:
    fresh = {"return_id": return_id, "held": True, "inspection": Inspection.EXPECTED, "settlement_id": ""}
    return UnitRow(**{**unit.model_dump(), **fresh})


def _parcel(held: HeldReturn, parcel: ParcelRow, row: ReturnRow) -> ParcelRow:
    return ParcelRow(
        merchant_id=row.merchant_id,
        id=new_id("par", held.tx.now),
        return_id=row.id,
        return_reference=row.reference,
        label=LabelState.NOT_NEEDED,
        account=parcel.account,
        tracking_number=parcel.tracking_number,
        tracking_uri=parcel.tracking_uri,
        format=row.format,
        paper=row.paper,
        create_time=row.create_time,
        update_time=row.create_time,
    )
