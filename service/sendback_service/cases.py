"""An order as it stands before a wish: the policy that binds it, and each unit's verdict. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sendback_sdk import Rule
from sendback_sdk.orders import Order

from sendback_service.rules.applied import applied
from sendback_service.rules.binding import binding
from sendback_service.rules.eligibility import Verdict, verdicts
from sendback_service.rules.limits import NO_HISTORY, History, reached
from sendback_service.rules.states import Basis
from sendback_service.rules.territory import place_of
from sendback_service.rules.values import frozen
from sendback_service.rules.withdrawal import withdrawal_verdicts
from sendback_service.shops import PolicyVersion, Shop
from sendback_service.store.documents import order_read
from sendback_service.store.hot import OrderFacts


@frozen
class Case:
    """An order seen under the policy that binds it, at one moment. `history` is the customer's, where the policy asks
    for it."""

    facts: OrderFacts
    order: Order
    shop: Shop
    policy: PolicyVersion
    place: str
    verdicts: tuple[Verdict, ...]
    now: datetime
    history: History = NO_HISTORY


def case_of(
    facts: OrderFacts,
    shop: Shop,
    now: datetime,
    plugin_rules: Sequence[Rule],
    basis: Basis = Basis.GOODWILL,
    history: History = NO_HISTORY,
) -> Case:
    order = order_read(facts.document)
    policy = bound(shop, order, basis)
    place = place_of(order.ship_to)
    if basis is Basis.STATUTORY_WITHDRAWAL:
        found = withdrawal_verdicts(order, policy.policy, policy.version, facts.held, now)
    else:
        limit = reached(policy.policy.limits, history, order.currency)
        lines = excluded(order, plugin_rules)
        found = verdicts(order, policy.policy, policy.version, facts.held, now, lines, limit)
    return Case(facts, order, shop, policy, place, found, now, history)


def bound(shop: Shop, order: Order, basis: Basis) -> PolicyVersion:
    """The version that binds an order today. Versions are compared as they are for this buyer."""
    versions = [_for(order, version, basis) for version in shop.policies or (shop.policy,)]
    dated = [(p.publish_time, p.policy) for p in versions if p.publish_time is not None]
    return versions[binding(dated, order.placed_time, order.currency)] if dated else versions[0]


def _for(order: Order, version: PolicyVersion, basis: Basis) -> PolicyVersion:
    policy = applied(version.policy, order, basis)
    return version if policy is version.policy else replace(version, policy=policy)


def excluded(order: Order, plugin_rules: Sequence[Rule]) -> dict[str, str]:
    """Line → the first plugin rule that excludes it."""
    found: dict[str, str] = {}
    for rule in plugin_rules:
        for line in order.lines:
            if line.id not in found and rule.excludes(order, line):
                found[line.id] = rule.id
    return found
