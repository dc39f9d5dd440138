"""What somebody asks to give back of an order, and what it comes to by a policy: without time, shop or database."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from sendback_sdk.orders import Order

from sendback_service.rules.applied import applied
from sendback_service.rules.labels import LabelOffer, label_offer
from sendback_service.rules.policy import Fault, Policy
from sendback_service.rules.quote import Circumstances, Quote, QuoteUnit, UnitKey, following, quote
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.territory import label_refusal


@dataclass(frozen=True, slots=True)
class RequestedUnit:
    """A unit, and what inspection found of it. `worthless`: it was missing, or rejected."""

    line_id: str
    number: int
    reason_code: str = ""
    grade: str = ""
    worthless: bool = False

    @property
    def key(self) -> UnitKey:
        return self.line_id, self.number


@dataclass(frozen=True, slots=True)
class RequestedReturn:
    """`place` is the territory that the parcel leaves from. Policies given to it are those that hold for this order:
    `applied`."""

    order: Order
    units: tuple[RequestedUnit, ...]
    place: str = ""
    outcome: SettlementKind = SettlementKind.REFUND
    basis: Basis = Basis.GOODWILL

    def applied(self, policy: Policy) -> Policy:
        """A policy as it is for this buyer, on this basis."""
        return applied(policy, self.order, self.basis)

    def offer(self, policy: Policy, coverage: Set[str]) -> LabelOffer:
        """What the goods are sent with, where carriers serve `coverage`."""
        terms = policy.labels
        refusal = label_refusal(self.place, terms.countries, terms.outlying, coverage)
        known = _faults(policy)
        faults = [known[unit.reason_code] for unit in self.units if unit.reason_code in known]
        return label_offer(policy, self.order.currency, refusal, self.outcome, faults)

    def units_wanted(self, policy: Policy) -> tuple[QuoteUnit, ...]:
        """As the buyer announced them."""
        return tuple(self._unit(unit, policy, 100) for unit in self.units)

    def units_found(self, policy: Policy) -> tuple[QuoteUnit, ...]:
        """As inspection left them: what was not looked at counts in full."""
        grades = dict(policy.grades.percent)
        return tuple(self._unit(unit, policy, _percent(unit, grades)) for unit in self.units)

    def quote(
        self, policy: Policy, before: Circumstances, label_fee: int, units: tuple[QuoteUnit, ...]
    ) -> Quote:
        """After what earlier returns of the order left."""
        around = Circumstances(self.outcome, label_fee, before.paid, before.shipping_refunded, before.before)
        return quote(self.order, policy, units, around)

    def _unit(self, unit: RequestedUnit, policy: Policy, percent: int) -> QuoteUnit:
        return QuoteUnit(*unit.key, _faults(policy).get(unit.reason_code, Fault.BUYER), percent)


def in_turn(
    policy: Policy, returns: Iterable[tuple[RequestedReturn, int | None]], coverage: Set[str]
) -> Iterator[tuple[LabelOffer, Quote]]:
    """Returns of one order, one after another; a label fee of None is what the policy says."""
    before = Circumstances()
    for asked, fee in returns:
        held_to = asked.applied(policy)
        offer, units = asked.offer(held_to, coverage), asked.units_found(held_to)
        money = asked.quote(held_to, before, offer.fee if fee is None else fee, units)
        before = following(before, money, units)
        yield offer, money


def _faults(policy: Policy) -> dict[str, Fault]:
    return {reason.code: reason.fault for reason in policy.reasons}


def _percent(unit: RequestedUnit, grades: Mapping[str, int]) -> int:
    return 0 if unit.worthless else grades.get(unit.grade, 100)
