"""Which units of an order still count."""

from collections import Counter
from dataclasses import dataclass

from sendback_shopify.facts import OrderFacts, RefundFacts
from sendback_shopify.notes import key_in
from sendback_shopify.parcels import that_left

_NEVER_SENT = "CANCEL"


@dataclass(frozen=True, slots=True)
class Kept:
    """Units of a line that still count: those ordered, and those of them that were sent."""

    ordered: int
    sent: int


def kept_units(facts: OrderFacts) -> dict[str, Kept]:
    """Units that an edit took off the order, and sent ones that the shop refunded by itself, also in a return of its
    own, are gone. What a return or a refund of ours brought back stays: we keep our own count of that."""
    sent_at_all, elsewhere = _sent(facts), _refunded_elsewhere(facts)
    kept = {}
    for one in facts.line_items.nodes:
        sent = max(0, sent_at_all[one.id] - elsewhere[one.id])
        ordered = min(one.quantity, max(one.current_quantity, sent))
        kept[one.id] = Kept(ordered, min(sent, ordered))
    return kept


def _sent(facts: OrderFacts) -> Counter[str]:
    units: Counter[str] = Counter()
    for parcel in that_left(facts.fulfillments):
        for part in parcel.fulfillment_line_items.nodes:
            units[part.line_item.id] += part.quantity or 0
    return units


def _refunded_elsewhere(facts: OrderFacts) -> Counter[str]:
    units: Counter[str] = Counter()
    for refund in facts.refunds:
        if not _ours(refund):
            for part in refund.refund_line_items.nodes:
                if part.restock_type != _NEVER_SENT:
                    units[part.line_item.id] += part.quantity
    return units


def _ours(refund: RefundFacts) -> bool:
    """Made by us, or by staff for a return that we opened."""
    lines = refund.in_return.return_line_items.nodes if refund.in_return else []
    notes = [note for line in lines for note in (line.return_reason_note, line.customer_note)]
    return any(key_in(note) for note in (refund.note, *notes))
