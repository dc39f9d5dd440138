"""Staff's word that money went: what was left of a settlement was paid, by hand or as the account's books have it."""

from sendback_service.amounts_due import computed, due, left_for
from sendback_service.held import HeldReturn, forbidden
from sendback_service.rules.states import Decision, SettlementState, moved
from sendback_service.settlements import OPEN, finish_if_whole, lock_order, settle_transfer, transfers_of
from sendback_service.store.tables import SettlementRow, TransferRow
from sendback_service.store.transaction import Transaction


def confirm(tx: Transaction, held: HeldReturn, settlement_id: str, reference: str) -> bool:
    """Somebody says that what was left of a settlement was paid; False where there is none, or nothing left of it."""
    settlement = tx.session.get(SettlementRow, (held.row.merchant_id, settlement_id), with_for_update=True)
    if settlement is None or settlement.return_id != held.row.id:
        return False
    if settlement.state == SettlementState.FAILED and not take_up(held, settlement):
        wanted = "CONFIRMED by hand: what it was to pay is not due as it was; settle anew"
        raise forbidden(SettlementState.FAILED, wanted)
    if settlement.state not in OPEN:
        return False
    left = [t for t in transfers_of(tx, settlement) if t.state != SettlementState.SETTLED]
    if any(map(comes_by_itself, left)):
        wanted = "CONFIRMED by hand: this credit is given by itself, once a worker runs"
        raise forbidden(SettlementState(settlement.state), wanted)
    for transfer in left:
        transfer.by_hand = _in_its_place(transfer, reference)
        settle_transfer(tx, transfer, reference)
    finish_if_whole(tx, held, settlement)
    return True


def _in_its_place(transfer: TransferRow, reference: str) -> bool:
    """Whether staff paid what was refused, or name another payment than the account's. Who names none of what is in
    doubt may have seen it in the account's books."""
    return transfer.state == SettlementState.FAILED or reference not in ("", transfer.provider_reference)


def take_up(held: HeldReturn, settlement: SettlementRow) -> bool:
    """One that failed as a whole is open again, if what it was to pay is due still, and nothing else; else False."""
    lock_order(held)
    if held.decision is not Decision.APPROVED:
        return False
    money, _, units = due(held)
    beyond = settlement.amount_minor - settlement.bonus_minor > left_for(held)
    if not units or beyond or money.amount != computed(settlement):
        return False
    settlement.state = moved(SettlementState.FAILED, SettlementState.SUBMITTED)
    held.tx.session.add(settlement)
    for unit in units:
        unit.settlement_id = settlement.id
        held.tx.session.add(unit)
    return True


def comes_by_itself(transfer: TransferRow) -> bool:
    """Credit of which no shop said anything yet: it is our own ledger's, or may be left to it. That it was asked for
    may be counted all the same, as after a restore."""
    unanswered = transfer.state == SettlementState.SUBMITTED and not transfer.provider_reference
    return transfer.kind != "REFUND" and unanswered
