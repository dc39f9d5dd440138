"""Which version of a policy binds an order: the one in force when it was placed, or the current one where that is
better for the buyer. An order older than the first version takes the first.

Better means worse in nothing: the window no shorter, nothing dearer, nothing more excluded. A policy is a promise made
as a whole; a version that gives here and takes there does not bind whoever bought before it, and versions are never
mixed. The merchant's own words and the zone in which days are counted make no difference. How each clause ranks:
`clauses`.
"""

from collections.abc import Sequence
from datetime import datetime

from sendback_service.rules.differences import Effect, differences
from sendback_service.rules.policy import Policy


def binding(versions: Sequence[tuple[datetime, Policy]], placed: datetime, currency: str) -> int:
    """The index of the version that binds; `versions` are in order, oldest first, at least one."""
    in_force = max((i for i, (since, _) in enumerate(versions) if since <= placed), default=0)
    current = len(versions) - 1
    return current if no_worse(versions[current][1], versions[in_force][1], currency) else in_force


def no_worse(new: Policy, old: Policy, currency: str) -> bool:
    """Whether a buyer who paid in `currency` loses nothing by `new`."""
    return new is old or not any(
        difference.effect in (Effect.WORSE, Effect.MIXED) for difference in differences(old, new, currency)
    )
