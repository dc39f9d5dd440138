"""The terms that hold for one order: a policy's version, what it says for this buyer in particular, and the law."""

from collections.abc import Set

from sendback_sdk.orders import Order

from sendback_service.rules.particular import particular
from sendback_service.rules.policy import Policy
from sendback_service.rules.states import Basis
from sendback_service.rules.territory import place_of
from sendback_service.rules.withdrawal import statutory


def applied(policy: Policy, order: Order, basis: Basis = Basis.GOODWILL) -> Policy:
    found = particular(policy, places_of(order), order.customer_id)
    return statutory(found) if basis is Basis.STATUTORY_WITHDRAWAL else found


def places_of(order: Order) -> Set[str]:
    """An order to the Canaries is one to `IC`, and to the Spain that its address names."""
    place = place_of(order.ship_to)
    return {place} if order.ship_to is None else {place, order.ship_to.country}
