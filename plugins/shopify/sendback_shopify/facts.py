"""What Shopify tells of an order, as the documents ask for it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import AwareDatetime, Field

from sendback_shopify.answers import Answer, Bag, Named, Nodes, Page

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Time: TypeAlias = AwareDatetime | None


class ImageFacts(Answer):
    url: str


class ProductFacts(Answer):
    id: str
    tags: list[str]


class InventoryFacts(Answer):
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None


class VariantFacts(Answer):
    inventory_item: InventoryFacts | None = None


class WeightFacts(Answer):
    unit: str
    value: Annotated[Decimal, Field(ge=0, lt=10**9)]


class ApplicationFacts(Answer):
    """`allocation_method` ACROSS: an order's discount, spread over its lines."""

    index: int
    allocation_method: str | None = None
    title: str | None = None
    code: str | None = None


class AllocationFacts(Answer):
    allocated_amount_set: Bag
    discount_application: ApplicationFacts | None = None


class TaxFacts(Answer):
    title: str | None = None
    rate: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    price_set: Bag


class LineFacts(Answer):
    """Allocations and taxes are those of all of `quantity`, also of units that were removed or refunded since."""

    id: str
    title: str
    variant_title: str | None = None
    sku: str | None = None
    quantity: Count
    current_quantity: Count
    is_gift_card: bool
    requires_shipping: bool
    image: ImageFacts | None = None
    product: ProductFacts | None = None
    variant: VariantFacts | None = None
    weight: WeightFacts | None = None
    original_unit_price_set: Bag
    discount_allocations: list[AllocationFacts]
    tax_lines: list[TaxFacts]


class ShippingFacts(Answer):
    original_price_set: Bag
    discount_allocations: list[AllocationFacts]
    tax_lines: list[TaxFacts]


class PaymentFacts(Answer):
    id: str
    kind: str
    status: str
    gateway: str | None = None
    created_at: AwareDatetime
    processed_at: Time = None
    amount_set: Bag
    parent_transaction: Named | None = None


class SentFacts(Answer):
    quantity: Count | None = None
    line_item: Named


class ParcelFacts(Answer):
    id: str
    status: str
    created_at: AwareDatetime
    delivered_at: Time = None
    fulfillment_line_items: Page[SentFacts]


class RefundedFacts(Answer):
    quantity: Count
    restock_type: str
    line_item: Named


class RefundTransactionFacts(Answer):
    id: str
    status: str


class NotedFacts(Answer):
    return_reason_note: str | None = None
    customer_note: str | None = None


class ReturnNotes(Answer):
    """Of a return's lines one is enough: those that we open bear our mark on each."""

    return_line_items: Nodes[NotedFacts]


class RefundFacts(Answer):
    id: str
    note: str | None = None
    in_return: Annotated[ReturnNotes | None, Field(alias="return")] = None
    transactions: Nodes[RefundTransactionFacts]
    refund_line_items: Page[RefundedFacts]


class AddressFacts(Answer):
    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    zip: str | None = None
    city: str | None = None
    province_code: str | None = None
    country_code_v2: Annotated[str | None, Field(alias="countryCodeV2")] = None
    phone: str | None = None


class OrderFacts(Answer):
    id: str
    name: str
    email: str | None = None
    customer_locale: str | None = None
    presentment_currency_code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    taxes_included: bool
    processed_at: AwareDatetime
    updated_at: AwareDatetime
    cancelled_at: datetime | None = None
    tags: list[str]
    customer: Named | None = None
    shipping_address: AddressFacts | None = None
    original_total_duties_set: Bag | None = None
    shipping_lines: Page[ShippingFacts]
    line_items: Page[LineFacts]
    transactions: list[PaymentFacts]
    fulfillments: list[ParcelFacts]
    refunds: list[RefundFacts]
