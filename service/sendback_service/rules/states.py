"""The four axes of a return, their tables of moves, and the two tracks that people see.

One table per axis says every move there is; `moved` is the only way to make one.
"""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar


class Decision(StrEnum):
    REQUESTED = "REQUESTED"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    CLOSED = "CLOSED"


class LabelState(StrEnum):
    NOT_NEEDED = "NOT_NEEDED"
    REQUESTED = "REQUESTED"
    PURCHASED = "PURCHASED"
    UNKNOWN = "UNKNOWN"
    FAILED = "FAILED"
    VOID_PENDING = "VOID_PENDING"
    VOIDED = "VOIDED"
    EXPIRED = "EXPIRED"


class Transit(StrEnum):
    NOT_SCANNED = "NOT_SCANNED"
    HANDED_OVER = "HANDED_OVER"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    EXCEPTION = "EXCEPTION"
    LOST = "LOST"


class Inspection(StrEnum):
    EXPECTED = "EXPECTED"
    RECEIVED = "RECEIVED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    MISSING = "MISSING"


class SettlementState(StrEnum):
    SUBMITTED = "SUBMITTED"
    UNKNOWN = "UNKNOWN"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    REVERSED = "REVERSED"


class SettlementKind(StrEnum):
    REFUND = "REFUND"
    STORE_CREDIT = "STORE_CREDIT"
    WAIVED = "WAIVED"


class Grade(StrEnum):
    A_RESELL = "A_RESELL"
    B_OPENED = "B_OPENED"
    C_DAMAGED = "C_DAMAGED"
    D_UNUSABLE = "D_UNUSABLE"


class Disposition(StrEnum):
    RESTOCK = "RESTOCK"
    REFURBISH = "REFURBISH"
    QUARANTINE = "QUARANTINE"
    DONATE = "DONATE"
    DESTROY = "DESTROY"
    RETURN_TO_MERCHANT = "RETURN_TO_MERCHANT"
    RETURN_TO_CUSTOMER = "RETURN_TO_CUSTOMER"
    LIQUIDATE = "LIQUIDATE"


class Basis(StrEnum):
    """Why goods come back in law."""

    GOODWILL = "GOODWILL"
    STATUTORY_WITHDRAWAL = "STATUTORY_WITHDRAWAL"
    CLAIM = "CLAIM"
    CARRIER_RETURN = "CARRIER_RETURN"


class UnitKind(StrEnum):
    """What stands in a return: units of the order, and goods that nobody announced."""

    ANNOUNCED = "ANNOUNCED"
    WRONG_ITEM = "WRONG_ITEM"
    UNANNOUNCED = "UNANNOUNCED"


class ImpossibleMove(Exception):
    """A state from which there is no way to the one wanted."""

    def __init__(self, state: StrEnum, wanted: StrEnum) -> None:
        super().__init__(f"{state} cannot become {wanted}")
        self.state = state
        self.wanted = wanted


_D, _L, _T, _I, _S = Decision, LabelState, Transit, Inspection, SettlementState

# A table per axis: states of two axes may have the same name, and enums of strings are equal then.
MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    Decision: {
        _D.REQUESTED: frozenset({_D.IN_REVIEW, _D.APPROVED, _D.DECLINED, _D.CANCELLED}),
        _D.IN_REVIEW: frozenset({_D.APPROVED, _D.DECLINED, _D.CANCELLED}),
        _D.APPROVED: frozenset({_D.CANCELLED, _D.EXPIRED, _D.CLOSED}),
        _D.DECLINED: frozenset(),
        _D.CANCELLED: frozenset(),
        _D.EXPIRED: frozenset(),
        _D.CLOSED: frozenset(),
    },
    LabelState: {
        _L.NOT_NEEDED: frozenset({_L.REQUESTED}),
        _L.REQUESTED: frozenset({_L.PURCHASED, _L.UNKNOWN, _L.FAILED, _L.VOID_PENDING, _L.VOIDED}),
        _L.UNKNOWN: frozenset({_L.PURCHASED, _L.FAILED, _L.VOID_PENDING, _L.REQUESTED}),
        _L.PURCHASED: frozenset({_L.VOID_PENDING, _L.EXPIRED}),
        _L.VOID_PENDING: frozenset({_L.VOIDED, _L.PURCHASED}),
        _L.FAILED: frozenset({_L.REQUESTED}),
        _L.VOIDED: frozenset({_L.REQUESTED}),
        _L.EXPIRED: frozenset({_L.REQUESTED}),
    },
    Transit: {
        _T.NOT_SCANNED: frozenset({_T.HANDED_OVER, _T.IN_TRANSIT, _T.DELIVERED, _T.EXCEPTION, _T.LOST}),
        _T.HANDED_OVER: frozenset({_T.IN_TRANSIT, _T.DELIVERED, _T.EXCEPTION, _T.LOST}),
        _T.IN_TRANSIT: frozenset({_T.DELIVERED, _T.EXCEPTION, _T.LOST}),
        _T.EXCEPTION: frozenset({_T.IN_TRANSIT, _T.DELIVERED, _T.LOST}),
        _T.LOST: frozenset({_T.DELIVERED}),
        _T.DELIVERED: frozenset(),
    },
    Inspection: {
        _I.EXPECTED: frozenset({_I.RECEIVED, _I.ACCEPTED, _I.REJECTED, _I.MISSING}),
        _I.RECEIVED: frozenset({_I.ACCEPTED, _I.REJECTED, _I.MISSING}),
        _I.ACCEPTED: frozenset(),
        _I.REJECTED: frozenset(),
        _I.MISSING: frozenset(),
    },
    SettlementState: {
        _S.SUBMITTED: frozenset({_S.SETTLED, _S.UNKNOWN, _S.FAILED}),
        _S.UNKNOWN: frozenset({_S.SETTLED, _S.FAILED, _S.SUBMITTED}),
        _S.SETTLED: frozenset({_S.REVERSED}),
        # What failed is asked for anew, or paid by hand and confirmed.
        _S.FAILED: frozenset({_S.SUBMITTED, _S.SETTLED}),
        _S.REVERSED: frozenset(),
    },
}

State = TypeVar("State", bound=StrEnum)


def moved(state: State, wanted: State) -> State:
    """`wanted`, if there is a way to it."""
    if not can_move(state, wanted):
        raise ImpossibleMove(state, wanted)
    return wanted


def can_move(state: StrEnum, wanted: StrEnum) -> bool:
    return wanted in MOVES[type(state)][state]


INSPECTED = frozenset({Inspection.ACCEPTED, Inspection.REJECTED, Inspection.MISSING})
# Under which a parcel that comes counts: for its return, or, after expiry, for one that is linked to it.
RECEIVABLE = frozenset({Decision.APPROVED, Decision.EXPIRED})
LIVE = frozenset({Decision.REQUESTED, Decision.IN_REVIEW, Decision.APPROVED})
SCANNED = frozenset(
    {Transit.HANDED_OVER, Transit.IN_TRANSIT, Transit.DELIVERED, Transit.EXCEPTION, Transit.LOST}
)
_ON_ITS_WAY = SCANNED - {Transit.DELIVERED}
_UNSEEN = frozenset({Inspection.EXPECTED})


class Shipment(StrEnum):
    CREATED = "CREATED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    INSPECTED = "INSPECTED"


class Resolution(StrEnum):
    OPEN = "OPEN"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    RESOLVED = "RESOLVED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


def shipment(parcels: Set[str], units: Set[str]) -> Shipment:
    """Of the words of `Transit` and `Inspection`. Derived, never stored: inspected if every unit is, else by the
    furthest parcel. A unit seen in the warehouse arrived, whatever its parcel's tracking says."""
    if units and units <= INSPECTED:
        return Shipment.INSPECTED
    if Transit.DELIVERED in parcels or not units <= _UNSEEN:
        return Shipment.DELIVERED
    return Shipment.CREATED if parcels.isdisjoint(_ON_ITS_WAY) else Shipment.SHIPPED


_OVER: Mapping[str, Resolution] = {
    Decision.DECLINED: Resolution.DECLINED,
    Decision.CANCELLED: Resolution.CANCELLED,
    Decision.EXPIRED: Resolution.EXPIRED,
}


def resolution(decision: str, *, work_item_open: bool) -> Resolution:
    """Of the word of a `Decision`. Derived, never stored."""
    if over := _OVER.get(decision):
        return over
    if work_item_open:
        return Resolution.ACTION_REQUIRED
    return Resolution.RESOLVED if decision == Decision.CLOSED else Resolution.OPEN
