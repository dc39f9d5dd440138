"""What returns come to, by reason, product and territory. Fed one return after another, so that any number fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from sendback_service.rules.apportionment import largest_remainder
from sendback_service.rules.returned import Returned, unit_shares
from sendback_service.rules.state_durations import STATES, Stays, stays
from sendback_service.rules.states import Resolution, SettlementKind, Shipment

Amounts = dict[str, int]


@dataclass(slots=True)
class Tally:
    """Amounts are in minor units, by currency."""

    title: str = ""
    returns: int = 0
    units: int = 0
    refunded: Amounts = field(default_factory=dict)
    credited: Amounts = field(default_factory=dict)
    label_costs: Amounts = field(default_factory=dict)
    labels: int = 0
    priced_labels: int = 0

    def add(self, other: "Tally") -> None:
        self.returns += other.returns
        self.units += other.units
        self.labels += other.labels
        self.priced_labels += other.priced_labels
        for mine, theirs in (
            (self.refunded, other.refunded),
            (self.credited, other.credited),
            (self.label_costs, other.label_costs),
        ):
            for currency, amount in theirs.items():
                _plus(mine, currency, amount)


class Book:
    """Where returns are counted."""

    def __init__(self) -> None:
        self.total = Tally()
        self.by_reason: dict[str, Tally] = {}
        self.by_product: dict[str, Tally] = {}
        self.by_region: dict[str, Tally] = {}
        self.stays: dict[Shipment | Resolution, Stays] = {state: Stays() for state in STATES}

    def count(self, counted: Returned) -> None:
        units = _units(counted)
        bought = [parcel for parcel in counted.parcels if parcel.bought]
        whole = Tally(
            returns=1, labels=len(bought), priced_labels=sum(parcel.price is not None for parcel in bought)
        )
        for unit in units:
            whole.add(unit)
        self.total.add(whole)
        _place(self.by_region, counted.region).add(whole)
        _add_each(self.by_reason, [unit.reason for unit in counted.units], units)
        _add_each(self.by_product, [unit.product for unit in counted.units], units)
        for state, length in stays(counted.milestones):
            self.stays[state].add(length)


def most(tallies: dict[str, Tally], count: int) -> list[tuple[str, Tally]]:
    """Those with the most units, at most so many; of two alike the one whose key comes first."""
    return nlargest(count, sorted(tallies.items()), key=lambda item: item[1].units)


def together(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


def _units(counted: Returned) -> list[Tally]:
    """Each unit by itself, with its part of the return's money."""
    units = [Tally(title=unit.title, units=1) for unit in counted.units]
    for paid in counted.settlements:
        shares = unit_shares(paid, counted.units)
        for unit, share in zip(units, shares, strict=True):
            credit = paid.kind is SettlementKind.STORE_CREDIT
            _plus(unit.credited if credit else unit.refunded, paid.currency, share)
    for parcel in counted.parcels:
        if parcel.bought and parcel.price is not None:
            minor, currency = parcel.price
            for unit, share in zip(units, largest_remainder(minor, [1] * len(units)), strict=True):
                _plus(unit.label_costs, currency, share)
    return units


def _add_each(tallies: dict[str, Tally], keys: Sequence[str], units: Sequence[Tally]) -> None:
    for key, unit in zip(keys, units, strict=True):
        tally = _place(tallies, key)
        tally.title = unit.title
        tally.add(unit)
    for key in set(keys):
        tallies[key].returns += 1


def _place(tallies: dict[str, Tally], key: str) -> Tally:
    if key not in tallies:
        tallies[key] = Tally()
    return tallies[key]


def _plus(amounts: Amounts, currency: str, amount: int) -> None:
    if amount:
        amounts[currency] = amounts.get(currency, 0) + amount
