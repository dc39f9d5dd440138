"""What providers tell about refunds that the service asked for. Whoever is told twice, late or in the wrong order pays
nothing twice, and what was settled stays so: what contradicts our books is for people.

Refunds that others made in the shop are no concern of this: they come with the order, as part of its payments.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sendback_sdk import Money, RefundUpdate
from sqlmodel import col, or_, select

from sendback_service.confirmations import take_up
from sendback_service.connections import usable_by
from sendback_service.effects import receipts
from sendback_service.effects.backoff import STILL_UNDER_WAY
from sendback_service.held import HeldReturn
from sendback_service.refusal import Reason, Refusal
from sendback_service.rules.states import SettlementState
from sendback_service.rules.writable import is_writable, writable
from sendback_service.settlements import (
    LEDGER,
    OPEN,
    finish_if_whole,
    settle_transfer,
    transfers_of,
)
from sendback_service.store import Database
from sendback_service.store.tables import TransferRow
from sendback_service.store.times import moment
from sendback_service.store.transaction import Author, Transaction
from sendback_service.work_items import ask_staff

CONTRADICTED = "refund.contradicted"


@dataclass(frozen=True, slots=True)
class RefundNews:
    """`default_account` refunds where an order's payment names nobody."""

    database: Database
    default_account: str

    async def hear(self, updates: Sequence[RefundUpdate], account: str) -> int:
        """Applies what a webhook brought; answers how much of it was news. Refuses with ACCOUNT_SILENT where our own
        call is still under way, for the sender to come again."""
        author = Author("webhook", account)
        return sum([await self.database.write(self._heard(update, account), author) for update in updates])

    def _heard(self, update: RefundUpdate, account: str) -> Callable[[Transaction], bool]:
        def work(tx: Transaction) -> bool:
            named = _named(tx, update, account, self.default_account)
            if named is None:
                return False
            held, transfer = receipts.lock(tx, *named)
            if update.settled:
                return _paid(tx, held, transfer, update)
            return _refused(tx, held, transfer, update, account)

        return work


def problem(update: RefundUpdate) -> str:
    """What is wrong with an update, "" where nothing is."""
    if not all(map(is_writable, (update.key, update.reference))) or not (update.key or update.reference):
        return "an update of a refund without its key"
    if (
        not isinstance(update.settled, bool)
        or not isinstance(update.text, str)
        or not isinstance(update.amount, Money | None)
    ):
        return "an update of a refund that does not say what became of it"
    return ""


def _named(
    tx: Transaction, update: RefundUpdate, account: str, default_account: str
) -> tuple[str, str] | None:
    """The transfer with this key, else with this reference, that the account was asked for; None for others'."""
    accounts = (account, "") if account == default_account else (account,)
    for column, value in ((TransferRow.id, update.key), (TransferRow.provider_reference, update.reference)):
        if not value or value == receipts.TAKEN_ON:
            continue
        query = select(TransferRow.merchant_id, TransferRow.id).where(
            col(column) == value,
            or_(*(TransferRow.account == name for name in accounts)),
            TransferRow.account != LEDGER,
        )
        found = [named for named in tx.session.exec(query.limit(2)) if usable_by(account, named[0])]
        if len(found) == 1:
            return found[0]
    return None


def _paid(tx: Transaction, held: HeldReturn, transfer: TransferRow, update: RefundUpdate) -> bool:
    if update.amount not in (None, Money(transfer.amount_minor, transfer.currency)):
        return _contradicted(tx, transfer)
    if transfer.state in OPEN:
        _ask_no_more(tx, transfer)
        receipts.settled(tx, held, transfer, update.reference)
        return True
    return paid_after_all(tx, held, transfer, update.reference)


def _refused(
    tx: Transaction, held: HeldReturn, transfer: TransferRow, update: RefundUpdate, account: str
) -> bool:
    if transfer.state == SettlementState.SETTLED:
        known = transfer.failure == _note(update)
        return not known and _contradicted(tx, transfer)
    if transfer.state not in OPEN:
        return False
    if not transfer.provider_reference and tx.now - moment(transfer.update_time) < STILL_UNDER_WAY:
        raise Refusal(
            Reason.ACCOUNT_SILENT, {"account": account}, retry_after=STILL_UNDER_WAY.total_seconds()
        )
    _ask_no_more(tx, transfer)
    receipts.failed(tx, held, transfer, _note(update))
    return True


def paid_after_all(tx: Transaction, held: HeldReturn, transfer: TransferRow, reference: str) -> bool:
    """Of what counted as failed: if nothing was paid in its place the settlement takes it up again; otherwise, also
    where staff paid it by hand since, or if it cannot be told, it is for people."""
    if transfer.state != SettlementState.FAILED:
        by_hand = transfer.state == SettlementState.SETTLED and transfer.by_hand
        if by_hand and reference not in ("", transfer.provider_reference):
            _contradicted(tx, transfer)
        return False
    settlement = receipts.settlement_of(tx, transfer)
    if settlement.state == SettlementState.FAILED and not take_up(held, settlement):
        return _contradicted(tx, transfer)
    settle_transfer(tx, transfer, reference)
    held.changed()
    finish_if_whole(tx, held, settlement)
    if any(t.state == SettlementState.FAILED for t in transfers_of(tx, settlement)):
        _contradicted(tx, transfer)
    return True


def _contradicted(tx: Transaction, transfer: TransferRow) -> bool:
    """Nothing is moved by it."""
    ask_staff(tx, transfer.merchant_id, CONTRADICTED, transfer.return_id)
    return False


def _ask_no_more(tx: Transaction, transfer: TransferRow) -> None:
    for kind in ("transfer.retry", "transfer.confirm"):
        tx.drop_deadline(transfer.merchant_id, kind, transfer.id)


def _note(update: RefundUpdate) -> str:
    return f"DECLINED {writable(update.text[:500])}"
