"""A return as figures and files of returns see it: what came back, what was paid, when it got where."""

from collections.abc import Sequence
from dataclasses import dataclass

from sendback_service.rules.apportionment import largest_remainder
from sendback_service.rules.states import Decision, Inspection, LabelState, SettlementKind, Transit, UnitKind

_WORTHLESS = frozenset({Inspection.REJECTED, Inspection.MISSING})
# A label that was bought and costs: also one that may yet be voided, and one that lapsed unused.
_BOUGHT = frozenset({LabelState.PURCHASED, LabelState.VOID_PENDING, LabelState.EXPIRED})


@dataclass(frozen=True, slots=True)
class ReturnedUnit:
    line_id: str
    number: int
    title: str
    product_id: str = ""
    sku: str = ""
    reason: str = ""
    inspection: Inspection = Inspection.EXPECTED
    grade: str = ""
    disposition: str = ""
    settlement_id: str = ""
    kind: UnitKind = UnitKind.ANNOUNCED

    @property
    def product(self) -> str:
        """What tells it from other products, as far as the shop said."""
        return self.product_id or self.sku or self.title


@dataclass(frozen=True, slots=True)
class ReturnedParcel:
    """`price` is (minor units, currency); None where the carrier did not tell it."""

    label: LabelState
    transit: Transit
    account: str = ""
    tracking_number: str = ""
    price: tuple[int, str] | None = None

    @property
    def bought(self) -> bool:
        """Whether it has a label from a carrier. Where staff closed a doubtful one, no account stands there."""
        return self.label in _BOUGHT and bool(self.account)


@dataclass(frozen=True, slots=True)
class PaidSettlement:
    """Money that went. `lines` is the quote's spread of it over the order's lines."""

    id: str
    kind: SettlementKind
    currency: str
    amount: int
    lines: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Milestones:
    """When a return got where, in microseconds; None: it has not. `work` are times in which staff had to act, from
    and to; to None: they still have to."""

    made: int
    shipped: int | None = None
    delivered: int | None = None
    inspected: int | None = None
    ended: int | None = None
    work: tuple[tuple[int, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """`units` are those that were announced and not taken off; `extras` are what came besides, which is worth nothing.
    `settlements` are those whose money went and did not come back."""

    id: str
    reference: str
    order_id: str
    order_number: str
    decision: Decision
    outcome: SettlementKind
    region: str
    language: str
    policy_version: int
    currency: str
    estimated: int
    label_offer: str
    label_fee: int
    units: tuple[ReturnedUnit, ...]
    parcels: tuple[ReturnedParcel, ...] = ()
    settlements: tuple[PaidSettlement, ...] = ()
    milestones: Milestones = Milestones(0)
    extras: tuple[ReturnedUnit, ...] = ()


def unit_shares(paid: PaidSettlement, units: Sequence[ReturnedUnit]) -> tuple[int, ...]:
    """What each unit has of a settlement, so that the parts add up: by the quote's lines, and within a line alike over
    the units that were not rejected or missing. Units that another settlement covers have nothing of this one, unless
    it covers none at all."""
    covered = [unit.settlement_id == paid.id for unit in units]
    weights = _weights(paid, units, covered) if any(covered) else [0] * len(units)
    if not any(weights):
        weights = [int(c) for c in covered] if any(covered) else [1] * len(units)
    return largest_remainder(paid.amount, weights)


def _weights(paid: PaidSettlement, units: Sequence[ReturnedUnit], covered: Sequence[bool]) -> list[int]:
    weights = [0] * len(units)
    for line_id, amount in paid.lines:
        places = [
            place
            for place, unit in enumerate(units)
            if covered[place] and unit.line_id == line_id and unit.inspection not in _WORTHLESS
        ]
        for place, part in zip(places, largest_remainder(amount, [1] * len(places)), strict=True):
            weights[place] = part
    return weights
