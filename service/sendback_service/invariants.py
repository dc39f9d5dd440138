"""The invariants of the domain, each a question to the database that should find nothing.

What the database holds by itself (a unit in one live return) is asked too: an index may be gone. The numbers are
explained in service/docs/invariants.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sendback_sdk.orders import Order
from sqlmodel import col, select

from sendback_service.dues import COUNTED
from sendback_service.rules.shares import percent_of
from sendback_service.rules.states import (
    INSPECTED,
    Decision,
    Inspection,
    LabelState,
    SettlementKind,
    SettlementState,
    UnitKind,
)
from sendback_service.rules.tenders import beyond_report, left_to_refund
from sendback_service.rules.worth import Pricing
from sendback_service.store.documents import order_from, policy_from
from sendback_service.store.tables import (
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    PolicyRow,
    ReturnRow,
    SettlementRow,
    TransferRow,
    UnitRow,
)
from sendback_service.store.transaction import Transaction

_FREEING = (Decision.DECLINED, Decision.CANCELLED, Decision.EXPIRED)


@dataclass(frozen=True, slots=True)
class Violation:
    """Which invariant is broken, by which row, and how."""

    invariant: int
    table: str
    key: str
    words: str


def violations(tx: Transaction, merchant_id: str) -> list[Violation]:
    """Everything that is broken of one merchant's."""
    return [found for ask in INVARIANTS for found in ask(tx, merchant_id)]


def units_once(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """1. A unit is held by one return at most, and by none that was declined, cancelled or expired."""
    holders: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    decisions = {row.id: row.decision for row in _returns(tx, merchant_id)}
    for unit in _units(tx, merchant_id):
        if not unit.held:
            continue
        holders[unit.order_id, unit.line_id, unit.unit].append(unit.return_id)
        if decisions[unit.return_id] in _FREEING:
            yield Violation(
                1, "unit", _unit_key(unit), f"held by a return that is {decisions[unit.return_id]}"
            )
    for key, returns in holders.items():
        if len(returns) > 1:
            yield Violation(1, "unit", str(key), f"held by {', '.join(returns)}")


def units_end(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """2. In a closed return every announced unit was found, rejected or missed."""
    closed = {row.id for row in _returns(tx, merchant_id) if row.decision == Decision.CLOSED}
    for unit in _units(tx, merchant_id):
        announced = unit.kind == UnitKind.ANNOUNCED and not unit.cancelled
        if announced and unit.return_id in closed and Inspection(unit.inspection) not in INSPECTED:
            yield Violation(2, "unit", _unit_key(unit), f"{unit.inspection} in a closed return")


def refunds_bounded(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """3. What went back or is under way is no more than was captured and not refunded before, per payment and order."""
    transfers: dict[str, list[TransferRow]] = defaultdict(list)
    for row in tx.session.exec(select(TransferRow).where(TransferRow.merchant_id == merchant_id)):
        if row.kind != "BONUS" and row.state in COUNTED:
            transfers[row.order_id].append(row)
    for order_id, rows in transfers.items():
        order = _latest(tx, merchant_id, order_id)
        gone = beyond_report(
            order.payments, [(r.payment_id, r.amount_minor, r.provider_reference) for r in rows]
        )
        if sum(p.captured - p.refunded for p in order.payments) < sum(amount for _, amount in gone):
            yield Violation(
                3, "orders", order_id, f"{left_to_refund(order.payments, gone)} left after {gone}"
            )
        for payment in order.payments:
            part = sum(amount for id, amount in gone if id == payment.id)
            if part > payment.captured - payment.refunded:
                yield Violation(3, "transfer", payment.id, f"{part} of {payment.captured - payment.refunded}")
        if any(row.currency != order.currency for row in rows):
            yield Violation(3, "transfer", order_id, "in another currency than the order's")


def worth_of_units(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """4. A settlement's goods are the worths of its units, whoever else returned what when: as inspection found them,
    or whole where it was paid before."""
    units: dict[str, list[UnitRow]] = defaultdict(list)
    for unit in _units(tx, merchant_id):
        units[unit.settlement_id].append(unit)
    returns = {row.id: row for row in _returns(tx, merchant_id)}
    for row in _settlements(tx, merchant_id):
        if row.kind == SettlementKind.WAIVED or row.state not in COUNTED:
            continue
        found, whole = _worths(tx, returns[row.return_id], units[row.id])
        if row.goods_minor not in (found, whole):
            words = f"goods {row.goods_minor}, its units are worth {found} of {whole}"
            yield Violation(4, "settlement", row.id, words)


def lines_add_up(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """4. The worths of a line's units are the worth of the line."""
    for row in tx.session.exec(select(OrderVersionRow).where(OrderVersionRow.merchant_id == merchant_id)):
        order = order_from(row.document)
        pricing = Pricing(order)
        for line in order.lines:
            parts = sum(pricing.unit(line.id, number).total for number in range(line.quantity))
            whole = pricing.line(line.id).total
            if parts != whole:
                yield Violation(
                    4, "order_version", f"{row.order_id}/{line.id}", f"{parts} instead of {whole}"
                )


def never_negative(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """5 and 11. No outcome below nothing; the label's fee once, and no more of it than was shown."""
    fees: dict[str, int] = defaultdict(int)
    for row in _settlements(tx, merchant_id):
        if row.amount_minor < 0 and not row.reverses_id:
            yield Violation(5, "settlement", row.id, f"pays {row.amount_minor}")
        if row.state in COUNTED:
            fees[row.return_id] += row.label_fee_minor
    shown = {row.id: row.shown_fee_minor for row in _returns(tx, merchant_id)}
    for return_id, fee in fees.items():
        if fee > shown[return_id]:
            yield Violation(
                11, "returns", return_id, f"charges {fee} for the label, {shown[return_id]} was shown"
            )


def money_adds_up(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """6. A settlement's transfers are its amount; it is settled when all of them are, and not before."""
    parts: dict[str, list[TransferRow]] = defaultdict(list)
    for part in tx.session.exec(select(TransferRow).where(TransferRow.merchant_id == merchant_id)):
        parts[part.settlement_id].append(part)
    for row in _settlements(tx, merchant_id):
        if row.reverses_id:
            continue
        whole = sum(part.amount_minor for part in parts[row.id])
        if whole != row.amount_minor:
            yield Violation(6, "settlement", row.id, f"{row.amount_minor} in transfers of {whole}")
        done = all(part.state == SettlementState.SETTLED for part in parts[row.id])
        if (row.state == SettlementState.SETTLED) != done and row.state != SettlementState.REVERSED:
            yield Violation(6, "settlement", row.id, f"{row.state} with {[p.state for p in parts[row.id]]}")


def labels_once(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """6. A label that was given up is not live for a return that ended."""
    ended = {row.id for row in _returns(tx, merchant_id) if row.decision in _FREEING}
    query = select(ParcelRow).where(ParcelRow.merchant_id == merchant_id)
    for parcel in tx.session.exec(query):
        live = parcel.label in (LabelState.REQUESTED, LabelState.PURCHASED)
        if parcel.return_id in ended and live and parcel.transit == "NOT_SCANNED":
            yield Violation(6, "parcel", parcel.id, f"{parcel.label} for a return that ended")


def one_disposition(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """7. What was looked at has one disposition; restocking and refund do not depend on each other."""
    for unit in _units(tx, merchant_id):
        looked_at = unit.inspection in (Inspection.ACCEPTED, Inspection.REJECTED)
        if looked_at != bool(unit.disposition) and unit.kind == UnitKind.ANNOUNCED:
            yield Violation(
                7, "unit", _unit_key(unit), f"{unit.inspection} with {unit.disposition or 'nothing'}"
            )


def snapshots_kept(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """9. The versions of order and policy that a return was made of are there."""
    for row in _returns(tx, merchant_id):
        if tx.session.get(OrderVersionRow, (merchant_id, row.order_id, row.order_version)) is None:
            yield Violation(9, "returns", row.id, f"no version {row.order_version} of its order")
        if row.policy_version and tx.session.get(PolicyRow, (merchant_id, row.policy_version)) is None:
            yield Violation(9, "returns", row.id, f"no version {row.policy_version} of the policy")


def nothing_open_when_closed(tx: Transaction, merchant_id: str) -> Iterator[Violation]:
    """8. Nothing closes while money is open, and every unit of what closed was settled."""
    closed = {row.id for row in _returns(tx, merchant_id) if row.decision == Decision.CLOSED}
    for row in _settlements(tx, merchant_id):
        if row.return_id in closed and row.state in (SettlementState.SUBMITTED, SettlementState.UNKNOWN):
            yield Violation(8, "settlement", row.id, f"{row.state} in a closed return")
    for unit in _units(tx, merchant_id):
        announced = unit.kind == UnitKind.ANNOUNCED and not unit.cancelled
        if announced and unit.return_id in closed and not unit.settlement_id:
            yield Violation(8, "unit", _unit_key(unit), "not settled in a closed return")


INVARIANTS: tuple[Callable[[Transaction, str], Iterator[Violation]], ...] = (
    units_once,
    units_end,
    refunds_bounded,
    worth_of_units,
    lines_add_up,
    never_negative,
    money_adds_up,
    labels_once,
    one_disposition,
    nothing_open_when_closed,
    snapshots_kept,
)


def _returns(tx: Transaction, merchant_id: str) -> list[ReturnRow]:
    return list(tx.session.exec(select(ReturnRow).where(ReturnRow.merchant_id == merchant_id)))


def _units(tx: Transaction, merchant_id: str) -> list[UnitRow]:
    return list(tx.session.exec(select(UnitRow).where(UnitRow.merchant_id == merchant_id)))


def _settlements(tx: Transaction, merchant_id: str) -> list[SettlementRow]:
    query = select(SettlementRow).where(SettlementRow.merchant_id == merchant_id)
    return list(tx.session.exec(query.order_by(col(SettlementRow.id))))


def _latest(tx: Transaction, merchant_id: str, order_id: str) -> Order:
    row = tx.session.get_one(OrderRow, (merchant_id, order_id))
    return order_from(tx.session.get_one(OrderVersionRow, (merchant_id, order_id, row.version)).document)


def _worths(tx: Transaction, row: ReturnRow, units: list[UnitRow]) -> tuple[int, int]:
    """As inspection found the units, and whole."""
    key = (row.merchant_id, row.order_id, row.order_version)
    pricing = Pricing(order_from(tx.session.get_one(OrderVersionRow, key).document))
    policy = tx.session.get(PolicyRow, (row.merchant_id, row.policy_version))
    grades = {} if policy is None else dict(policy_from(policy.document).grades.percent)
    wholes = [pricing.unit(unit.line_id, unit.unit).total for unit in units]
    found = [percent_of(whole, _percent(unit, grades)) for unit, whole in zip(units, wholes, strict=True)]
    return sum(found), sum(wholes)


def _percent(unit: UnitRow, grades: dict[str, int]) -> int:
    if unit.inspection in (Inspection.REJECTED, Inspection.MISSING):
        return 0
    return grades.get(unit.grade, 100)


def _unit_key(unit: UnitRow) -> str:
    return f"{unit.return_id}/{unit.line_id}/{unit.unit}"
