"""Moving money: one transfer, one key, however often it is asked for.

The contract says that a refund's key names it for its whole life. Even so a refund whose first call is in doubt is
first asked after where the other side can be asked, and repeated blindly only for as long as providers keep keys.
While a call is in doubt, a no to its repetition is not believed: it says nothing about the first.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sendback_sdk import (
    CreditKind,
    CreditRequest,
    Credits,
    FindsRefund,
    FindsTransfer,
    Hears,
    Misconfigured,
    Money,
    OutcomeUnknown,
    Platform,
    Receipt,
    ReceiptState,
    RefundLine,
    RefundRequest,
    Refunds,
)

from sendback_service.confirmations import comes_by_itself
from sendback_service.connections import usable_by
from sendback_service.effects import receipts
from sendback_service.effects.backoff import GIVE_UP_ASKING, KEY_KEPT, STILL_UNDER_WAY
from sendback_service.effects.plugin_call import End, Ended, call, no_receipt
from sendback_service.effects.work import WORKER, kept
from sendback_service.held import HeldReturn, hold
from sendback_service.refund_news import paid_after_all
from sendback_service.rules.states import SettlementState
from sendback_service.settlements import COUNTS, LEDGER, OPEN
from sendback_service.store import Database
from sendback_service.store.tables import TransferRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction
from sendback_service.work_items import ask_staff

_REFUND = "REFUND"


@dataclass(frozen=True, slots=True)
class TransferCall:
    """A transfer as its call needs it. `in_doubt`: an earlier call may have moved the money, the last one
    `quiet` ago; `askable`: the account tells what became of a key, `telling`: it says so by itself, by webhook;
    `taken_on`: the other side said that it will pay."""

    row: TransferRow
    account: str
    request: RefundRequest | CreditRequest
    in_doubt: bool
    askable: bool
    telling: bool
    taken_on: bool
    quiet: timedelta
    age: timedelta


@dataclass(frozen=True, slots=True)
class Answer:
    """`certain`: no earlier call is in doubt any more, so that a no is a no. `counted` is the transfer as it was when
    the call was counted, where that was later than its claim."""

    ended: Ended[Receipt]
    certain: bool
    counted: TransferRow | None = None


@dataclass(frozen=True, slots=True)
class Paying:
    """`default_account` refunds where an order's payment names nobody. `serves` says whether an account pays for a
    merchant: an order may name any."""

    database: Database
    platform: Callable[[str], Platform]
    default_account: str
    serves: Callable[[str, str], bool] = usable_by

    def pay(self, merchant_id: str, transfer_id: str, round: int) -> None:
        wanted = self.database.transact(lambda tx: self._claim(tx, merchant_id, transfer_id), WORKER)
        if wanted is None:
            return
        if wanted.account == LEDGER:
            self.database.transact(lambda tx: receipts.credited(tx, merchant_id, transfer_id), WORKER)
            return
        answer = self._answer(wanted)
        kept(self.database, lambda tx: record(tx, wanted, answer, round))

    def _claim(self, tx: Transaction, merchant_id: str, transfer_id: str) -> TransferCall | None:
        """Counts the call before it is made, and says of whom: whatever the configuration says by then, nobody else is
        asked for this money. None where there is nothing left to do."""
        _, row = receipts.lock(tx, merchant_id, transfer_id)
        if row.state not in OPEN:
            return None
        quiet, age = tx.now - moment(row.update_time), tx.now - moment(row.create_time)
        if comes_by_itself(row) and not self._has(row.account, Credits):
            # Where the shop cannot give credit, our ledger does.
            row.account = LEDGER
            tx.session.add(row)
        account = row.account = row.account or self.default_account
        taken_on = bool(row.provider_reference)
        askable = self._askable(account, row.kind)
        in_doubt = row.calls > 0 or row.state == SettlementState.UNKNOWN
        if account != LEDGER and not taken_on and not (in_doubt and askable):
            _count(tx, row)
        telling = self._has(account, Hears)
        return TransferCall(row, account, _request(tx, row), in_doubt, askable, telling, taken_on, quiet, age)

    def _answer(self, wanted: TransferCall) -> Answer:
        if wanted.taken_on and not wanted.askable:
            return Answer(Ended(End.LATER, note="waits to be told"), certain=False)
        if wanted.taken_on:
            return Answer(self._find(wanted), certain=False)
        if not wanted.in_doubt:
            return Answer(self._call(wanted), certain=True)
        return self._ask_first(wanted) if wanted.askable else self._repeat(wanted)

    def _ask_first(self, wanted: TransferCall) -> Answer:
        """The first call may still be under way: that nothing is found is believed only after a while."""
        found = self._find(wanted)
        if found.end is not End.LATER:
            return Answer(found, certain=False)
        if wanted.quiet < STILL_UNDER_WAY:
            return Answer(Ended(End.UNKNOWN, note="nothing is found yet"), certain=False)
        counted = self.database.transact(lambda tx: _count_untouched(tx, wanted.row), WORKER)
        if counted is None:
            return Answer(Ended(End.UNKNOWN, note="somebody else saw to it"), certain=False)
        return Answer(self._call(wanted), certain=True, counted=counted)

    def _repeat(self, wanted: TransferCall) -> Answer:
        """By the contract the same key is the same refund; nobody keeps keys for ever. Credit has no such word."""
        if wanted.row.kind != _REFUND or wanted.age > KEY_KEPT:
            note = "the call is in doubt, and nobody can be asked what became of it"
            return Answer(Ended(End.UNKNOWN, note=note), certain=False)
        return Answer(self._call(wanted), certain=False)

    def _find(self, wanted: TransferCall) -> Ended[Receipt]:
        """DONE: this is it. LATER: the other side knows of none. UNKNOWN: it could not be asked."""
        found = call(
            "find_refund",
            wanted.account,
            wanted.row.id,
            lambda: _asked(self.platform(wanted.account), wanted.request),
            lambda receipt: "" if receipt is None else _problem(receipt, wanted),
        )
        if found.end is End.DONE and found.answer is None:
            return Ended(End.LATER, note="nothing is found")
        end = End.DONE if found.end is End.DONE else End.UNKNOWN
        return Ended(end, found.answer, found.note)

    def _call(self, wanted: TransferCall) -> Ended[Receipt]:
        return call(
            "pay",
            wanted.account,
            wanted.row.id,
            lambda: self._hand_over(wanted),
            lambda receipt: _problem(receipt, wanted),
        )

    def _hand_over(self, wanted: TransferCall) -> Receipt:
        if not wanted.account:
            raise Misconfigured("no account pays refunds: set `refunds` in sendback.toml")
        if not self.serves(wanted.account, wanted.row.merchant_id):
            raise Misconfigured(f"account {wanted.account} is another merchant's")
        platform = self.platform(wanted.account)
        if isinstance(wanted.request, RefundRequest) and isinstance(platform, Refunds):
            return platform.refund(wanted.request)
        if isinstance(wanted.request, CreditRequest) and isinstance(platform, Credits):
            return platform.issue_credit(wanted.request)
        raise Misconfigured(f"account {wanted.account} cannot pay a {wanted.row.kind.lower()}")

    def _askable(self, account: str, kind: str) -> bool:
        return self._has(account, *(FindsTransfer, FindsRefund)[: 2 if kind == _REFUND else 1])

    def _has(self, account: str, *roles: type[object]) -> bool:
        """Of an account that is away it is taken to be so: asking it fails, and is said, until it is back."""
        try:
            return account != LEDGER and isinstance(self.platform(account), roles)
        except Exception:
            return True


def record(tx: Transaction, wanted: TransferCall, answer: Answer, round: int) -> None:
    """What came of asking for money. What is known of it by then stands, but for money that went although it was
    refused meanwhile."""
    held, transfer = receipts.lock(tx, wanted.row.merchant_id, wanted.row.id)
    ended = answer.ended
    paid = ended.answer if ended.answer and ended.answer.state is ReceiptState.SETTLED else None
    if transfer.state not in OPEN:
        if paid:
            paid_after_all(tx, held, transfer, paid.reference)
        return
    if paid:
        receipts.settled(tx, held, transfer, paid.reference)
    elif ended.answer is not None or wanted.taken_on:
        if ended.answer is not None:
            receipts.taken_on(tx, held, transfer, ended.answer)
        receipts.wait(tx, transfer, round, heard_of=wanted.askable or wanted.telling)
    elif (
        ended.end is End.UNKNOWN
        or not answer.certain
        or _asked_meanwhile(transfer, answer.counted or wanted.row)
    ):
        hopeless = not wanted.askable and wanted.age > (
            KEY_KEPT if transfer.kind == _REFUND else GIVE_UP_ASKING
        )
        receipts.doubtful(tx, held, transfer, ended.note, round, hopeless=hopeless)
    else:
        if ended.end is End.MISCONFIGURED:
            ask_staff(tx, transfer.merchant_id, "account.misconfigured", transfer.return_id)
        if ended.end is End.LATER or ended.away:
            receipts.postponed(tx, held, transfer, ended, round)
        else:
            receipts.failed(tx, held, transfer, f"{ended.end} {ended.note}")


def _count(tx: Transaction, row: TransferRow) -> None:
    """The call is counted, with its time, before it is made."""
    row.calls += 1
    row.update_time = micros(tx.now)
    tx.session.add(row)


def _count_untouched(tx: Transaction, asked_after: TransferRow) -> TransferRow | None:
    """None where it is not what was asked after any more: meanwhile staff or a webhook concluded it, or a peer
    called."""
    _, row = receipts.lock(tx, asked_after.merchant_id, asked_after.id)
    if row.model_dump() != asked_after.model_dump():
        return None
    _count(tx, row)
    return row


def _asked_meanwhile(transfer: TransferRow, counted: TransferRow) -> bool:
    """A peer took this process for dead and called too: what the one call came to says nothing of the other."""
    return (transfer.calls, transfer.update_time) != (counted.calls, counted.update_time)


def _asked(platform: Platform, request: RefundRequest | CreditRequest) -> Receipt | None:
    if isinstance(platform, FindsTransfer):
        return platform.find_transfer(request)
    if not isinstance(platform, FindsRefund):
        raise OutcomeUnknown("this account cannot be asked after a refund")
    return platform.find_refund(request.key)


def _problem(receipt: Receipt, wanted: TransferCall) -> str:
    """A receipt over another amount is no receipt for this transfer; people must look at it."""
    problem = no_receipt(receipt)
    amount = wanted.request.amount
    if not problem and receipt.amount not in (None, amount):
        return f"{receipt.amount} instead of {amount}"
    return problem


def _request(tx: Transaction, transfer: TransferRow) -> RefundRequest | CreditRequest:
    held = hold(tx, transfer.merchant_id, transfer.return_id)
    order, amount = held.order(), Money(transfer.amount_minor, transfer.currency)
    note = f"Return {held.row.reference}"
    if transfer.kind != _REFUND:
        days = held.policy().credit.expires_after_days
        expires = moment(transfer.create_time) + timedelta(days=days) if days else None
        kind = CreditKind.BONUS if transfer.kind == "BONUS" else CreditKind.REFUND
        return CreditRequest(transfer.id, order.customer_id, amount, order.id, expires, note, kind)
    return RefundRequest(
        key=transfer.id,
        order_id=order.id,
        payment_id=transfer.payment_id,
        amount=amount,
        lines=_lines(held, transfer),
        reason="return",
        note=note,
    )


def _lines(held: HeldReturn, transfer: TransferRow) -> tuple[RefundLine, ...]:
    """As when the settlement was written, whatever was found of its units meanwhile: one key has one body. Older ones
    did not say, and named all of their units."""
    settlement = receipts.settlement_of(held.tx, transfer)
    units = Counter(unit.line_id for unit in held.units if unit.settlement_id == settlement.id)
    return tuple(RefundLine(line, count) for line, count in settlement.quote.get(COUNTS, units.items()))
