"""Paying: what is due now, the settlement, and the calls that move its money.

A settlement is written with its transfers before anybody is asked for money; each transfer's id is the key of its
call for ever. The order is locked, so that two settlements of one order cannot both count the same money as left.
"""

from dataclasses import asdict

from sqlmodel import col, select

from sendback_service.decisions import close_if_done, moment, settlements
from sendback_service.held import HeldReturn, forbidden
from sendback_service.ids import new_id
from sendback_service.messages import Occasion, request
from sendback_service.refusal import Reason, refuse
from sendback_service.rules.policy import Fault, Policy, SettlementMoment
from sendback_service.rules.quote import Circumstances, Quote, QuoteUnit, quote, quote_hash
from sendback_service.rules.states import (
    INSPECTED,
    Decision,
    Inspection,
    LabelState,
    SettlementKind,
    SettlementState,
)
from sendback_service.rules.tenders import left_to_refund
from sendback_service.store.tables import OrderRow, SettlementRow, TransferRow, UnitRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Transaction

# The service's own ledger of store credit, in the place of an account's name.
LEDGER = "ledger"
_COUNTED = (SettlementState.SUBMITTED, SettlementState.UNKNOWN, SettlementState.SETTLED)
OPEN = (SettlementState.SUBMITTED, SettlementState.UNKNOWN)
_MONEY_WORK = ("refund.by_hand", "refund.late", "settlement.failed", "settlement.unknown")
_WORTHLESS = frozenset({Inspection.REJECTED, Inspection.MISSING})


def due(held: HeldReturn) -> tuple[Quote, str, list[UnitRow]]:
    """What is to be paid now, the hash that names it, and the units that it covers."""
    policy = held.policy()
    units = _due_units(held, policy)
    order = held.order()
    money = quote(order, policy, tuple(_quote_unit(u, policy) for u in units), _circumstances(held))
    digest = quote_hash(
        money,
        return_=held.row.id,
        units=[[u.line_id, u.unit, u.inspection, u.grade] for u in units],
    )
    return money, digest, units


def settle(held: HeldReturn, hash: str | None = None) -> None:
    """Writes the settlement and asks for its money. `hash` is the quote that staff saw; None for the service's own."""
    if held.decision is not Decision.APPROVED:
        raise forbidden(held.decision, "SETTLED")
    _lock_order(held)
    money, current, units = due(held)
    if hash is not None and hash != current:
        raise refuse(Reason.QUOTE_STALE, current=current)
    if not units:
        raise forbidden(held.decision, "SETTLED while nothing is due")
    _check_left(held, money)
    row = _settlement(held, money)
    held.tx.session.add(row)
    for unit in units:
        unit.settlement_id = row.id
        held.tx.session.add(unit)
    held.changed()
    transfers = _transfers(held, row, money)
    _record(held, row, transfers)
    held.tx.drop_deadline(held.row.merchant_id, "settlement.due", held.row.id)


def settle_at(held: HeldReturn, reached: SettlementMoment) -> None:
    """Settles if the policy's moment has come: what is reached includes every moment before it."""
    wanted = moment(held.policy(), held.row.outcome)
    if held.decision is not Decision.APPROVED or _ORDER[wanted] > _ORDER[reached]:
        return
    if _due_units(held, held.policy()):
        settle(held)


def finish(tx: Transaction, held: HeldReturn, row: SettlementRow) -> None:
    """All its money went: the buyer is told, and the return closes if nothing is left to do."""
    row.state = SettlementState.SETTLED
    row.settle_time = micros(tx.now)
    tx.session.add(row)
    held.changed()
    credit = row.kind == SettlementKind.STORE_CREDIT
    letter = request(tx, row.merchant_id, held.row.id, Occasion.CREDITED if credit else Occasion.REFUNDED)
    tx.record(row.merchant_id, "settlement.settled", held.subject, {"settlement_id": row.id}, letter)
    if credit and row.amount_minor:
        tx.record(row.merchant_id, "credit.issued", held.subject, {"settlement_id": row.id})
    close_if_done(held)


def confirm(tx: Transaction, held: HeldReturn, settlement_id: str, reference: str) -> bool:
    """Somebody says that what was left of an open settlement was paid; False where there is none such."""
    settlement = tx.session.get(SettlementRow, (held.row.merchant_id, settlement_id), with_for_update=True)
    if settlement is None or settlement.return_id != held.row.id or settlement.state not in OPEN:
        return False
    for transfer in transfers_of(tx, settlement):
        if transfer.state != SettlementState.SETTLED:
            settle_transfer(tx, transfer, reference)
    finish_if_whole(tx, held, settlement)
    return True


def finish_if_whole(tx: Transaction, held: HeldReturn, settlement: SettlementRow) -> None:
    """Once all of its money went; what staff had to see to about money is done when no other is open."""
    transfers = transfers_of(tx, settlement)
    if settlement.state in OPEN and all(t.state == SettlementState.SETTLED for t in transfers):
        finish(tx, held, settlement)
        if not settlements(held, OPEN):
            for kind in _MONEY_WORK:
                held.finish_work(kind)


def settle_transfer(tx: Transaction, transfer: TransferRow, reference: str) -> None:
    """This part of the money went."""
    transfer.state = SettlementState.SETTLED
    transfer.provider_reference = reference or transfer.provider_reference
    transfer.update_time = micros(tx.now)
    tx.session.add(transfer)
    tx.session.flush()


def transfers_of(tx: Transaction, settlement: SettlementRow) -> list[TransferRow]:
    query = select(TransferRow).where(
        TransferRow.merchant_id == settlement.merchant_id, TransferRow.settlement_id == settlement.id
    )
    return list(tx.session.exec(query))


_ORDER = {
    SettlementMoment.ON_REQUEST: 0,
    SettlementMoment.FIRST_SCAN: 1,
    SettlementMoment.DELIVERY: 2,
    SettlementMoment.INSPECTION: 3,
}


def _due_units(held: HeldReturn, policy: Policy) -> list[UnitRow]:
    """Units not settled yet; where inspection decides, only those that were looked at."""
    inspected_only = moment(policy, held.row.outcome) is SettlementMoment.INSPECTION
    return [
        unit
        for unit in held.units
        if not unit.settlement_id and (not inspected_only or Inspection(unit.inspection) in INSPECTED)
    ]


def _quote_unit(unit: UnitRow, policy: Policy) -> QuoteUnit:
    faults = {reason.code: reason.fault for reason in policy.reasons}
    percent = dict(policy.grades.percent).get(unit.grade, 100)
    if Inspection(unit.inspection) in _WORTHLESS:
        percent = 0
    return QuoteUnit(unit.line_id, unit.unit, faults.get(unit.reason_code, Fault.BUYER), percent)


def _circumstances(held: HeldReturn) -> Circumstances:
    earlier = _counted_settlements(held)
    return Circumstances(
        outcome=SettlementKind(held.row.outcome),
        label_fee=_fee_owed(held, [s for s in earlier if s.return_id == held.row.id]),
        paid=_paid(held),
        shipping_refunded=sum(s.shipping_minor for s in earlier),
        before=_settled_units(held),
    )


def _fee_owed(held: HeldReturn, earlier: list[SettlementRow]) -> int:
    """Only for a label that was bought and not voided, only what was shown, and only once."""
    bought = any(p.label in (LabelState.PURCHASED, LabelState.EXPIRED) for p in held.parcels)
    charged = sum(s.label_fee_minor for s in earlier)
    return max(0, held.row.shown_fee_minor - charged) if bought else 0


def _counted_settlements(held: HeldReturn) -> list[SettlementRow]:
    query = select(SettlementRow).where(
        SettlementRow.merchant_id == held.row.merchant_id,
        SettlementRow.order_id == held.row.order_id,
        col(SettlementRow.state).in_(_COUNTED),
    )
    return list(held.tx.session.exec(query))


def _paid(held: HeldReturn) -> tuple[tuple[str, int], ...]:
    query = select(TransferRow.payment_id, TransferRow.amount_minor).where(
        TransferRow.merchant_id == held.row.merchant_id,
        TransferRow.order_id == held.row.order_id,
        TransferRow.kind != "BONUS",
        col(TransferRow.state).in_(_COUNTED),
    )
    return tuple((payment, amount) for payment, amount in held.tx.session.exec(query))


def _settled_units(held: HeldReturn) -> frozenset[tuple[str, int]]:
    """Those that came back."""
    query = select(UnitRow.line_id, UnitRow.unit).where(
        UnitRow.merchant_id == held.row.merchant_id,
        UnitRow.order_id == held.row.order_id,
        col(UnitRow.held).is_(True),
        UnitRow.settlement_id != "",
        col(UnitRow.inspection).not_in(_WORTHLESS),
    )
    return frozenset((line, unit) for line, unit in held.tx.session.exec(query))


def _lock_order(held: HeldReturn) -> None:
    key = (held.row.merchant_id, held.row.order_id)
    held.tx.session.get(OrderRow, key, with_for_update=True)


def _check_left(held: HeldReturn, money: Quote) -> None:
    """The quote caps itself; this holds the line should it ever not."""
    left = left_to_refund(held.order().payments, _paid(held))
    if money.amount - money.bonus > left:
        raise refuse(Reason.REFUND_EXCEEDS_PAYMENT, left_minor=str(left), currency=money.currency)


def _settlement(held: HeldReturn, money: Quote) -> SettlementRow:
    return SettlementRow(
        merchant_id=held.row.merchant_id,
        id=new_id("set", held.tx.now),
        return_id=held.row.id,
        order_id=held.row.order_id,
        kind=held.row.outcome,
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
        wanted = [("CREDIT", "", LEDGER, money.amount - money.bonus), ("BONUS", "", LEDGER, money.bonus)]
    rows = [_transfer(held, row, *parts) for parts in wanted if parts[3] > 0]
    held.tx.session.add_all(rows)
    return rows


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


def _record(held: HeldReturn, row: SettlementRow, transfers: list[TransferRow]) -> None:
    """A settlement of nothing is settled at once."""
    intents = [Intent("pay", t.id, t.account or "refunds") for t in transfers]
    attributes = {"settlement_id": row.id, "kind": row.kind, "amount_minor": str(row.amount_minor)}
    held.tx.session.flush()
    held.tx.record(row.merchant_id, "settlement.submitted", held.subject, attributes, intents)
    if not transfers:
        finish(held.tx, held, row)
