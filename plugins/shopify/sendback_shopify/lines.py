"""Lines of an order: the price of each, its share of the discounts, its taxes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sendback_sdk import Discount, OrderLine, TaxLine

from sendback_shopify.amounts import bag, share
from sendback_shopify.facts import AllocationFacts, LineFacts, TaxFacts, WeightFacts
from sendback_shopify.gid import tail
from sendback_shopify.units import Kept

_GRAMS = {
    "GRAMS": Decimal(1),
    "KILOGRAMS": Decimal(1000),
    "OUNCES": Decimal("28.349523125"),
    "POUNDS": Decimal("453.59237"),
}
_ACROSS = "ACROSS"
_PER_MILLION = 1_000_000


def line(facts: LineFacts, units: int, currency: str, inclusive: bool) -> OrderLine:
    product, inventory = facts.product, facts.variant.inventory_item if facts.variant else None
    return OrderLine(
        id=tail(facts.id),
        title=facts.title,
        quantity=units,
        price=bag(facts.original_unit_price_set, currency) * units,
        sku=facts.sku or "",
        variant=facts.variant_title or "",
        image_url=facts.image.url if facts.image else "",
        product_id=tail(product.id) if product else "",
        tags=frozenset(product.tags) if product else frozenset(),
        discounts=_own_discounts(facts, units, currency),
        taxes=taxes(facts.tax_lines, units, facts.quantity, currency, inclusive),
        weight_grams=_grams(facts.weight),
        hs_code=(inventory.harmonized_system_code or "") if inventory else "",
        country_of_origin=(inventory.country_code_of_origin or "") if inventory else "",
        gift_card=facts.is_gift_card,
        digital=not facts.requires_shipping,
    )


def order_discounts(
    lines: Sequence[LineFacts], kept: Mapping[str, Kept], currency: str
) -> tuple[Discount, ...]:
    """Discounts of the whole order, each with Shopify's own spread over the lines."""
    titles: dict[int, str] = {}
    spread: dict[int, Counter[str]] = {}
    for one in lines:
        for allocation in one.discount_allocations:
            application = allocation.discount_application
            if application is not None and application.allocation_method == _ACROSS:
                titles[application.index] = _title(allocation)
                amount = bag(allocation.allocated_amount_set, currency)
                part = share(amount, kept[one.id].ordered, one.quantity)
                spread.setdefault(application.index, Counter())[tail(one.id)] += part
    return tuple(
        Discount(titles[index], parts.total(), tuple(parts.items()))
        for index, parts in sorted(spread.items())
    )


def taxes(
    facts: Sequence[TaxFacts], units: int, of: int, currency: str, inclusive: bool
) -> tuple[TaxLine, ...]:
    return tuple(
        TaxLine(
            title=tax.title or "",
            rate=round(tax.rate * _PER_MILLION) if tax.rate else 0,
            amount=share(bag(tax.price_set, currency), units, of),
            inclusive=inclusive,
        )
        for tax in facts
    )


def _own_discounts(facts: LineFacts, units: int, currency: str) -> tuple[Discount, ...]:
    return tuple(
        Discount(_title(a), share(bag(a.allocated_amount_set, currency), units, facts.quantity))
        for a in facts.discount_allocations
        if a.discount_application is None or a.discount_application.allocation_method != _ACROSS
    )


def _title(allocation: AllocationFacts) -> str:
    application = allocation.discount_application
    return (application.title or application.code or "") if application else ""


def _grams(weight: WeightFacts | None) -> int:
    """In whole grams; 0 where the unit is none that we know."""
    return round(weight.value * _GRAMS.get(weight.unit, Decimal(0))) if weight else 0
