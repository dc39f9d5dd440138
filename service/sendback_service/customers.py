"""Customers as limits know them: by their account in the shop, else by their e-mail address, kept as a hash."""

from datetime import timedelta
from hashlib import sha256

from sendback_sdk.orders import Order
from sqlmodel import col, func, select

from sendback_service.cases import Case
from sendback_service.rules.limits import History
from sendback_service.rules.states import Decision
from sendback_service.store.tables import ReturnRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction

_NOTHING_CAME = (Decision.DECLINED, Decision.CANCELLED, Decision.EXPIRED)


def customer_key(order: Order) -> str:
    """Empty where the buyer is not known at all."""
    if order.customer_id:
        return f"id:{order.customer_id}"
    email = order.email.strip().casefold()
    return f"mail:{sha256(email.encode()).hexdigest()[:32]}" if email else ""


def history_of(tx: Transaction, merchant_id: str, case: Case) -> History:
    """The customer's returns of the days that the policy's limits look back on."""
    key = customer_key(case.order)
    if not key:
        return History()
    since = case.now - timedelta(days=case.policy.policy.limits.days)
    rows = tx.session.exec(
        select(ReturnRow.currency, func.count(), func.sum(ReturnRow.estimated_minor))
        .where(
            ReturnRow.merchant_id == merchant_id,
            ReturnRow.customer_key == key,
            ReturnRow.create_time > micros(since),
            col(ReturnRow.decision).not_in(_NOTHING_CAME),
        )
        .group_by(ReturnRow.currency)
    ).all()
    return History(
        sum(count for _, count, _ in rows), tuple((currency, int(value)) for currency, _, value in rows)
    )
