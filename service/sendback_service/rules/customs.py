"""What customs want to know of a parcel, where its route has them.

Goods go without papers within the customs territory of the European Union (Regulation (EU) 952/2013, article 4, to
which Monaco counts) as far as it is one territory of taxes too (article 1(3)): the Canaries, Ceuta and Melilla, Åland
and the overseas departments are outside of that. So they do within each of the other unions named here.
"""

from collections import Counter
from collections.abc import Sequence

from sendback_sdk import CustomsItem, Money
from sendback_sdk.orders import Order, OrderLine

from sendback_service.rules.worth import Pricing

# For shops that do not weigh their goods.
GUESSED_GRAMS = 500
_EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE MC PT-20 PT-30"
_UNIONS = tuple(frozenset(codes.split()) for codes in (_EU, "CH LI", "GB IM"))


def customs_needed(sender: str, recipient: str) -> bool:
    """Whether a parcel between these territories (as `territory` names them) needs a declaration."""
    if sender == recipient:
        return False
    return not any({sender, recipient} <= union for union in _UNIONS)


def declaration(order: Order, line_ids: Sequence[str]) -> tuple[CustomsItem, ...]:
    """One item for each line of which units are in the parcel, named once for each unit. A unit's value is what it
    cost after discounts."""
    lines, pricing = {line.id: line for line in order.lines}, Pricing(order)
    return tuple(
        CustomsItem(
            description=line.title,
            quantity=quantity,
            value=Money(pricing.net(line.id) // line.quantity, order.currency),
            weight_grams=line.weight_grams or GUESSED_GRAMS,
            hs_code=line.hs_code,
            country_of_origin=line.country_of_origin,
        )
        for line, quantity in _counted(lines, line_ids)
    )


def gaps(items: Sequence[CustomsItem]) -> str:
    """What the shop's order does not say and carriers may insist on, for staff; empty where nothing is missing."""
    missing = [
        f"{name} of {item.description}"
        for item in items
        for name, value in (("hs_code", item.hs_code), ("country_of_origin", item.country_of_origin))
        if not value
    ]
    return f"the order does not say for customs: {', '.join(missing[:6])}" if missing else ""


def _counted(lines: dict[str, OrderLine], line_ids: Sequence[str]) -> list[tuple[OrderLine, int]]:
    return [(lines[line_id], quantity) for line_id, quantity in Counter(line_ids).items()]
