"""The policy as it is for one buyer: the first of its particular terms that fits, laid over what holds for all."""

from collections.abc import Set
from dataclasses import replace

from sendback_service.rules.policy import Particular, Policy


def particular(policy: Policy, places: Set[str], customer_id: str) -> Policy:
    """`places` are the territory of the order's address and the country that it names."""
    terms = next((t for t in policy.particulars if _fits(t, places, customer_id)), None)
    return policy if terms is None else laid_over(policy, terms)


def _fits(terms: Particular, places: Set[str], customer_id: str) -> bool:
    return (not terms.regions or bool(terms.regions & places)) and (
        not terms.customer_ids or (bool(customer_id) and customer_id in terms.customer_ids)
    )


def laid_over(policy: Policy, terms: Particular) -> Policy:
    """The policy with these terms in the place of its own."""
    window, labels, approval = policy.window, policy.labels, policy.approval
    if terms.window_days is not None:
        window = replace(window, days=terms.window_days)
    if terms.label_policy is not None:
        labels = replace(labels, policy=terms.label_policy, fees=terms.label_fees or labels.fees)
    if terms.always_approve:
        approval = replace(approval, always=True)
    kept = policy.restocking_percent if terms.restocking_percent is None else terms.restocking_percent
    return replace(policy, window=window, labels=labels, approval=approval, restocking_percent=kept)
