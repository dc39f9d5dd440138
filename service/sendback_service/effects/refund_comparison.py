"""Our worth of a return's units beside what the shop's platform would refund for them: a difference is for people, and
blocks nothing. Asked once, when the shop is first told of the return, before any money of it moves."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sendback_sdk import Misconfigured, Money, Platform, RefundLine, Suggestion, Suggests

from sendback_service.effects.backoff import next_try
from sendback_service.effects.plugin_call import End, Ended, call
from sendback_service.effects.work import WORKER
from sendback_service.held import hold
from sendback_service.host import AccountBroken
from sendback_service.mirrored_changes import lines_of
from sendback_service.rules.worth import Pricing
from sendback_service.store import Database
from sendback_service.store.tables import MirrorRow
from sendback_service.store.transaction import Transaction
from sendback_service.work_items import ask_staff

LANE = "mirrors"
RETRY = "refund.compare"
DRIFT = "refund.drift"
# Nobody waits for it.
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Ours:
    """What we say that these units are worth: after discounts, with taxes, fees and shipping apart."""

    row: MirrorRow
    order_id: str
    lines: tuple[RefundLine, ...]
    amount: Money


@dataclass(frozen=True, slots=True)
class Comparing:
    database: Database
    platform: Callable[[str], Platform]

    def compare(self, merchant_id: str, mirror_id: str, round: int) -> None:
        ours = self.database.look(lambda tx: _ours(tx, merchant_id, mirror_id))
        if not ours.lines or not self._suggests(ours.row.account):
            return
        ended = call(
            "compare",
            ours.row.account,
            ours.row.return_id,
            lambda: self._suggestion(ours),
            lambda told: "" if _is_suggestion(told) else "no suggestion",
        )
        self.database.transact(lambda tx: _record(tx, ours, ended, round), WORKER)

    def _suggests(self, account: str) -> bool:
        """One that cannot be made here may."""
        try:
            return isinstance(self.platform(account), Suggests)
        except AccountBroken:
            return True
        except Exception:
            return False

    def _suggestion(self, ours: Ours) -> Suggestion:
        shop = self.platform(ours.row.account)
        if not isinstance(shop, Suggests):
            raise Misconfigured(f"account {ours.row.account} suggests nothing")
        return shop.suggest_refund(ours.order_id, ours.lines)


def _is_suggestion(told: object) -> bool:
    return isinstance(told, Suggestion) and isinstance(told.amount, Money)


def _ours(tx: Transaction, merchant_id: str, mirror_id: str) -> Ours:
    row = tx.session.get_one(MirrorRow, (merchant_id, mirror_id))
    held = hold(tx, merchant_id, row.return_id)
    order = held.order()
    pricing = Pricing(order)
    worth = sum(pricing.unit(unit.line_id, unit.unit).total for unit in held.units)
    return Ours(row, order.id, lines_of(held), Money(worth, order.currency))


def _record(tx: Transaction, ours: Ours, ended: Ended[Suggestion], round: int) -> None:
    if (ended.end in (End.LATER, End.UNKNOWN) or ended.away) and round < _ROUNDS:
        due = next_try(tx.now, round, ended.after)
        tx.set_deadline(ours.row.merchant_id, RETRY, ours.row.id, due, number=round + 1)
    elif ended.answer is not None and _differ(ours, ended.answer.amount):
        _tell(tx, ours, ended.answer.amount)


def _differ(ours: Ours, theirs: Money) -> bool:
    """Platforms round for each line; that is no drift."""
    if theirs.currency != ours.amount.currency:
        return True
    return abs(theirs.minor - ours.amount.minor) > len(ours.lines)


def _tell(tx: Transaction, ours: Ours, theirs: Money) -> None:
    row = ours.row
    held = hold(tx, row.merchant_id, row.return_id)
    ask_staff(tx, row.merchant_id, DRIFT, row.return_id)
    facts = {
        "account": row.account,
        "ours_minor": str(ours.amount.minor),
        "theirs_minor": str(theirs.minor),
        "currency": theirs.currency,
    }
    tx.record(row.merchant_id, DRIFT, held.subject, facts)
    structlog.get_logger().warning(DRIFT, return_id=row.return_id, **facts)
