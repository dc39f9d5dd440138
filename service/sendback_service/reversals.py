"""Money that was paid and came back: the settlement is reversed, a linked record says so, and its units are due again.

A refund comes back when the buyer's bank returns it; store credit of our ledger is taken back as long as nothing of it
was spent, that of a shop by staff, there.
"""

from sqlmodel import select

from sendback_service import credit
from sendback_service.amounts_due import left_for
from sendback_service.held import HeldReturn, forbidden
from sendback_service.ids import new_id
from sendback_service.refusal import not_found
from sendback_service.rules.states import (
    INSPECTED,
    Decision,
    Inspection,
    SettlementKind,
    SettlementState,
    moved,
)
from sendback_service.settlements import LEDGER, lock_order, told, transfers_of
from sendback_service.store.tables import SettlementRow, TransferRow, UnitRow
from sendback_service.store.times import micros
from sendback_service.work_items import ask_staff


def reverse(held: HeldReturn, settlement_id: str, note: str) -> None:
    """Only what was settled can come back, once. A return that is closed stays closed, and staff are asked; so they are
    where everything was looked at, after which nothing is paid by itself any more, and where the shop's report of the
    payments leaves open whether the money is there again."""
    tx = held.tx
    lock_order(held)
    row = tx.session.get(SettlementRow, (held.row.merchant_id, settlement_id), with_for_update=True)
    if row is None or row.return_id != held.row.id or row.reverses_id:
        raise not_found("settlement", settlement_id)
    if row.state != SettlementState.SETTLED or row.kind == SettlementKind.WAIVED:
        raise forbidden(SettlementState(row.state), SettlementState.REVERSED)
    before, came = left_for(held), 0
    for transfer in transfers_of(tx, row):
        _take_back(held, transfer)
        came += 0 if transfer.kind == "BONUS" else transfer.amount_minor
    row.state = moved(SettlementState(row.state), SettlementState.REVERSED)
    tx.session.add(row)
    linked = _linked(held, row, note)
    tx.session.add(linked)
    held.changed()
    attributes = {**told(row), "linked_settlement_id": linked.id}
    tx.session.flush()
    tx.record(row.merchant_id, "settlement.reversed", held.subject, attributes)
    if row.kind == SettlementKind.STORE_CREDIT:
        tx.record(row.merchant_id, "credit.reversed", held.subject, attributes)
    looked_at = all(Inspection(unit.inspection) in INSPECTED for unit in held.units)
    if held.decision is Decision.CLOSED or looked_at or left_for(held) - before < came:
        ask_staff(tx, row.merchant_id, "settlement.reversed", held.row.id)
    if held.decision is not Decision.CLOSED:
        _due_again(held, row)


def _take_back(held: HeldReturn, transfer: TransferRow) -> None:
    if transfer.account == LEDGER:
        holder = credit.Holder(held.row.merchant_id, held.order().customer_id, transfer.currency)
        if credit.left(held.tx, holder, transfer.provider_reference) < transfer.amount_minor:
            raise forbidden(SettlementState.SETTLED, "REVERSED after credit was spent")
        credit.reverse(held.tx, holder, transfer.provider_reference, f"reversal/{transfer.id}")
    transfer.state = moved(SettlementState(transfer.state), SettlementState.REVERSED)
    transfer.settle_time = transfer.settle_time or transfer.update_time
    transfer.update_time = micros(held.tx.now)
    held.tx.session.add(transfer)


def _linked(held: HeldReturn, row: SettlementRow, note: str) -> SettlementRow:
    """What the reversed one paid, with its sign turned."""
    now = micros(held.tx.now)
    return SettlementRow(
        merchant_id=row.merchant_id,
        id=new_id("set", held.tx.now),
        return_id=row.return_id,
        order_id=row.order_id,
        kind=row.kind,
        state=SettlementState.REVERSED,
        currency=row.currency,
        amount_minor=-row.amount_minor,
        note=note,
        reverses_id=row.id,
        create_time=now,
        settle_time=now,
    )


def _due_again(held: HeldReturn, row: SettlementRow) -> None:
    query = select(UnitRow).where(
        UnitRow.merchant_id == row.merchant_id,
        UnitRow.return_id == row.return_id,
        UnitRow.settlement_id == row.id,
    )
    for unit in held.tx.session.exec(query):
        unit.settlement_id = ""
        held.tx.session.add(unit)
