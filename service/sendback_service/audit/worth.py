"""What needs the pure rules: what units are worth, and what an order's payments can give back (invariants 3 and 4)."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from sendback_sdk.orders import Order
from sqlmodel import col, select

from sendback_service.audit.finding import Check, Suspect
from sendback_service.audit.window import Window
from sendback_service.dues import COUNTED
from sendback_service.rules.shares import percent_of
from sendback_service.rules.states import Inspection, UnitKind
from sendback_service.rules.tenders import beyond_report
from sendback_service.rules.worth import Pricing
from sendback_service.store.documents import order_from, policy_from
from sendback_service.store.tables import (
    ImageRow,
    OrderVersionRow,
    PolicyRow,
    ReturnRow,
    TransferRow,
    UnitRow,
)
from sendback_service.store.transaction import Transaction

_WORTHLESS = (Inspection.REJECTED, Inspection.MISSING)


def refunds_bounded(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Orders of which more went back, or is under way, than their payments hold."""
    paying = """EXISTS (SELECT 1 FROM transfer f WHERE f.merchant_id = t.merchant_id AND f.order_id = t.id
        AND f.kind <> 'BONUS' AND f.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED'))"""
    for merchant_id, id, version in window.select(tx, ["version"], paying):
        order = _order(tx, merchant_id, id, version)
        if order is not None:
            says = _beyond(order, _counted_transfers(tx, merchant_id, id))
            if says:
                yield Suspect((merchant_id, id), says)


def units_worth(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Settlements whose goods are not the worths of their units: as inspection found them, or whole where it was paid
    before."""
    counted = "t.kind <> 'WAIVED' AND t.reverses_id = '' AND t.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')"
    for merchant_id, id, return_id, goods in window.select(tx, ["return_id", "goods_minor"], counted):
        row = tx.session.get(ReturnRow, (merchant_id, return_id))
        worths = None if row is None else _worths(tx, row, id)
        if worths is not None and goods not in worths:
            yield Suspect(
                (merchant_id, id), f"goods for {goods}, and its units are worth {worths[0]} of {worths[1]}"
            )
        tx.session.expunge_all()


def lines_add_up(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Orders that cannot be read, or of which the units of a line are not worth the line."""
    for merchant_id, order_id, version in window.select(tx, [], "1 = 1"):
        key = (merchant_id, order_id, version)
        order = _order(tx, *key)
        if order is None:
            yield Suspect(key, "the order as it was then cannot be read")
            continue
        pricing = Pricing(order)
        for line in order.lines:
            parts = sum(pricing.unit(line.id, number).total for number in range(line.quantity))
            whole = pricing.line(line.id).total
            if parts != whole:
                yield Suspect(
                    key, f"the units of line {line.id} are worth {parts} together, the line {whole}"
                )
                break


def units_of_order(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Returns of units that the order, as it was when they were made, does not have."""
    for merchant_id, id, order_id, version in window.select(tx, ["order_id", "order_version"], "1 = 1"):
        order = _order(tx, merchant_id, order_id, version)
        quantities = {} if order is None else {line.id: line.quantity for line in order.lines}
        for unit in () if order is None else _units(tx, merchant_id, UnitRow.return_id, id):
            if not 0 <= unit.unit < quantities.get(unit.line_id, 0):
                yield Suspect(
                    (merchant_id, id), f"is about unit {unit.unit} of line {unit.line_id}: no such unit"
                )
                break
        tx.session.expunge_all()


def photos_kept(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Units that name a photo which is not there."""
    for key in window.select(tx, [], "CAST(t.evidence AS VARCHAR) <> '{}'"):
        unit = tx.session.get_one(UnitRow, tuple(key))
        named = {str(id) for ids in unit.evidence.values() for id in ids}
        query = select(ImageRow.id).where(
            ImageRow.merchant_id == unit.merchant_id, col(ImageRow.id).in_(named)
        )
        kept = list(tx.session.exec(query))
        lost = sorted(named.difference(kept))
        if lost:
            yield Suspect(tuple(key), f"names photo {lost[0]}, which is not there")
        tx.session.expunge(unit)


CHECKS = (
    Check(
        "refund_exceeds_payment",
        "3",
        "orders",
        refunds_bounded,
        "stop what is SUBMITTED; ask the provider by the transfers' ids what really went, and claim it back",
    ),
    Check(
        "settlement_worth_wrong",
        "4",
        "settlement",
        units_worth,
        "compare the settlement's quote with the order's version; pay the difference by hand or claim it back",
    ),
    Check(
        "line_sum_wrong",
        "4",
        "order_version",
        lines_add_up,
        "restore the order's version from a backup: it is never changed",
    ),
    Check(
        "unit_not_of_order",
        "1",
        "returns",
        units_of_order,
        "compare with the order's version; cancel the units that were never bought",
    ),
    Check(
        "photo_missing",
        "store",
        "unit",
        photos_kept,
        "restore the picture from a backup",
    ),
)


def _beyond(order: Order, transfers: list[TransferRow]) -> str:
    """How more goes back than the order's payments hold; empty where it does not."""
    gone = beyond_report(
        order.payments, [(row.payment_id, row.amount_minor, row.provider_reference) for row in transfers]
    )
    for payment in order.payments:
        part, most = sum(n for id, n in gone if id == payment.id), payment.captured - payment.refunded
        if part > most:
            return f"{part} (minor units) go back by payment {payment.id}, which holds {most}"
    whole, most = sum(n for _, n in gone), sum(p.captured - p.refunded for p in order.payments)
    if whole > most:
        return f"{whole} (minor units) go back, and its payments hold {most}"
    foreign = {row.currency for row in transfers} - {order.currency}
    return f"{sorted(foreign)[0]} goes back for an order in {order.currency}" if foreign else ""


def _worths(tx: Transaction, row: ReturnRow, settlement_id: str) -> tuple[int, int] | None:
    """Of a settlement's units: as inspection found them, and whole."""
    order = _order(tx, row.merchant_id, row.order_id, row.order_version)
    if order is None:
        return None
    policy = tx.session.get(PolicyRow, (row.merchant_id, row.policy_version))
    grades = {} if policy is None else dict(policy_from(policy.document).grades.percent)
    pricing, found, whole = Pricing(order), 0, 0
    for unit in _units(tx, row.merchant_id, UnitRow.return_id, row.id):
        if unit.settlement_id == settlement_id:
            worth = pricing.unit(unit.line_id, unit.unit).total
            whole += worth
            found += percent_of(worth, _percent(unit, grades))
    return found, whole


def _percent(unit: UnitRow, grades: dict[str, int]) -> int:
    return 0 if unit.inspection in _WORTHLESS else grades.get(unit.grade, 100)


def _units(tx: Transaction, merchant_id: str, column: Any, id: str) -> list[UnitRow]:
    query = select(UnitRow).where(
        UnitRow.merchant_id == merchant_id, column == id, UnitRow.kind == UnitKind.ANNOUNCED
    )
    return list(tx.session.exec(query))


def _counted_transfers(tx: Transaction, merchant_id: str, order_id: str) -> list[TransferRow]:
    query = select(TransferRow).where(
        TransferRow.merchant_id == merchant_id,
        TransferRow.order_id == order_id,
        TransferRow.kind != "BONUS",
        col(TransferRow.state).in_(COUNTED),
    )
    return list(tx.session.exec(query))


def _order(tx: Transaction, merchant_id: str, order_id: str, version: int) -> Order | None:
    """As it was then; None where it is not there or cannot be read, which other checks report."""
    query = select(OrderVersionRow.document).where(
        OrderVersionRow.merchant_id == merchant_id,
        OrderVersionRow.order_id == order_id,
        OrderVersionRow.version == version,
    )
    document = tx.session.exec(query).first()
    try:
        return None if document is None else order_from(document)
    except ValidationError:
        return None
