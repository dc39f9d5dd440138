"""Telling plugins to forget a buyer: every account that keeps something, until it has answered.

An account is told no more than it had from us: a carrier the references of labels that it was asked for, a channel
addresses and the keys of messages, a platform the shop's own ids. Once all have answered, nobody knows any more whom
it was about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sendback_sdk import BuyerErasure, Carrier, Channel, Forgets, Plugin
from sqlmodel import select

from sendback_service.effects.backoff import FORGET_ROUNDS, next_try
from sendback_service.effects.plugin_call import End, Ended, call
from sendback_service.effects.work import WORKER, kept
from sendback_service.host import AccountMissing
from sendback_service.store import Database
from sendback_service.store.tables import ErasureRow, ForgettingRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.work_items import ask_staff

RETRY = "erasure.forget"
PENDING, FORGOTTEN, FAILED = "PENDING", "FORGOTTEN", "FAILED"

Accounts = Callable[[str], Mapping[str, type[Plugin] | None]]


@dataclass(frozen=True, slots=True)
class Forgetting:
    """`accounts` are those that work for a merchant, with their plugin's class, None where it is not there; `plugin`
    makes them, if it can."""

    database: Database
    accounts: Accounts
    plugin: Callable[[str], Plugin]

    def forget(self, merchant_id: str, erasure_id: str, round: int) -> None:
        for name in self._waiting(merchant_id, erasure_id):
            self._tell(merchant_id, erasure_id, name, round)
        self.database.transact(lambda tx: _conclude(tx, merchant_id, erasure_id, round), WORKER)

    def _waiting(self, merchant_id: str, erasure_id: str) -> list[str]:
        """Who has not answered yet. An account that was added since the last round is told too. One whose plugin is not
        there is waited for, until a process that has it can say whether it keeps anything."""
        return self.database.transact(lambda tx: self._note_accounts(tx, merchant_id, erasure_id), WORKER)

    def _note_accounts(self, tx: Transaction, merchant_id: str, erasure_id: str) -> list[str]:
        row = tx.session.get_one(ErasureRow, (merchant_id, erasure_id), with_for_update=True)
        if not row.told:
            return []
        rows = {known.account: known for known in _rows(tx, row)}
        for name, kind in self.accounts(merchant_id).items():
            if kind is None or _keeps(kind, row, name):
                if name not in rows:
                    rows[name] = ForgettingRow(merchant_id=merchant_id, erasure_id=erasure_id, account=name)
                    tx.session.add(rows[name])
            elif name in rows and rows[name].state == PENDING:
                tx.session.delete(rows.pop(name))
        return sorted(name for name, known in rows.items() if known.state == PENDING)

    def _tell(self, merchant_id: str, erasure_id: str, name: str, round: int) -> None:
        key = (merchant_id, erasure_id, name)
        told = self.database.transact(lambda tx: _claim(tx, key), WORKER)
        if told is None:
            return
        ended = call("forget", name, erasure_id, lambda: self._ask(erasure_id, told, name))
        kept(self.database, lambda tx: _record(tx, key, ended, round))

    def _ask(self, erasure_id: str, told: dict[str, Any], name: str) -> None:
        plugin = self.plugin(name)
        if not isinstance(plugin, Forgets):
            raise AccountMissing(f"no account {name!r} that forgets")
        plugin.forget(erasure_of(erasure_id, told, name, type(plugin)))


def erasure_of(erasure_id: str, told: Mapping[str, Any], name: str, kind: type[Plugin]) -> BuyerErasure:
    """What this account may know."""
    if issubclass(kind, Carrier):
        return BuyerErasure(erasure_id, label_references=tuple(told["labels"].get(name, ())))
    emails = tuple(told["emails"])
    if issubclass(kind, Channel):
        return BuyerErasure(erasure_id, emails, message_keys=tuple(told["message_keys"]))
    return BuyerErasure(erasure_id, emails, tuple(told["customer_ids"]), tuple(told["order_ids"]))


def _keeps(kind: type[Plugin], row: ErasureRow, name: str) -> bool:
    """Whether there is anything to forget."""
    return issubclass(kind, Forgets) and erasure_of(row.id, row.told, name, kind) != BuyerErasure(row.id)


def _rows(tx: Transaction, row: ErasureRow) -> list[ForgettingRow]:
    query = select(ForgettingRow).where(
        ForgettingRow.merchant_id == row.merchant_id, ForgettingRow.erasure_id == row.id
    )
    return list(tx.session.exec(query))


def _claim(tx: Transaction, key: tuple[str, str, str]) -> dict[str, Any] | None:
    row = tx.session.get_one(ForgettingRow, key, with_for_update=True)
    if row.state != PENDING:
        return None
    row.calls += 1
    row.update_time = micros(tx.now)
    tx.session.add(row)
    return dict(tx.session.get_one(ErasureRow, key[:2]).told)


def _record(tx: Transaction, key: tuple[str, str, str], ended: Ended[None], round: int) -> None:
    """What the plugin said in words is not kept: it may name the buyer."""
    row = tx.session.get_one(ForgettingRow, key, with_for_update=True)
    row.outcome = ended.end
    row.update_time = micros(tx.now)
    if ended.end is End.DONE:
        row.state = FORGOTTEN
    elif ended.end is End.DECLINED or round + 1 >= FORGET_ROUNDS:
        row.state = FAILED
        ask_staff(tx, row.merchant_id, "erasure.refused", "")
    elif ended.end is End.MISCONFIGURED:
        ask_staff(tx, row.merchant_id, "account.misconfigured", "")
    tx.session.add(row)


def _conclude(tx: Transaction, merchant_id: str, erasure_id: str, round: int) -> None:
    row = tx.session.get_one(ErasureRow, (merchant_id, erasure_id), with_for_update=True)
    if not row.told:
        return
    rows = _rows(tx, row)
    if any(known.state == PENDING for known in rows):
        tx.set_deadline(merchant_id, RETRY, erasure_id, next_try(tx.now, round), number=round + 1)
        return
    row.told = {}
    row.forget_time = micros(tx.now)
    tx.session.add(row)
    failed = sorted(known.account for known in rows if known.state == FAILED)
    attributes = {"accounts": str(len(rows)), "failed": ", ".join(failed)}
    tx.record(merchant_id, "buyer.forgotten", Subject("erasure", erasure_id), attributes)
