"""Plays steps of lives on the real use cases and store, with the outside scripted, beside a model in plain Python.

The model knows no rows: which units each live return holds, and how each return was decided. What the service says must
be what the model expects, step by step; and after each step every invariant is asked.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sendback_sdk import LabelFormat, Order, Paper
from sendback_service import (
    another_parcel,
    confirmations,
    decisions,
    reception,
    reversals,
    settlements,
    tracking,
    unit_removal,
)
from sendback_service.amounts_due import due
from sendback_service.buyer_holdings import Buyer
from sendback_service.call import Call
from sendback_service.creation import Creation
from sendback_service.erasures import ErasureRequest, Erasures
from sendback_service.held import HeldReturn, hold
from sendback_service.new_return import Print
from sendback_service.orders import Orders
from sendback_service.reception import Contents, Extra, Finding, ReceivedParcel
from sendback_service.refusal import Refusal
from sendback_service.rules.policy import (
    CreditTerms,
    LabelPolicy,
    LabelTerms,
    Policy,
    SettlementMoment,
    Window,
)
from sendback_service.rules.states import (
    Decision,
    Disposition,
    Grade,
    ImpossibleMove,
    Inspection,
    SettlementKind,
    Transit,
    UnitKind,
)
from sendback_service.settlements import Payout
from sendback_service.shops import Shops
from sendback_service.store import Database
from sendback_service.store.tables import (
    OrderVersionRow,
    ParcelRow,
    ReturnRow,
    SettlementRow,
    TransferRow,
    UnitRow,
)
from sendback_service.store.tables.money import GIVEN_BACK
from sendback_service.store.transaction import Author, Transaction
from sendback_service.unit_selection import Item, Wish
from sqlmodel import select

from service.tests.audits import broken
from service.tests.effects.parties import FindingBank, FindingPost
from service.tests.effects.world import HandClock, Stage
from service.tests.lives.shop import LINES, a_shop, an_order
from service.tests.lives.till import Naming, Till

STAFF = Author("rpc", "staff")
FINAL = (Decision.DECLINED, Decision.CANCELLED, Decision.EXPIRED, Decision.CLOSED)


@dataclass
class Model:
    """What must be true, without any row: units by the return that holds them, and each return's decision."""

    held: dict[tuple[str, str, int], str] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)

    def free(self, order: str, line: str, quantity: int) -> list[tuple[str, str, int]]:
        return [key for n in range(quantity) if (key := (order, line, n)) not in self.held]

    def release(self, return_id: str) -> None:
        self.held = {key: owner for key, owner in self.held.items() if owner != return_id}


class Player:
    """`loop` is the one that the database's connections belong to."""

    def __init__(
        self,
        stage: Stage,
        database: Database,
        clock: HandClock,
        merchant: str,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.stage, self.database, self.clock, self.merchant = stage, database, clock, merchant
        self.model = Model()
        self.post, self.bank = FindingPost(), FindingBank()
        stage.carriers, stage.platforms = {"post": self.post}, {"bank": self.bank}
        self._loop = loop
        shops = Shops(database)
        self._creation = Creation(
            database, shops, clock, lambda _: frozenset({"FR"}), (), timedelta(minutes=30)
        )
        self._orders = Orders(database, shops, None, "")  # type: ignore[arg-type]
        self._erasures = Erasures(database)
        self.orders: dict[str, Order] = {}
        self.ids: dict[str, str] = {}
        self.elsewhere: Counter[str] = Counter()
        self.returns: list[str] = []
        self.erased = False
        self._counter = 0

    # What can be done, each answering whether it was.

    def begin(self, moment: SettlementMoment, tax: bool) -> None:
        policy = Policy(
            window=Window(3650),
            labels=LabelTerms(LabelPolicy.FLAT_FEE, (("EUR", 500),)),
            credit=CreditTerms(enabled=True, bonus_percent=10, moment=moment),
            settlement=moment,
        )
        self.database.transact(lambda tx: a_shop(tx, self.merchant, policy), STAFF)
        for number in ("a", "b"):
            self._import(an_order(f"{self.merchant}-{number}", self.clock, tax=tax))

    def create(self, order: int, line: int, quantity: int, credit: bool) -> bool:
        name, (line_id, most, _) = self._order(order), LINES[line]
        free = self.model.free(name, line_id, most)
        wish = Wish(
            (Item(line_id, quantity),),
            SettlementKind.STORE_CREDIT if credit else SettlementKind.REFUND,
        )
        enough = len(free) >= quantity and not (credit and self.erased)
        try:
            record = self._run(
                self._creation.create(
                    self._call("create"), self.ids[name], wish, Print(LabelFormat.PDF, Paper.A6)
                )
            )
        except Refusal:
            self.agree(f"{quantity} of {free} could not be returned", enough, made=False)
            return False
        self.agree(f"{quantity} of {free} were returned", enough, made=True)
        for key in free[:quantity]:
            self.model.held[key] = record.id
        self.model.decisions[record.id] = Decision.APPROVED
        self.returns.append(record.id)
        return True

    @staticmethod
    def agree(words: str, expected: bool, *, made: bool) -> None:
        if expected is not made:
            raise AssertionError(words)

    def verb(self, which: int, name: str, number: int) -> bool:
        if not self.returns:
            return False
        return_id = self.returns[which % len(self.returns)]
        try:
            self.database.transact(
                lambda tx: getattr(self, f"_{name}")(hold(tx, self.merchant, return_id), number), STAFF
            )
        except (Refusal, ImpossibleMove):
            return False
        return True

    def outside(self, bank: str, post: str) -> bool:
        self.bank.script.lines, self.bank.script.calls = [bank, "ok"], 0
        self.post.script.lines, self.post.script.calls = [post, "ok"], 0
        return True

    def wait(self, minutes: int) -> bool:
        self.stage.run(until=timedelta(minutes=minutes), step=timedelta(minutes=max(1, minutes / 3)))
        return True

    def reimport(self, order: int, elsewhere: int, naming: Naming = Naming.NONE) -> bool:
        """The shop reports a refund made elsewhere within what is left, and in its way our own."""
        name = self._order(order)
        room = self.database.look(lambda tx: self._till(tx, name)).room()
        self.elsewhere[name] += room if elsewhere < 0 else min(elsewhere, room)
        till = self.database.look(lambda tx: self._till(tx, name))
        self._import(till.reported(naming))
        return True

    def erase(self) -> bool:
        """The buyer asks to be forgotten. Refused while anything is under way; whatever comes after works without them,
        and nobody finds it by them."""
        asked = ErasureRequest(Buyer("buyer@example.org"), forfeit_credit=True)
        living = [id for id, decision in self.model.decisions.items() if decision not in FINAL]
        try:
            self._run(self._erasures.erase(self._call("erase"), asked))
        except Refusal:
            return False
        assert self.erased or not living, f"erased while {living} lived"
        self.erased = True
        return True

    def settle_down(self) -> None:
        """Everything that is under way comes to an end, and what was seen is asked after."""
        self.stage.run()
        self.look()

    def look(self) -> None:
        self.database.look(self._check)

    def _check(self, tx: Transaction) -> None:
        assert broken(tx, self.merchant) == []
        for row in tx.session.exec(select(ReturnRow).where(ReturnRow.merchant_id == self.merchant)):
            before = self.model.decisions.get(row.id)
            if before in FINAL:
                assert row.decision == before, f"{row.id}: {before} became {row.decision}"
            if row.id not in self.returns:
                assert row.linked_return_id, "a return that nobody made"
                self.returns.append(row.id)
            self.model.decisions[row.id] = Decision(row.decision)
        if self.erased:
            documents = [row.document for row in tx.session.exec(_versions(self.merchant))]
            assert "buyer@example.org" not in str(documents), "what was erased came back"
        held = {
            (self._name(unit.order_id), unit.line_id, unit.unit): unit.return_id
            for unit in tx.session.exec(select(UnitRow).where(UnitRow.merchant_id == self.merchant))
            if unit.held
        }
        self._follow_time(held)
        assert held == self.model.held
        for name in self.orders:
            self._till(tx, name).check()
        transfers = set(tx.session.exec(select(TransferRow.id)))
        assert set(self.bank.paid) <= transfers, "the bank paid what stands in no book"
        keys = Counter(self.bank.payments)
        assert not [key for key, count in keys.items() if count > 1], "paid twice"
        live = Counter(
            reference for reference, label in self.post.references.items() if label in self.post.live
        )
        assert not [reference for reference, count in live.items() if count > 1], "two live labels"

    def _follow_time(self, held: dict[tuple[str, str, int], str]) -> None:
        """What lapsed by itself, and what came after, the model learns from the decisions alone."""
        for return_id, decision in self.model.decisions.items():
            if decision is Decision.EXPIRED:
                self.model.release(return_id)
        known = set(self.model.held.values())
        for key, owner in held.items():
            if owner not in known and key not in self.model.held:
                self.model.held[key] = owner

    # The verbs, each on a held return; `number` chooses among its units.

    def _cancel(self, held: HeldReturn, _: int) -> None:
        decisions.cancel(held)
        self.model.release(held.row.id)

    def _expire(self, held: HeldReturn, _: int) -> None:
        if held.scanned or held.decision is not Decision.APPROVED or any(u.settlement_id for u in held.units):
            return
        if any(unit.inspection != Inspection.EXPECTED for unit in held.units):
            return
        decisions.expire(held)
        self.model.release(held.row.id)

    def _close(self, held: HeldReturn, _: int) -> None:
        decisions.close(held)

    def _cancel_unit(self, held: HeldReturn, number: int) -> None:
        unit = held.units[number % len(held.units)]
        unit_removal.cancel_units(held, [(unit.line_id, unit.unit)])
        self._forget(unit)

    def _release(self, held: HeldReturn, number: int) -> None:
        unit = held.units[number % len(held.units)]
        unit_removal.release_units(held, [(unit.line_id, unit.unit)], "sent back")
        self._forget(unit)

    def _forget(self, unit: UnitRow) -> None:
        key = (self._name(unit.order_id), unit.line_id, unit.unit)
        assert self.model.held.pop(key, "") == unit.return_id, f"{key} was not held"

    def _receive(self, held: HeldReturn, number: int) -> None:
        if number % 3 == 0:
            reception.receive(held, ReceivedParcel(another=True))
        else:
            reception.receive(held, ReceivedParcel(held.parcels[0].id))

    def _scan(self, held: HeldReturn, number: int) -> None:
        parcel = held.tx.session.get_one(ParcelRow, (self.merchant, held.parcels[0].id))
        tracking.report(held.tx, parcel, list(Transit)[1:][number % 5], held.tx.now)

    def _another_parcel(self, held: HeldReturn, _: int) -> None:
        another_parcel.for_staff(held)

    def _run_out(self, held: HeldReturn, number: int) -> None:
        """The carrier takes one of the labels no more."""
        parcel = held.parcels[number % len(held.parcels)]
        held.tx.set_deadline(self.merchant, "label.expire", parcel.id, held.tx.now)

    def _inspect(self, held: HeldReturn, number: int) -> None:
        unit = held.units[number % len(held.units)]
        result = (Inspection.ACCEPTED, Inspection.ACCEPTED, Inspection.REJECTED, Inspection.MISSING)[
            number % 4
        ]
        grade = Grade.A_RESELL if result is Inspection.ACCEPTED else None
        disposition = None if result is Inspection.MISSING else Disposition.RESTOCK
        finding = Finding(unit.line_id, unit.unit, result, grade, disposition, "worn")
        extras = [Extra(UnitKind.UNANNOUNCED, "a sock", Disposition.DONATE)] if number % 5 == 0 else []
        reception.inspect(held, Contents([finding], extras))

    def _settle(self, held: HeldReturn, number: int) -> None:
        _, digest, _ = due(held)
        if number % 4 == 0:
            settlements.pay(held, Payout(digest, waive=True, note="agreed"))
        elif number % 4 == 1:
            settlements.pay(held, Payout(digest, amount=100 + number, note="agreed"))
        else:
            settlements.pay(held, Payout(digest))

    def _settle_stale(self, held: HeldReturn, _: int) -> None:
        settlements.pay(held, Payout("0" * 64))
        raise AssertionError("a stale quote was paid")

    def _reverse(self, held: HeldReturn, number: int) -> None:
        query = select(SettlementRow).where(
            SettlementRow.merchant_id == self.merchant, SettlementRow.return_id == held.row.id
        )
        found = list(held.tx.session.exec(query))
        if found:
            reversals.reverse(held, found[number % len(found)].id, "bounced")

    def _confirm(self, held: HeldReturn, number: int) -> None:
        query = select(SettlementRow).where(
            SettlementRow.merchant_id == self.merchant, SettlementRow.return_id == held.row.id
        )
        found = [
            row
            for row in held.tx.session.exec(query)
            if row.state in ("UNKNOWN", "FAILED") or _refused(held.tx, row)
        ]
        if found:
            confirmations.confirm(held.tx, held, found[number % len(found)].id, "by hand")

    def _name(self, order_id: str) -> str:
        return next(name for name, id in self.ids.items() if id == order_id)

    def _order(self, number: int) -> str:
        return list(self.orders)[number % len(self.orders)]

    def _till(self, tx: Transaction, name: str) -> Till:
        query = select(TransferRow).where(
            TransferRow.merchant_id == self.merchant, TransferRow.order_id == self.ids[name], GIVEN_BACK
        )
        return Till(self.orders[name], list(tx.session.exec(query)), self.elsewhere[name])

    def _import(self, order: Order) -> None:
        kept = self._run(self._orders.upsert(self._call("upsert"), order))
        self.orders[order.id], self.ids[order.id] = order, kept.id

    def _call(self, rpc: str) -> Call:
        self._counter += 1
        return Call(rpc, self.merchant, "staff", "fr")

    def _run(self, work: Any) -> Any:
        return self._loop.run_until_complete(work)


def _refused(tx: Transaction, settlement: SettlementRow) -> bool:
    """A part of it, while another was paid."""
    parts = {transfer.state for transfer in settlements.transfers_of(tx, settlement)}
    return settlement.state == "SUBMITTED" and parts == {"FAILED", "SETTLED"}


def _versions(merchant: str) -> Any:
    return select(OrderVersionRow).where(OrderVersionRow.merchant_id == merchant)
