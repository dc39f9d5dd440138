"""What staff must see to, written beside the event that says why."""

from sqlmodel import col, select

from sendback_service.ids import new_id
from sendback_service.store.tables import WorkItemRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction

WORKER = Author("effect", "worker")


def ask_staff(tx: Transaction, merchant_id: str, kind: str, return_id: str) -> None:
    """One open item of a kind is enough for a return, or for a merchant where no return is meant."""
    query = select(WorkItemRow.id).where(
        WorkItemRow.merchant_id == merchant_id,
        WorkItemRow.return_id == return_id,
        WorkItemRow.kind == kind,
        col(WorkItemRow.done_time).is_(None),
    )
    if tx.session.exec(query).first() is None:
        tx.session.add(
            WorkItemRow(
                merchant_id=merchant_id,
                id=new_id("wrk", tx.now),
                kind=kind,
                return_id=return_id,
                create_time=micros(tx.now),
            )
        )
