"""Deadlines, on our clock: rows that say what is to be done when, unless it was done before."""

from collections.abc import Callable, Sequence

import structlog
from sqlmodel import col, select

from sendback_service import anonymisation, credit, deadlines, decisions, erasures, images, settlements
from sendback_service.amounts_due import has_label
from sendback_service.effects import forgetting, mirroring, refund_comparison, synchronising
from sendback_service.effects.attempts import lock
from sendback_service.effects.backoff import next_try
from sendback_service.effects.error_summary import described
from sendback_service.effects.outcomes import LANE as LABEL_LANE
from sendback_service.effects.outcomes import instructed, tell
from sendback_service.effects.renewal import renew
from sendback_service.held import HeldReturn, hold, hold_of_parcel
from sendback_service.messages import LANE as MESSAGE_LANE
from sendback_service.rules.states import Decision, Inspection, LabelState, Transit
from sendback_service.store import Database
from sendback_service.store.outage import is_outage
from sendback_service.store.tables import DeadlineRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Intent, Subject, Transaction
from sendback_service.work_items import ask_staff

_BATCH = 100
_SWEEP = Author("timer", "sweep")

# Deadlines that ask for a call again: which workflow, in which lane.
RETRIES = {
    "label.retry": ("buy_label", LABEL_LANE),
    "label.reconcile": ("reconcile_label", LABEL_LANE),
    "label.void": ("void_label", LABEL_LANE),
    "transfer.retry": ("pay", "refunds"),
    "transfer.confirm": ("pay", "refunds"),
    "message.retry": ("send", MESSAGE_LANE),
    forgetting.RETRY: ("forget", erasures.LANE),
    mirroring.RETRY: ("mirror", mirroring.LANE),
    refund_comparison.RETRY: ("compare", refund_comparison.LANE),
    synchronising.WAKE: ("synchronise", synchronising.LANE),
}


class Sweep:
    def __init__(self, database: Database, start: Callable[[str, Intent, str], None]) -> None:
        self._database = database
        self._start = start

    def turn(self) -> int:
        """Sees to what is due; answers how many rows that were."""
        due = self._database.look(_due)
        for row in due:
            self._see_to(row)
        return len(due)

    def _see_to(self, row: DeadlineRow) -> None:
        """A retry is handed over before its row goes; starting it twice starts it once."""
        if row.kind in RETRIES:
            workflow, lane = RETRIES[row.kind]
            origin = f"{row.kind}.{row.due_time}"
            self._start(row.merchant_id, Intent(workflow, row.subject_id, lane, row.number), origin)
        try:
            self._database.transact(lambda tx: _done(tx, row), _SWEEP)
        except Exception as broken:
            if is_outage(broken):
                raise
            structlog.get_logger().error(
                "sweep.failed", kind=row.kind, subject_id=row.subject_id, error=described(broken)
            )
            self._database.transact(lambda tx: _give_to_staff(tx, row), _SWEEP)


def _due(tx: Transaction) -> Sequence[DeadlineRow]:
    query = select(DeadlineRow).where(DeadlineRow.due_time <= micros(tx.now))
    return list(tx.session.exec(query.order_by(col(DeadlineRow.due_time)).limit(_BATCH)))


def _done(tx: Transaction, seen: DeadlineRow) -> None:
    """Only the row that was seen: it may have been moved or seen to meanwhile."""
    row = tx.session.get(DeadlineRow, (seen.merchant_id, seen.id), with_for_update=True)
    if row is None or (row.due_time, row.number) != (seen.due_time, seen.number):
        return
    tx.session.delete(row)
    tx.session.flush()
    if row.kind in _HANDLERS:
        _HANDLERS[row.kind](tx, row)
    elif row.kind not in RETRIES:
        raise LookupError(f"nobody sees to deadlines of kind {row.kind!r}")


def _give_to_staff(tx: Transaction, seen: DeadlineRow) -> None:
    row = tx.session.get(DeadlineRow, (seen.merchant_id, seen.id))
    if row is not None:
        tx.session.delete(row)
    return_id = seen.subject_id if seen.subject_id.startswith("ret_") else ""
    tx.record(seen.merchant_id, "deadline.breached", _subject(seen), {"kind": seen.kind})
    ask_staff(tx, seen.merchant_id, "deadline.breached", return_id)


def _subject(seen: DeadlineRow) -> Subject:
    return Subject("return" if seen.subject_id.startswith("ret_") else "deadline", seen.subject_id)


def _settle(tx: Transaction, row: DeadlineRow) -> None:
    """Not before it is known whether there is a label to take the fee for."""
    held = hold(tx, row.merchant_id, row.subject_id)
    if held.decision is not Decision.APPROVED or all(unit.settlement_id for unit in held.units):
        return
    if _awaits_label(held):
        due = next_try(tx.now, row.number)
        tx.set_deadline(row.merchant_id, row.kind, row.subject_id, due, row.number + 1)
    else:
        settlements.settle(held)


def _awaits_label(held: HeldReturn) -> bool:
    """A first label with a fee: it is bought, or given up with its fee, in minutes."""
    if not held.row.shown_fee_minor or has_label(held):
        return False
    to_come = (LabelState.REQUESTED, LabelState.UNKNOWN)
    return any(p.label in to_come and not instructed(held, p) for p in held.parcels)


def _expire(tx: Transaction, row: DeadlineRow) -> None:
    """Only what was never scanned, received or paid lapses. Where something was received or paid and the rest never
    came, it is for staff to say what becomes of it."""
    held = hold(tx, row.merchant_id, row.subject_id)
    if held.decision is not Decision.APPROVED or held.scanned:
        return
    if all(u.inspection == Inspection.EXPECTED and not u.settlement_id for u in held.units):
        decisions.expire(held)
    else:
        deadlines.breached(held, row.kind)


def _lapse(tx: Transaction, row: DeadlineRow) -> None:
    credit.expire(tx, row.merchant_id, row.subject_id)


def _label_expires(tx: Transaction, row: DeadlineRow) -> None:
    """The carrier takes it no more. A parcel on its way is none of this."""
    held, parcel = lock(tx, row.merchant_id, row.subject_id)
    if parcel.label == LabelState.PURCHASED and parcel.transit == Transit.NOT_SCANNED:
        parcel.label = LabelState.EXPIRED
        tell(tx, held, parcel, "label.expired")
        if held is not None:
            renew(held, parcel)


def _remind(tx: Transaction, row: DeadlineRow) -> None:
    """Of a return, or of one of its parcels."""
    named = hold_of_parcel if row.subject_id.startswith("par_") else hold
    held = named(tx, row.merchant_id, row.subject_id)
    if held is not None:
        deadlines.reached(held, row)


_HANDLERS: dict[str, Callable[[Transaction, DeadlineRow], None]] = {
    "settlement.due": _settle,
    deadlines.UNUSED: _expire,
    "credit.expire": _lapse,
    "label.expire": _label_expires,
    **dict.fromkeys(deadlines.KINDS, _remind),
    erasures.DEADLINE: lambda tx, row: erasures.again(tx, row.merchant_id, row.subject_id),
    anonymisation.DEADLINE: lambda tx, row: anonymisation.follow_order(tx, row.merchant_id, row.subject_id),
    images.DEADLINE: lambda tx, row: images.drop_unused(tx, row.merchant_id, row.subject_id),
}
KINDS = (*RETRIES, *_HANDLERS)
