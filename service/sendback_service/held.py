"""A return as the verbs see it: its rows, locked, and the moves that they make on it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sendback_sdk.orders import Order, Payment
from sqlmodel import col, select

from sendback_service.call import Call, check_etag, made_before, remember
from sendback_service.refusal import Reason, not_found, refuse
from sendback_service.rules.applied import applied
from sendback_service.rules.policy import Policy
from sendback_service.rules.states import (
    Basis,
    Decision,
    LabelState,
    State,
    Transit,
    UnitKind,
    can_move,
)
from sendback_service.store.documents import order_from, policy_from
from sendback_service.store.ordering import valued
from sendback_service.store.tables import (
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    PolicyRow,
    ReturnRow,
    UnitRow,
    WorkItemRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction


@dataclass
class HeldReturn:
    """Rows of one return inside a transaction that may change them. `row` is locked until it ends. What is not asked
    for is not read."""

    tx: Transaction
    row: ReturnRow
    parcels: list[ParcelRow]

    @cached_property
    def units(self) -> list[UnitRow]:
        """Those that the return is about: announced, and not taken off it."""
        query = select(UnitRow).where(
            UnitRow.merchant_id == self.row.merchant_id,
            UnitRow.return_id == self.row.id,
            UnitRow.kind == UnitKind.ANNOUNCED,
            col(UnitRow.cancelled).is_(False),
        )
        return list(self.tx.session.exec(query.order_by(UnitRow.line_id, col(UnitRow.unit))))

    @property
    def subject(self) -> Subject:
        return Subject("return", self.row.id)

    @property
    def decision(self) -> Decision:
        return Decision(self.row.decision)

    @property
    def scanned(self) -> bool:
        return any(parcel.transit != Transit.NOT_SCANNED for parcel in self.parcels)

    def order(self) -> Order:
        """As it was when the return was made."""
        return self._order

    @cached_property
    def _order(self) -> Order:
        key = (self.row.merchant_id, self.row.order_id, self.row.order_version)
        return order_from(self.tx.session.get_one(OrderVersionRow, key).document)

    def policy(self) -> Policy:
        """The version that binds this return, as it is for this buyer."""
        row = self.tx.session.get(PolicyRow, (self.row.merchant_id, self.row.policy_version))
        version = Policy() if row is None else policy_from(row.document)
        return applied(version, self.order(), Basis(self.row.basis))

    def payments(self) -> tuple[Payment, ...]:
        """The order's, as they are known today: what was refunded elsewhere meanwhile counts."""
        order = self.tx.session.get_one(OrderRow, (self.row.merchant_id, self.row.order_id))
        key = (self.row.merchant_id, self.row.order_id, order.version or self.row.order_version)
        return order_from(self.tx.session.get_one(OrderVersionRow, key).document).payments

    def decide(self, wanted: Decision) -> None:
        self.row.decision = allowed(self.decision, wanted)

    def changed(self) -> None:
        self.row.version += 1
        self.row.update_time = micros(self.tx.now)
        self.tx.session.add(self.row)

    def release_units(self) -> None:
        """The units are free for another return."""
        for unit in self.units:
            unit.held = False
            self.tx.session.add(unit)

    def finish_work(self, kind: str) -> None:
        query = select(WorkItemRow).where(
            WorkItemRow.merchant_id == self.row.merchant_id,
            WorkItemRow.return_id == self.row.id,
            WorkItemRow.kind == kind,
            col(WorkItemRow.done_time).is_(None),
        )
        for item in self.tx.session.exec(query):
            item.done_time = micros(self.tx.now)
            self.tx.session.add(item)


def allowed(state: State, wanted: State) -> State:
    """`wanted`, or a refusal that names both states."""
    if not can_move(state, wanted):
        raise forbidden(state, wanted)
    return wanted


def forbidden(state: StrEnum, wanted: StrEnum | str) -> Exception:
    return refuse(Reason.STATE_FORBIDS, state=str(state), wanted=str(wanted))


def hold(tx: Transaction, merchant_id: str, return_id: str) -> HeldReturn:
    """By id or reference."""
    named = ReturnRow.id if return_id.startswith("ret_") else ReturnRow.reference
    query = select(ReturnRow).where(ReturnRow.merchant_id == merchant_id, named == return_id)
    row = tx.session.exec(query.with_for_update()).first()
    if row is None:
        raise not_found("return", return_id)
    parcels = select(ParcelRow).where(ParcelRow.merchant_id == merchant_id, ParcelRow.return_id == row.id)
    return HeldReturn(tx, row, list(tx.session.exec(parcels.order_by(valued(ParcelRow.id)))))


def hold_for(tx: Transaction, call: Call, return_id: str, etag: str) -> HeldReturn | None:
    """For a verb: None where the same request did its work before. Remembers the request."""
    held = hold(tx, call.merchant_id, return_id)
    if made_before(tx, call) is not None:
        return None
    check_etag(etag, held.row.version)
    remember(tx, call, held.row.id)
    return held


OPEN_LABELS = frozenset({LabelState.REQUESTED, LabelState.UNKNOWN, LabelState.PURCHASED})
