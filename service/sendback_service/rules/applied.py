"""The terms that hold for one order: a policy's version, what it says for this buyer in particular, and the law."""

from sendback_sdk.orders import Order

from sendback_service.rules.particular import particular
from sendback_service.rules.policy import Policy
from sendback_service.rules.states import Basis
from sendback_service.rules.territory import places_of
from sendback_service.rules.withdrawal import statutory


def applied(policy: Policy, order: Order, basis: Basis = Basis.GOODWILL) -> Policy:
    found = particular(policy, places_of(order.ship_to), order.customer_id)
    return statutory(found) if basis is Basis.STATUTORY_WITHDRAWAL else found
