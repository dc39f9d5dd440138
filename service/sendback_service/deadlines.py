"""When people must be reminded: the buyer of a label, staff of what is late. Rows with a time on our own clock."""

from datetime import datetime, timedelta

from sendback_service.decisions import settlements
from sendback_service.held import HeldReturn
from sendback_service.messages import Occasion, request
from sendback_service.new_return import STATUTORY_REFUND_DAYS
from sendback_service.rules.policy import Policy
from sendback_service.rules.states import (
    INSPECTED,
    Basis,
    Decision,
    Inspection,
    LabelState,
    SettlementState,
    Transit,
)
from sendback_service.store.tables import DeadlineRow, ParcelRow
from sendback_service.store.times import moment
from sendback_service.work_items import ask_staff

UNUSED = "return.unused"
REMINDER = "return.reminder"
LATE = "parcel.late"
LOST = "parcel.lost"
INSPECTION = "inspection.due"
REFUND = "refund.due"
_UNDER_WAY = frozenset({Transit.HANDED_OVER, Transit.IN_TRANSIT, Transit.EXCEPTION})


def of_label(held: HeldReturn) -> None:
    """A label was bought: its buyer is reminded some days before the return lapses."""
    policy = held.policy()
    due = lapse_time(held, policy) - timedelta(days=policy.service.reminder_days)
    if policy.unused_label_days and policy.service.reminder_days and due > held.tx.now:
        _set(held, REMINDER, due - held.tx.now)


def lapse_time(held: HeldReturn, policy: Policy) -> datetime:
    """When an unused return lapses: so many days after it was approved, which is when its first parcel was made."""
    approved = min(parcel.create_time for parcel in held.parcels)
    return moment(approved) + timedelta(days=policy.unused_label_days)


def of_withdrawal(held: HeldReturn, declared: datetime) -> None:
    """The law's days for paying back run from the withdrawal, also where the goods came when its return had lapsed."""
    if held.row.basis == Basis.STATUTORY_WITHDRAWAL:
        due = declared + timedelta(days=STATUTORY_REFUND_DAYS)
        _set(held, REFUND, max(due - held.tx.now, timedelta()))


def of_parcel(held: HeldReturn, parcel: ParcelRow, before: Transit) -> None:
    """The parcel was seen: what was waited for before is waited for no more. Each is late by itself, so many days after
    it was first seen, whatever else is told of it on the way. The first that arrives says when its goods are to be
    looked at and paid for: what comes later puts nothing off."""
    service = held.policy().service
    for kind in (UNUSED, REMINDER):
        _drop(held, kind)
    if before is Transit.NOT_SCANNED:
        held.finish_work(UNUSED)
    seen = Transit(parcel.transit)
    if seen in _UNDER_WAY:
        if before not in _UNDER_WAY:
            due = held.tx.now + timedelta(days=service.parcel_days)
            held.tx.set_deadline(held.row.merchant_id, LATE, parcel.id, due)
        return
    held.tx.drop_deadline(held.row.merchant_id, LATE, parcel.id)
    _finish_answered(held)
    if seen is Transit.LOST and held.decision is Decision.APPROVED and _is_uninspected(held):
        ask_staff(held.tx, held.row.merchant_id, LOST, held.row.id)
    elif seen is Transit.DELIVERED:
        if _is_uninspected(held):
            _set_once(held, INSPECTION, timedelta(days=service.inspection_days))
        if held.row.basis != Basis.STATUTORY_WITHDRAWAL:
            _set_once(held, REFUND, timedelta(days=service.refund_days))


def reached(held: HeldReturn, row: DeadlineRow) -> None:
    """A deadline of one of these kinds came: somebody is told, unless what it waited for has happened."""
    if held.decision is not Decision.APPROVED:
        return
    if row.kind == REMINDER:
        _remind(held)
    elif _is_late(held, row.subject_id) if row.kind == LATE else _STILL[row.kind](held):
        breached(held, row.kind)


def breached(held: HeldReturn, kind: str) -> None:
    """What was due has not happened: staff are told."""
    held.tx.record(held.row.merchant_id, "deadline.breached", held.subject, {"kind": kind})
    ask_staff(held.tx, held.row.merchant_id, kind, held.row.id)


def _remind(held: HeldReturn) -> None:
    if held.scanned or all(parcel.label != LabelState.PURCHASED for parcel in held.parcels):
        return
    letter = request(held.tx, held.row.merchant_id, held.row.id, Occasion.REMINDER)
    held.tx.record(held.row.merchant_id, "return.reminded", held.subject, intents=letter)


def _finish_answered(held: HeldReturn) -> None:
    """No parcel is under way any more, or none is lost."""
    seen = {Transit(parcel.transit) for parcel in held.parcels}
    late = () if seen & _UNDER_WAY else (LATE,)
    lost = () if Transit.LOST in seen else (LOST,)
    held.finish_work(*late, *lost)


def _is_late(held: HeldReturn, subject_id: str) -> bool:
    """Nobody waits for a parcel any more once every unit was looked at. A deadline of earlier days names the return."""
    under_way = [parcel.id for parcel in held.parcels if Transit(parcel.transit) in _UNDER_WAY]
    waited_for = subject_id in under_way or (subject_id == held.row.id and under_way)
    return bool(waited_for) and _is_uninspected(held)


def _is_uninspected(held: HeldReturn) -> bool:
    return any(Inspection(unit.inspection) not in INSPECTED for unit in held.units)


def _is_unpaid(held: HeldReturn) -> bool:
    opened = settlements(held, (SettlementState.SUBMITTED, SettlementState.UNKNOWN))
    return bool(opened) or any(not unit.settlement_id for unit in held.units)


_STILL = {INSPECTION: _is_uninspected, REFUND: _is_unpaid}
KINDS = (REMINDER, LATE, *_STILL)


def _set(held: HeldReturn, kind: str, after: timedelta) -> None:
    held.tx.set_deadline(held.row.merchant_id, kind, held.row.id, held.tx.now + after)


def _set_once(held: HeldReturn, kind: str, after: timedelta) -> None:
    """Unless it is set already."""
    if held.tx.session.get(DeadlineRow, (held.row.merchant_id, f"{kind}:{held.row.id}")) is None:
        _set(held, kind, after)


def _drop(held: HeldReturn, kind: str) -> None:
    held.tx.drop_deadline(held.row.merchant_id, kind, held.row.id)
