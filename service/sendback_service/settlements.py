"""Paying: what is due now, the settlement, and the calls that move its money.

A settlement is written with its transfers before anybody is asked for money; each transfer's id is the key of its
call for ever. The order is locked, so that two settlements of one order cannot both count the same money as left.
"""

from dataclasses import asdict, dataclass

from sqlmodel import select

from sendback_service.amounts_due import (
    circumstances,
    counted,
    due,
    due_units,
    left_for,
    paid_elsewhere,
    priced,
    taxes_due,
)
from sendback_service.decisions import close_if_done, settlements
from sendback_service.held import HeldReturn, forbidden
from sendback_service.ids import new_id
from sendback_service.payment_letters import gone, letter_about, time_after
from sendback_service.refusal import Reason, invalid, refuse
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.quote import Quote, adjusted
from sendback_service.rules.states import Decision, SettlementKind, SettlementState, moved
from sendback_service.store.tables import OrderRow, SettlementRow, TransferRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Transaction
from sendback_service.work_items import ask_staff

# In a settlement's quote: of which lines how many units are paid, as known when it was written.
COUNTS = "counts"
# And the tax of the order that is in its goods and shipping, as (rate in parts per million, amount).
TAXES = "taxes"
# The service's own ledger of store credit, in the place of an account's name.
LEDGER = "ledger"
OPEN = (SettlementState.SUBMITTED, SettlementState.UNKNOWN)
_IN_TURN = tuple(SettlementMoment)


@dataclass(frozen=True, slots=True)
class Payout:
    """How staff settle: the quote that they saw, and with a reason another amount than the quoted one, or nothing."""

    quote_hash: str
    amount: int | None = None
    waive: bool = False
    note: str = ""


def pay(held: HeldReturn, payout: Payout) -> None:
    """What staff decided, bound to what they saw."""
    if (payout.waive or payout.amount is not None) and not payout.note.strip():
        raise invalid("note", "another amount than the quoted one needs a reason")
    if payout.waive and payout.amount is not None:
        raise invalid("waive", "either another amount or none")
    settle(held, payout)


def settle(held: HeldReturn, payout: Payout | None = None) -> None:
    """Writes the settlement and asks for its money; without a payout it is the service's own doing, which it leaves to
    staff where the shop may have paid already."""
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, "SETTLED")
    lock_order(held)
    money, current, units = due(held)
    if payout is not None and payout.quote_hash != current:
        raise refuse(Reason.QUOTE_STALE, current=current)
    if not units and not money.label_fee:
        raise forbidden(held.decision, "SETTLED while nothing is due")
    if payout is None and paid_elsewhere(held, units):
        ask_staff(held.tx, held.row.merchant_id, "refund.elsewhere", held.row.id)
        return
    taxes = taxes_due(held, money, units)
    row, transfers = _written(held, money, payout or Payout(current))
    row.quote = {**row.quote, COUNTS: counted(units), TAXES: taxes}
    for unit in units:
        unit.settlement_id = row.id
        held.tx.session.add(unit)
    held.changed()
    _record(held, row, transfers)
    held.tx.drop_deadline(held.row.merchant_id, "settlement.due", held.row.id)


def _written(held: HeldReturn, money: Quote, payout: Payout) -> tuple[SettlementRow, list[TransferRow]]:
    if payout.waive:
        row = _settlement(held, money, SettlementKind.WAIVED, payout.note)
        row.amount_minor = row.goods_minor = row.shipping_minor = row.label_fee_minor = row.bonus_minor = 0
        held.tx.session.add(row)
        return row, []
    if payout.amount is not None:
        money = _adjusted(held, money, payout.amount)
    _check_left(held, money)
    row = _settlement(held, money, SettlementKind(held.row.outcome), payout.note)
    held.tx.session.add(row)
    return row, _transfers(held, row, money)


def _adjusted(held: HeldReturn, money: Quote, amount: int) -> Quote:
    try:
        return adjusted(money, priced(held), circumstances(held), amount)
    except ValueError as beyond:
        raise invalid("amount", f"{beyond} in minor units of {money.currency}") from None


def give_fee_back(held: HeldReturn) -> None:
    """A label fee that was taken and has fallen away: by itself, or with what is due beside it."""
    alone = held.decision is Decision.APPROVED and not due_units(held, held.policy())
    if alone and circumstances(held).label_fee < 0:
        settle(held)


def settle_at(held: HeldReturn, reached: SettlementMoment) -> None:
    """Settles if the policy's moment has come: what is reached includes every moment before it."""
    wanted = held.policy().settlement_moment(held.row.outcome)
    if held.decision is not Decision.APPROVED or _IN_TURN.index(wanted) > _IN_TURN.index(reached):
        return
    if due_units(held, held.policy()):
        settle(held)


def finish(tx: Transaction, held: HeldReturn, row: SettlementRow) -> None:
    """All its money went: the buyer is told, and the return closes if nothing is left to do."""
    earlier = gone(held)
    row.state = SettlementState.SETTLED
    row.settle_time = time_after(earlier, micros(tx.now))
    tx.session.add(row)
    held.changed()
    attributes = told(row)
    letter = letter_about(held, row, earlier)
    tx.record(row.merchant_id, "settlement.settled", held.subject, attributes, letter)
    if row.kind == SettlementKind.STORE_CREDIT and row.amount_minor:
        tx.record(row.merchant_id, "credit.issued", held.subject, attributes)
    if all(unit.settlement_id for unit in held.units):
        held.tx.drop_deadline(row.merchant_id, "refund.due", held.row.id)
        held.finish_work("refund.due")
    _finish_work(held)
    close_if_done(held)


def _finish_work(held: HeldReturn) -> None:
    """What staff had to see to about money is done when no other is open; what they were to pay, once none is due."""
    if settlements(held, OPEN):
        return
    held.finish_work("refund.by_hand", "refund.late", "settlement.unknown")
    if not due_units(held, held.policy()):
        held.finish_work("settlement.failed", "refund.elsewhere")


def finish_if_whole(tx: Transaction, held: HeldReturn, settlement: SettlementRow) -> None:
    """Once all of its money went."""
    transfers = transfers_of(tx, settlement)
    if settlement.state in OPEN and all(t.state == SettlementState.SETTLED for t in transfers):
        finish(tx, held, settlement)


def settle_transfer(tx: Transaction, transfer: TransferRow, reference: str) -> None:
    """This part of the money went."""
    transfer.state = moved(SettlementState(transfer.state), SettlementState.SETTLED)
    transfer.provider_reference = reference or transfer.provider_reference
    transfer.update_time = transfer.settle_time = micros(tx.now)
    tx.session.add(transfer)
    tx.session.flush()


def transfers_of(tx: Transaction, settlement: SettlementRow) -> list[TransferRow]:
    query = select(TransferRow).where(
        TransferRow.merchant_id == settlement.merchant_id, TransferRow.settlement_id == settlement.id
    )
    return list(tx.session.exec(query))


def lock_order(held: HeldReturn) -> None:
    """Until the transaction ends nobody else counts what is left of its money."""
    key = (held.row.merchant_id, held.row.order_id)
    held.tx.session.get(OrderRow, key, with_for_update=True)


def _check_left(held: HeldReturn, money: Quote) -> None:
    """The quote caps itself; this holds the line should it ever not."""
    left = left_for(held)
    if money.amount - money.bonus > left:
        raise refuse(Reason.REFUND_EXCEEDS_PAYMENT, left_minor=str(left), currency=money.currency)


def _settlement(held: HeldReturn, money: Quote, kind: SettlementKind, note: str) -> SettlementRow:
    return SettlementRow(
        merchant_id=held.row.merchant_id,
        id=new_id("set", held.tx.now),
        return_id=held.row.id,
        order_id=held.row.order_id,
        kind=kind,
        note=note,
        state=SettlementState.SUBMITTED,
        currency=money.currency,
        amount_minor=money.amount,
        goods_minor=money.goods,
        shipping_minor=money.shipping,
        label_fee_minor=money.label_fee,
        bonus_minor=money.bonus,
        quote=asdict(money),
        create_time=micros(held.tx.now),
    )


def _transfers(held: HeldReturn, row: SettlementRow, money: Quote) -> list[TransferRow]:
    if row.kind == SettlementKind.REFUND:
        wanted = [("REFUND", t.payment_id, t.account, t.amount) for t in money.tenders]
    else:
        shop = _credit_account(held)
        wanted = [("CREDIT", "", shop, money.amount - money.bonus), ("BONUS", "", shop, money.bonus)]
    rows = [_transfer(held, row, *parts) for parts in wanted if parts[3] > 0]
    held.tx.session.add_all(rows)
    return rows


def _credit_account(held: HeldReturn) -> str:
    """The shop that the order was read from, to which the worker leaves it if it can give credit; else our ledger."""
    order = held.tx.session.get_one(OrderRow, (held.row.merchant_id, held.row.order_id))
    return order.account or LEDGER


def _transfer(
    held: HeldReturn, settlement: SettlementRow, kind: str, payment_id: str, account: str, amount: int
) -> TransferRow:
    now = micros(held.tx.now)
    return TransferRow(
        merchant_id=held.row.merchant_id,
        id=new_id("trf", held.tx.now),
        settlement_id=settlement.id,
        return_id=held.row.id,
        order_id=held.row.order_id,
        kind=kind,
        payment_id=payment_id,
        account=account,
        currency=settlement.currency,
        amount_minor=amount,
        create_time=now,
        update_time=now,
    )


def told(row: SettlementRow) -> dict[str, str]:
    """What events about a settlement say of it."""
    amount = {"amount_minor": str(row.amount_minor), "currency": row.currency}
    return {"settlement_id": row.id, "kind": row.kind, **amount}


def _record(held: HeldReturn, row: SettlementRow, transfers: list[TransferRow]) -> None:
    """A settlement of nothing is settled at once."""
    intents = [Intent("pay", t.id, t.account or "refunds") for t in transfers]
    held.tx.session.flush()
    held.tx.record(row.merchant_id, "settlement.submitted", held.subject, told(row), intents)
    if not transfers:
        finish(held.tx, held, row)
