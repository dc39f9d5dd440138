"""What staff must see to, written beside the event that says why."""

from sendback_service.ids import new_id
from sendback_service.store.tables import WorkItemRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction


def ask_staff(tx: Transaction, merchant_id: str, kind: str, return_id: str) -> None:
    tx.session.add(
        WorkItemRow(
            merchant_id=merchant_id,
            id=new_id("wrk", tx.now),
            kind=kind,
            return_id=return_id,
            create_time=micros(tx.now),
        )
    )
