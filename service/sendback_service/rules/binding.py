"""Which version of a policy binds an order: the one in force when it was placed, or a newer that is better for the
buyer. An order older than the first version takes the first.

Better means: the window is no shorter, and no fee is higher. Versions are taken whole, never mixed.
"""

from collections.abc import Sequence
from datetime import datetime

from sendback_service.rules.policy import LabelPolicy, Policy


def binding(versions: Sequence[tuple[datetime, Policy]], placed: datetime, currency: str) -> int:
    """The index of the version that binds; `versions` are in order, oldest first, at least one."""
    in_force = max((i for i, (since, _) in enumerate(versions) if since <= placed), default=0)
    current = len(versions) - 1
    better = _no_worse(versions[current][1], versions[in_force][1], currency)
    return current if better else in_force


def _no_worse(new: Policy, old: Policy, currency: str) -> bool:
    return (
        new.window.days >= old.window.days
        and new.window.demand_delivery <= old.window.demand_delivery
        and _label_cost(new, currency) <= _label_cost(old, currency)
        and new.restocking_percent <= old.restocking_percent
        and new.credit.enabled >= old.credit.enabled
        and new.exclusions == old.exclusions
    )


def _label_cost(policy: Policy, currency: str) -> float:
    """What sending costs the buyer: nothing, the fee, or a parcel of one's own."""
    if policy.labels.policy is LabelPolicy.NONE:
        return float("inf")
    return dict(policy.labels.fees).get(currency, 0) if policy.labels.policy is LabelPolicy.FLAT_FEE else 0
