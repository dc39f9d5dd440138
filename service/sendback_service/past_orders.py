"""Past orders with their returns, newest first and some at a time: what a policy is tried on. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import col, select

from sendback_service.cases import bound
from sendback_service.customers import customer_key, goods_of
from sendback_service.rules.judging import CustomersReturn
from sendback_service.rules.policy import Policy
from sendback_service.rules.requested_return import RequestedReturn, RequestedUnit
from sendback_service.rules.simulation import PastOrder, PastReturn
from sendback_service.rules.states import Basis, Decision, Inspection, SettlementKind, UnitKind
from sendback_service.shops import Shop
from sendback_service.store.documents import order_from
from sendback_service.store.ordering import valued
from sendback_service.store.tables import OrderRow, OrderVersionRow, ReturnRow, UnitRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction

_AT_A_TIME = 100
# Shops' clocks may be ahead of ours; in microseconds.
_SLACK = 24 * 3600 * 1_000_000
_MICROSECOND = timedelta(microseconds=1)
_FALLEN = frozenset({Decision.DECLINED, Decision.CANCELLED, Decision.EXPIRED})
_WORTHLESS = frozenset({Inspection.REJECTED, Inspection.MISSING})


@dataclass(frozen=True, slots=True)
class Period:
    """Orders placed from `start` on, and before `end`."""

    start: datetime
    end: datetime

    def __contains__(self, placed: datetime) -> bool:
        return self.start <= placed < self.end


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of the orders; `read` were looked through for them. `after` names where to go on, None at the end."""

    orders: tuple[PastOrder, ...]
    read: int
    after: str | None


def stretch(
    tx: Transaction, shop: Shop, period: Period, after: str | None, look_back: timedelta | None = None
) -> Stretch:
    """`look_back` is how far before the period limits look; None where no policy has limits."""
    rows = _rows(tx, shop.id, after)
    # Who was imported before the period began cannot have been placed in it; ids sort by import.
    since = micros(period.start) - _SLACK
    recent = [(order, version) for order, version in rows if order.create_time >= since]
    over = len(rows) < _AT_A_TIME or len(recent) < len(rows)
    placed = [(order, version) for order, version in recent if _placed(version) in period]
    last = rows[-1][0].id if rows else None
    found = _past_orders(tx, shop, placed)
    if look_back is not None:
        found = _with_customers(tx, shop.id, found, since - look_back // _MICROSECOND)
    return Stretch(found, len(recent), None if over else last)


def _rows(tx: Transaction, merchant_id: str, after: str | None) -> Sequence[tuple[OrderRow, OrderVersionRow]]:
    query = (
        select(OrderRow, OrderVersionRow)
        .join(
            OrderVersionRow,
            (col(OrderVersionRow.merchant_id) == OrderRow.merchant_id)
            & (col(OrderVersionRow.order_id) == OrderRow.id)
            & (col(OrderVersionRow.version) == OrderRow.version),
        )
        .where(OrderRow.merchant_id == merchant_id)
        .order_by(col(OrderRow.id).desc())
        .limit(_AT_A_TIME)
    )
    if after is not None:
        query = query.where(OrderRow.id < after)
    return list(tx.session.exec(query))


def _placed(version: OrderVersionRow) -> datetime:
    """Out of the document, which need not be read whole for it."""
    return datetime.fromisoformat(version.document["placed_time"])


def _past_orders(
    tx: Transaction, shop: Shop, rows: Sequence[tuple[OrderRow, OrderVersionRow]]
) -> tuple[PastOrder, ...]:
    returns = _returns(tx, shop, [order.id for order, _ in rows])
    found = []
    for row, version in rows:
        order = order_from(version.document)
        policy = bound(shop, order, Basis.GOODWILL).policy
        found.append(PastOrder(row.id, order, policy, tuple(returns[row.id])))
    return tuple(found)


def _returns(tx: Transaction, shop: Shop, order_ids: Sequence[str]) -> dict[str, list[PastReturn]]:
    """By order, in the order in which they were asked for."""
    query = (
        select(ReturnRow)
        .where(ReturnRow.merchant_id == shop.id, col(ReturnRow.order_id).in_(order_ids))
        .order_by(valued(ReturnRow.id))
    )
    rows = list(tx.session.exec(query))
    units = _units(tx, shop.id, [row.id for row in rows])
    found: dict[str, list[PastReturn]] = defaultdict(list)
    for row in rows:
        one = _past_return(tx, shop, row, units[row.id])
        found[row.order_id].append(_paid_as_before(one, found[row.order_id]))
    return found


def _paid_as_before(one: PastReturn, earlier: Sequence[PastReturn]) -> PastReturn:
    """With the payments as they were before the first return: what was refunded for that since is computed anew."""
    if not earlier:
        return one
    order = replace(one.asked.order, payments=earlier[0].asked.order.payments)
    return replace(one, asked=replace(one.asked, order=order))


def _units(tx: Transaction, merchant_id: str, return_ids: Sequence[str]) -> dict[str, list[RequestedUnit]]:
    """What was announced and not taken off; what came besides was never judged."""
    query = (
        select(UnitRow)
        .where(
            UnitRow.merchant_id == merchant_id,
            col(UnitRow.return_id).in_(return_ids),
            UnitRow.kind == UnitKind.ANNOUNCED,
            col(UnitRow.cancelled).is_(False),
        )
        .order_by(UnitRow.return_id, UnitRow.line_id, col(UnitRow.unit))
    )
    found: dict[str, list[RequestedUnit]] = defaultdict(list)
    for row in tx.session.exec(query):
        worthless = Inspection(row.inspection) in _WORTHLESS
        found[row.return_id].append(
            RequestedUnit(row.line_id, row.unit, row.reason_code, row.grade, worthless)
        )
    return found


def _past_return(tx: Transaction, shop: Shop, row: ReturnRow, units: Sequence[RequestedUnit]) -> PastReturn:
    version = tx.session.get_one(OrderVersionRow, (shop.id, row.order_id, row.order_version))
    order = order_from(version.document)
    return PastReturn(
        id=row.id,
        time=moment(row.create_time),
        asked=RequestedReturn(order, tuple(units), row.region, SettlementKind(row.outcome), Basis(row.basis)),
        policy=_policy(shop, row.policy_version),
        overridden=bool(row.override_note),
        stood=Decision(row.decision) not in _FALLEN,
    )


def _with_customers(
    tx: Transaction, merchant_id: str, orders: Sequence[PastOrder], since: int
) -> tuple[PastOrder, ...]:
    keys = {customer_key(past.order) for past in orders} - {""}
    query = select(ReturnRow).where(
        ReturnRow.merchant_id == merchant_id,
        col(ReturnRow.customer_key).in_(keys),
        ReturnRow.create_time > since,
        col(ReturnRow.decision).not_in(_FALLEN),
    )
    found: dict[str, list[CustomersReturn]] = defaultdict(list)
    rows = list(tx.session.exec(query))
    worth = goods_of(tx, merchant_id, [row.id for row in rows])
    for row in rows:
        one = CustomersReturn(row.id, moment(row.create_time), row.currency, worth[row.id])
        found[row.customer_key].append(one)
    return tuple(replace(past, customers=tuple(found[customer_key(past.order)])) for past in orders)


def _policy(shop: Shop, version: int) -> Policy:
    """Version 0 is what held before anything was published."""
    return next((found.policy for found in shop.policies if found.version == version), Policy())
