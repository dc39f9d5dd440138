"""Orders between the wire and the contract's values."""

from collections.abc import Iterable

from sendback.v1 import address_pb2, order_pb2
from sendback_sdk.addresses import Address
from sendback_sdk.orders import (
    Discount,
    Fulfilment,
    Order,
    OrderLine,
    OrderState,
    Payment,
    Shipping,
    TaxLine,
)

from sendback_service.api.money import minor_of, money_message
from sendback_service.api.times import stamp, time_of
from sendback_service.kept_orders import KeptOrder
from sendback_service.refusal import invalid


def address_of(message: address_pb2.Address, field: str) -> Address:
    for name in ("street", "city", "region_code"):
        if not getattr(message, name).strip():
            raise invalid(f"{field}.{name}", "is required")
    return Address(
        name=message.name,
        company=message.company,
        street=message.street,
        street2=message.street2,
        postal_code=message.postal_code,
        city=message.city,
        region=message.region,
        country=message.region_code,
        phone=message.phone,
        email=message.email,
    )


def address_message(address: Address) -> address_pb2.Address:
    return address_pb2.Address(
        name=address.name,
        company=address.company,
        street=address.street,
        street2=address.street2,
        postal_code=address.postal_code,
        city=address.city,
        region=address.region,
        region_code=address.country,
        phone=address.phone,
        email=address.email,
    )


def order_of(message: order_pb2.Order) -> Order:
    placed = time_of(message, "place_time", "order.place_time")
    if placed is None:
        raise invalid("order.place_time", "is required")
    currency = message.currency_code
    return Order(
        id=message.external_id,
        number=message.number,
        currency=currency,
        placed_time=placed,
        lines=tuple(_line(m, f"order.lines[{i}]", currency) for i, m in enumerate(message.lines)),
        email=message.email.strip(),
        language=message.language_code,
        customer_id=message.customer_id,
        ship_to=address_of(message.ship_to, "order.ship_to") if message.HasField("ship_to") else None,
        discounts=_discounts(message.discounts, "order.discounts", currency),
        shipping=_shipping(message.shipping, currency),
        duties=minor_of(message.duties, "order.duties", currency) if message.HasField("duties") else 0,
        payments=tuple(_payment(m, f"order.payments[{i}]", currency) for i, m in enumerate(message.payments)),
        fulfilments=tuple(
            _fulfilment(m, f"order.fulfilments[{i}]") for i, m in enumerate(message.fulfilments)
        ),
        tags=frozenset(message.tags),
        state=OrderState.CANCELLED if message.cancelled else OrderState.OPEN,
    )


def order_message(kept: KeptOrder) -> order_pb2.Order:
    order, currency = kept.order, kept.order.currency
    return order_pb2.Order(
        id=kept.id,
        external_id=order.id,
        number=order.number,
        currency_code=currency,
        place_time=stamp(order.placed_time),
        email=order.email,
        language_code=order.language,
        customer_id=order.customer_id,
        ship_to=address_message(order.ship_to) if order.ship_to else None,
        lines=[_line_message(line, currency) for line in order.lines],
        discounts=[_discount_message(d, currency) for d in order.discounts],
        shipping=_shipping_message(order.shipping, currency),
        duties=money_message(order.duties, currency) if order.duties else None,
        payments=[_payment_message(p, currency) for p in order.payments],
        fulfilments=[_fulfilment_message(f) for f in order.fulfilments],
        tags=sorted(order.tags),
        cancelled=order.state is OrderState.CANCELLED,
        create_time=stamp(kept.create_time),
        update_time=stamp(kept.update_time),
        etag=str(kept.version),
        erase_time=stamp(kept.erase_time),
    )


def _line(m: order_pb2.OrderLine, at: str, currency: str) -> OrderLine:
    return OrderLine(
        id=m.id,
        title=m.title,
        quantity=m.quantity,
        price=minor_of(m.price, f"{at}.price", currency),
        sku=m.sku,
        variant=m.variant,
        image_url=m.image_uri,
        product_id=m.product_id,
        tags=frozenset(m.tags),
        discounts=_discounts(m.discounts, f"{at}.discounts", currency),
        taxes=_taxes(m.taxes, f"{at}.taxes", currency),
        weight_grams=m.weight_grams,
        hs_code=m.hs_code,
        country_of_origin=m.origin_region_code,
        final_sale=m.final_sale,
        gift_card=m.gift_card,
        digital=m.digital,
        hygiene_sealed=m.hygiene_sealed,
        personalised=m.personalised,
    )


def _line_message(line: OrderLine, currency: str) -> order_pb2.OrderLine:
    return order_pb2.OrderLine(
        id=line.id,
        title=line.title,
        quantity=line.quantity,
        price=money_message(line.price, currency),
        sku=line.sku,
        variant=line.variant,
        image_uri=line.image_url,
        product_id=line.product_id,
        tags=sorted(line.tags),
        discounts=[_discount_message(d, currency) for d in line.discounts],
        taxes=[_tax_message(t, currency) for t in line.taxes],
        weight_grams=line.weight_grams,
        hs_code=line.hs_code,
        origin_region_code=line.country_of_origin,
        final_sale=line.final_sale,
        gift_card=line.gift_card,
        digital=line.digital,
        hygiene_sealed=line.hygiene_sealed,
        personalised=line.personalised,
    )


def _taxes(messages: Iterable[order_pb2.TaxLine], at: str, currency: str) -> tuple[TaxLine, ...]:
    return tuple(
        TaxLine(m.title, m.rate_ppm, minor_of(m.amount, f"{at}[{i}].amount", currency), m.inclusive)
        for i, m in enumerate(messages)
    )


def _tax_message(tax: TaxLine, currency: str) -> order_pb2.TaxLine:
    return order_pb2.TaxLine(
        title=tax.title,
        rate_ppm=tax.rate,
        amount=money_message(tax.amount, currency),
        inclusive=tax.inclusive,
    )


def _discounts(messages: Iterable[order_pb2.Discount], at: str, currency: str) -> tuple[Discount, ...]:
    return tuple(
        Discount(
            m.title,
            minor_of(m.amount, f"{at}[{i}].amount", currency),
            tuple(
                (a.line_id, minor_of(a.amount, f"{at}[{i}].allocations[{j}].amount", currency))
                for j, a in enumerate(m.allocations)
            ),
        )
        for i, m in enumerate(messages)
    )


def _discount_message(discount: Discount, currency: str) -> order_pb2.Discount:
    return order_pb2.Discount(
        title=discount.title,
        amount=money_message(discount.amount, currency),
        allocations=[
            order_pb2.DiscountAllocation(line_id=line, amount=money_message(amount, currency))
            for line, amount in discount.allocations
        ],
    )


def _shipping(m: order_pb2.Shipping, currency: str) -> Shipping:
    return Shipping(
        price=minor_of(m.price, "order.shipping.price", currency) if m.HasField("price") else 0,
        discount=minor_of(m.discount, "order.shipping.discount", currency) if m.HasField("discount") else 0,
        taxes=_taxes(m.taxes, "order.shipping.taxes", currency),
    )


def _shipping_message(shipping: Shipping, currency: str) -> order_pb2.Shipping:
    return order_pb2.Shipping(
        price=money_message(shipping.price, currency),
        discount=money_message(shipping.discount, currency),
        taxes=[_tax_message(t, currency) for t in shipping.taxes],
    )


def _payment(m: order_pb2.Payment, at: str, currency: str) -> Payment:
    return Payment(
        id=m.id,
        captured=minor_of(m.captured, f"{at}.captured", currency),
        refunded=minor_of(m.refunded, f"{at}.refunded", currency) if m.HasField("refunded") else 0,
        account=m.account,
        gift_card=m.gift_card,
        captured_time=time_of(m, "capture_time", f"{at}.capture_time"),
        refund_references=tuple(m.refund_references),
    )


def _payment_message(payment: Payment, currency: str) -> order_pb2.Payment:
    return order_pb2.Payment(
        id=payment.id,
        captured=money_message(payment.captured, currency),
        refunded=money_message(payment.refunded, currency),
        account=payment.account,
        gift_card=payment.gift_card,
        capture_time=stamp(payment.captured_time),
        refund_references=payment.refund_references,
    )


def _fulfilment(m: order_pb2.Fulfilment, at: str) -> Fulfilment:
    return Fulfilment(
        id=m.id,
        lines=tuple((line.line_id, line.quantity) for line in m.lines),
        shipped_time=time_of(m, "ship_time", f"{at}.ship_time"),
        delivered_time=time_of(m, "deliver_time", f"{at}.deliver_time"),
    )


def _fulfilment_message(fulfilment: Fulfilment) -> order_pb2.Fulfilment:
    return order_pb2.Fulfilment(
        id=fulfilment.id,
        lines=[order_pb2.FulfilledLine(line_id=line, quantity=q) for line, q in fulfilment.lines],
        ship_time=stamp(fulfilment.shipped_time),
        deliver_time=stamp(fulfilment.delivered_time),
    )
