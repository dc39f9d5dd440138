"""Movements of money and of store credit, each in the period in which it happened, whatever became of it since: what
came back is a movement of its own. Read in batches, oldest first, from the places where they are noted."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlmodel import and_, col, not_, or_, select

from sendback_service.credit import EntryKind
from sendback_service.returns import Filter
from sendback_service.rules.movements import Movement, MovementKind, Parts, parts_of
from sendback_service.rules.quote import QuoteRule
from sendback_service.settlements import LEDGER, TAXES
from sendback_service.store import Database
from sendback_service.store.tables import CreditEntryRow, ReturnRow, SettlementRow, TransferRow
from sendback_service.store.tables.money import LINKED, WENT
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction

BATCH = 250
_BONUS = "BONUS"
# Of the ledger's entries those that no transfer stands for.
_BY_ITSELF: Any = not_(or_(*(col(CreditEntryRow.key).startswith(whose) for whose in ("trf_", "reversal/"))))
_ENTRIES = {
    EntryKind.DEBIT: MovementKind.CREDIT_REDEEMED,
    EntryKind.RESTORATION: MovementKind.CREDIT_RESTORED,
    EntryKind.CREDIT: MovementKind.CREDIT_RESTORED,
    EntryKind.EXPIRY: MovementKind.CREDIT_EXPIRED,
    EntryKind.REVERSAL: MovementKind.CREDIT_FORFEITED,
}


class _Place(NamedTuple):
    """After what is read on: of what happened at the same time, source after source, and by ids within one."""

    time: int
    source: int
    id: str


_Found = list[tuple[_Place, Movement]]
_Source = Callable[[Transaction, str, Callable[[Any, Any], Any]], Iterator[tuple[str, Movement]]]


async def in_batches(database: Database, merchant_id: str, filter: Filter) -> AsyncIterator[list[Movement]]:
    """Of the filter its times count. Each batch is read by itself: nothing is held open between two of them."""
    behind: _Place | None = None
    while True:
        found = await database.read(partial(_batch, merchant_id=merchant_id, filter=filter, behind=behind))
        if found:
            yield [movement for _, movement in found]
        if len(found) < BATCH:
            return
        behind = found[-1][0]


def _batch(tx: Transaction, merchant_id: str, filter: Filter, behind: _Place | None) -> _Found:
    found: _Found = []
    for number, source in enumerate(_SOURCES):
        rows = source(tx, merchant_id, partial(_wanted, filter, behind, number))
        found += [(_Place(movement.time, number, id), movement) for id, movement in rows]
    return sorted(found, key=lambda one: one[0][:2])[:BATCH]


def _wanted(filter: Filter, behind: _Place | None, number: int, time: Any, id: Any) -> Any:
    conditions = [time >= 0]
    if filter.created_from is not None:
        conditions.append(time >= micros(filter.created_from))
    if filter.created_before is not None:
        conditions.append(time < micros(filter.created_before))
    if behind is not None:
        conditions.append(time >= behind.time if number >= behind.source else time > behind.time)
        if number == behind.source:
            conditions.append(or_(time > behind.time, id > behind.id))
    return and_(*conditions)


def _went(
    tx: Transaction, merchant_id: str, wanted: Callable[[Any, Any], Any]
) -> Iterator[tuple[str, Movement]]:
    return _transfers(tx, merchant_id, col(TransferRow.settle_time), wanted, WENT)


def _went_by_older(
    tx: Transaction, merchant_id: str, wanted: Callable[[Any, Any], Any]
) -> Iterator[tuple[str, Movement]]:
    """By a version that noted no time of its own, and may run beside this one."""
    nowhen = col(TransferRow.settle_time).is_(None)
    return _transfers(tx, merchant_id, col(TransferRow.update_time), wanted, WENT, nowhen)


def _transfers(
    tx: Transaction, merchant_id: str, time: Any, wanted: Callable[[Any, Any], Any], *conditions: Any
) -> Iterator[tuple[str, Movement]]:
    id = col(TransferRow.id)
    query = select(TransferRow, SettlementRow, ReturnRow, time).where(
        TransferRow.merchant_id == merchant_id, wanted(time, id), *conditions, *_OF_ONE
    )
    rows = list(tx.session.exec(query.order_by(time, id).limit(BATCH)))
    amounts = _amounts(tx, merchant_id, {settlement.id for _, settlement, *_ in rows})
    for transfer, settlement, made, at in rows:
        parts = _parts(settlement, transfer, amounts)
        yield transfer.id, _movement(transfer, made, settlement.id, int(at), parts)


def _came_back(
    tx: Transaction, merchant_id: str, wanted: Callable[[Any, Any], Any]
) -> Iterator[tuple[str, Movement]]:
    """The settlement that a reversal reversed is what its parts are told by, and the linked one what it is named by."""
    time, id = col(LINKED.create_time), col(TransferRow.id)
    conditions: list[Any] = [
        TransferRow.merchant_id == merchant_id,
        SettlementRow.merchant_id == LINKED.merchant_id,
        SettlementRow.id == LINKED.reverses_id,
        LINKED.reverses_id != "",
        wanted(time, id),
        *_OF_ONE,
    ]
    columns: Any = select(TransferRow, SettlementRow, ReturnRow).add_columns(time, col(LINKED.id))
    query = columns.where(*conditions)
    rows = list(tx.session.exec(query.order_by(time, id).limit(BATCH)))
    amounts = _amounts(tx, merchant_id, {settlement.id for _, settlement, *_ in rows})
    for transfer, settlement, made, at, linked_id in rows:
        parts = _parts(settlement, transfer, amounts)
        yield transfer.id, _movement(transfer, made, linked_id, int(at), parts, back=True)


def _credit(
    tx: Transaction, merchant_id: str, wanted: Callable[[Any, Any], Any]
) -> Iterator[tuple[str, Movement]]:
    time, id = col(CreditEntryRow.create_time), col(CreditEntryRow.id)
    query = select(CreditEntryRow).where(
        CreditEntryRow.merchant_id == merchant_id, _BY_ITSELF, wanted(time, id)
    )
    for row in tx.session.exec(query.order_by(time, id).limit(BATCH)):
        kind = _ENTRIES[EntryKind(row.kind)]
        yield (
            row.id,
            Movement(row.id, kind, row.create_time, row.currency, row.amount_minor, account=LEDGER),
        )


_SOURCES: tuple[_Source, ...] = (_went, _went_by_older, _came_back, _credit)
_OF_ONE = (
    TransferRow.merchant_id == SettlementRow.merchant_id,
    TransferRow.settlement_id == SettlementRow.id,
    ReturnRow.merchant_id == TransferRow.merchant_id,
    ReturnRow.id == TransferRow.return_id,
)


def _movement(
    transfer: TransferRow,
    made: ReturnRow,
    settlement_id: str,
    time: int,
    parts: Parts | None,
    *,
    back: bool = False,
) -> Movement:
    return Movement(
        id=f"{transfer.id}/reversal" if back else transfer.id,
        kind=MovementKind(f"{transfer.kind}_REVERSED" if back else transfer.kind),
        time=time,
        currency=transfer.currency,
        amount=-transfer.amount_minor if back else transfer.amount_minor,
        parts=parts.negative() if parts and back else parts,
        return_id=made.id,
        reference=made.reference,
        order_id=made.order_id,
        order_number=made.order_number,
        settlement_id=settlement_id,
        payment_id=transfer.payment_id,
        account=transfer.account,
        provider_reference=transfer.provider_reference,
        by_hand=transfer.by_hand,
    )


def _amounts(tx: Transaction, merchant_id: str, settlement_ids: set[str]) -> dict[str, dict[str, int]]:
    """By settlement and transfer, all by which it went or is to go, without a bonus."""
    query = select(TransferRow.settlement_id, TransferRow.id, TransferRow.amount_minor).where(
        TransferRow.merchant_id == merchant_id,
        col(TransferRow.settlement_id).in_(settlement_ids),
        TransferRow.kind != _BONUS,
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for settlement_id, id, amount in sorted(tx.session.exec(query)):
        found[settlement_id][id] = amount
    return found


def _parts(
    settlement: SettlementRow, transfer: TransferRow, amounts: dict[str, dict[str, int]]
) -> Parts | None:
    if transfer.kind == _BONUS:
        return None
    of_settlement = amounts[settlement.id]
    place = list(of_settlement).index(transfer.id)
    return parts_of(_whole(settlement), list(of_settlement.values()), place)


def _whole(settlement: SettlementRow) -> Parts:
    """What is no part of it that was computed is what staff, or a limit, put in its place."""
    steps: Sequence[dict[str, Any]] = settlement.quote.get("steps", ())
    restocking = sum(step["amount"] for step in steps if step["rule"] == QuoteRule.RESTOCKING)
    goods, shipping, fee = settlement.goods_minor, settlement.shipping_minor, -settlement.label_fee_minor
    rest = settlement.amount_minor - settlement.bonus_minor - goods - shipping - restocking - fee
    noted = settlement.quote.get(TAXES)
    taxes = None if noted is None else tuple((rate, amount) for rate, amount in noted)
    return Parts(goods, shipping, restocking, fee, rest, taxes)
