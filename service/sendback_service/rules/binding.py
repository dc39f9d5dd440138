"""Which version of a policy binds an order: the one in force when it was placed, or the current one where that is
better for the buyer. An order older than the first version takes the first.

Better means worse in nothing: the window no shorter, nothing dearer, nothing more excluded. A policy is a promise made
as a whole; a version that gives here and takes there does not bind whoever bought before it, and versions are never
mixed. The merchant's own words and the zone in which days are counted make no difference.
"""

from collections.abc import Sequence
from datetime import datetime
from math import inf

from sendback_service.rules.limits import is_limited
from sendback_service.rules.policy import (
    Approval,
    CreditTerms,
    Evidence,
    Exclusions,
    Fault,
    FreeLabelWhenCreditOn,
    GradeTerms,
    LabelPolicy,
    Limits,
    Policy,
    Reason,
    SettlementMoment,
    ShippingRefund,
)
from sendback_service.rules.territory import LABEL_COUNTRIES

_MOMENTS = tuple(SettlementMoment)
_EVIDENCE = tuple(Evidence)
_SHIPPING = {
    ShippingRefund.NEVER: 0,
    ShippingRefund.IF_ALL_RETURNED: 1,
    ShippingRefund.STATUTORY: 1,
    ShippingRefund.PROPORTIONAL: 2,
    ShippingRefund.ALWAYS: 3,
}


def binding(versions: Sequence[tuple[datetime, Policy]], placed: datetime, currency: str) -> int:
    """The index of the version that binds; `versions` are in order, oldest first, at least one."""
    in_force = max((i for i, (since, _) in enumerate(versions) if since <= placed), default=0)
    current = len(versions) - 1
    return current if no_worse(versions[current][1], versions[in_force][1], currency) else in_force


def no_worse(new: Policy, old: Policy, currency: str) -> bool:
    """Whether a buyer who paid in `currency` loses nothing by `new`."""
    return (
        _limits(new.limits, old.limits, currency)
        and new.window.days >= old.window.days
        and new.window.demand_delivery <= old.window.demand_delivery
        and (new.unused_label_days or inf) >= (old.unused_label_days or inf)
        and _labels(new, old, currency)
        and _money(new, old)
        and _credit(new.credit, old.credit, currency)
        and _exclusions(new.exclusions, old.exclusions)
        and _approval(new.approval, old.approval, currency)
        and _reasons(new.reasons, old.reasons)
    )


def _labels(new: Policy, old: Policy, currency: str) -> bool:
    return (
        _label_cost(new, currency) <= _label_cost(old, currency)
        and (new.labels.countries or LABEL_COUNTRIES) >= (old.labels.countries or LABEL_COUNTRIES)
        and new.labels.outlying >= old.labels.outlying
    )


def _label_cost(policy: Policy, currency: str) -> float:
    """What sending costs the buyer: nothing, the fee, or a parcel of one's own."""
    if policy.credit.enabled and policy.credit.free_label is FreeLabelWhenCreditOn.ALL_RETURNS:
        return 0
    if policy.labels.policy is LabelPolicy.NONE:
        return inf
    return dict(policy.labels.fees).get(currency, 0) if policy.labels.policy is LabelPolicy.FLAT_FEE else 0


def _money(new: Policy, old: Policy) -> bool:
    return (
        new.restocking_percent <= old.restocking_percent
        and _SHIPPING[new.shipping] >= _SHIPPING[old.shipping]
        and _MOMENTS.index(new.settlement) <= _MOMENTS.index(old.settlement)
        and _grades(new.grades, old.grades)
    )


def _grades(new: GradeTerms, old: GradeTerms) -> bool:
    before, after = dict(old.percent), dict(new.percent)
    return all(percent >= before.get(grade, 100) for grade, percent in after.items()) and all(
        after.get(grade, 100) >= percent for grade, percent in before.items()
    )


def _credit(new: CreditTerms, old: CreditTerms, currency: str) -> bool:
    if not old.enabled:
        return True
    return (
        new.enabled
        and _MOMENTS.index(new.moment) <= _MOMENTS.index(old.moment)
        and _limit(new.maximum, currency) >= _limit(old.maximum, currency)
        and new.bonus_percent >= old.bonus_percent
        and _limit(new.bonus_maximum, currency) >= _limit(old.bonus_maximum, currency)
        and (new.expires_after_days or inf) >= (old.expires_after_days or inf)
    )


def _limits(new: Limits, old: Limits, currency: str) -> bool:
    """Limits over other days cannot be told apart; only none at all is surely no worse."""
    if not is_limited(new):
        return True
    return (
        is_limited(old)
        and new.days <= old.days
        and (new.returns or inf) >= (old.returns or inf)
        and _limit(new.values, currency) >= _limit(old.values, currency)
    )


def _exclusions(new: Exclusions, old: Exclusions) -> bool:
    return (
        new.tags <= old.tags
        and new.product_ids <= old.product_ids
        and new.countries <= old.countries
        and new.order_tags <= old.order_tags
        and new.customer_ids <= old.customer_ids
        and (new.discount_at_least_percent or inf) >= (old.discount_at_least_percent or inf)
    )


def _approval(new: Approval, old: Approval, currency: str) -> bool:
    return old.always or (
        not new.always
        and new.reason_codes <= old.reason_codes
        and new.customer_ids <= old.customer_ids
        and _limit(new.above, currency) >= _limit(old.above, currency)
    )


def _reasons(new: Sequence[Reason], old: Sequence[Reason]) -> bool:
    """Every reason there was still stands, blames the buyer no more than it did, and demands no more of them."""
    after = {reason.code: reason for reason in new}
    return all(before.code in after and _milder(after[before.code], before) for before in old)


def _milder(new: Reason, old: Reason) -> bool:
    return (new.fault is not Fault.BUYER or old.fault is Fault.BUYER) and (
        _EVIDENCE.index(new.evidence) <= _EVIDENCE.index(old.evidence)
    )


def _limit(amounts: Sequence[tuple[str, int]], currency: str) -> float:
    """A currency without an amount has no limit."""
    return dict(amounts).get(currency, inf)
