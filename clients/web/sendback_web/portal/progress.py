"""How far a return is, for its buyer: one sentence on top, the steps it goes through, what the buyer can do now."""

from collections import Counter
from dataclasses import dataclass

from sendback.v1.return_pb2 import (
    Decision,
    Inspection,
    LabelStatus,
    Outcome,
    Parcel,
    Return,
    Settlement,
    SettlementStatus,
    Shipment,
    Transit,
)

from sendback_web.words import N_

_OPEN = (Decision.REQUESTED, Decision.IN_REVIEW, Decision.APPROVED)
_WAITING = (LabelStatus.REQUESTED, LabelStatus.UNKNOWN)
_GIVEN_BACK = (LabelStatus.VOIDED, LabelStatus.VOID_PENDING)
_REMARKS = {Inspection.REJECTED: N_("Not accepted"), Inspection.MISSING: N_("Not in the parcel")}
_UNDER_WAY = (SettlementStatus.SUBMITTED, SettlementStatus.UNKNOWN)

_ENDS = {
    Decision.CANCELLED: (
        N_("This return was cancelled"),
        N_("Nothing needs to be sent. The items are yours to keep or return anew."),
        "calm",
    ),
    Decision.DECLINED: (
        N_("The shop did not accept this return"),
        N_("Please ask the shop if you have questions."),
        "bad",
    ),
    Decision.EXPIRED: (
        N_("This return has expired"),
        N_("The parcel was not sent in time. You can make a new return while the return period lasts."),
        "bad",
    ),
    Decision.CLOSED: (N_("All done"), N_("Your return is complete."), "good"),
}
_REVIEW = (
    N_("The shop is looking at your request"),
    N_("You will get an e-mail as soon as it is decided. Please do not send anything yet."),
    "calm",
)
_MAKING = (N_("Your label is being made"), N_("This usually takes a few seconds."), "calm")
_READY = (N_("Ready to send"), N_("Put the label on your parcel and hand it over."), "calm")
_BY_HAND = (N_("Send your parcel"), N_("Pack the items and send them to the address below."), "calm")
_WITHDRAWN = (
    N_("Your label is no longer valid"),
    N_("Please do not use it. Ask for another one below."),
    "calm",
)
_SHIPPED = (N_("Your parcel is on its way"), N_("We will tell you as soon as it arrives."), "calm")
_ARRIVED = (N_("Your parcel has arrived"), N_("The shop is checking the items."), "calm")
_CHECKED = (N_("The items were checked"), N_("The shop is completing your return."), "calm")
_EMPTY = (N_("All done"), N_("Your return is complete. Nothing is paid back for it."), "calm")
_PAID = (N_("Your money is on its way"), N_("It can take a few days until you see it."), "good")


@dataclass(frozen=True, slots=True)
class State:
    """`tone` is calm, good or bad."""

    title: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Goods:
    """So many of one item; `remark` says what was found where they are not taken back, `note` the shop’s why."""

    title: str
    count: int
    remark: str
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    done: bool
    now: bool


def state_of(found: Return) -> State:
    return State(*_state(found))


def _state(found: Return) -> tuple[str, str, str]:
    if empty(found):
        return _EMPTY
    if found.decision in _ENDS:
        return _ENDS[found.decision]
    if found.decision in (Decision.REQUESTED, Decision.IN_REVIEW):
        return _REVIEW
    if found.shipment == Shipment.INSPECTED:
        return _PAID if paid(found) else _CHECKED
    if found.shipment in (Shipment.DELIVERED, Shipment.SHIPPED):
        return _ARRIVED if found.shipment == Shipment.DELIVERED else _SHIPPED
    if waiting_for_label(found):
        return _MAKING
    if withdrawn(found):
        return _WITHDRAWN
    return _READY if labels(found) else _BY_HAND


def steps_of(found: Return) -> list[Step]:
    """What is behind, what is now, what comes; none for a return that ended before its time."""
    if found.decision in (Decision.CANCELLED, Decision.DECLINED, Decision.EXPIRED):
        return []
    credit = found.outcome == Outcome.STORE_CREDIT
    done = [
        (N_("Return requested"), True),
        (N_("Parcel sent"), found.shipment >= Shipment.SHIPPED),
        (N_("Parcel arrived"), found.shipment >= Shipment.DELIVERED),
        (N_("Items checked"), found.shipment == Shipment.INSPECTED),
        (N_("Credit issued") if credit else N_("Refunded"), bool(paid(found))),
    ]
    if empty(found):
        done.pop()
    first = next((place for place, (_, over) in enumerate(done) if not over), len(done))
    return [Step(title, over, place == first) for place, (title, over) in enumerate(done)]


def ahead(found: Return) -> bool:
    """Whether anything is still to come."""
    return found.decision in _OPEN


def waiting_for_label(found: Return) -> bool:
    """Until the buyer is told to send the parcel without one; its carrier may be asked about it for longer."""
    waited_for = any(p.label in _WAITING and not p.failure for p in found.parcels)
    return found.decision == Decision.APPROVED and waited_for and not found.HasField("instructions")


def labels(found: Return) -> list[Parcel]:
    """Parcels whose label can be fetched, and is of use."""
    if found.decision != Decision.APPROVED:
        return []
    return [p for p in found.parcels if p.label == LabelStatus.PURCHASED and p.transit == Transit.NOT_SCANNED]


def withdrawn(found: Return) -> bool:
    """Whether the shop gave its labels back, so that there is nothing to send the parcel with."""
    without = found.decision == Decision.APPROVED and not found.HasField("instructions")
    return without and all(p.label in _GIVEN_BACK for p in found.parcels)


def followed(found: Return) -> list[Parcel]:
    """Parcels that a carrier follows."""
    return [p for p in found.parcels if p.tracking_number and p.label not in _GIVEN_BACK]


def sent_by_hand(found: Return) -> bool:
    """Whether the buyer sends it by a carrier of their own, and may tell by which parcels it comes."""
    on_the_way = found.shipment in (Shipment.CREATED, Shipment.SHIPPED)
    return found.decision == Decision.APPROVED and found.HasField("instructions") and on_the_way


def told(found: Return) -> list[Parcel]:
    """Parcels whose number the buyer told, and may correct until they are seen."""
    return [
        p for p in followed(found) if p.label == LabelStatus.NOT_NEEDED and p.transit == Transit.NOT_SCANNED
    ]


def troubled(found: Return) -> bool:
    """On the way of a parcel that somebody waits for."""
    waited_for = found.decision == Decision.APPROVED and found.shipment != Shipment.INSPECTED
    return waited_for and any(p.transit in (Transit.EXCEPTION, Transit.LOST) for p in found.parcels)


def lost(found: Return) -> bool:
    """Then the shop is told at once; of other trouble, once the parcel is late."""
    return any(p.transit == Transit.LOST for p in found.parcels)


def cancellable(found: Return) -> bool:
    return found.decision in _OPEN and found.shipment == Shipment.CREATED


def extensible(found: Return) -> bool:
    """Whether one more label may be asked for."""
    return (bool(labels(found)) or withdrawn(found)) and not waiting_for_label(found)


def goods(found: Return) -> list[Goods]:
    counts = Counter(
        (unit.title, _REMARKS.get(unit.inspection, ""), unit.rejection_note)
        for unit in found.units
        if not unit.cancelled
    )
    return [Goods(title, count, remark, note) for (title, remark, note), count in sorted(counts.items())]


def paid(found: Return) -> list[Settlement]:
    """By which money went; what came to nothing is none."""
    return [
        s
        for s in found.settlements
        if s.state == SettlementStatus.SETTLED
        and not s.reverses_settlement_id
        and (s.amount.units or s.amount.nanos)
    ]


def empty(found: Return) -> bool:
    """Whether it is over and nothing was paid: all was missing or refused, a fee took it, or the shop waived it."""
    came_back = any(s.state == SettlementStatus.REVERSED for s in found.settlements)
    return found.decision == Decision.CLOSED and not (paid(found) or under_way(found) or came_back)


def under_way(found: Return) -> list[Settlement]:
    return [s for s in found.settlements if s.state in _UNDER_WAY and s.kind != Outcome.WAIVED]
