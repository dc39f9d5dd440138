"""Events told outside: each once for each receiver, again for days, and nobody waits for somebody else's receiver."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sendback_sdk import Declined, Event, OutcomeUnknown, Receipt, TryLater
from sendback_service.effects import sorting
from sendback_service.effects.sorting import KEPT, Sorting
from sendback_service.endpoints import DISABLED, feed_end, give_up
from sendback_service.store import Database
from sendback_service.store.tables import DeliveryRow, EndpointRow, EventRow, ReceiverRow, WorkItemRow
from sendback_service.store.transaction import Subject, Transaction
from sqlmodel import select

from service.tests.effects.world import MERCHANT, RETURN, STAFF, HandClock, Stage

DAYS = timedelta(days=5)


class Receiver:
    """Does what its script says, then the last line again; counts what it was told by id."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines) or ["ok"]
        self.told: list[Event] = []
        self.calls: Counter[str] = Counter()

    def tell(self, event: Event) -> Receipt:
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        self.calls[event.id] += 1
        if line == "later":
            raise TryLater("503", after=30)
        if line == "gone":
            raise Declined("410")
        if line == "lost":
            self.told.append(event)
            raise OutcomeUnknown("cut")
        if line.startswith("not ") and event.type == line.removeprefix("not "):
            raise TryLater("500")
        self.told.append(event)
        return Receipt(event.id)

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.told]


def endpoint(stage: Stage, name: str, receiver: Receiver, *types: str) -> Receiver:
    """One of the merchant's that is told what comes from now on."""
    stage.run()
    stage.tellers[name] = receiver

    def add(tx: Transaction) -> None:
        row = EndpointRow(merchant_id=MERCHANT, id=name, uri="https://shop.example", secrets="x")
        row.types = {"types": list(types)}
        tx.session.add_all([row, ReceiverRow(merchant_id=MERCHANT, endpoint=name, position=feed_end(tx))])

    stage.database.transact(add, STAFF)
    return receiver


def happens(stage: Stage, *types: str) -> None:
    for type in types:
        stage.database.transact(lambda tx, type=type: _record(tx, type), STAFF)  # type: ignore[misc]


def _record(tx: Transaction, type: str) -> None:
    tx.record(MERCHANT, type, Subject("return", RETURN), {"about": "it"})


def states(database: Database) -> Counter[str]:
    return Counter(database.look(lambda tx: list(tx.session.exec(select(DeliveryRow.state)))))


def work(database: Database) -> list[str]:
    return database.look(lambda tx: list(tx.session.exec(select(WorkItemRow.kind))))


def test_every_event_is_told_once_in_order_to_whoever_wants_it(stage: Stage) -> None:
    happens(stage, "return.requested")
    everything = endpoint(stage, "whe_1", Receiver())
    labels = endpoint(stage, "whe_2", Receiver(), "label.*", "return.closed")
    happens(stage, "return.approved", "label.purchased", "label.voided", "return.closed")
    stage.run(until=timedelta(minutes=1))
    assert everything.types == ["return.approved", "label.purchased", "label.voided", "return.closed"]
    assert labels.types == ["label.purchased", "label.voided", "return.closed"]
    assert everything.told[0].attributes == {"about": "it"}
    assert states(stage.database) == {"DELIVERED": 7}


@pytest.mark.parametrize("line", ["later", "lost"])
def test_a_failure_is_tried_again_under_the_same_id(stage: Stage, line: str) -> None:
    receiver = endpoint(stage, "whe_1", Receiver(line, line, "ok"))
    happens(stage, "return.approved")
    stage.run(until=timedelta(hours=1))
    assert list(receiver.calls.values()) == [3]
    assert states(stage.database) == {"DELIVERED": 1}


def test_after_days_it_is_given_up_and_staff_are_told(stage: Stage) -> None:
    receiver = endpoint(stage, "whe_1", Receiver("later"))
    happens(stage, "return.approved")
    stage.run(until=DAYS)
    assert list(receiver.calls.values()) == [10]
    assert states(stage.database) == {"DEAD": 1}
    assert work(stage.database) == ["webhook.dead"]
    types = stage.database.look(lambda tx: list(tx.session.exec(select(EventRow.type))))
    assert types.count("webhook.dead") == 1


def test_a_poisonous_event_holds_up_none_behind_it(stage: Stage) -> None:
    receiver = endpoint(stage, "whe_1", Receiver("not return.approved"))
    happens(stage, "return.approved", "return.closed", "label.voided")
    stage.run(until=timedelta(minutes=10))
    assert receiver.types == ["return.closed", "label.voided"]
    assert states(stage.database) == {"DELIVERED": 2, "PENDING": 1}


def test_a_receiver_that_fails_is_left_alone_for_a_while_whatever_waits(stage: Stage) -> None:
    receiver = endpoint(stage, "whe_1", Receiver("later"))
    happens(stage, *["return.approved"] * 30)
    stage.run(until=timedelta(hours=1))
    assert sum(receiver.calls.values()) < 20
    stage.run(until=DAYS, step=timedelta(hours=6))
    assert states(stage.database) == {"DEAD": 30}


def test_one_that_is_gone_is_disabled_and_told_nothing_more(stage: Stage) -> None:
    receiver = endpoint(stage, "whe_1", Receiver("ok", "gone"))
    other = endpoint(stage, "whe_2", Receiver())
    happens(stage, "return.approved", "return.closed", "label.voided")
    stage.run(until=timedelta(hours=1))
    happens(stage, "label.expired")
    stage.run(until=timedelta(hours=1))
    assert sum(receiver.calls.values()) == 2
    assert len(other.told) == 4
    assert states(stage.database) == {"DELIVERED": 5, "DEAD": 2}
    assert "webhook.disabled" in work(stage.database)


@pytest.mark.parametrize("moment", range(1, 14))
def test_a_worker_that_dies_at_any_moment_forgets_nothing(stage: Stage, moment: int) -> None:
    receiver = endpoint(stage, "whe_1", Receiver())
    happens(stage, "return.approved", "return.closed")
    stage.die_at = stage.moments + moment
    stage.run(until=timedelta(hours=3))
    assert set(receiver.types) == {"return.approved", "return.closed"}
    assert states(stage.database) == {"DELIVERED": 2}
    assert all(calls <= 2 for calls in receiver.calls.values())


def test_two_workers_sort_and_begin_the_same_once(stage: Stage) -> None:
    receiver = endpoint(stage, "whe_1", Receiver())
    happens(stage, "return.approved")
    stage._relay.turn()
    for _ in range(2):
        Sorting(stage.database, ()).turn()
        stage._deliveries.turn()
    stage.run()
    assert list(receiver.calls.values()) == [1]


def test_a_turn_that_waited_too_long_in_a_full_lane_still_delivers(stage: Stage, clock: HandClock) -> None:
    """Meanwhile it was begun anew, again and again; of all of them one delivers."""
    receiver = endpoint(stage, "whe_1", Receiver())
    happens(stage, "return.approved")
    stage._relay.turn()
    stage._sorting.turn()
    for _ in range(3):
        assert stage._deliveries.turn() == 1
        assert stage._deliveries.turn() == 0
        clock.turn(timedelta(minutes=61))
    stage._work()
    assert receiver.types == ["return.approved"]
    stage.run(until=timedelta(hours=1))
    happens(stage, "return.closed")
    stage.run(until=timedelta(hours=1))
    assert list(receiver.calls.values()) == [1, 1]


def test_what_is_over_is_forgotten_after_a_month(stage: Stage, clock: HandClock) -> None:
    endpoint(stage, "whe_1", Receiver())
    happens(stage, "return.approved")
    stage.run()
    sorting = Sorting(stage.database, ())
    assert sorting.forget() == 0
    clock.turn(KEPT + timedelta(minutes=1))
    assert sorting.forget() == 1
    assert states(stage.database) == {}


def test_what_waits_for_one_that_is_disabled_is_over(stage: Stage) -> None:
    """As a worker left it that sorted while the endpoint was disabled."""
    receiver = endpoint(stage, "whe_1", Receiver())
    happens(stage, "return.approved")
    stage._relay.turn()
    stage._sorting.turn()
    stage.database.transact(_disable, STAFF)
    stage.run(until=timedelta(hours=3))
    assert (receiver.told, states(stage.database)) == ([], {"DEAD": 1})
    assert stage.database.look(lambda tx: tx.session.exec(select(ReceiverRow.turn)).one()) == 1


def _disable(tx: Transaction) -> None:
    row = tx.session.get_one(EndpointRow, (MERCHANT, "whe_1"), with_for_update=True)
    row.state = DISABLED
    tx.session.add(row)


def _delete(tx: Transaction) -> None:
    tx.session.delete(tx.session.get_one(EndpointRow, (MERCHANT, "whe_1"), with_for_update=True))
    tx.session.delete(tx.session.get_one(ReceiverRow, (MERCHANT, "whe_1"), with_for_update=True))


@pytest.mark.parametrize("end", [_disable, _delete])
def test_nothing_is_left_for_one_that_ends_while_events_are_sorted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, end: Callable[[Transaction], None]
) -> None:
    """Whoever ends it waits for what is being sorted, as on SQLite everybody waits for whoever writes."""

    def ended(tx: Transaction) -> None:
        end(tx)
        tx.session.flush()
        give_up(tx, MERCHANT, "whe_1", "it is over")

    ending = Thread(target=lambda: stage.database.transact(ended, STAFF))
    sorted_out = sorting._delivery

    def slowly(*parts: Any) -> DeliveryRow:
        ending.start()
        ending.join(0.5)
        return sorted_out(*parts)

    endpoint(stage, "whe_1", Receiver())
    happens(stage, "return.approved")
    stage._relay.turn()
    monkeypatch.setattr(sorting, "_delivery", slowly)
    stage._sorting.turn()
    ending.join(10)
    assert states(stage.database) == {"DEAD": 1}
