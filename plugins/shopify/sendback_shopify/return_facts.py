"""What Shopify tells of an order's returns."""

from typing import Annotated

from pydantic import Field

from sendback_shopify.answers import Answer, Named, Nodes, Page
from sendback_shopify.facts import Count


class SentLine(Answer):
    """A line of a parcel that left, and the order's line that it belongs to."""

    id: str
    line_item: Named


class ReturnedLine(Answer):
    """`fulfillment_line_item` is missing for goods that were never part of the order."""

    id: str
    quantity: Count
    return_reason_note: str | None = None
    customer_note: str | None = None
    fulfillment_line_item: SentLine | None = None


class DisposedFacts(Answer):
    type: str
    quantity: Count


class ReverseLine(Answer):
    id: str
    total_quantity: Count
    dispositions: list[DisposedFacts]
    fulfillment_line_item: Named | None = None


class LabelFacts(Answer):
    public_file_url: str | None = None


class TrackingFacts(Answer):
    number: str | None = None


class Deliverable(Answer):
    label: LabelFacts | None = None
    tracking: TrackingFacts | None = None


class Delivery(Answer):
    id: str
    deliverable: Deliverable | None = None


class ReverseOrder(Answer):
    id: str
    line_items: Page[ReverseLine]
    reverse_deliveries: Nodes[Delivery]


class ReturnFacts(Answer):
    id: str
    status: str
    return_line_items: Page[ReturnedLine]
    reverse_fulfillment_orders: Nodes[ReverseOrder]


class OrderReturns(Answer):
    returns: Page[ReturnFacts]


class ReturnsAnswer(Answer):
    order: OrderReturns | None


class ReturnableLine(Answer):
    quantity: Count
    fulfillment_line_item: SentLine


class ReturnableParcel(Answer):
    id: str
    lines: Annotated[Page[ReturnableLine], Field(alias="returnableFulfillmentLineItems")]


class ReturnableAnswer(Answer):
    returnable_fulfillments: Page[ReturnableParcel]


class MoreReturnable(Answer):
    returnable_fulfillment: ReturnableParcel
