"""What became of the units, in Shopify's four words; and which of it Shopify does not know yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sendback_sdk import Declined, Disposal, Disposition

from sendback_shopify.gid import gid
from sendback_shopify.return_facts import ReturnFacts, ReverseLine

_NAMES = {
    Disposition.RESTOCK: "RESTOCKED",
    Disposition.REFURBISH: "PROCESSING_REQUIRED",
    Disposition.QUARANTINE: "PROCESSING_REQUIRED",
    Disposition.MISSING: "MISSING",
}
_ANY_OTHER = "NOT_RESTOCKED"


@dataclass(slots=True)
class _Place:
    """Units of one line that lay in one parcel on its way out, and how many of them are not decided yet."""

    line: str
    reverse_id: str
    return_id: str
    free: int
    known: Counter[str]
    new: list[dict[str, Any]] = field(default_factory=list)


def lacking(known: ReturnFacts, disposals: Sequence[Disposal], location: str) -> list[dict[str, Any]]:
    """The input of `returnProcess` that brings Shopify up to `disposals`; empty where it is. Without a location what
    could be sold again is left for staff to process."""
    places = _places(known)
    for (line, name), quantity in _wanted(disposals, location).items():
        mine = [place for place in places if place.line == line]
        rest = quantity - sum(place.known[name] for place in mine)
        for place in mine:
            rest -= _dispose(place, name, max(0, rest), location)
        if rest > 0:
            raise Declined(f"Shopify's return has no {rest} more undecided units of {line}")
    return [
        {
            "id": place.return_id,
            "quantity": sum(one["quantity"] for one in place.new),
            "dispositions": place.new,
        }
        for place in places
        if place.new
    ]


def _wanted(disposals: Sequence[Disposal], location: str) -> Counter[tuple[str, str]]:
    wanted: Counter[tuple[str, str]] = Counter()
    for disposal in disposals:
        name = _NAMES.get(disposal.disposition, _ANY_OTHER)
        if name == "RESTOCKED" and not location:
            name = "PROCESSING_REQUIRED"
        wanted[gid("LineItem", disposal.line_id), name] += disposal.quantity
    return wanted


def _dispose(place: _Place, name: str, quantity: int, location: str) -> int:
    part = min(place.free, quantity)
    if part:
        place.free -= part
        one = {
            "reverseFulfillmentOrderLineItemId": place.reverse_id,
            "quantity": part,
            "dispositionType": name,
        }
        if name == "RESTOCKED":
            one["locationId"] = gid("Location", location)
        place.new.append(one)
    return part


def _places(known: ReturnFacts) -> list[_Place]:
    orders = known.reverse_fulfillment_orders.nodes
    if known.return_line_items.page_info.has_next_page or any(
        order.line_items.page_info.has_next_page for order in orders
    ):
        raise Declined("the return has too many lines to be processed from here")
    returned = {
        line.fulfillment_line_item.id: (line.id, line.fulfillment_line_item.line_item.id)
        for line in known.return_line_items.nodes
        if line.fulfillment_line_item is not None
    }
    return [
        _place(line, *returned[line.fulfillment_line_item.id])
        for order in orders
        for line in order.line_items.nodes
        if line.fulfillment_line_item is not None and line.fulfillment_line_item.id in returned
    ]


def _place(line: ReverseLine, return_id: str, line_gid: str) -> _Place:
    known: Counter[str] = Counter()
    for one in line.dispositions:
        known[one.type] += one.quantity
    return _Place(line_gid, line.id, return_id, line.total_quantity - known.total(), known)
