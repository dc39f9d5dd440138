"""What a shop's own books are told of a return: which of its events, in which words."""

from collections import Counter
from collections.abc import Sequence

from sendback_sdk import Change, Disposal, RefundLine
from sendback_sdk.platforms import Disposition
from sqlmodel import col, select

from sendback_service.held import HeldReturn
from sendback_service.rules.states import INSPECTED, Decision, Inspection
from sendback_service.store.tables import EventRow, ParcelRow

_INSPECTED = frozenset({"item.accepted", "item.rejected", "item.missing", "reception.completed"})
_OPENED = ("return.requested", "return.approved")
NEWS = frozenset(
    {
        *_OPENED,
        "return.declined",
        "return.cancelled",
        "return.expired",
        "return.closed",
        "label.purchased",
        "parcel.tracking_added",
        "parcel.handed_over",
        "parcel.in_transit",
        *_INSPECTED,
    }
)
_ENOUGH = 100


def next_news(held: HeldReturn, done: int) -> EventRow | None:
    """The first event after `done` that is to be told; one that the next makes superfluous is passed over."""
    query = select(EventRow).where(
        EventRow.merchant_id == held.row.merchant_id,
        EventRow.subject_id == held.row.id,
        EventRow.sequence > done,
        col(EventRow.type).in_(NEWS),
    )
    waiting = list(held.tx.session.exec(query.order_by(col(EventRow.sequence)).limit(_ENOUGH)))
    return _telling(waiting)


def change_of(held: HeldReturn, event: EventRow) -> Change:
    """As the return is by now: what is told late is told as it stands."""
    parcel = _parcel(held, event)
    return Change(
        key=event.id,
        event=event.type,
        return_id=held.row.id,
        return_reference=held.row.reference,
        order_id=held.order().id,
        lines=lines_of(held),
        tracking_number=parcel.tracking_number if parcel else "",
        tracking_url=parcel.tracking_uri if parcel else "",
        disposals=_disposals(held),
        note=held.row.decline_note if held.decision is Decision.DECLINED else "",
    )


def lines_of(held: HeldReturn) -> tuple[RefundLine, ...]:
    """All units that the return is about, counted by line."""
    return tuple(RefundLine(line, n) for line, n in Counter(unit.line_id for unit in held.units).items())


def _telling(waiting: Sequence[EventRow]) -> EventRow | None:
    """What inspection decided is told as a whole, and a return that is approved already is opened at once."""
    for event, following in zip(waiting, (*waiting[1:], None), strict=True):
        types = (event.type, following.type if following else "")
        if not (types == _OPENED or _INSPECTED.issuperset(types)):
            return event
    return None


def _parcel(held: HeldReturn, event: EventRow) -> ParcelRow | None:
    wanted = event.attributes.get("parcel_id")
    return next((parcel for parcel in held.parcels if wanted and parcel.id == wanted), None)


def _disposals(held: HeldReturn) -> tuple[Disposal, ...]:
    decided = Counter(
        (unit.line_id, Disposition.MISSING if found is Inspection.MISSING else Disposition(unit.disposition))
        for unit in held.units
        if (found := Inspection(unit.inspection)) in INSPECTED
        and (unit.disposition or found is Inspection.MISSING)
    )
    return tuple(Disposal(line, n, disposition) for (line, disposition), n in decided.items())
