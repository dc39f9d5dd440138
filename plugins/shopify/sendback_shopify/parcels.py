"""What was sent, and when it came."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sendback_sdk import Fulfilment

from sendback_shopify.facts import ParcelFacts
from sendback_shopify.gid import tail

_NEVER_LEFT = {"CANCELLED", "ERROR", "FAILURE"}


def fulfilments(parcels: Sequence[ParcelFacts], sent: Mapping[str, int]) -> tuple[Fulfilment, ...]:
    """In the order in which they left. `sent` says how many units of each line still count; those that do not are
    taken off the last parcels."""
    left = dict(sent)
    found = []
    for parcel in sorted(that_left(parcels), key=lambda parcel: (parcel.created_at, parcel.id)):
        lines: Counter[str] = Counter()
        for part in parcel.fulfillment_line_items.nodes:
            units = min(part.quantity or 0, left.get(part.line_item.id, 0))
            left[part.line_item.id] = left.get(part.line_item.id, 0) - units
            lines[tail(part.line_item.id)] += units
        found.append(_fulfilment(parcel, +lines))
    return tuple(found)


def _fulfilment(parcel: ParcelFacts, lines: Counter[str]) -> Fulfilment:
    """Entered late, a parcel may be delivered before it was sent: then it was sent by that time."""
    delivered = parcel.delivered_at
    sent = min(parcel.created_at, delivered) if delivered else parcel.created_at
    return Fulfilment(tail(parcel.id), tuple(lines.items()), sent, delivered)


def that_left(parcels: Sequence[ParcelFacts]) -> list[ParcelFacts]:
    return [parcel for parcel in parcels if parcel.status not in _NEVER_LEFT]
