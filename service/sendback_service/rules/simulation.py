"""What another policy would have made of an order and its returns.

Both sides are computed alike, one by the policy that bound a return and one by the draft, with all that is not policy
left as it was: what was asked for and when, what inspection found, what the shop knows of the order today. Each side
keeps its own account of what earlier returns of the order left to refund.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sendback_sdk.orders import Order

from sendback_service.rules.applied import applied
from sendback_service.rules.judging import (
    ACCEPTED,
    CustomersReturn,
    Surroundings,
    credit_not_offered,
    history,
    refusal,
    review,
    unit_codes,
)
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.policy import Policy
from sendback_service.rules.quote import Circumstances, UnitKey, following
from sendback_service.rules.requested_return import RequestedReturn
from sendback_service.rules.states import Basis, SettlementKind


@dataclass(frozen=True, slots=True)
class PastReturn:
    """What was asked for, when, and the policy that bound it. `overridden`: staff went beyond the policy; `stood`: it
    was neither declined nor cancelled, and did not expire."""

    id: str
    time: datetime
    asked: RequestedReturn
    policy: Policy
    overridden: bool = False
    stood: bool = True


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order with the policy that binds it today, its returns in the order in which they were asked for, and all that
    its customer returned, where a limit may ask for it."""

    id: str
    order: Order
    policy: Policy
    returns: tuple[PastReturn, ...] = ()
    customers: tuple[CustomersReturn, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """How a return went, or would have gone. `offer` None: it was refused."""

    judged: str
    offer: LabelOfferKind | None = None
    amount: int = 0
    label_fee: int = 0


@dataclass(frozen=True, slots=True)
class SimulatedUnit:
    return_id: str
    line_id: str
    number: int
    judged: str
    instead: str


@dataclass(frozen=True, slots=True)
class SimulatedReturn:
    past: PastReturn
    course: Course
    instead: Course


@dataclass(frozen=True, slots=True)
class Simulated:
    past: PastOrder
    units: tuple[SimulatedUnit, ...]
    returns: tuple[SimulatedReturn, ...]


# How each unit is judged.
Codes = Mapping[UnitKey, str]


def simulate(past: PastOrder, draft: Policy, around: Surroundings) -> Simulated:
    was = _Side(past, around, [one.asked.applied(one.policy) for one in past.returns])
    would = _Side(past, around, [one.asked.applied(draft) for one in past.returns])
    units = _units(past, (was.at_present(past.policy), would.at_present(draft)), (was.codes, would.codes))
    courses = zip(past.returns, was.courses(), would.courses(), strict=True)
    return Simulated(past, units, tuple(SimulatedReturn(*parts) for parts in courses))


def _units(
    past: PastOrder, today: tuple[Codes, Codes], then: tuple[Sequence[Codes], Sequence[Codes]]
) -> tuple[SimulatedUnit, ...]:
    """Each once: as when its last return was asked for, else as now."""
    was, would = today
    found = {key: SimulatedUnit("", *key, was[key], would[key]) for key in was}
    for one, old, new in zip(past.returns, *then, strict=True):
        for key in {unit.key for unit in one.asked.units} & found.keys():
            found[key] = SimulatedUnit(one.id, *key, old[key], new[key])
    return tuple(found.values())


class _Side:
    """The returns by the policies that hold for each of them."""

    def __init__(self, past: PastOrder, around: Surroundings, policies: Sequence[Policy]) -> None:
        self._past = past
        self._around = around
        self._policies = policies
        self._seen = [
            history(past.customers, policy.limits, one.time, one.id)
            for one, policy in zip(past.returns, policies, strict=True)
        ]
        self.codes = [
            unit_codes(one.asked.order, policy, one.asked.basis, around, one.time, seen)
            for one, policy, seen in zip(past.returns, policies, self._seen, strict=True)
        ]

    def at_present(self, policy: Policy) -> Codes:
        order, now = self._past.order, self._around.now
        policy = applied(policy, order)
        seen = history(self._past.customers, policy.limits, now)
        return unit_codes(order, policy, Basis.GOODWILL, self._around, now, seen)

    def courses(self) -> Iterator[Course]:
        before = Circumstances()
        for place in range(len(self._past.returns)):
            course, before = self._course(place, before)
            yield course

    def _course(self, place: int, before: Circumstances) -> tuple[Course, Circumstances]:
        """How it goes, and what it leaves for the order's next return."""
        past, policy = self._past.returns[place], self._policies[place]
        asked = past.asked
        offer = asked.offer(policy, self._around.coverage)
        wanted = asked.quote(policy, before, offer.fee, asked.units_wanted(policy))
        codes = [self.codes[place][unit.key] for unit in asked.units]
        # Staff who went beyond the policy would do so again, but cannot give credit that is not offered.
        refused = (
            credit_not_offered(asked, policy, wanted)
            if past.overridden
            else refusal(asked, policy, wanted, codes, self._seen[place])
        )
        if refused:
            return Course(refused), before
        units = asked.units_found(policy)
        money = asked.quote(policy, before, offer.fee, units)
        amount = 0 if asked.outcome is SettlementKind.WAIVED else money.amount
        judged = ACCEPTED if past.overridden else review(asked, policy, wanted)
        course = Course(judged, offer.kind, amount, money.label_fee)
        return course, following(before, money, units) if past.stood else before
