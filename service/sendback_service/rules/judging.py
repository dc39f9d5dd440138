"""How a policy judges what was asked for in the past: unit by unit, and the return as a whole."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sendback_sdk.orders import Order

from sendback_service.rules.approval import needs_approval
from sendback_service.rules.credit import credit_refusal
from sendback_service.rules.eligibility import NotReturnable, verdicts
from sendback_service.rules.limits import NO_HISTORY, History, is_limited, reached
from sendback_service.rules.policy import Limits, Policy
from sendback_service.rules.quote import Quote, UnitKey
from sendback_service.rules.requested_return import RequestedReturn
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.withdrawal import withdrawal_verdicts

RETURNABLE = "RETURNABLE"
ACCEPTED = "ACCEPTED"
IN_REVIEW = "IN_REVIEW"
CREDIT_NOT_OFFERED = "CREDIT_NOT_OFFERED"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is no policy's to decide: the time, what carriers serve, and the lines that plugins exclude, by rule."""

    now: datetime
    coverage: Set[str]
    excluded: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CustomersReturn:
    """A return of the same customer's, as limits count it."""

    id: str
    time: datetime
    currency: str
    value: int


def history(found: Sequence[CustomersReturn], limits: Limits, at: datetime, but: str = "") -> History:
    """What limits saw at a moment, without the return that is judged."""
    if not is_limited(limits):
        return NO_HISTORY
    since = at - timedelta(days=limits.days)
    counted = [one for one in found if since < one.time <= at and one.id != but]
    values: dict[str, int] = {}
    for one in counted:
        values[one.currency] = values.get(one.currency, 0) + one.value
    return History(len(counted), tuple(values.items()))


def unit_codes(
    order: Order, policy: Policy, basis: Basis, around: Surroundings, at: datetime, seen: History
) -> Mapping[UnitKey, str]:
    """By terms that hold for the order. As if nothing was held: what is in one return would otherwise be judged by
    that alone."""
    if basis is Basis.STATUTORY_WITHDRAWAL:
        found = withdrawal_verdicts(order, policy, 0, frozenset(), at)
    else:
        limit = reached(policy.limits, seen, order.currency)
        found = verdicts(order, policy, 0, frozenset(), at, around.excluded, limit)
    return {(verdict.line_id, verdict.unit): str(verdict.code or RETURNABLE) for verdict in found}


def refusal(
    asked: RequestedReturn, policy: Policy, wanted: Quote, codes: Sequence[str], seen: History
) -> str:
    """Why the return is not made; empty where it is. `codes` are those of its units."""
    refused = next((code for code in codes if code != RETURNABLE), "")
    if not refused and reached(policy.limits, seen, wanted.currency, wanted.goods):
        refused = NotReturnable.LIMIT_REACHED
    return refused or credit_not_offered(asked, policy, wanted)


def credit_not_offered(asked: RequestedReturn, policy: Policy, wanted: Quote) -> str:
    if asked.outcome is not SettlementKind.STORE_CREDIT:
        return ""
    return CREDIT_NOT_OFFERED if credit_refusal(policy.credit, asked.order, wanted.amount) else ""


def review(asked: RequestedReturn, policy: Policy, wanted: Quote) -> str:
    reasons = {unit.reason_code for unit in asked.units}
    customer = asked.order.customer_id
    seen = needs_approval(policy.approval, wanted.goods, wanted.currency, reasons, customer)
    return IN_REVIEW if seen else ACCEPTED
