"""A parcel that arrives after its return expired: a linked return goes on where the first one ended."""

from sqlmodel import select

from sendback_service import deadlines
from sendback_service.amounts_due import expect_again
from sendback_service.held import HeldReturn, hold
from sendback_service.ids import fresh_reference, new_id
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.states import Decision, Inspection, LabelState
from sendback_service.rules.worth import Pricing
from sendback_service.store.tables import ParcelRow, ReturnRow, UnitRow
from sendback_service.store.tables.goods import HELD
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject
from sendback_service.work_items import ask_staff

# In a parcel's request: the parcel of the expired return that it is.
_CONTINUES = "continues"


def reopened(held: HeldReturn, parcel: ParcelRow) -> ParcelRow | None:
    """The parcel as one of the linked return's, which is approved. None where units are not free any more, or the
    linked one is over: staff are asked. The label's fee is forgiven, since the label was given up with the
    first return."""
    linked = _linked_before(held)
    if linked is None and _still_free(held):
        linked = _linked(held)
    if linked is not None and (known := _known(linked, parcel)) is not None:
        return known
    if linked is None or linked.decision is not Decision.APPROVED:
        ask_staff(held.tx, held.row.merchant_id, "parcel.after_expiry", held.row.id)
        return None
    continued = _parcel(parcel, linked)
    held.tx.session.add(continued)
    held.tx.session.flush()
    return continued


def _linked(held: HeldReturn) -> HeldReturn:
    row = _return(held)
    tx = held.tx
    tx.session.add(row)
    tx.session.add_all(_unit(unit, row.id) for unit in held.units)
    tx.session.flush()
    subject = Subject("return", row.id)
    facts = {"order_id": row.order_id, "reference": row.reference, "linked_return_id": held.row.id}
    tx.record(row.merchant_id, "return.requested", subject, facts)
    tx.record(row.merchant_id, "return.approved", subject, {"label_offer": row.label_offer})
    again = hold(tx, row.merchant_id, row.id)
    expect_again(again)
    deadlines.of_withdrawal(again, moment(held.row.create_time))
    return again


def _known(linked: HeldReturn, parcel: ParcelRow) -> ParcelRow | None:
    """What was told of a parcel before is told of the same one."""
    number = parcel.tracking_number or None
    same = (
        p for p in linked.parcels if p.request.get(_CONTINUES) == parcel.id or p.tracking_number == number
    )
    return next(same, None)


def _linked_before(held: HeldReturn) -> HeldReturn | None:
    query = select(ReturnRow.id).where(
        ReturnRow.merchant_id == held.row.merchant_id,
        ReturnRow.order_id == held.row.order_id,
        ReturnRow.linked_return_id == held.row.id,
    )
    found = held.tx.session.exec(query).first()
    return None if found is None else hold(held.tx, held.row.merchant_id, found)


def _still_free(held: HeldReturn) -> bool:
    """Neither in another return nor taken off the order, as by a shop that paid them back meanwhile."""
    query = select(UnitRow.line_id, UnitRow.unit).where(
        UnitRow.merchant_id == held.row.merchant_id,
        UnitRow.order_id == held.row.order_id,
        HELD,
    )
    taken, order = set(held.tx.session.exec(query)), Pricing(held.order_today())
    keys = [(unit.line_id, unit.unit) for unit in held.units]
    return all(key not in taken and order.sold(*key) for key in keys)


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


def _parcel(parcel: ParcelRow, linked: HeldReturn) -> ParcelRow:
    now = micros(linked.tx.now)
    return ParcelRow(
        merchant_id=linked.row.merchant_id,
        id=new_id("par", linked.tx.now),
        return_id=linked.row.id,
        return_reference=linked.row.reference,
        label=LabelState.NOT_NEEDED,
        account=parcel.account,
        tracking_number=parcel.tracking_number,
        tracking_uri=parcel.tracking_uri,
        format=linked.row.format,
        paper=linked.row.paper,
        request={_CONTINUES: parcel.id},
        create_time=now,
        update_time=now,
    )
