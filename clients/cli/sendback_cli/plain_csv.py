"""Our own columns: a row for each line of an order, what concerns the whole order on its first row. See the README."""

from collections.abc import Iterator
from typing import IO

from sendback.v1.order_pb2 import Order
from sendback_client import money

from sendback_cli.entries import Entry, Unreadable
from sendback_cli.sheet import Reader, Row, orders

NEEDED = {"order", "number", "currency", "placed_at", "title", "quantity", "line_total"}
_ADDRESS = ("name", "company", "street", "street2", "postal_code", "city", "region", "phone")


def plain_csv(data: IO[bytes], zone: str) -> Iterator[Entry]:
    return orders(data, zone, "order", NEEDED, _order)


def _order(rows: list[Row], reader: Reader) -> Order:
    first = rows[0]
    currency = first["currency"].strip().upper()
    order = Order(
        external_id=first["order"].strip(),
        number=first["number"].strip(),
        currency_code=currency,
        place_time=reader.moment(first, "placed_at"),
        email=first.get("email", "").strip(),
        language_code=first.get("language", "").strip(),
        customer_id=first.get("customer_id", "").strip(),
        tags=_parts(first.get("tags", "")),
    )
    _send_to(order, first)
    for place, row in enumerate(rows, 1):
        _add_line(order, row, place, reader)
    _add_money(order, first, reader)
    _add_parcel(order, first, reader)
    return order


def _send_to(order: Order, row: Row) -> None:
    if country := row.get("country", "").strip():
        for field in _ADDRESS:
            setattr(order.ship_to, field, row.get(field, "").strip())
        order.ship_to.region_code = country.upper()


def _add_line(order: Order, row: Row, place: int, reader: Reader) -> None:
    currency = order.currency_code
    total = reader.amount(row, "line_total", currency)
    if total is None:
        raise Unreadable("line_total", "what all units of the line cost together, before discounts")
    line = order.lines.add(
        id=row.get("line", "").strip() or str(place),
        title=row["title"].strip(),
        quantity=reader.count(row, "quantity"),
        price=money(total, currency),
        sku=row.get("sku", "").strip(),
        variant=row.get("variant", "").strip(),
        product_id=row.get("product_id", "").strip(),
        image_uri=row.get("image", "").strip(),
        tags=_parts(row.get("product_tags", "")),
    )
    if row.get("weight_grams", "").strip():
        line.weight_grams = reader.count(row, "weight_grams")
    if discount := reader.amount(row, "line_discount", currency):
        line.discounts.add(amount=money(discount, currency))
    if (tax := reader.amount(row, "tax", currency)) is not None:
        line.taxes.add(amount=money(tax, currency), inclusive=_yes(row, "tax_included"))


def _add_money(order: Order, row: Row, reader: Reader) -> None:
    currency = order.currency_code
    if (shipping := reader.amount(row, "shipping", currency)) is not None:
        order.shipping.price.CopyFrom(money(shipping, currency))
    if discount := reader.amount(row, "order_discount", currency):
        order.discounts.add(amount=money(discount, currency))
    if (paid := reader.amount(row, "paid", currency)) is not None:
        payment = order.payments.add(
            id=row.get("payment", "").strip() or order.external_id,
            captured=money(paid, currency),
            account=row.get("payment_account", "").strip(),
        )
        if refunded := reader.amount(row, "refunded", currency):
            payment.refunded.CopyFrom(money(refunded, currency))


def _add_parcel(order: Order, row: Row, reader: Reader) -> None:
    """One parcel with everything, where the file says that it left."""
    shipped, delivered = reader.moment(row, "shipped_at"), reader.moment(row, "delivered_at")
    if shipped or delivered:
        parcel = order.fulfilments.add(id="1", ship_time=shipped, deliver_time=delivered)
        for line in order.lines:
            parcel.lines.add(line_id=line.id, quantity=line.quantity)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _yes(row: Row, column: str) -> bool:
    text = row.get(column, "").strip().lower()
    if text not in ("", "yes", "no", "true", "false", "1", "0"):
        raise Unreadable(column, f"{text!r} is neither yes nor no")
    return text in ("yes", "true", "1")
