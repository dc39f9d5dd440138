"""What staff must see to, written beside the event that says why."""

from sqlmodel import col, select

from sendback_service.call import Call, made_before, remember
from sendback_service.ids import new_id
from sendback_service.refusal import not_found
from sendback_service.store.tables import WorkItemRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction


def ask_staff(tx: Transaction, merchant_id: str, kind: str, return_id: str) -> None:
    """One open item of a kind is enough for a return, or for a merchant where no return is meant."""
    query = select(WorkItemRow.id).where(
        WorkItemRow.merchant_id == merchant_id,
        WorkItemRow.return_id == return_id,
        WorkItemRow.kind == kind,
        col(WorkItemRow.done_time).is_(None),
    )
    if tx.session.exec(query).first() is None:
        ask_each(tx, merchant_id, kind, return_id)


def ask_each(tx: Transaction, merchant_id: str, kind: str, return_id: str = "") -> None:
    """An item of its own, however many are open."""
    row = WorkItemRow(merchant_id=merchant_id, id=new_id("wrk", tx.now), kind=kind, return_id=return_id)
    row.create_time = micros(tx.now)
    tx.session.add(row)


def finish_work(tx: Transaction, merchant_id: str, kind: str) -> None:
    """What needed staff passed by itself; for items of no return in particular."""
    query = select(WorkItemRow).where(
        WorkItemRow.merchant_id == merchant_id,
        WorkItemRow.return_id == "",
        WorkItemRow.kind == kind,
        col(WorkItemRow.done_time).is_(None),
    )
    for item in tx.session.exec(query):
        item.done_time = micros(tx.now)
        tx.session.add(item)


def complete(tx: Transaction, call: Call, work_item_id: str) -> WorkItemRow:
    """Staff saw to it. What was done already stays as it is."""
    row = tx.session.get(WorkItemRow, (call.merchant_id, work_item_id), with_for_update=True)
    if row is None:
        raise not_found("work_item", work_item_id)
    if made_before(tx, call) is None and row.done_time is None:
        row.done_time = micros(tx.now)
        tx.session.add(row)
        subject = Subject("return", row.return_id) if row.return_id else Subject("work_item", row.id)
        tx.record(call.merchant_id, "work.completed", subject, {"work_item_id": row.id, "kind": row.kind})
        remember(tx, call, row.id)
    return row
