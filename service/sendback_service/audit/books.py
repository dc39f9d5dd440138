"""Returns with their units and the orders and policies that they were made of, many in one question."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError
from sendback_sdk.orders import Order
from sqlmodel import col, select, tuple_

from sendback_service.rules.applied import applied
from sendback_service.rules.apportionment import percent_of
from sendback_service.rules.policy import Policy
from sendback_service.rules.states import Basis, Inspection, UnitKind
from sendback_service.rules.worth import Pricing
from sendback_service.store.documents import order_from, policy_from
from sendback_service.store.tables import OrderVersionRow, PolicyRow, ReturnRow, UnitRow
from sendback_service.store.transaction import Transaction

T = TypeVar("T")
Key = tuple[Any, ...]
_WORTHLESS = (Inspection.REJECTED, Inspection.MISSING)


@dataclass(frozen=True, slots=True)
class Books:
    """By the key of the return. What is not there or cannot be read is missing, which other checks report."""

    orders: Mapping[Key, Order]
    terms: Mapping[Key, Policy]
    units: Mapping[Key, list[UnitRow]]

    @staticmethod
    def of(tx: Transaction, keys: Set[Key]) -> "Books":
        rows = _returns(tx, keys)
        orders = orders_of(tx, {(row.merchant_id, row.order_id, row.order_version) for row in rows})
        policies = _policies(tx, {(row.merchant_id, row.policy_version) for row in rows})
        named = [((row.merchant_id, row.id), row) for row in rows]
        known = {k: o for k, r in named if (o := orders.get((r.merchant_id, r.order_id, r.order_version)))}
        return Books(
            known,
            {k: _terms(r, known[k], policies) for k, r in named if k in known},
            _units(tx, keys),
        )

    def worths(self, key: Key, settlement_id: str) -> tuple[int, int] | None:
        """Of a settlement's units: as inspection found them at last, and whole. None where the order is not to be
        had."""
        if key not in self.orders:
            return None
        pricing, grades = Pricing(self.orders[key]), dict(self.terms[key].grades.percent)
        quantities, found, whole = self._quantities(key), 0, 0
        for unit in self.units.get(key, ()):
            if unit.settlement_id == settlement_id and unit.unit in quantities[unit.line_id]:
                worth = pricing.unit(unit.line_id, unit.unit).total
                whole += worth
                found += percent_of(worth, _percent(unit, grades))
        return found, whole

    def surely_paid(self, unit: UnitRow, goods: int) -> bool:
        """Whether its settlement over these goods paid for a unit: it comes to more than all others of it are worth."""
        key = (unit.merchant_id, unit.return_id)
        worths = self.worths(key, unit.settlement_id)
        if worths is None or self.strange(key):
            return False
        return goods > worths[1] - Pricing(self.orders[key]).unit(unit.line_id, unit.unit).total

    def strange(self, key: Key) -> str:
        """Which of its units the order does not have; empty where it has them all."""
        if key not in self.orders:
            return ""
        quantities = self._quantities(key)
        for unit in self.units.get(key, ()):
            if unit.unit not in quantities[unit.line_id]:
                return f"is about unit {unit.unit} of line {unit.line_id}: no such unit"
        return ""

    def _quantities(self, key: Key) -> Mapping[str, range]:
        """The numbers of the units that each line has."""
        lines = self.orders[key].lines
        return defaultdict(lambda: range(0), {line.id: range(line.quantity) for line in lines})


def orders_of(tx: Transaction, keys: Set[Key]) -> dict[Key, Order]:
    """Orders as they were, by merchant, id and version; without those that are not there or cannot be read."""
    row = OrderVersionRow
    place = tuple_(col(row.merchant_id), col(row.order_id), col(row.version))
    query = select(row.merchant_id, row.order_id, row.version, row.document).where(place.in_(keys))
    return {
        tuple(key): order
        for *key, document in tx.session.exec(query)
        if (order := _read(order_from, document))
    }


def _read(read: Callable[[Any], T], document: Any) -> T | None:
    try:
        return read(document)
    except ValidationError:
        return None


def _percent(unit: UnitRow, grades: Mapping[str, int]) -> int:
    return 0 if unit.inspection in _WORTHLESS else grades.get(unit.grade, 100)


def _returns(tx: Transaction, keys: Set[Key]) -> list[ReturnRow]:
    query = select(ReturnRow).where(tuple_(col(ReturnRow.merchant_id), col(ReturnRow.id)).in_(keys))
    return list(tx.session.exec(query))


def _policies(tx: Transaction, keys: Set[Key]) -> dict[Key, Policy]:
    query = select(PolicyRow).where(tuple_(col(PolicyRow.merchant_id), col(PolicyRow.version)).in_(keys))
    rows = {(row.merchant_id, row.version): row.document for row in tx.session.exec(query)}
    return {key: policy for key, document in rows.items() if (policy := _read(policy_from, document))}


def _terms(row: ReturnRow, order: Order, policies: Mapping[Key, Policy]) -> Policy:
    """Those that bind the return: its policy's for this buyer, or the law's."""
    policy = policies.get((row.merchant_id, row.policy_version), Policy())
    return applied(policy, order, Basis(row.basis))


def _units(tx: Transaction, keys: Set[Key]) -> dict[Key, list[UnitRow]]:
    """Those that were announced."""
    place = tuple_(col(UnitRow.merchant_id), col(UnitRow.return_id))
    query = select(UnitRow).where(place.in_(keys), UnitRow.kind == UnitKind.ANNOUNCED)
    found: dict[Key, list[UnitRow]] = defaultdict(list)
    for unit in tx.session.exec(query):
        found[unit.merchant_id, unit.return_id].append(unit)
    return found
