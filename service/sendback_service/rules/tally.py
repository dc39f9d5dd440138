"""What a simulation comes to: judgements and money summed up, and examples of each kind of change."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.simulation import Course, Simulated, SimulatedReturn, SimulatedUnit
from sendback_service.rules.states import SettlementKind

MOST_EXAMPLES = 50


@dataclass(slots=True)
class Sums:
    """Of the returns of one currency that stood; amounts are pairs: what was, what would have been."""

    refunds: list[int] = field(default_factory=lambda: [0, 0])
    credits: list[int] = field(default_factory=lambda: [0, 0])
    label_fees: list[int] = field(default_factory=lambda: [0, 0])
    changed: int = 0

    def add(self, one: SimulatedReturn) -> None:
        amounts = self.credits if one.past.asked.outcome is SettlementKind.STORE_CREDIT else self.refunds
        for side, course in enumerate((one.course, one.instead)):
            amounts[side] += course.amount
            self.label_fees[side] += course.label_fee
        self.changed += _money(one.course) != _money(one.instead)


@dataclass(frozen=True, slots=True)
class Example:
    """A unit, or a return as a whole, that would have gone otherwise."""

    order_id: str
    order_number: str
    currency: str
    what: SimulatedUnit | SimulatedReturn


Kind = tuple[object, ...]


@dataclass(slots=True)
class Tally:
    orders: int = 0
    units: int = 0
    returns: int = 0
    unit_changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    return_changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    labels: list[int] = field(default_factory=lambda: [0, 0])
    money: dict[str, Sums] = field(default_factory=dict)
    _examples: defaultdict[Kind, list[Example]] = field(default_factory=lambda: defaultdict(list))

    def add(self, found: Simulated) -> None:
        self.orders += 1
        self.units += len(found.units)
        self.returns += len(found.returns)
        for one in found.returns:
            self._add_return(found, one)
        for unit in found.units:
            if unit.judged != unit.instead:
                self.unit_changes[unit.judged, unit.instead] += 1
                self._keep(("unit", unit.judged, unit.instead), found, unit)

    def _add_return(self, found: Simulated, one: SimulatedReturn) -> None:
        was, would = one.course, one.instead
        if was.judged != would.judged:
            self.return_changes[was.judged, would.judged] += 1
        for side, course in enumerate((was, would)):
            self.labels[side] += course.offer not in (None, LabelOfferKind.INSTRUCTIONS)
        if one.past.stood:
            self.money.setdefault(one.past.asked.order.currency, Sums()).add(one)
        if was != would:
            self._keep(("return", was.judged, would.judged, was.offer, would.offer), found, one)

    def _keep(self, kind: Kind, found: Simulated, what: SimulatedUnit | SimulatedReturn) -> None:
        kept = self._examples[kind]
        if len(kept) < MOST_EXAMPLES:
            order = found.past.order
            kept.append(Example(found.past.id, order.number, order.currency, what))

    def examples(self) -> tuple[Example, ...]:
        """The first of each kind, then the second of each, and so on."""
        rows = zip_longest(*self._examples.values())
        return tuple(example for row in rows for example in row if example is not None)[:MOST_EXAMPLES]


def by_frequency(changes: Mapping[tuple[str, str], int]) -> Iterator[tuple[tuple[str, str], int]]:
    yield from sorted(changes.items(), key=lambda item: (-item[1], item[0]))


def _money(course: Course) -> tuple[int, int]:
    return course.amount, course.label_fee
