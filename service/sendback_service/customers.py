"""Customers as limits know them: by their account in the shop, else by their e-mail address, kept as a hash."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from sendback_sdk.orders import Order
from sqlmodel import col, select

from sendback_service.cases import Case
from sendback_service.rules.limits import History
from sendback_service.rules.privacy import email_key
from sendback_service.rules.states import Decision, UnitKind
from sendback_service.rules.worth import Pricing
from sendback_service.store.documents import order_from
from sendback_service.store.tables import OrderVersionRow, ReturnRow, UnitRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction

_NOTHING_CAME = (Decision.DECLINED, Decision.CANCELLED, Decision.EXPIRED)


def customer_key(order: Order) -> str:
    """Empty where the buyer is not known at all."""
    if order.customer_id:
        return f"id:{order.customer_id}"
    email = email_key(order.email)
    return f"mail:{sha256(email.encode()).hexdigest()[:32]}" if email else ""


def history_of(tx: Transaction, merchant_id: str, case: Case) -> History:
    """The customer's returns of the days that the policy's limits look back on."""
    key, limits = customer_key(case.order), case.policy.policy.limits
    if not key:
        return History()
    since = case.now - timedelta(days=limits.days)
    query = select(ReturnRow.id, ReturnRow.currency).where(
        ReturnRow.merchant_id == merchant_id,
        ReturnRow.customer_key == key,
        ReturnRow.create_time > micros(since),
        col(ReturnRow.decision).not_in(_NOTHING_CAME),
    )
    returns = dict(tx.session.exec(query).all())
    worth = goods_of(tx, merchant_id, [*returns]) if limits.values else {}
    values: Counter[str] = Counter()
    for return_id, minor in worth.items():
        values[returns[return_id]] += minor
    return History(len(returns), tuple(values.items()))


def goods_of(tx: Transaction, merchant_id: str, return_ids: Sequence[str]) -> Mapping[str, int]:
    """What the goods of each return are worth as they were announced, without those that were taken off it. What is
    paid for them in the end, after fees and inspection, is another matter."""
    documents = (
        select(ReturnRow.id, OrderVersionRow.document)
        .join(
            OrderVersionRow,
            (col(OrderVersionRow.merchant_id) == ReturnRow.merchant_id)
            & (col(OrderVersionRow.order_id) == ReturnRow.order_id)
            & (col(OrderVersionRow.version) == ReturnRow.order_version),
        )
        .where(ReturnRow.merchant_id == merchant_id, col(ReturnRow.id).in_(return_ids))
    )
    pricings = {id: Pricing(order_from(document)) for id, document in tx.session.exec(documents)}
    units = select(UnitRow.return_id, UnitRow.line_id, UnitRow.unit).where(
        UnitRow.merchant_id == merchant_id,
        col(UnitRow.return_id).in_(return_ids),
        UnitRow.kind == UnitKind.ANNOUNCED,
        col(UnitRow.cancelled).is_(False),
    )
    worth: Counter[str] = Counter()
    for return_id, line_id, unit in tx.session.exec(units):
        worth[return_id] += pricings[return_id].unit(line_id, unit).total
    return worth
