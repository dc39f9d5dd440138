"""A stage on which workflows run one by one and can be killed at any moment, and rows to begin with.

Everything made outside is counted there, by `parties`, never in our own books.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sendback_sdk import (
    Address,
    Carrier,
    Channel,
    Message,
    Order,
    OrderLine,
    Payment,
    Platform,
    Plugin,
)
from sendback_service import settlements
from sendback_service.effects import (
    forgetting,
    labels,
    letters,
    mirroring,
    polling,
    reconciling,
    refund_comparison,
    sorting,
    synchronising,
    telling,
    transfers,
    voiding,
)
from sendback_service.effects.backoff import unless_down
from sendback_service.effects.engine import QueuedIntent
from sendback_service.effects.relay import Relay
from sendback_service.effects.sweep import Sweep
from sendback_service.effects.tellers import Teller
from sendback_service.held import hold
from sendback_service.host import AccountBroken, AccountMissing
from sendback_service.message_settings import Channels
from sendback_service.records import WarehouseRecord
from sendback_service.routing import CANNOT_BE_USED, Candidate
from sendback_service.store import Database, opened
from sendback_service.store.documents import address_document, order_document, warehouse_document
from sendback_service.store.schema import OLDEST
from sendback_service.store.tables import (
    DeadlineRow,
    DeliveryRow,
    InstallationRow,
    MerchantRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    ReceiverRow,
    ReturnRow,
    SQLModel,
    TrackingRow,
    UnitRow,
)
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Author, Intent, Subject, Transaction
from sqlmodel import func, select, true

from service.tests.effects.parties import Postman

P = TypeVar("P")

MERCHANT = "mer_1"
RETURN = "ret_1"
PARCEL = "par_1"
STAFF = Author("rpc", "somebody")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PACE = synchronising.Pace(timedelta(minutes=1), timedelta(days=60))


class Killed(BaseException):
    """kill -9: nothing is said, nothing is tidied up."""


class HandClock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


class Boards:
    """A database that is played on again and again. One of its own for every play would cost more than the play, since
    each learns its statements anew."""

    def __init__(self, url: str) -> None:
        self.clock = HandClock()
        self.database = opened(url, self.clock)

    def cleared(self) -> tuple[Database, HandClock]:
        """With nothing in it, at the time of the start."""
        self.clock.now = START
        self.database.transact(_clear, STAFF)
        return self.database, self.clock


def _clear(tx: Transaction) -> None:
    """All but what the migrations wrote."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        mine = InstallationRow.name != OLDEST if table.name == "installation" else true()
        tx.session.connection().execute(table.delete().where(mine))


class Mortal:
    """The database as a process sees it that may be killed before and after each of its transactions, or lose its
    connection then."""

    def __init__(self, database: Database, moment: Callable[[], None]) -> None:
        self._database = database
        self._moment = moment

    def transact(self, work: Callable[[Transaction], Any], author: Author) -> Any:
        self._moment()
        answer = self._database.transact(work, author)
        self._moment()
        return answer

    def look(self, work: Callable[[Transaction], Any]) -> Any:
        return self._database.look(work)


class Stage:
    """Relay, sweep and workflows, run one by one: what the engine does, without waiting for it. A workflow that was
    killed is run again, from the beginning."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database = database
        self.clock = clock
        self.carriers: dict[str, Carrier] = {}
        self.platforms: dict[str, Platform] = {}
        self.postman = Postman()
        self.channels: dict[str, Channel] = {}
        self.forgetters: dict[str, Plugin] = {}
        self.away: set[str] = set()
        self.unloaded: set[str] = set()
        self.tellers: dict[str, Teller] = {}
        self.books: dict[str, str] = {}
        self.listed: dict[str, str] = {}
        self.die_at = 0
        self.cut_off_at = 0
        self.moments = 0
        self.deaths = 0
        self._queue: deque[tuple[str, Intent]] = deque()
        self._started: set[str] = set()
        mortal: Any = Mortal(database, self._moment)
        self._relay = Relay(mortal, self._start_all)
        self._sweep = Sweep(mortal, self._start)
        self._due = polling.Due(mortal, self._start)
        self._sorting = sorting.Sorting(mortal, ())
        self._deliveries = telling.DueDeliveries(mortal, self._start)
        self._following = mirroring.Following(mortal, lambda: self.books)
        self._watching = synchronising.Watching(mortal, lambda: self.listed, PACE)
        self._handlers = self._workflows(mortal)

    def run(self, *, until: timedelta = timedelta(), step: timedelta | None = None) -> "Stage":
        """Works until nothing is left to do, then turns the clock to the next deadline, and so on; or by `step` each
        time, whatever comes due together."""
        end = self.clock.now + until
        while True:
            self._settle()
            if self.clock.now >= end:
                return self
            self.clock.turn(min(step or self.database.look(_rest), end - self.clock.now))

    def _settle(self) -> None:
        busy = 1
        while busy:
            busy = sum(
                self._survive(turn)
                for turn in (
                    self._relay.turn,
                    self._following.turn,
                    self._watching.turn,
                    self._sweep.turn,
                    self._due.turn,
                    self._sorting.turn,
                    self._deliveries.turn,
                    self._work,
                )
            )

    def _survive(self, turn: Callable[[], int]) -> int:
        try:
            return turn()
        except Killed:
            self.deaths += 1
        except ConnectionError:
            pass
        return 1

    def _work(self) -> int:
        if not self._queue:
            return 0
        merchant_id, intent = self._queue[0]
        unless_down(self._handlers[intent.workflow], merchant_id, intent.subject_id, intent.round)
        self._queue.popleft()
        return 1

    def _start_all(self, wanted: Sequence[QueuedIntent]) -> None:
        for one in wanted:
            self._start(one.merchant_id, one.intent, one.origin)

    def _start(self, merchant_id: str, intent: Intent, origin: str) -> None:
        id = f"{intent.workflow}:{intent.subject_id}:{intent.round}:{origin}"
        if id not in self._started:
            self._started.add(id)
            self._queue.append((merchant_id, intent))

    def _moment(self) -> None:
        self.moments += 1
        if self.moments == self.die_at:
            raise Killed
        if self.moments == self.cut_off_at:
            raise ConnectionError("the server closed the connection unexpectedly")

    def _carrier(self, name: str) -> Carrier:
        if name not in self.carriers:
            raise AccountMissing(f"no account {name!r} in the configuration")
        return self._there(name, self.carriers[name])

    def _there(self, name: str, party: P) -> P:
        """Unless this worker lacks it."""
        if name in self.away | self.unloaded:
            raise AccountBroken(f"account {name!r}: its package does not load")
        return party

    def _platform(self, name: str) -> Platform:
        return self._there(name, self.platforms[name])

    def _forgetter(self, name: str) -> Plugin:
        if name not in {*self.forgetters, *self.unloaded}:
            raise AccountMissing(f"account {name!r} is not there")
        return self._there(name, self.forgetters.get(name, self.postman))

    def _kinds(self, _merchant_id: str) -> dict[str, type[Plugin] | None]:
        known = {name: type(made) for name, made in {**self.channels, **self.forgetters}.items()}
        return {**known, **dict.fromkeys(self.unloaded)}

    def _workflows(self, database: Any) -> dict[str, Callable[[str, str, int], None]]:
        buying = labels.Buying(
            database,
            self._carrier,
            lambda _: tuple(_candidate(name, self.away) for name in self.carriers),
            lambda _: False,
        )

        def compose(_tx: Transaction, row: Any) -> Message:
            return Message(row.id, row.occasion, "buyer@example.org", "fr", "subject", "text")

        return {
            "buy_label": buying.buy_label,
            "reconcile_label": reconciling.Reconciling(buying).reconcile_label,
            "void_label": voiding.Voiding(buying).void_label,
            "track": polling.Polling(database, self._carrier).track,
            "pay": transfers.Paying(database, self._platform, "bank").pay,
            "send": letters.Sending(
                database,
                lambda name: self._there(name, self.channels.get(name, self.postman)),
                Channels("postman", ("pigeon",)),
                compose,
            ).send,
            "forget": forgetting.Forgetting(
                database,
                self._kinds,
                self._forgetter,
            ).forget,
            "tell": telling.Telling(database, lambda _, endpoint: self.tellers[endpoint]).tell,
            "mirror": mirroring.Mirroring(database, self._platform).mirror,
            "compare": refund_comparison.Comparing(database, self._platform).compare,
            "synchronise": synchronising.Synchronising(database, self._platform, PACE).synchronise,
        }


def _candidate(name: str, away: set[str]) -> Candidate:
    return Candidate(name, CANNOT_BE_USED, away=True) if name in away else Candidate(name)


def _rest(tx: Transaction) -> timedelta:
    """How long there is nothing to do."""
    firsts = [tx.session.exec(select(func.min(row.due_time))).one() for row in (DeadlineRow, TrackingRow)]
    pending = select(DeliveryRow.due_time, ReceiverRow.wait_time).where(
        DeliveryRow.state == "PENDING",
        DeliveryRow.owner == ReceiverRow.merchant_id,
        DeliveryRow.endpoint == ReceiverRow.endpoint,
    )
    firsts += [max(due, waits) for due, waits in tx.session.exec(pending)]
    return min((moment(due) - tx.now for due in firsts if due is not None), default=timedelta.max)


BUYER = Address("Ana Buyer", "1 rue de la Paix", "75002", "Paris", "FR")
WAREHOUSE = Address("Warehouse", "2 quai du Port", "13002", "Marseille", "FR")
ORDER = Order(
    id="ord_1",
    number="1001",
    currency="EUR",
    placed_time=START - timedelta(days=10),
    lines=(OrderLine("line_1", "A shirt", 2, 5000),),
    email="buyer@example.org",
    customer_id="customer_1",
    ship_to=BUYER,
    payments=(Payment("payment_1", 5000),),
)


def begin(
    tx: Transaction, *, decision: str = "APPROVED", outcome: str = "REFUND", order: Order = ORDER
) -> None:
    """A merchant with an order, and a return of it all."""
    now = micros(tx.now)
    tx.session.add(MerchantRow(id=MERCHANT, name="Shop", create_time=now))
    tx.session.add(
        OrderRow(merchant_id=MERCHANT, id=order.id, external_id="x1", number="1001", number_key="1001")
    )
    tx.session.add(
        OrderVersionRow(merchant_id=MERCHANT, order_id=order.id, version=1, document=order_document(order))
    )
    tx.session.add(
        ReturnRow(
            merchant_id=MERCHANT,
            id=RETURN,
            reference="R7K3F9Q2",
            order_id=order.id,
            order_number="1001",
            order_version=1,
            policy_version=0,
            decision=decision,
            outcome=outcome,
            currency="EUR",
            estimated_minor=4500,
            label_offer="LABEL_WITH_FEE",
            shown_fee_minor=500,
            region="FR",
            language="fr",
            warehouse=warehouse_document(WarehouseRecord("war_1", WAREHOUSE)),
            create_time=now,
        )
    )
    for unit in range(2):
        tx.session.add(
            UnitRow(
                merchant_id=MERCHANT,
                return_id=RETURN,
                line_id="line_1",
                unit=unit,
                order_id=order.id,
                title="A shirt",
                inspection="ACCEPTED",
                grade="A_RESELL",
            )
        )
    tx.session.flush()


def ask_for_label(tx: Transaction, *, return_id: str = RETURN, parcel_id: str = PARCEL) -> None:
    """The parcel's row is the intent; the event beside it is what the relay hands over."""
    now = micros(tx.now)
    tx.session.add(
        ParcelRow(
            merchant_id=MERCHANT,
            id=parcel_id,
            return_id=return_id,
            return_reference="R7K3F9Q2",
            request={
                "sender": address_document(BUYER),
                "recipient": address_document(WAREHOUSE),
                "weight_grams": 500,
                "value_minor": 5000,
                "currency": "EUR",
            },
            create_time=now,
            update_time=now,
        )
    )
    tx.session.flush()
    intent = Intent("buy_label", parcel_id, "labels")
    tx.record(MERCHANT, "label.requested", Subject("parcel", parcel_id), {"parcel_id": parcel_id}, [intent])


def settle(tx: Transaction) -> None:
    settlements.settle(hold(tx, MERCHANT, RETURN))
