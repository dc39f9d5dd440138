"""What needs the pure rules: what units are worth, and what an order's payments can give back (invariants 3 and 4)."""

from collections.abc import Iterator, Sequence
from typing import Any

from sendback_sdk.orders import Order
from sqlmodel import col, select

from sendback_service.amounts_due import COUNTED
from sendback_service.audit.books import Books, orders_of
from sendback_service.audit.finding import Check, Suspect
from sendback_service.audit.window import Window
from sendback_service.rules.states import SettlementState
from sendback_service.rules.worth import Pricing
from sendback_service.store.tables import (
    ImageRow,
    ReturnRow,
    SettlementRow,
    TransferRow,
    UnitRow,
)
from sendback_service.store.tables.money import GIVEN_BACK
from sendback_service.store.transaction import Transaction

# Orders, and returns with their units, that are loaded at a time.
_CHUNK = 200


def refunds_bounded(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Orders of which more went back, is under way or is owed by hand than their payments hold."""
    paying = f"""EXISTS (SELECT 1 FROM transfer WHERE transfer.merchant_id = t.merchant_id
        AND transfer.order_id = t.id AND {GIVEN_BACK})"""
    for chunk in _chunks(window.select(tx, ["version"], paying)):
        orders = orders_of(tx, {tuple(row) for row in chunk})
        for merchant_id, id, version in chunk:
            order = orders.get((merchant_id, id, version))
            says = "" if order is None else _beyond(order, _counted_transfers(tx, merchant_id, id))
            if says:
                yield Suspect((merchant_id, id), says)


def units_worth(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Settlements whose goods are not the worths of their units: between what inspection found of them and all of it,
    since what had not been looked at was paid whole."""
    counted = "t.kind <> 'WAIVED' AND t.reverses_id = '' AND t.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')"
    for chunk in _chunks(window.select(tx, ["return_id", "goods_minor"], counted)):
        books = Books.of(tx, {(merchant_id, return_id) for merchant_id, _, return_id, _ in chunk})
        for merchant_id, id, return_id, goods in chunk:
            worths = books.worths((merchant_id, return_id), id)
            if worths is not None and not worths[0] <= goods <= worths[1]:
                says = f"goods for {goods}, and its units are worth {worths[0]} of {worths[1]}"
                yield Suspect((merchant_id, id), says)


def units_paid_once(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Units that were freed for another return although they were paid for, and were paid for there once more."""
    freed = """NOT t.held AND t.settlement_id <> '' AND EXISTS (SELECT 1 FROM returns r JOIN unit o
          ON o.merchant_id = r.merchant_id AND o.return_id = r.id AND o.line_id = t.line_id AND o.unit = t.unit
        WHERE r.merchant_id = t.merchant_id AND r.order_id = t.order_id AND r.id <> t.return_id
          AND o.settlement_id <> '')"""
    for key in window.select(tx, [], freed):
        unit = tx.session.get_one(UnitRow, tuple(key))
        returns = [row.return_id for row in _returned(tx, unit) if _surely_paid(tx, row)]
        if unit.return_id in returns and len(returns) > 1:
            returns.remove(unit.return_id)
            yield Suspect(tuple(key), f"was paid for, and again in return {returns[0]}")


def lines_add_up(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Orders that cannot be read, or of which the units of a line are not worth the line."""
    for chunk in _chunks(window.select(tx, [], "1 = 1")):
        keys = [tuple(row) for row in chunk]
        orders = orders_of(tx, set(keys))
        for key in keys:
            order = orders.get(key)
            says = "the order as it was then cannot be read" if order is None else _uneven(order)
            if says:
                yield Suspect(key, says)


def units_of_order(tx: Transaction, window: Window) -> Iterator[Suspect]:
    """Returns of units that the order, as it was when they were made, does not have."""
    for chunk in _chunks(window.select(tx, [], "1 = 1")):
        keys = [tuple(row) for row in chunk]
        books = Books.of(tx, set(keys))
        for key in keys:
            says = books.strange(key)
            if says:
                yield Suspect(key, says)


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
        "unit_paid_twice",
        "4",
        "unit",
        units_paid_once,
        "see with the provider whether both payments went, and claim one back",
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
    gone = [(row.payment_id, amount) for row in transfers if (amount := _beyond_report(order, row))]
    for payment in order.payments:
        part, most = sum(n for id, n in gone if id == payment.id), payment.captured - payment.refunded
        if part > most:
            return f"{part} (minor units) go back by payment {payment.id}, which holds {most}"
    whole, most = sum(n for _, n in gone), sum(p.captured - p.refunded for p in order.payments)
    if whole > most:
        return f"{whole} (minor units) go back, and its payments hold {most}"
    foreign = {row.currency for row in transfers} - {order.currency}
    return f"{sorted(foreign)[0]} goes back for an order in {order.currency}" if foreign else ""


def _returned(tx: Transaction, unit: UnitRow) -> list[UnitRow]:
    """A unit in all returns of its order."""
    of_order = select(ReturnRow.id).where(
        ReturnRow.merchant_id == unit.merchant_id, ReturnRow.order_id == unit.order_id
    )
    query = select(UnitRow).where(
        UnitRow.merchant_id == unit.merchant_id,
        col(UnitRow.return_id).in_(of_order),
        UnitRow.line_id == unit.line_id,
        UnitRow.unit == unit.unit,
    )
    return list(tx.session.exec(query))


def _surely_paid(tx: Transaction, unit: UnitRow) -> bool:
    settlement = tx.session.get(SettlementRow, (unit.merchant_id, unit.settlement_id))
    if settlement is None or settlement.state not in COUNTED:
        return False
    books = Books.of(tx, {(unit.merchant_id, unit.return_id)})
    return books.surely_paid(unit, settlement.goods_minor)


def _beyond_report(order: Order, transfer: TransferRow) -> int:
    """What a transfer took that the shop does not report as refunded. What came back and is reported is taken to be in
    the report still, as the contract has it: whether it is, nobody can tell from here."""
    references = {name for payment in order.payments for name in payment.refund_references if name}
    reported = transfer.provider_reference in references
    if transfer.state == SettlementState.REVERSED:
        return -transfer.amount_minor if reported else 0
    return 0 if reported else transfer.amount_minor


def _uneven(order: Order) -> str:
    """Which line is not worth what its units are; empty where all are."""
    pricing = Pricing(order)
    for line in order.lines:
        parts = sum(pricing.unit(line.id, number).total for number in range(line.quantity))
        whole = pricing.line(line.id).total
        if parts != whole:
            return f"the units of line {line.id} are worth {parts} together, the line {whole}"
    return ""


def _counted_transfers(tx: Transaction, merchant_id: str, order_id: str) -> list[TransferRow]:
    query = select(TransferRow).where(
        TransferRow.merchant_id == merchant_id,
        TransferRow.order_id == order_id,
        GIVEN_BACK,
    )
    return list(tx.session.exec(query))


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
