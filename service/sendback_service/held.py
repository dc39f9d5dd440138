"""A return as the verbs see it: its rows, locked, and the moves that they make on it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from sendback_sdk.orders import Order, Payment
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

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
    can_move,
)
from sendback_service.store import prepared
from sendback_service.store.documents import order_from, policy_from
from sendback_service.store.tables import (
    OrderRow,
    ParcelRow,
    ReturnRow,
    UnitRow,
    WorkItemRow,
)
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction

# Labels that may be used, or may come yet.
OPEN_LABELS = frozenset({LabelState.REQUESTED, LabelState.UNKNOWN, LabelState.PURCHASED})
_TOUCH = (
    "UPDATE returns SET version = :version, update_time = :update_time"
    " WHERE merchant_id = :merchant_id AND id = :id"
)


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
        key = {"merchant_id": self.row.merchant_id, "return_id": self.row.id}
        return list(self.tx.session.exec(prepared.UNITS, params=key))

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
        return self._order_at(self.row.order_version)

    def policy(self) -> Policy:
        """The version that binds this return, as it is for this buyer."""
        key = self._version(self.row.order_version) | {"policy_version": self.row.policy_version}
        order, policy = self.tx.session.connection().execute(prepared.TERMS, key).one()
        version = Policy() if policy is None else policy_from(policy)
        return applied(version, order_from(order), Basis(self.row.basis))

    def payments(self) -> tuple[Payment, ...]:
        """The order's, as they are known today: what was refunded elsewhere meanwhile counts."""
        return self.order_today().payments

    def order_today(self) -> Order:
        order = self.tx.session.get_one(OrderRow, (self.row.merchant_id, self.row.order_id))
        return self._order_at(order.version or self.row.order_version)

    def _order_at(self, version: int) -> Order:
        return order_from(self.tx.session.exec(prepared.ORDER_DOCUMENT, params=self._version(version)).one())

    def _version(self, version: int) -> dict[str, Any]:
        return {"merchant_id": self.row.merchant_id, "order_id": self.row.order_id, "version": version}

    def decide(self, wanted: Decision) -> None:
        self.row.decision = allowed(self.decision, wanted)

    def changed(self) -> None:
        self.row.version += 1
        self.row.update_time = micros(self.tx.now)
        self.tx.session.add(self.row)

    def touched(self) -> None:
        """As `changed`, by hand: for what happens to a return whose row is otherwise as it was."""
        key = {"merchant_id": self.row.merchant_id, "id": self.row.id}
        now = {"version": self.row.version + 1, "update_time": micros(self.tx.now)}
        self.tx.amend(self.row, _TOUCH, key, now)

    def release_units(self) -> None:
        """The units are free for another return."""
        for unit in self.units:
            unit.held = False
            self.tx.session.add(unit)

    def finish_work(self, *kinds: str) -> None:
        query = select(WorkItemRow).where(
            WorkItemRow.merchant_id == self.row.merchant_id,
            WorkItemRow.return_id == self.row.id,
            col(WorkItemRow.kind).in_(kinds),
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
    query = prepared.RETURN if return_id.startswith("ret_") else prepared.RETURN_BY_REFERENCE
    held = _held(tx, query, merchant_id, return_id)
    if held is None:
        raise not_found("return", return_id)
    return held


def hold_of_parcel(tx: Transaction, merchant_id: str, parcel_id: str) -> HeldReturn | None:
    """None for a parcel without a return."""
    return _held(tx, prepared.RETURN_OF_PARCEL, merchant_id, parcel_id)


def _held(
    tx: Transaction, query: SelectOfScalar[ReturnRow], merchant_id: str, name: str
) -> HeldReturn | None:
    row = tx.session.exec(query, params={"merchant_id": merchant_id, "id": name}).first()
    if row is None:
        return None
    key = {"merchant_id": merchant_id, "return_id": row.id}
    return HeldReturn(tx, row, list(tx.session.exec(prepared.PARCELS, params=key)))


def hold_for(tx: Transaction, call: Call, return_id: str, etag: str) -> HeldReturn | None:
    """For a verb: None where the same request did its work before. Remembers the request."""
    held = hold(tx, call.merchant_id, return_id)
    if made_before(tx, call) is not None:
        return None
    check_etag(etag, held.row.version)
    remember(tx, call, held.row.id)
    return held
