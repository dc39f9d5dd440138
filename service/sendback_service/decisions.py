"""Deciding about returns: approve, decline, cancel, expire, close."""

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import col, select

from sendback_service.anonymisation import DEADLINE as ERASE_DEADLINE
from sendback_service.held import OPEN_LABELS, HeldReturn, forbidden
from sendback_service.ids import new_id
from sendback_service.messages import Occasion, request
from sendback_service.new_return import LABEL_LANE, label_request
from sendback_service.refusal import Reason, refuse
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.states import (
    INSPECTED,
    Decision,
    Inspection,
    LabelState,
    SettlementState,
)
from sendback_service.store.documents import address_from, warehouse_from
from sendback_service.store.tables import OrderRow, ParcelRow, SettlementRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Transaction

# What a return that ended waits for no more.
DEADLINES = (
    "return.unused",
    "return.reminder",
    "settlement.due",
    "inspection.due",
    "refund.due",
)
_OPEN_MONEY = (SettlementState.SUBMITTED, SettlementState.UNKNOWN)


def approve(held: HeldReturn) -> None:
    """Staff agree: the label is asked for, or the buyer gets instructions. From now on the buyer has time to send."""
    held.decide(Decision.APPROVED)
    held.finish_work("return.review")
    held.changed()
    offer = LabelOfferKind(held.row.label_offer)
    labelled = offer is not LabelOfferKind.INSTRUCTIONS
    letter = [] if labelled else request(held.tx, held.row.merchant_id, held.row.id, Occasion.INSTRUCTIONS)
    held.tx.record(held.row.merchant_id, "return.approved", held.subject, {"label_offer": offer}, letter)
    add_parcel(held, labelled=labelled)
    policy = held.policy()
    if days := policy.unused_label_days:
        due = held.tx.now + timedelta(days=days)
        held.tx.set_deadline(held.row.merchant_id, "return.unused", held.row.id, due)
    if policy.settlement_moment(held.row.outcome) is SettlementMoment.ON_REQUEST:
        held.tx.set_deadline(held.row.merchant_id, "settlement.due", held.row.id, held.tx.now)


def decline(held: HeldReturn, note: str) -> None:
    held.decide(Decision.DECLINED)
    held.row.decline_note = note
    held.release_units()
    held.finish_work("return.review")
    held.changed()
    _end(held, "return.declined", Occasion.DECLINED)


def cancel(held: HeldReturn) -> None:
    """Only until the parcel is handed over, and only while no money moved."""
    if held.scanned or any(unit.inspection != Inspection.EXPECTED for unit in held.units):
        raise forbidden(held.decision, "CANCELLED after the parcel was handed over")
    refuse_open_money(held, settled_too=True)
    held.decide(Decision.CANCELLED)
    held.release_units()
    held.finish_work("return.review")
    held.changed()
    _end(held, "return.cancelled", Occasion.CANCELLED)


def expire(held: HeldReturn) -> None:
    """Nobody sent anything in time. Only without a scan."""
    held.decide(Decision.EXPIRED)
    held.release_units()
    held.changed()
    _end(held, "return.expired", Occasion.EXPIRED)


def close(held: HeldReturn) -> None:
    """Only when every unit was looked at and settled, be it with nothing, and no money is open."""
    if any(Inspection(unit.inspection) not in INSPECTED for unit in held.units):
        raise forbidden(held.decision, "CLOSED while units were not inspected")
    refuse_open_money(held, settled_too=False)
    if any(not unit.settlement_id for unit in held.units):
        raise forbidden(held.decision, "CLOSED while units are neither paid nor waived")
    held.decide(Decision.CLOSED)
    held.changed()
    held.tx.record(held.row.merchant_id, "return.closed", held.subject)
    _tidy(held)


def close_if_done(held: HeldReturn) -> None:
    """Every unit looked at and paid for, and no money open."""
    done = all(Inspection(unit.inspection) in INSPECTED and unit.settlement_id for unit in held.units)
    if done and held.decision is Decision.APPROVED and not settlements(held, _OPEN_MONEY):
        close(held)


def add_parcel(held: HeldReturn, *, labelled: bool) -> None:
    parcel = new_parcel(held, _label_request(held) if labelled else {})
    if labelled:
        intent = Intent("buy_label", parcel.id, LABEL_LANE)
        held.tx.record(
            held.row.merchant_id, "label.requested", held.subject, {"parcel_id": parcel.id}, [intent]
        )


def new_parcel(held: HeldReturn, request: dict[str, object]) -> ParcelRow:
    """One more of the return's: with a label to be bought as the request says, without one where it says nothing."""
    now = micros(held.tx.now)
    parcel = ParcelRow(
        merchant_id=held.row.merchant_id,
        id=new_id("par", held.tx.now),
        return_id=held.row.id,
        return_reference=held.row.reference,
        label=LabelState.REQUESTED if request else LabelState.NOT_NEEDED,
        format=held.row.format,
        paper=held.row.paper,
        request=request,
        create_time=now,
        update_time=now,
    )
    held.tx.session.add(parcel)
    held.parcels.append(parcel)
    return parcel


def refuse_open_money(held: HeldReturn, *, settled_too: bool) -> None:
    states = (*_OPEN_MONEY, SettlementState.SETTLED) if settled_too else _OPEN_MONEY
    found = settlements(held, states)
    if found:
        raise refuse(Reason.MONEY_OPEN, settlement=found[0].id, state=found[0].state)


def settlements(held: HeldReturn, states: tuple[SettlementState, ...]) -> list[SettlementRow]:
    query = select(SettlementRow).where(
        SettlementRow.merchant_id == held.row.merchant_id,
        SettlementRow.return_id == held.row.id,
        col(SettlementRow.state).in_(states),
    )
    return list(held.tx.session.exec(query))


def void_labels(held: HeldReturn) -> list[Intent]:
    """Labels wanted, bought or in doubt are to be voided; the worker knows which of them there are."""
    return void(held.tx, [parcel for parcel in held.parcels if parcel.label in OPEN_LABELS])


def void(tx: Transaction, parcels: Iterable[ParcelRow]) -> list[Intent]:
    intents = []
    for parcel in parcels:
        parcel.label = LabelState.VOID_PENDING
        parcel.update_time = micros(tx.now)
        tx.session.add(parcel)
        intents.append(Intent("void_label", parcel.id, LABEL_LANE))
    return intents


def _end(held: HeldReturn, type: str, occasion: Occasion) -> None:
    intents = void_labels(held) + request(held.tx, held.row.merchant_id, held.row.id, occasion)
    held.tx.record(held.row.merchant_id, type, held.subject, intents=intents)
    _tidy(held)


def _tidy(held: HeldReturn) -> None:
    """Nothing is due of a return that has ended, but to follow an order whose buyer was erased."""
    for kind in DEADLINES:
        held.tx.drop_deadline(held.row.merchant_id, kind, held.row.id)
    for parcel in held.parcels:
        held.tx.drop_deadline(held.row.merchant_id, "parcel.late", parcel.id)
    order = held.tx.session.get(OrderRow, (held.row.merchant_id, held.row.order_id))
    if order is not None and order.erase_time is not None:
        held.tx.set_deadline(held.row.merchant_id, ERASE_DEADLINE, held.row.id, held.tx.now)


def _label_request(held: HeldReturn) -> dict[str, object]:
    recipient = warehouse_from(held.row.warehouse).address
    lines = [unit.line_id for unit in held.units]
    return label_request(
        held.order(), lines, address_from(held.row.ship_from), recipient, held.row.estimated_minor
    )
