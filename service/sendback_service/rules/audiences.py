"""The buyers that a policy has particular terms for, and what holds for them."""

from dataclasses import dataclass, replace

from sendback_service.rules.particular import laid_over
from sendback_service.rules.policy import Particular, Policy

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Audience:
    """Orders to some territories, of some customers; empty for all of either."""

    regions: frozenset[str]
    customer_ids: frozenset[str]

    @property
    def name(self) -> str:
        name = ",".join((*sorted(self.regions), *sorted(self.customer_ids)))
        count = len(self.regions) + len(self.customer_ids)
        return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}… ({count})"


def audiences(*policies: Policy) -> tuple[Audience, ...]:
    """Each once, in the order in which they stand."""
    found = [_audience(terms) for policy in policies for terms in policy.particulars]
    return tuple(dict.fromkeys(found))


def terms_for(policy: Policy, audience: Audience) -> Particular | None:
    """The first terms that hold for all of them; None where they are bound like everybody."""
    return next((terms for terms in policy.particulars if _covers(_audience(terms), audience)), None)


def as_for(old: Policy, new: Policy, audience: Audience) -> tuple[Policy, Policy]:
    """The new policy as it is for them; before it, the same with what they had of all that particular terms can say."""
    before, after = _laid_over(old, audience), _laid_over(new, audience)
    kept = replace(
        after,
        window=replace(after.window, days=before.window.days),
        labels=replace(after.labels, policy=before.labels.policy, fees=before.labels.fees),
        approval=replace(after.approval, always=before.approval.always),
        restocking_percent=before.restocking_percent,
    )
    return kept, after


def _laid_over(policy: Policy, audience: Audience) -> Policy:
    terms = terms_for(policy, audience)
    return replace(policy if terms is None else laid_over(policy, terms), particulars=())


def _audience(terms: Particular) -> Audience:
    return Audience(terms.regions, terms.customer_ids)


def _covers(wide: Audience, narrow: Audience) -> bool:
    return _holds(wide.regions, narrow.regions) and _holds(wide.customer_ids, narrow.customer_ids)


def _holds(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    return not wide or (bool(narrow) and narrow <= wide)
