"""Shopify's order and ours. Everything here is in the buyer's (presentment) currency: what was paid, what is paid
back."""

from sendback_sdk import Address, Order, OrderState, Shipping

from sendback_shopify.amounts import bag
from sendback_shopify.facts import AddressFacts, OrderFacts, ShippingFacts
from sendback_shopify.gid import tail
from sendback_shopify.lines import line, order_discounts, taxes
from sendback_shopify.parcels import fulfilments
from sendback_shopify.payments import payments
from sendback_shopify.units import kept_units


def order(facts: OrderFacts) -> Order:
    """Raises `Unreadable` where amounts cannot be so. A line of which nothing is left is left out."""
    currency, inclusive = facts.presentment_currency_code, facts.taxes_included
    kept = kept_units(facts)
    lines = [one for one in facts.line_items.nodes if kept[one.id].ordered]
    return Order(
        id=tail(facts.id),
        number=facts.name,
        currency=currency,
        placed_time=facts.processed_at,
        lines=tuple(line(one, kept[one.id].ordered, currency, inclusive) for one in lines),
        email=facts.email or "",
        language=(facts.customer_locale or "").replace("_", "-"),
        customer_id=tail(facts.customer.id) if facts.customer else "",
        ship_to=_address(facts.shipping_address, facts.email or ""),
        discounts=order_discounts(lines, kept, currency),
        shipping=_shipping(facts.shipping_lines.nodes, currency, inclusive),
        duties=bag(facts.original_total_duties_set, currency),
        payments=payments(facts.transactions, facts.refunds, currency),
        fulfilments=fulfilments(facts.fulfillments, {id: units.sent for id, units in kept.items()}),
        tags=frozenset(facts.tags),
        state=OrderState.CANCELLED if facts.cancelled_at else OrderState.OPEN,
        changed_time=facts.updated_at,
    )


def _shipping(charges: list[ShippingFacts], currency: str, inclusive: bool) -> Shipping:
    allocations = [a for charge in charges for a in charge.discount_allocations]
    return Shipping(
        price=sum(bag(charge.original_price_set, currency) for charge in charges),
        discount=sum(bag(a.allocated_amount_set, currency) for a in allocations),
        taxes=taxes([tax for charge in charges for tax in charge.tax_lines], 1, 1, currency, inclusive),
    )


def _address(facts: AddressFacts | None, email: str) -> Address | None:
    """None where not even the country is known: an address that decides nothing helps nobody."""
    if facts is None or not facts.country_code_v2:
        return None
    return Address(
        name=facts.name or "",
        street=facts.address1 or "",
        postal_code=facts.zip or "",
        city=facts.city or "",
        country=facts.country_code_v2,
        company=facts.company or "",
        street2=facts.address2 or "",
        region=facts.province_code or "",
        phone=facts.phone or "",
        email=email,
    )
