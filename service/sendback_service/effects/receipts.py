"""What becomes of a transfer of money, and of the settlement that it is part of."""

from datetime import timedelta

from sendback_sdk import Receipt
from sqlmodel import select

from sendback_service import credit
from sendback_service.effects.backoff import GIVE_UP_ASKING, TRANSFER_ROUNDS, next_try
from sendback_service.effects.plugin_call import Ended
from sendback_service.held import HeldReturn, hold
from sendback_service.rules.states import SettlementState
from sendback_service.settlements import OPEN, finish_if_whole, settle_transfer, transfers_of
from sendback_service.store.tables import SettlementRow, TransferRow, UnitRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction
from sendback_service.work_items import ask_staff

# In the place of the other side's reference, where it gave none.
TAKEN_ON = "taken on"
_LATE = timedelta(days=3)


def lock(tx: Transaction, merchant_id: str, transfer_id: str) -> tuple[HeldReturn, TransferRow]:
    """Always the return first."""
    transfer = tx.session.get_one(TransferRow, (merchant_id, transfer_id))
    held = hold(tx, merchant_id, transfer.return_id)
    tx.session.refresh(transfer, with_for_update=True)
    return held, transfer


def settled(tx: Transaction, held: HeldReturn, transfer: TransferRow, reference: str) -> None:
    """The money went. The settlement is settled when all of its money did."""
    settle_transfer(tx, transfer, reference)
    _undoubted(tx, transfer)
    held.changed()
    finish_if_whole(tx, held, settlement_of(tx, transfer))


def taken_on(tx: Transaction, held: HeldReturn, transfer: TransferRow, receipt: Receipt) -> None:
    """The other side will pay."""
    transfer.state = SettlementState.SUBMITTED
    transfer.provider_reference = receipt.reference or transfer.provider_reference or TAKEN_ON
    _touch(tx, transfer)
    _undoubted(tx, transfer)
    held.changed()


def wait(tx: Transaction, transfer: TransferRow, round: int, *, heard_of: bool) -> None:
    """For money that was taken on: asked after, or waited for, until it went. Where the other side neither tells nor
    can be asked whether it did, somebody must (`confirm`)."""
    if not heard_of:
        ask_staff(tx, transfer.merchant_id, "refund.by_hand", transfer.return_id)
        return
    tx.set_deadline(
        transfer.merchant_id, "transfer.confirm", transfer.id, next_try(tx.now, round), number=round + 1
    )
    if tx.now - moment(transfer.create_time) > _LATE:
        ask_staff(tx, transfer.merchant_id, "refund.late", transfer.return_id)


def doubtful(
    tx: Transaction, held: HeldReturn, transfer: TransferRow, note: str, round: int, *, hopeless: bool
) -> None:
    """Nobody knows whether the money went. It is asked after until that is known, unless that is hopeless; after
    ten minutes people are told."""
    first = transfer.state != SettlementState.UNKNOWN
    transfer.state = SettlementState.UNKNOWN
    transfer.failure = note
    tx.session.add(transfer)
    settlement = settlement_of(tx, transfer)
    if settlement.state == SettlementState.SUBMITTED:
        settlement.state = SettlementState.UNKNOWN
        tx.session.add(settlement)
    if first:
        _tell(held, "settlement.unknown", transfer)
    if tx.now - moment(transfer.create_time) >= GIVE_UP_ASKING:
        ask_staff(tx, transfer.merchant_id, "settlement.unknown", transfer.return_id)
    if not hopeless:
        _again(tx, transfer, round, None)


def postponed(
    tx: Transaction, held: HeldReturn, transfer: TransferRow, ended: Ended[Receipt], round: int
) -> None:
    """Nothing happened; the same call is made again, and is the first as far as doubts go."""
    if round >= TRANSFER_ROUNDS:
        failed(tx, held, transfer, f"{ended.end} {ended.note}")
        return
    transfer.state = SettlementState.SUBMITTED
    transfer.calls = 0
    transfer.failure = ended.note
    _touch(tx, transfer)
    _undoubted(tx, transfer)
    _again(tx, transfer, round, ended.after)


def failed(tx: Transaction, held: HeldReturn, transfer: TransferRow, note: str) -> None:
    """Nothing was paid by this transfer, and it will not be tried again.

    Where nothing of the settlement was or will be paid, it failed as a whole, its units are unsettled again, and
    staff can settle anew. Where a part was, it stays open: what it charged and refunded still counts, and staff pay
    the rest by hand and confirm it."""
    transfer.state = SettlementState.FAILED
    transfer.failure = note
    _touch(tx, transfer)
    settlement = settlement_of(tx, transfer)
    settlement.failure = note
    if all(t.state == SettlementState.FAILED for t in transfers_of(tx, settlement)):
        settlement.state = SettlementState.FAILED
        _free_units(tx, settlement)
    tx.session.add(settlement)
    _undoubted(tx, transfer)
    ask_staff(tx, transfer.merchant_id, "settlement.failed", transfer.return_id)
    _tell(held, "settlement.failed", transfer)


def credited(tx: Transaction, merchant_id: str, transfer_id: str) -> None:
    """Store credit in our own ledger: one transaction, no call outside, the transfer's id its unique key."""
    held, transfer = lock(tx, merchant_id, transfer_id)
    if transfer.state not in OPEN:
        return
    holder = credit.Holder(merchant_id, held.order().customer_id, transfer.currency)
    days = held.policy().credit.expires_after_days
    expires = tx.now + timedelta(days=days) if days else None
    settled(tx, held, transfer, credit.give(tx, holder, transfer.amount_minor, transfer.id, expires))


def settlement_of(tx: Transaction, transfer: TransferRow) -> SettlementRow:
    return tx.session.get_one(SettlementRow, (transfer.merchant_id, transfer.settlement_id))


def _again(tx: Transaction, transfer: TransferRow, round: int, asked: float | None) -> None:
    due = next_try(tx.now, round, asked)
    tx.set_deadline(transfer.merchant_id, "transfer.retry", transfer.id, due, number=round + 1)


def _undoubted(tx: Transaction, transfer: TransferRow) -> None:
    """The settlement is in doubt no more, unless another of its transfers is."""
    settlement = settlement_of(tx, transfer)
    doubts = [t for t in transfers_of(tx, settlement) if t.state == SettlementState.UNKNOWN]
    if settlement.state == SettlementState.UNKNOWN and not doubts:
        settlement.state = SettlementState.SUBMITTED
        tx.session.add(settlement)


def _free_units(tx: Transaction, settlement: SettlementRow) -> None:
    query = select(UnitRow).where(
        UnitRow.merchant_id == settlement.merchant_id,
        UnitRow.return_id == settlement.return_id,
        UnitRow.settlement_id == settlement.id,
    )
    for unit in tx.session.exec(query):
        unit.settlement_id = ""
        tx.session.add(unit)


def _touch(tx: Transaction, transfer: TransferRow) -> None:
    transfer.update_time = micros(tx.now)
    tx.session.add(transfer)
    tx.session.flush()


def _tell(held: HeldReturn, type: str, transfer: TransferRow) -> None:
    held.changed()
    attributes = {"settlement_id": transfer.settlement_id, "transfer_id": transfer.id}
    held.tx.record(transfer.merchant_id, type, held.subject, attributes)
