"""The clauses of a policy, one by one, and how each ranks: the higher, the better for the buyer.

Every field of a policy is a clause, some by currency, reason or grade; but what holds for some buyers in particular,
see `audiences`, and the order in which reasons stand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from operator import attrgetter
from typing import Any

from sendback_sdk.money import Money

from sendback_service.rules.limits import is_limited
from sendback_service.rules.policy import (
    Evidence,
    Fault,
    FreeLabelWhenCreditOn,
    LabelPolicy,
    Particular,
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

Titles = tuple[tuple[str, str], ...]
Value = bool | int | str | Money | Titles | Particular | None
When = Callable[[Policy], bool]


@dataclass(frozen=True, slots=True)
class Clause:
    """`field` is a path of the wire in which `[]` stands for the key. `differing` are the keys under which two policies
    say different things, `value` is what one says. `rank` counts only `when` the clause bears on both policies; one
    that matters `in_every_currency` ranks by currency. What a list gains or loses are its `members`."""

    field: str
    differing: Callable[[Policy, Policy], Iterable[str]]
    value: Callable[[Policy, str], Value]
    rank: Callable[[Policy, str], float]
    when: When
    by_currency: bool = False
    in_every_currency: bool = False
    members: bool = False


def _always(_: Policy) -> bool:
    return True


def _credit(policy: Policy) -> bool:
    return policy.credit.enabled


def _approval(policy: Policy) -> bool:
    """Whether it makes a difference what a return is worth or what it is for."""
    return not policy.approval.always


def _fees(policy: Policy) -> bool:
    return not (policy.credit.enabled and policy.credit.free_label is FreeLabelWhenCreditOn.ALL_RETURNS)


def _cheapness(policy: Policy, currency: str) -> float:
    """By what sending costs the buyer: nothing, the fee, or a parcel of one's own."""
    if not _fees(policy) or policy.labels.policy is LabelPolicy.FREE:
        return 0
    fees = dict(policy.labels.fees)
    return -inf if policy.labels.policy is LabelPolicy.NONE else -fees.get(currency, 0)


def _more(value: float) -> float:
    return value


def _less(value: float) -> float:
    return -value


def _none_is_most(value: float) -> float:
    return value or inf


def _no_matter(_: object) -> float:
    return 0


def _earlier(moment: SettlementMoment) -> float:
    return -_MOMENTS.index(moment)


def _one(
    field: str,
    rank: Callable[[Any], float],
    when: When = _always,
    *,
    get: Callable[[Policy], Any] | None = None,
) -> Clause:
    """A single value, ranked by itself. It stands in the policy where it stands on the wire, unless told where."""
    get = get or attrgetter(field)
    return Clause(
        field,
        lambda old, new: ("",) if get(old) != get(new) else (),
        lambda policy, _: get(policy),
        lambda policy, _: rank(get(policy)),
        when,
    )


def _cost(field: str, get: Callable[[Policy], str], when: When) -> Clause:
    """A single value that decides, with others, what a label costs."""
    return Clause(
        field,
        lambda old, new: ("",) if get(old) != get(new) else (),
        lambda policy, _: get(policy),
        _cheapness,
        when,
        in_every_currency=True,
    )


def _amounts(field: str, when: When, rank: Callable[[Policy, str], float] | None = None) -> Clause:
    """An amount by currency; the limit of something unless told otherwise, and none where there is no amount."""
    get = attrgetter(field.removesuffix("[]"))

    def value(policy: Policy, currency: str) -> Money | None:
        amount = dict(get(policy)).get(currency)
        return None if amount is None else Money(amount, currency)

    return Clause(
        field,
        lambda old, new: _changed(dict(get(old)), dict(get(new))),
        value,
        rank or (lambda policy, currency: dict(get(policy)).get(currency, inf)),
        when,
        by_currency=True,
    )


def _members(
    field: str, worth: int, when: When = _always, *, get: Callable[[Policy], frozenset[str]] | None = None
) -> Clause:
    """A list; `worth` is 1 where buyers gain by what stands in it, -1 where they lose."""
    get = get or attrgetter(field)
    return Clause(
        field,
        lambda old, new: sorted(get(old) ^ get(new)),
        lambda policy, key: key in get(policy),
        lambda policy, key: worth * (key in get(policy)),
        when,
        members=True,
    )


def _of_reasons(name: str, rank: Callable[[Any], float]) -> Clause:
    """What is said of a reason that stands in both."""
    get = attrgetter(name)

    def differing(old: Policy, new: Policy) -> list[str]:
        before, after = _reasons(old), _reasons(new)
        return [code for code in before if code in after and get(before[code]) != get(after[code])]

    return Clause(
        f"reasons[].{name}",
        differing,
        lambda policy, code: get(_reasons(policy)[code]),
        lambda policy, code: rank(get(_reasons(policy)[code])),
        _always,
    )


def _of_evidence() -> Clause:
    """What is demanded with a reason that stands in both; and where one policy asks for no reason, with each of the
    other's, if none of those can be chosen without."""

    def demanded(policy: Policy, code: str) -> Evidence:
        return _reasons(policy)[code].evidence if policy.reasons else Evidence.NONE

    def differing(old: Policy, new: Policy) -> list[str]:
        codes = [r.code for r in (old.reasons or new.reasons)]
        if old.reasons and new.reasons:
            codes = [code for code in codes if code in _reasons(new)]
        elif any(r.evidence is Evidence.NONE for r in (*old.reasons, *new.reasons)):
            return []
        return [code for code in codes if demanded(old, code) != demanded(new, code)]

    return Clause(
        "reasons[].evidence",
        differing,
        demanded,
        lambda policy, code: -_EVIDENCE.index(demanded(policy, code)),
        _always,
    )


def _of_grades() -> Clause:
    return Clause(
        "grades[]",
        lambda old, new: _changed(dict(old.grades.percent), dict(new.grades.percent)),
        lambda policy, grade: dict(policy.grades.percent).get(grade),
        lambda policy, grade: dict(policy.grades.percent).get(grade, 100),
        _always,
    )


def _limit_days() -> Clause:
    """The longer limits look back, the sooner they are reached; without limits they look back on nothing."""
    return Clause(
        "limits.days",
        lambda old, new: ("",) if old.limits.days != new.limits.days else (),
        lambda policy, _: policy.limits.days,
        lambda policy, _: -policy.limits.days if is_limited(policy.limits) else 0,
        _always,
    )


def _changed(before: Mapping[str, int], after: Mapping[str, int]) -> Sequence[str]:
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def _reasons(policy: Policy) -> dict[str, Reason]:
    return {reason.code: reason for reason in policy.reasons}


def _folded(path: str) -> Callable[[Policy], frozenset[str]]:
    get = attrgetter(path)
    return lambda policy: frozenset(tag.casefold() for tag in get(policy))


CLAUSES: tuple[Clause, ...] = (
    _one("window.days", _more),
    _one("window.time_zone", _no_matter),
    _one("window.demand_delivery", _less),
    _cost("labels.policy", lambda p: p.labels.policy, _fees),
    _amounts("labels.fees[]", _fees, _cheapness),
    _members("labels.region_codes", 1, get=lambda p: p.labels.countries or LABEL_COUNTRIES),
    _members("labels.outlying_codes", 1, get=lambda p: p.labels.outlying),
    _one("credit.enabled", _more),
    _cost("credit.free_label_when_credit_on", lambda p: p.credit.free_label, _credit),
    _one("credit.moment", _earlier, _credit),
    _amounts("credit.maximum[]", _credit),
    _one("credit.bonus_percent", _more, _credit),
    _amounts("credit.bonus_maximum[]", _credit),
    _one("credit.expires_after_days", _none_is_most, _credit),
    _members("reasons", 1, get=lambda p: frozenset(_reasons(p))),
    _of_reasons("titles", _no_matter),
    _of_reasons("fault", lambda fault: fault is not Fault.BUYER),
    _of_evidence(),
    _members("exclusions.tags", -1, get=_folded("exclusions.tags")),
    _members("exclusions.product_ids", -1),
    _members("exclusions.region_codes", -1, get=lambda p: p.exclusions.countries),
    _one("exclusions.discount_at_least_percent", _none_is_most),
    _members("exclusions.order_tags", -1, get=_folded("exclusions.order_tags")),
    _members("exclusions.customer_ids", -1),
    _one("approval.always", _less),
    _amounts("approval.above[]", _approval),
    _members("approval.reason_codes", -1, _approval),
    _members("approval.customer_ids", -1, _approval),
    _one("settlement", _earlier),
    _one("shipping", lambda kind: _SHIPPING[kind]),
    _one("restocking_percent", _less),
    _of_grades(),
    _one("unused_label_days", _none_is_most),
    _limit_days(),
    _one("limits.returns", _none_is_most),
    _amounts("limits.values[]", _always),
    _one("service.reminder_days", _no_matter),
    _one("service.parcel_days", _no_matter),
    _one("service.inspection_days", _no_matter),
    _one("service.refund_days", _no_matter),
)
