"""The orders that Shopify's admin exports as CSV: a row for each line, the order's own fields on its first row.

The export says nothing of how taxes that come on top of prices, and discounts, are spread over lines. Orders with such
taxes are not taken: their refunds would be guesses. Those come whole by the `shopify` plugin.
"""

from collections.abc import Iterator
from typing import IO

from sendback.v1.order_pb2 import Order
from sendback_client import minor_units, money

from sendback_cli.entries import Entry, Unreadable
from sendback_cli.sheet import Reader, Row, orders

NEEDED = {
    "Name", "Email", "Financial Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Amount",
    "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Id",
}  # fmt: skip
_PAID = ("paid", "partially_refunded", "refunded")
_FULFILLED = "fulfilled"


def is_shopify(names: list[str]) -> bool:
    return set(names) >= NEEDED


def shopify_csv(data: IO[bytes], zone: str) -> Iterator[Entry]:
    return orders(data, zone, "Name", NEEDED, _order)


def _order(rows: list[Row], reader: Reader) -> Order:
    first = rows[0]
    currency = first["Currency"].strip()
    order = Order(
        external_id=first["Id"].strip() or first["Name"].strip(),
        number=first["Name"].strip(),
        currency_code=currency,
        place_time=reader.moment(first, "Created at"),
        email=first["Email"].strip(),
        tags=[tag.strip() for tag in first.get("Tags", "").split(",") if tag.strip()],
        cancelled=bool(first.get("Cancelled at", "").strip()),
    )
    _send_to(order, first)
    for place, row in enumerate(rows, 1):
        _add_line(order, row, place, reader)
    _add_money(order, first, reader)
    _add_parcel(order, first, rows, reader)
    return order


def _send_to(order: Order, row: Row) -> None:
    if country := row.get("Shipping Country", "").strip():
        order.ship_to.name = row.get("Shipping Name", "").strip()
        order.ship_to.company = row.get("Shipping Company", "").strip()
        order.ship_to.street = row.get("Shipping Address1", "").strip()
        order.ship_to.street2 = row.get("Shipping Address2", "").strip()
        order.ship_to.postal_code = row.get("Shipping Zip", "").strip().lstrip("'")
        order.ship_to.city = row.get("Shipping City", "").strip()
        order.ship_to.region = row.get("Shipping Province", "").strip()
        order.ship_to.phone = row.get("Shipping Phone", "").strip().lstrip("'")
        order.ship_to.region_code = country


def _add_line(order: Order, row: Row, place: int, reader: Reader) -> None:
    quantity = reader.count(row, "Lineitem quantity")
    line = order.lines.add(
        id=str(place),
        title=row["Lineitem name"].strip(),
        quantity=quantity,
        price=money(_amount(row, "Lineitem price", order, reader) * quantity, order.currency_code),
        sku=row.get("Lineitem sku", "").strip(),
        digital=row.get("Lineitem requires shipping", "true").strip().lower() == "false",
    )
    if discount := _amount(row, "Lineitem discount", order, reader):
        line.discounts.add(amount=money(discount, order.currency_code))


def _add_money(order: Order, row: Row, reader: Reader) -> None:
    currency = order.currency_code
    subtotal, shipping, taxes, total, discount = (
        _amount(row, column, order, reader)
        for column in ("Subtotal", "Shipping", "Taxes", "Total", "Discount Amount")
    )
    _check_sums(order, subtotal, discount)
    if total != subtotal + shipping:
        on_top = total == subtotal + shipping + taxes
        why = (
            "taxes come on top of the prices, and the export does not say of which lines"
            if on_top
            else "the sums differ"
        )
        raise Unreadable("Total", f"{why}; such orders come by the shopify plugin or as JSON lines")
    order.shipping.price.CopyFrom(money(shipping, currency))
    if discount:
        order.discounts.add(title=row.get("Discount Code", "").strip(), amount=money(discount, currency))
    if row["Financial Status"].strip().lower() in _PAID:
        payment = order.payments.add(
            id=row.get("Payment Reference", "").strip() or order.external_id, captured=money(total, currency)
        )
        if refunded := _amount(row, "Refunded Amount", order, reader):
            payment.refunded.CopyFrom(money(refunded, currency))


def _check_sums(order: Order, subtotal: int, discount: int) -> None:
    """Lines less discounts must come to the subtotal, or the refunds of them would not add up either."""
    lines = sum(
        minor_units(line.price) - sum(minor_units(d.amount) for d in line.discounts) for line in order.lines
    )
    if lines - discount != subtotal:
        raise Unreadable(
            "Subtotal", "lines less discounts come to another sum; the order was changed after it was placed"
        )


def _add_parcel(order: Order, first: Row, rows: list[Row], reader: Reader) -> None:
    sent = [
        line
        for line, row in zip(order.lines, rows, strict=True)
        if row.get("Lineitem fulfillment status", "").strip().lower() == _FULFILLED
    ]
    if sent:
        parcel = order.fulfilments.add(id="1", ship_time=reader.moment(first, "Fulfilled at"))
        for line in sent:
            parcel.lines.add(line_id=line.id, quantity=line.quantity)


def _amount(row: Row, column: str, order: Order, reader: Reader) -> int:
    return reader.amount(row, column, order.currency_code) or 0
