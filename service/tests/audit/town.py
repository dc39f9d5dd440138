"""A healthy database with whole lives in it, made once by the real use cases with the outside scripted."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from PIL import Image
from sendback_sdk import LabelFormat, Order, OrderLine, Paper, Payment
from sendback_sdk.orders import Fulfilment
from sendback_service import credit, decisions, reception, reversals, settlements, tracking, unit_removal
from sendback_service.amounts_due import due
from sendback_service.buyer_holdings import Buyer
from sendback_service.call import Call
from sendback_service.creation import Creation
from sendback_service.erasures import ErasureRequest, Erasures
from sendback_service.held import HeldReturn, hold
from sendback_service.images import Images
from sendback_service.new_return import Print
from sendback_service.orders import Orders
from sendback_service.parcels import Parcels
from sendback_service.pictures import Use
from sendback_service.reception import Contents, Extra, Finding, ReceivedParcel
from sendback_service.records import ReturnRecord, WarehouseRecord
from sendback_service.rules.policy import (
    Approval,
    CreditTerms,
    GradeTerms,
    LabelPolicy,
    LabelTerms,
    Policy,
    Window,
)
from sendback_service.rules.states import (
    Basis,
    Disposition,
    Grade,
    Inspection,
    SettlementKind,
    Transit,
    UnitKind,
)
from sendback_service.settlements import Payout
from sendback_service.shops import Shops
from sendback_service.store import Database
from sendback_service.store.documents import policy_document, warehouse_document
from sendback_service.store.tables import (
    MerchantRow,
    PolicyRow,
    SettlementRow,
    WarehouseRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction
from sendback_service.streams import Streams
from sendback_service.unit_selection import Item, Wish
from sqlmodel import select, text

from service.tests.effects.parties import FindingBank, FindingPost
from service.tests.effects.world import BUYER, STAFF, WAREHOUSE, HandClock, Stage

MERCHANT = "mer_town"
_PRINT = Print(LabelFormat.PDF, Paper.A6)
_CHEAP, _DEAR = "1", "2"
_POLICY = Policy(
    window=Window(3650),
    labels=LabelTerms(LabelPolicy.FLAT_FEE, (("EUR", 500),)),
    credit=CreditTerms(enabled=True, bonus_percent=10),
    approval=Approval(above=(("EUR", 50_000),)),
    grades=GradeTerms((("C_DAMAGED", 50),)),
)


@dataclass
class Town:
    """`names` are the lives: what a plant calls its rows by, and their ids."""

    database: Database
    clock: HandClock
    loop: asyncio.AbstractEventLoop
    stage: Stage
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shops = Shops(self.database)
        self.stage.carriers = {"post": FindingPost()}
        self.stage.platforms = {"bank": FindingBank()}
        self._creation = Creation(
            self.database, shops, self.clock, lambda _: frozenset({"FR"}), (), timedelta(minutes=30)
        )
        self._orders = Orders(self.database, shops, None, "")  # type: ignore[arg-type]
        self._parcels = Parcels(self.database, shops, Streams())
        self._images = Images(self.database)
        self._erasures = Erasures(self.database)
        self.database.transact(_shop, STAFF)
        self._requests = 0

    def live(self) -> "Town":
        """Everything that a return can come to."""
        self.close("closed")
        self.close("credited", SettlementKind.STORE_CREDIT)
        self.cancel("cancelled")
        self._expired("expired")
        self._declined("declined")
        self._reversed("reversed")
        self._waived("waived")
        self._partly("partly")
        self._released("released")
        self._midway("midway")
        self._withdrawn("withdrawn")
        self._open("open")
        self._doubted("doubted")
        self.names["unsold"] = self._order("unsold")
        self._label("label")
        self._erased()
        self._spend()
        self.stage.run(until=timedelta(days=2), step=timedelta(hours=8))
        self.names |= self.database.look(self._rows)
        return self

    def _rows(self, tx: Transaction) -> dict[str, str]:
        """The rows that plants are about, by the words that the documentation has for them."""
        ids = {name: _one(tx, query, self.names) for name, query in _ROWS.items()}
        return ids | {"request": f"CreateReturn/{ids['request']}"}

    def make(
        self, name: str, line: str = _CHEAP, outcome: SettlementKind = SettlementKind.REFUND, **wish: Any
    ) -> str:
        order_id = self._order(name)
        photos, quantity = wish.pop("photos", 0), wish.pop("quantity", 1)
        evidence = tuple(self._photo(order_id) for _ in range(photos))
        made: ReturnRecord = self._run(
            self._creation.create(
                self._call("CreateReturn"),
                order_id,
                Wish((Item(line, quantity, evidence=evidence),), outcome, **wish),
                _PRINT,
            )
        )
        self.names[name] = made.id
        self.stage.run()
        return made.id

    def do(self, return_id: str, verb: Any) -> None:
        self.database.transact(lambda tx: verb(hold(tx, MERCHANT, return_id)), STAFF)
        self.stage.run()

    def close(self, name: str, outcome: SettlementKind = SettlementKind.REFUND) -> str:
        """A whole life, to its good end."""
        id = self.make(name, outcome=outcome)
        self.do(id, lambda held: tracking.report(held.tx, held.parcels[0], Transit.IN_TRANSIT, held.tx.now))
        self.do(id, _receive)
        self.do(id, lambda held: reception.inspect(held, _accepted(held)))
        return id

    def cancel(self, name: str) -> None:
        self.do(self.make(name), decisions.cancel)

    def _expired(self, name: str) -> None:
        """And its parcel comes after all."""
        id = self.make(name)
        self.do(id, decisions.expire)
        self.do(id, _receive)

    def _declined(self, name: str) -> None:
        self.do(self.make(name, _DEAR), lambda held: decisions.decline(held, "worn"))
        self.make("review", _DEAR)

    def _reversed(self, name: str) -> None:
        id = self.close(name)
        self.do(id, lambda held: reversals.reverse(held, _settlement(held).id, "bounced"))

    def _waived(self, name: str) -> None:
        """The bank refuses, and staff agree with the buyer on nothing."""
        id = self.make(name, override_note="a regular")
        self.do(id, _receive)
        photo = self._photo(self._order(name))
        extra = Extra(UnitKind.UNANNOUNCED, "a sock", Disposition.DONATE)
        self._bank("no")
        found = Finding(_CHEAP, 0, Inspection.ACCEPTED, Grade.B_OPENED, Disposition.RESTOCK, images=(photo,))
        self.do(id, lambda held: reception.inspect(held, Contents([found], [extra])))
        self._bank("ok")
        self.do(id, lambda held: settlements.pay(held, Payout(due(held)[1], waive=True, note="agreed")))

    def _bank(self, line: str) -> None:
        self.stage.platforms["bank"].script.lines = [line]  # type: ignore[attr-defined]

    def _partly(self, name: str) -> None:
        self.do(self.make(name, quantity=2), lambda held: unit_removal.cancel_units(held, [(_CHEAP, 1)]))

    def _midway(self, name: str) -> None:
        """Paid when one unit was looked at and the other was not, which is rejected afterwards."""
        id = self.make(name, outcome=SettlementKind.STORE_CREDIT, quantity=2)
        self.do(id, lambda held: reception.inspect(held, Contents([_damaged(0)])))
        self.do(id, lambda held: settlements.pay(held, Payout(due(held)[1])))
        self.do(id, lambda held: reception.inspect(held, Contents([_worn(1)])))

    def _withdrawn(self, name: str) -> None:
        """By the law, to which the policy's grades are nothing."""
        id = self.make(name, basis=Basis.STATUTORY_WITHDRAWAL, quantity=2)
        self.do(id, lambda held: reception.inspect(held, Contents([_damaged(0), _worn(1)])))

    def _released(self, name: str) -> None:
        """It was rejected and sent back, and comes again in better shape."""
        id = self.make(name)
        self.do(id, _receive)
        found = Finding(_CHEAP, 0, Inspection.REJECTED, None, Disposition.RETURN_TO_CUSTOMER, "worn")
        self.do(id, lambda held: reception.inspect(held, Contents([found])))
        self.do(id, lambda held: unit_removal.release_units(held, [(_CHEAP, 0)], "sent back"))
        anew = self.make(name)
        self.names[name] = id
        self.do(anew, _receive)
        self.do(anew, lambda held: reception.inspect(held, _accepted(held)))

    def _open(self, name: str) -> None:
        id = self.make(name, photos=1)
        self.do(id, _receive)

    def _doubted(self, name: str) -> None:
        """The carrier keeps its answer to itself, and is asked for days."""
        self.stage.carriers["post"].script.lines = ["deaf"]  # type: ignore[attr-defined]
        self.stage.carriers["post"].finding.lines = ["deaf"]  # type: ignore[attr-defined]
        self.make(name)

    def _label(self, name: str) -> None:
        self.stage.carriers["post"] = FindingPost()
        made = self._run(
            self._parcels.create_label(self._call("CreateLabel"), BUYER, "RMA-1", 500, _PRINT, 0.0)
        )
        self.names[name] = made.id
        self.stage.run()

    def _erased(self) -> None:
        buyer = Buyer("gone@example.org")
        order = _order("forgotten")
        self._run(self._orders.upsert(self._call("UpsertOrder"), replace(order, email=buyer.email)))
        self.names["erasure"] = self._run(
            self._erasures.erase(self._call("EraseBuyer"), ErasureRequest(buyer))
        ).id
        self.stage.run()

    def _spend(self) -> None:
        holder = credit.Holder(MERCHANT, "customer_credited", "EUR")
        self.database.transact(lambda tx: credit.spend(tx, holder, 100, "till-1"), STAFF)

    def _order(self, name: str) -> str:
        return str(self._run(self._orders.upsert(self._call("UpsertOrder"), _order(name))).id)

    def _photo(self, order_id: str) -> str:
        buffer = io.BytesIO()
        Image.new("RGB", (400, 300)).save(buffer, "PNG")
        taken = self._images.take(self._call("UploadEvidence"), Use.EVIDENCE, buffer.getvalue(), order_id)
        return str(self._run(taken).id)

    def _call(self, rpc: str) -> Call:
        self._requests += 1
        return Call(rpc, MERCHANT, "staff", "fr", f"request-{self._requests}", "0" * 64)

    def _run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)


_ROWS = {
    "order": "SELECT order_id FROM returns WHERE id = :closed",
    "settlement": "SELECT id FROM settlement WHERE return_id = :closed",
    "transfer": "SELECT id FROM transfer WHERE return_id = :closed",
    "delivered": "SELECT id FROM parcel WHERE return_id = :closed",
    "parcel": "SELECT id FROM parcel WHERE return_id = :open",
    "photo": "SELECT id FROM image WHERE order_id = (SELECT order_id FROM returns WHERE id = :open)",
    "voided": "SELECT id FROM parcel WHERE return_id = :cancelled",
    "taken_back": "SELECT id FROM settlement WHERE return_id = :reversed AND reverses_id = ''",
    "waiver": "SELECT id FROM settlement WHERE return_id = :waived AND kind = 'WAIVED'",
    "credit_transfer": "SELECT id FROM transfer WHERE return_id = :credited AND kind = 'CREDIT'",
    "credit": "SELECT credit_id FROM credit_entry WHERE kind = 'DEBIT'",
    "debit": "SELECT id FROM credit_entry WHERE kind = 'DEBIT'",
    "imported": "SELECT id FROM event WHERE subject_id = :unsold",
    "latest": "SELECT id FROM event WHERE subject_id = :closed ORDER BY sequence DESC LIMIT 1",
    "last": "SELECT id FROM event ORDER BY position DESC LIMIT 1",
    "message": "SELECT id FROM message WHERE subject_id = :closed AND occasion = 'label'",
    "request": "SELECT request_id FROM request_key WHERE resource_id = :closed",
    "work": "SELECT id FROM work_item WHERE return_id = :review",
}


def _one(tx: Transaction, query: str, names: dict[str, str]) -> str:
    return str(tx.session.connection().execute(text(query), names).scalar_one())


@contextmanager
def a_town(database: Database, clock: HandClock) -> Iterator[Town]:
    """With a merchant, and nobody's life yet. Leaves the database open and alone when the block ends."""
    loop = asyncio.new_event_loop()
    yield Town(database, clock, loop, Stage(database, clock))
    closing: Any = database.hot
    ended = closing.close()
    if asyncio.iscoroutine(ended):
        loop.run_until_complete(ended)
    loop.close()


def _shop(tx: Transaction) -> None:
    now = micros(tx.now)
    tx.session.add(MerchantRow(id=MERCHANT, name="Town", entitled=True, create_time=now))
    tx.session.add(
        PolicyRow(merchant_id=MERCHANT, version=1, publish_time=now, document=policy_document(_POLICY))
    )
    warehouse = warehouse_document(WarehouseRecord("whs_1", WAREHOUSE))
    tx.session.add(WarehouseRow(merchant_id=MERCHANT, id="whs_1", document=warehouse))


def _order(name: str) -> Order:
    placed = HandClock()() - timedelta(days=6)
    return Order(
        id=f"shop-{name}",
        number=f"#{name}",
        currency="EUR",
        placed_time=placed,
        lines=(OrderLine(_CHEAP, "A shirt", 3, 9000), OrderLine(_DEAR, "A coat", 1, 60_000)),
        email=f"{name}@example.org",
        customer_id=f"customer_{name}",
        ship_to=BUYER,
        payments=(Payment("card", 69_000, account="bank"),),
        fulfilments=(Fulfilment("f", ((_CHEAP, 3), (_DEAR, 1)), placed, placed + timedelta(days=2)),),
    )


def _receive(held: HeldReturn) -> None:
    reception.receive(held, ReceivedParcel(held.parcels[0].id))


def _accepted(held: HeldReturn) -> Contents:
    return Contents(
        [
            Finding(unit.line_id, unit.unit, Inspection.ACCEPTED, Grade.A_RESELL, Disposition.RESTOCK)
            for unit in held.units
        ]
    )


def _damaged(unit: int) -> Finding:
    return Finding(_CHEAP, unit, Inspection.ACCEPTED, Grade.C_DAMAGED, Disposition.REFURBISH)


def _worn(unit: int) -> Finding:
    return Finding(_CHEAP, unit, Inspection.REJECTED, None, Disposition.RETURN_TO_CUSTOMER, "worn")


def _settlement(held: HeldReturn) -> SettlementRow:
    return held.tx.session.exec(select(SettlementRow).where(SettlementRow.return_id == held.row.id)).one()
