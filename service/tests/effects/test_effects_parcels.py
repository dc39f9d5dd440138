"""Parcels on their way: each is late by itself, one that is lost is told of, money that the first scan moves, and what
comes after its return expired."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sendback_sdk import OrderLine, Payment
from sendback_service import another_parcel, arrivals, decisions, settlements, tracking
from sendback_service.call import Call
from sendback_service.held import HeldReturn, hold
from sendback_service.reception import Contents, Finding, ReceivedParcel, inspect, receive
from sendback_service.refusal import Refusal
from sendback_service.rules.policy import Policy, SettlementMoment
from sendback_service.rules.states import Inspection, Transit
from sendback_service.store import Database
from sendback_service.store.documents import address_document, order_document, policy_document
from sendback_service.store.tables import (
    EventRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    PolicyRow,
    ReturnRow,
    SettlementRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Transaction
from sqlmodel import col, func, select

from service.tests.effects.parties import Bank, FindingPost
from service.tests.effects.world import BUYER, MERCHANT, ORDER, RETURN, STAFF, Stage, ask_for_label

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
LATE = 14 * DAY


def sent(stage: Stage, *seen: Transit, settlement: SettlementMoment = SettlementMoment.INSPECTION) -> None:
    """A return of two shirts with a label for each parcel, of which this is what was seen last."""

    def unpack(tx: Transaction) -> None:
        policy = Policy(settlement=settlement)
        tx.session.add(PolicyRow(merchant_id=MERCHANT, version=0, document=policy_document(policy)))
        held = hold(tx, MERCHANT, RETURN)
        held.row.ship_from = address_document(BUYER)
        for unit in held.units:
            unit.inspection = "EXPECTED"
        ask_for_label(tx)

    stage.carriers, stage.platforms = {"post": FindingPost()}, {"bank": Bank()}
    stage.database.transact(unpack, STAFF)
    for _ in seen[1:]:
        verb(stage, another_parcel.for_staff)
    for number, state in enumerate(seen):
        see(stage, state, number)


def verb(stage: Stage, change: Callable[[HeldReturn], object]) -> None:
    stage.clock.turn(timedelta(seconds=1))
    stage.database.transact(lambda tx: change(hold(tx, MERCHANT, RETURN)), STAFF)
    stage.run()


def see(stage: Stage, state: Transit, number: int = 0) -> None:
    def report(held: HeldReturn) -> None:
        parcel = sorted(held.parcels, key=lambda p: p.create_time)[number]
        tracking.report(held.tx, parcel, state, held.tx.now)

    verb(stage, report)


def pass_(stage: Stage, time: timedelta) -> None:
    stage.run(until=time, step=DAY)


def work(database: Database) -> list[str]:
    """What staff must see to now."""
    query = select(WorkItemRow.kind).where(col(WorkItemRow.done_time).is_(None)).order_by(WorkItemRow.kind)
    return database.look(lambda tx: list(tx.session.exec(query)))


def test_a_lost_parcel_is_told_of_until_it_turns_up(stage: Stage) -> None:
    sent(stage, Transit.HANDED_OVER)
    pass_(stage, LATE + DAY)
    assert work(stage.database) == ["parcel.late"]
    see(stage, Transit.LOST)
    assert work(stage.database) == ["parcel.lost"]
    see(stage, Transit.DELIVERED)
    assert work(stage.database) == []


def test_a_lost_parcel_is_no_work_once_staff_said_what_became_of_the_goods(stage: Stage) -> None:
    sent(stage, Transit.LOST)
    missing = Contents(tuple(Finding("line_1", unit, Inspection.MISSING) for unit in (0, 1)))
    verb(stage, lambda held: inspect(held, missing))
    assert work(stage.database) == []


def test_no_parcel_is_lost_to_a_return_of_which_everything_was_looked_at(stage: Stage) -> None:
    sent(stage, Transit.HANDED_OVER)
    missing = Contents(tuple(Finding("line_1", unit, Inspection.MISSING) for unit in (0, 1)))
    verb(stage, lambda held: inspect(held, missing))
    see(stage, Transit.LOST)
    assert work(stage.database) == []


def test_a_second_parcel_puts_off_nothing_that_is_due_of_the_first(stage: Stage) -> None:
    sent(stage, Transit.DELIVERED, Transit.HANDED_OVER)
    pass_(stage, 4 * DAY)
    see(stage, Transit.DELIVERED, 1)
    pass_(stage, 2 * DAY)
    assert work(stage.database) == ["inspection.due"]
    pass_(stage, 9 * DAY)
    assert work(stage.database) == ["inspection.due", "refund.due"]


def test_one_parcel_s_arrival_leaves_the_other_late(stage: Stage) -> None:
    sent(stage, Transit.HANDED_OVER, Transit.HANDED_OVER)
    see(stage, Transit.DELIVERED)
    pass_(stage, LATE + DAY)
    assert "parcel.late" in work(stage.database)
    see(stage, Transit.DELIVERED, 1)
    assert "parcel.late" not in work(stage.database)


def test_a_second_parcel_is_late_after_days_of_its_own(stage: Stage) -> None:
    sent(stage, Transit.HANDED_OVER, Transit.NOT_SCANNED)
    pass_(stage, 10 * DAY)
    see(stage, Transit.HANDED_OVER, 1)
    see(stage, Transit.DELIVERED)
    pass_(stage, 10 * DAY)
    assert "parcel.late" not in work(stage.database)
    pass_(stage, 5 * DAY)
    assert "parcel.late" in work(stage.database)


def test_what_is_told_on_the_way_puts_nothing_off(stage: Stage) -> None:
    sent(stage, Transit.HANDED_OVER)
    for state in (Transit.IN_TRANSIT, Transit.EXCEPTION, Transit.IN_TRANSIT):
        pass_(stage, 4 * DAY)
        see(stage, state)
    pass_(stage, 3 * DAY)
    assert work(stage.database) == ["parcel.late"]


def test_nobody_waits_for_a_parcel_once_every_unit_was_looked_at(stage: Stage) -> None:
    sent(stage, Transit.HANDED_OVER, settlement=SettlementMoment.FIRST_SCAN)
    missing = Contents(tuple(Finding("line_1", unit, Inspection.MISSING) for unit in (0, 1)))
    verb(stage, lambda held: inspect(held, missing))
    pass_(stage, LATE + DAY)
    assert "parcel.late" not in work(stage.database)


@pytest.mark.parametrize(
    ("seen", "paid"),
    [
        ([Transit.EXCEPTION], False),
        ([Transit.EXCEPTION, Transit.LOST], True),
        ([Transit.EXCEPTION, Transit.IN_TRANSIT], True),
        ([Transit.LOST], True),
    ],
    ids=lambda seen: " ".join(seen) if isinstance(seen, list) else "",
)
def test_money_due_at_the_first_scan_is_due_of_whatever_the_carrier_had(
    stage: Stage, seen: list[Transit], paid: bool
) -> None:
    sent(stage, settlement=SettlementMoment.FIRST_SCAN)
    for state in seen:
        see(stage, state)
    states = stage.database.look(lambda tx: list(tx.session.exec(select(SettlementRow.state))))
    assert states == (["SETTLED"] if paid else [])


def test_what_was_paid_and_is_sent_late_after_all_was_not_never_sent(stage: Stage) -> None:
    sent(stage, Transit.NOT_SCANNED, settlement=SettlementMoment.ON_REQUEST)
    verb(stage, settlements.settle)
    verb(stage, lambda held: held.tx.set_deadline(MERCHANT, "return.unused", RETURN, held.tx.now))
    assert work(stage.database) == ["return.unused"]
    see(stage, Transit.HANDED_OVER)
    assert work(stage.database) == []


def came(database: Database) -> list[tuple[str, str]]:
    """The parcels of the linked return: number and whereabouts."""

    def read(tx: Transaction) -> list[tuple[str, str]]:
        linked = tx.session.exec(select(ReturnRow.id).where(ReturnRow.linked_return_id == RETURN)).one()
        rows = tx.session.exec(select(ParcelRow).where(ParcelRow.return_id == linked))
        return sorted((row.tracking_number, row.transit) for row in rows)

    return database.look(read)


def expired(stage: Stage, *seen: Transit) -> list[str]:
    """The ids of its parcels, whose labels are void by now."""
    sent(stage, *seen)
    verb(stage, decisions.expire)
    return stage.database.look(lambda tx: sorted(parcel.id for parcel in hold(tx, MERCHANT, RETURN).parcels))


def test_every_parcel_that_comes_after_expiry_is_one_of_the_linked_return(stage: Stage) -> None:
    for id in 2 * expired(stage, Transit.NOT_SCANNED, Transit.NOT_SCANNED):
        verb(stage, lambda held, id=id: receive(held, ReceivedParcel(parcel_id=id)))
    assert came(stage.database) == [("post-1", "DELIVERED"), ("post-2", "DELIVERED")]
    assert work(stage.database) == []


def test_who_has_several_parcels_says_which_came_after_expiry(stage: Stage) -> None:
    expired(stage, Transit.NOT_SCANNED, Transit.NOT_SCANNED)
    with pytest.raises(Refusal, match="parcel_id"):
        verb(stage, lambda held: receive(held, ReceivedParcel()))


def test_an_arrival_that_is_assigned_after_expiry_keeps_its_number(stage: Stage) -> None:
    expired(stage, Transit.NOT_SCANNED)
    call = Call("sendback.v1.ReturnsService/AssignArrival", MERCHANT, "somebody")

    def recorded(tx: Transaction) -> str:
        return arrivals._record(tx, call, "FOREIGN-1", "", ()).id

    arrival = stage.database.transact(recorded, STAFF)
    stage.database.transact(lambda tx: arrivals._assign(tx, call, arrival, RETURN), STAFF)
    assert came(stage.database) == [("FOREIGN-1", "DELIVERED")]
    with pytest.raises(Refusal, match="tracking_number"):
        stage.database.transact(recorded, STAFF)


def test_a_parcel_delivered_after_expiry_is_told_of_once(stage: Stage) -> None:
    expired(stage, Transit.NOT_SCANNED)
    see(stage, Transit.DELIVERED)
    assert stage.postman.occasions.count("received") == 1
    assert came(stage.database) == [("post-1", "DELIVERED")]


def test_what_comes_once_the_linked_return_is_over_is_for_staff(stage: Stage) -> None:
    first, second = expired(stage, Transit.NOT_SCANNED, Transit.NOT_SCANNED)
    verb(stage, lambda held: receive(held, ReceivedParcel(parcel_id=first)))

    def end(tx: Transaction) -> None:
        (linked,) = tx.session.exec(select(ReturnRow).where(ReturnRow.linked_return_id == RETURN))
        linked.decision = "CLOSED"
        tx.session.add(linked)

    stage.database.transact(end, STAFF)
    verb(stage, lambda held: receive(held, ReceivedParcel(parcel_id=second)))
    assert work(stage.database) == ["parcel.after_expiry"]
    started = select(func.count()).where(col(EventRow.type) == "reception.started")
    verb(stage, lambda held: receive(held, ReceivedParcel(parcel_id=first)))
    assert stage.database.look(lambda tx: tx.session.exec(started).one()) == 1


def test_what_the_shop_paid_back_after_expiry_is_not_paid_once_more(stage: Stage) -> None:
    """It took one of the two shirts off the order. Whose the other one in the parcel is, people say."""
    expired(stage, Transit.NOT_SCANNED)
    taken_off = OrderLine("line_1", "A shirt", 1, 2500)
    changed = replace(ORDER, lines=(taken_off,), payments=(Payment("payment_1", 5000, 2500),))

    def change(tx: Transaction) -> None:
        tx.session.get_one(OrderRow, (MERCHANT, ORDER.id)).version = 2
        document = order_document(changed)
        tx.session.add(OrderVersionRow(merchant_id=MERCHANT, order_id=ORDER.id, version=2, document=document))

    stage.database.transact(change, STAFF)
    see(stage, Transit.DELIVERED)
    assert work(stage.database) == ["parcel.after_expiry"]
    assert len(stage.database.look(lambda tx: tx.session.exec(select(ReturnRow)).all())) == 1


@pytest.mark.parametrize("came", [True, False])
def test_a_parcel_that_was_received_is_not_kept_as_one_without_a_return(stage: Stage, came: bool) -> None:
    """Scanned once more after its return is closed. One that staff took for missing is another matter."""
    sent(stage, Transit.DELIVERED)
    if came:
        verb(stage, lambda held: receive(held, ReceivedParcel()))
    missing = Contents(tuple(Finding("line_1", unit, Inspection.MISSING) for unit in (0, 1)))
    verb(stage, lambda held: inspect(held, missing))
    call = Call("sendback.v1.ReturnsService/RecordArrival", MERCHANT, "somebody")

    def record(tx: Transaction) -> None:
        assert hold(tx, MERCHANT, RETURN).decision == "CLOSED"
        arrivals._record(tx, call, "post-1", "", ())

    if came:
        with pytest.raises(Refusal, match="tracking_number"):
            stage.database.transact(record, STAFF)
    else:
        stage.database.transact(record, STAFF)
    assert work(stage.database) == ([] if came else ["parcel.unknown"])
