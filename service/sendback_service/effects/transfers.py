"""Moving money: one transfer, one key, however often it is asked for.

The contract says that a refund's key names it for its whole life, so asking again with the same key is never a
second refund; where the other side can be asked what became of the first call, it is asked before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sendback_sdk import FindsRefund, Misconfigured, Money, Platform, Receipt, ReceiptState, RefundLine, RefundRequest, Refunds
from sqlmodel import select

from sendback_service import credit
from sendback_service.effects.engine import step
from sendback_service.effects.labels import WORKER
from sendback_service.effects.outside import End, Ended, call
from sendback_service.effects.patience import GIVE_UP_ASKING, TRANSFER_ROUNDS, next_try
from sendback_service.effects.work import ask_staff
from sendback_service.held import HeldReturn, hold
from sendback_service.rules.states import SettlementState
from sendback_service.settlements import LEDGER, OPEN, finish_if_whole, settle_transfer, transfers_of
from sendback_service.store import Database
from sendback_service.store.documents import order_from
from sendback_service.store.tables import (
    OrderVersionRow,
    SettlementRow,
    TransferRow,
    UnitRow,
)
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction

@dataclass(frozen=True, slots=True)
class Paying:
    """`default_account` refunds where an order's payment names nobody."""

    database: Database
    platform: Callable[[str], Platform]
    default_account: str

    def pay(self, merchant_id: str, transfer_id: str, round: int) -> None:
        step("pay", self._pay, merchant_id, transfer_id, round)

    def _pay(self, merchant_id: str, transfer_id: str, round: int) -> str:
        transfer = self.database.transact(lambda tx: _claim(tx, merchant_id, transfer_id), WORKER)
        if transfer is None:
            return "settled"
        if transfer.account == LEDGER:
            self.database.transact(lambda tx: _book(tx, merchant_id, transfer_id), WORKER)
            return End.DONE
        account = transfer.account or self.default_account
        request = self.database.look(lambda tx: _request(tx, transfer))
        ended = call("refund", account, transfer_id, lambda: self._ask(account, transfer, request))
        ended = _checked(ended, transfer)
        self.database.transact(lambda tx: record(tx, merchant_id, transfer_id, ended, round), WORKER)
        return ended.end

    def _ask(self, account: str, transfer: TransferRow, request: RefundRequest) -> Receipt:
        if not account:
            raise Misconfigured("no account pays refunds: set `refunds` in sendback.toml")
        platform = self.platform(account)
        if transfer.calls > 1 and isinstance(platform, FindsRefund):
            found = platform.find_refund(transfer.id)
            if found is not None:
                return found
        if not isinstance(platform, Refunds):
            raise Misconfigured(f"account {account} cannot refund")
        return platform.refund(request)


def record(tx: Transaction, merchant_id: str, transfer_id: str, ended: Ended[Receipt], round: int) -> None:
    """What came of asking for a refund."""
    held, transfer = _lock(tx, merchant_id, transfer_id)
    if transfer.state not in OPEN:
        return
    transfer.update_time = micros(tx.now)
    tx.session.add(transfer)
    if ended.end is End.DONE and ended.answer is not None:
        _receipt(tx, held, transfer, ended.answer)
    elif ended.end is End.UNKNOWN:
        _doubt(tx, held, transfer, ended, round)
    elif ended.end is End.LATER and round < TRANSFER_ROUNDS:
        _again(tx, transfer, ended, round)
    else:
        fail(tx, held, transfer, f"{ended.end} {ended.note}")


def fail(tx: Transaction, held: HeldReturn, transfer: TransferRow, note: str) -> None:
    """Nothing was paid by this transfer, and it will not be tried again."""
    transfer.state = SettlementState.FAILED
    transfer.failure = note
    tx.session.add(transfer)
    settlement = _settlement(tx, transfer)
    settlement.state = SettlementState.FAILED
    settlement.failure = note
    tx.session.add(settlement)
    if all(t.state == SettlementState.FAILED for t in transfers_of(tx, settlement)):
        _free_units(tx, settlement)
    ask_staff(tx, transfer.merchant_id, "settlement.failed", transfer.return_id)
    _tell(held, "settlement.failed", transfer)


def _claim(tx: Transaction, merchant_id: str, transfer_id: str) -> TransferRow | None:
    """Counts the call before it is made; None where there is nothing left to do."""
    row = tx.session.get_one(TransferRow, (merchant_id, transfer_id), with_for_update=True)
    if row.state not in OPEN:
        return None
    row.calls += 1
    tx.session.add(row)
    return row


def _lock(tx: Transaction, merchant_id: str, transfer_id: str) -> tuple[HeldReturn, TransferRow]:
    """Always the return first."""
    transfer = tx.session.get_one(TransferRow, (merchant_id, transfer_id))
    held = hold(tx, merchant_id, transfer.return_id)
    tx.session.refresh(transfer)
    return held, transfer


def _request(tx: Transaction, transfer: TransferRow) -> RefundRequest:
    held = hold(tx, transfer.merchant_id, transfer.return_id)
    settlement = _settlement(tx, transfer)
    order = order_from(
        tx.session.get_one(
            OrderVersionRow, (transfer.merchant_id, transfer.order_id, held.row.order_version)
        ).document
    )
    counts: dict[str, int] = {}
    for unit in held.units:
        if unit.settlement_id == settlement.id:
            counts[unit.line_id] = counts.get(unit.line_id, 0) + 1
    return RefundRequest(
        key=transfer.id,
        order_id=order.id,
        payment_id=transfer.payment_id,
        amount=Money(transfer.amount_minor, transfer.currency),
        lines=tuple(RefundLine(line, count) for line, count in counts.items()),
        reason="return",
        note=f"Return {held.row.reference}",
    )


def _checked(ended: Ended[Receipt], transfer: TransferRow) -> Ended[Receipt]:
    """A receipt over another amount is no receipt for this transfer; people must look at it."""
    wanted = Money(transfer.amount_minor, transfer.currency)
    if ended.answer is None or ended.answer.amount in (None, wanted):
        return ended
    return Ended(End.UNKNOWN, note=f"paid {ended.answer.amount} instead of {wanted}")


def _receipt(tx: Transaction, held: HeldReturn, transfer: TransferRow, receipt: Receipt) -> None:
    if receipt.state is ReceiptState.SETTLED:
        settle_transfer(tx, transfer, receipt.reference)
        finish_if_whole(tx, held, _settlement(tx, transfer))
        return
    transfer.provider_reference = receipt.reference
    ask_staff(tx, transfer.merchant_id, "refund.by_hand", transfer.return_id)
    held.changed()


def _doubt(tx: Transaction, held: HeldReturn, transfer: TransferRow, ended: Ended[Receipt], round: int) -> None:
    """The same key is asked for again, for ever; after ten minutes people are told."""
    first = transfer.state == SettlementState.SUBMITTED
    transfer.state = SettlementState.UNKNOWN
    transfer.failure = ended.note
    settlement = _settlement(tx, transfer)
    settlement.state = SettlementState.UNKNOWN
    tx.session.add(settlement)
    if first:
        _tell(held, "settlement.unknown", transfer)
    waited = tx.now - moment(transfer.create_time)
    if waited > GIVE_UP_ASKING and not transfer.provider_reference.startswith("?"):
        transfer.provider_reference = "?"
        ask_staff(tx, transfer.merchant_id, "settlement.unknown", transfer.return_id)
    _again(tx, transfer, ended, round)


def _again(tx: Transaction, transfer: TransferRow, ended: Ended[Receipt], round: int) -> None:
    due = next_try(tx.now, round, ended.after)
    tx.set_deadline(transfer.merchant_id, "transfer.retry", transfer.id, due, number=round + 1)


def _free_units(tx: Transaction, settlement: SettlementRow) -> None:
    """None of it was paid: its units are unsettled again, and staff can settle anew."""
    query = select(UnitRow).where(
        UnitRow.merchant_id == settlement.merchant_id, UnitRow.settlement_id == settlement.id
    )
    for unit in tx.session.exec(query):
        unit.settlement_id = ""
        tx.session.add(unit)


def _book(tx: Transaction, merchant_id: str, transfer_id: str) -> None:
    """Store credit in our own ledger: one transaction, no call outside."""
    held, transfer = _lock(tx, merchant_id, transfer_id)
    if transfer.state not in OPEN:
        return
    holder = credit.Holder(merchant_id, held.order().customer_id, transfer.currency)
    entry = credit.give(tx, holder, transfer.amount_minor, transfer.id, _expiry(tx, held))
    settle_transfer(tx, transfer, entry)
    finish_if_whole(tx, held, _settlement(tx, transfer))


def _expiry(tx: Transaction, held: HeldReturn) -> datetime | None:
    days = held.policy().credit.expires_after_days
    return tx.now + timedelta(days=days) if days else None


def _settlement(tx: Transaction, transfer: TransferRow) -> SettlementRow:
    return tx.session.get_one(SettlementRow, (transfer.merchant_id, transfer.settlement_id))


def _tell(held: HeldReturn, type: str, transfer: TransferRow) -> None:
    held.changed()
    attributes = {"settlement_id": transfer.settlement_id, "transfer_id": transfer.id}
    held.tx.record(transfer.merchant_id, type, held.subject, attributes)

