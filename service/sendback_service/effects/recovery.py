"""What was under way when the engine's books were lost: taken up from our own rows, by deadlines that are due.

An effect is an open row, and rows wake by deadlines; the engine only carries out. So a database without an engine needs
nothing but a deadline for each open row that has none. Nobody may work meanwhile: a row that somebody is at would be
seen to twice.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass

from sqlmodel import SQLModel, col, func, select, update

from sendback_service.effects import forgetting, mirroring, synchronising
from sendback_service.effects.attempts import HUNDRED
from sendback_service.effects.attempts import OPEN as OPEN_ATTEMPT
from sendback_service.effects.plugin_call import End
from sendback_service.effects.sweep import RETRIES
from sendback_service.rules.states import LabelState, SettlementState
from sendback_service.settlements import LEDGER, OPEN
from sendback_service.store.schema import RESTORED
from sendback_service.store.tables import (
    AttemptRow,
    DeadlineRow,
    ErasureRow,
    EventRow,
    FeedRow,
    InstallationRow,
    MessageRow,
    MirrorRow,
    ParcelRow,
    SerialRow,
    SynchronisationRow,
    TransferRow,
    WorkItemRow,
)
from sendback_service.store.transaction import Transaction

# People see to these; the transfer waits for them.
_STAFF = ("refund.by_hand", "refund.late", "settlement.unknown")
_BY_OTHER_NAMES = {"transfer.retry": ("transfer.confirm",), "label.reconcile": ("label.void",)}

AtWork = Callable[[frozenset[str]], Set[str]]


@dataclass(frozen=True, slots=True)
class Undone:
    """An open row: the kind of deadline that wakes it, and the number that the deadline carries."""

    kind: str
    merchant_id: str
    subject_id: str
    number: int = 0

    @property
    def work(self) -> str:
        """As the engine's ids begin."""
        return f"{RETRIES[self.kind][0]}:{self.subject_id}"


def take_up(tx: Transaction, at_work: AtWork = lambda _: frozenset()) -> Counter[str]:
    """Sets a deadline for every open row that nothing will wake; answers how many of each kind. What stands on an event
    that waits for the relay is the relay's. `at_work` tells what an engine that is still there has in hand."""
    relays = _to_be_relayed(tx)
    undone = [row for row in _open(tx) if (row.merchant_id, row.subject_id) not in relays]
    asleep = [row for row in undone if not _wakes(tx, row)]
    busy = at_work(frozenset(row.work for row in asleep))
    counts: Counter[str] = Counter()
    for row in asleep:
        if row.work not in busy:
            tx.set_deadline(row.merchant_id, row.kind, row.subject_id, tx.now, row.number)
            counts[row.kind] += 1
    return counts


def doubt(tx: Transaction, serials: int) -> None:
    """What may have happened since the backup was made: money that was to go may have gone, so it is asked after before
    it is asked for; and of each account so many serials may have been issued, which are passed over."""
    asked = update(TransferRow).where(
        col(TransferRow.state).in_(OPEN), col(TransferRow.account) != LEDGER, col(TransferRow.calls) == 0
    )
    tx.session.exec(asked.values(calls=1))
    tx.session.exec(update(SerialRow).values(next=SerialRow.next + serials))


def doubt_what_was_restored(tx: Transaction) -> None:
    """Once: the row that came with the backup goes with it."""
    mark = tx.session.get(InstallationRow, RESTORED)
    if mark is not None:
        doubt(tx, int(mark.value))
        tx.session.delete(mark)


def feed_position(tx: Transaction) -> int:
    feed = tx.session.get(FeedRow, 1)
    return 0 if feed is None else feed.position


def _open(tx: Transaction) -> Iterator[Undone]:
    yield from _calls(tx)
    for parcel in _all(tx, ParcelRow, col(ParcelRow.label) == LabelState.VOID_PENDING):
        yield Undone("label.void", parcel.merchant_id, parcel.id)
    for transfer in _all(tx, TransferRow, col(TransferRow.state).in_(OPEN)):
        if not _with_staff(tx, transfer):
            yield Undone("transfer.retry", transfer.merchant_id, transfer.id)
    for message in _all(tx, MessageRow, col(MessageRow.state) == "REQUESTED"):
        yield Undone("message.retry", message.merchant_id, message.id)
    for erasure in _all(
        tx, ErasureRow, col(ErasureRow.erase_time).is_not(None), col(ErasureRow.forget_time).is_(None)
    ):
        yield Undone(forgetting.RETRY, erasure.merchant_id, erasure.id)
    for mirror in _all(tx, MirrorRow, col(MirrorRow.done) < col(MirrorRow.wanted)):
        yield Undone(mirroring.RETRY, mirror.merchant_id, mirror.id, mirror.turn)
    for shop in _all(tx, SynchronisationRow):
        yield Undone(synchronising.WAKE, shop.merchant_id, shop.account, shop.turn)


def _calls(tx: Transaction) -> Iterator[Undone]:
    """Labels to buy, and calls to carriers without an outcome. A call goes on in the round in which it was claimed."""
    for parcel in _all(tx, ParcelRow, col(ParcelRow.label) == LabelState.REQUESTED):
        whose = (AttemptRow.merchant_id == parcel.merchant_id, AttemptRow.parcel_id == parcel.id)
        last = tx.session.exec(select(func.max(AttemptRow.round)).where(*whose)).one()
        yield Undone("label.retry", parcel.merchant_id, parcel.id, last or 0)
    for attempt in _all(tx, AttemptRow, col(AttemptRow.outcome).in_((OPEN_ATTEMPT, End.UNKNOWN))):
        cut_off = attempt.outcome == OPEN_ATTEMPT
        kind, number = (
            ("label.retry", attempt.round) if cut_off else ("label.reconcile", HUNDRED * attempt.number)
        )
        yield Undone(kind, attempt.merchant_id, attempt.parcel_id, number)


def _all(tx: Transaction, table: type[SQLModel], *conditions: object) -> Iterable:  # type: ignore[type-arg]
    return tx.session.exec(select(table).where(*conditions)).all()  # type: ignore[arg-type]


def _wakes(tx: Transaction, row: Undone) -> bool:
    kinds = (row.kind, *_BY_OTHER_NAMES.get(row.kind, ()))
    keys = ((row.merchant_id, f"{kind}:{row.subject_id}") for kind in kinds)
    return any(tx.session.get(DeadlineRow, key) is not None for key in keys)


def _with_staff(tx: Transaction, transfer: TransferRow) -> bool:
    """One that the other side took on, or that is in doubt; not another one of the same return's."""
    if transfer.state == SettlementState.SUBMITTED and not transfer.provider_reference:
        return False
    query = select(WorkItemRow.id).where(
        WorkItemRow.merchant_id == transfer.merchant_id,
        WorkItemRow.return_id == transfer.return_id,
        col(WorkItemRow.done_time).is_(None),
        col(WorkItemRow.kind).in_(_STAFF),
    )
    return tx.session.exec(query.limit(1)).first() is not None


def _to_be_relayed(tx: Transaction) -> set[tuple[str, str]]:
    events = tx.session.exec(select(EventRow).where(col(EventRow.position).is_(None)))
    return {(e.merchant_id, str(parts[1])) for e in events for parts in e.intents.get("start", ())}
