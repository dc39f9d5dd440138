"""Orders as they are found again: one by its id, or page by page."""

from dataclasses import dataclass
from datetime import datetime

from sendback_sdk.orders import Order
from sqlmodel import col, select

from sendback_service.pages import Page, page_of
from sendback_service.refusal import not_found
from sendback_service.removal import LEAVING
from sendback_service.store.documents import order_from
from sendback_service.store.ordering import valued
from sendback_service.store.tables import OrderRow, OrderVersionRow
from sendback_service.store.times import moment
from sendback_service.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order and what the service added: its own id, version and times."""

    id: str
    version: int
    access_revision: int
    create_time: datetime
    update_time: datetime
    order: Order
    erase_time: datetime | None = None


def order_in(tx: Transaction, merchant_id: str, order_id: str) -> KeptOrder:
    """By our id or the shop's own."""
    return _kept(tx, order_row(tx, merchant_id, order_id))


def listed(tx: Transaction, merchant_id: str, number: str, size: int, after: str | None) -> Page[KeptOrder]:
    """Newest first, each with its present version."""
    order, version = OrderRow, OrderVersionRow
    query = select(order, version).where(
        order.merchant_id == merchant_id,
        version.merchant_id == order.merchant_id,
        version.order_id == order.id,
        version.version == order.version,
    )
    if number:
        query = query.where(order.number_key == number_key(number))
    if after is not None:
        query = query.where(order.id < after)
    query = query.order_by((valued(order.id) if number else col(order.id)).desc())
    found = [_as_kept(*both) for both in tx.session.exec(query.limit(size + 1))]
    return page_of("orders", found, size, lambda kept: kept.id)


def number_key(number: str) -> str:
    """Order numbers as people type them: without case, spaces and the leading sign."""
    return "".join(number.split()).lstrip("#").casefold()


def order_row(tx: Transaction, merchant_id: str, order_id: str) -> OrderRow:
    """By our id, else by the shop's own, which may look like one of ours."""
    names = (OrderRow.id, OrderRow.external_id) if order_id.startswith("ord_") else (OrderRow.external_id,)
    for named in names:
        row = tx.session.exec(
            select(OrderRow).where(
                OrderRow.merchant_id == merchant_id, named == order_id, OrderRow.version != LEAVING
            )
        ).first()
        if row is not None:
            return row
    raise not_found("order", order_id)


def _kept(tx: Transaction, row: OrderRow) -> KeptOrder:
    return _as_kept(row, tx.session.get_one(OrderVersionRow, (row.merchant_id, row.id, row.version)))


def _as_kept(row: OrderRow, version: OrderVersionRow) -> KeptOrder:
    return KeptOrder(
        id=row.id,
        version=row.version,
        access_revision=row.access_revision,
        create_time=moment(row.create_time),
        update_time=moment(row.update_time),
        order=order_from(version.document),
        erase_time=moment(row.erase_time),
    )
