"""A buyer asks for their data to be erased: refused or put off while it is needed, then done once, and answered for.

Sendback's own rows go in one transaction with their events. What plugins keep follows by an intent on the last event.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from sendback_service import credit
from sendback_service.anonymisation import Counts, counted, erase, parcels_of
from sendback_service.buyer_holdings import (
    MOST_MATTERS,
    Buyer,
    Holdings,
    OpenMatter,
    holdings_of,
    lock,
    open_matters,
)
from sendback_service.call import Call, made_before, remember
from sendback_service.ids import new_id
from sendback_service.refusal import Reason, Refusal, not_found, refuse
from sendback_service.store import Database
from sendback_service.store.tables import (
    AttemptRow,
    CreditEntryRow,
    ErasureRow,
    ForgettingRow,
    MessageRow,
    OrderRow,
)
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Intent, Subject, Transaction

LANE = "forgetting"
# A deferred erasure is looked at again.
DEADLINE = "erasure.due"
_LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """`defer`: wait while something is open, not refuse. `forfeit_credit`: what is left of store credit lapses."""

    buyer: Buyer
    defer: bool = False
    forfeit_credit: bool = False


@dataclass(frozen=True, slots=True)
class Erasure:
    """The receipt. Without an id it is what would be done. `accounts` are (name, state)."""

    id: str
    counts: Counts
    open_matters: tuple[OpenMatter, ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()
    create_time: datetime | None = None
    erase_time: datetime | None = None
    forget_time: datetime | None = None


class Erasures:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, merchant_id: str, asked: ErasureRequest) -> Erasure:
        """What would be erased, and what stands in the way."""
        return await self._database.read(lambda tx: _look(tx, merchant_id, asked))

    async def erase(self, call: Call, asked: ErasureRequest) -> Erasure:
        id = await self._database.write(lambda tx: _ask(tx, call, asked), call.author)
        return await self.get(call.merchant_id, id)

    async def get(self, merchant_id: str, erasure_id: str) -> Erasure:
        return await self._database.read(lambda tx: _receipt(tx, merchant_id, erasure_id))


def again(tx: Transaction, merchant_id: str, erasure_id: str) -> None:
    """For the sweep: one that waited, tried again, and once a day until it is done."""
    row = tx.session.get_one(ErasureRow, (merchant_id, erasure_id), with_for_update=True)
    if row.erase_time is None and _try(tx, row):
        tx.set_deadline(merchant_id, DEADLINE, erasure_id, tx.now + _LOOK_AGAIN)


def _look(tx: Transaction, merchant_id: str, asked: ErasureRequest) -> Erasure:
    found = holdings_of(tx, merchant_id, asked.buyer)
    matters = open_matters(tx, found, credit_too=not asked.forfeit_credit)
    return Erasure("", _counted(tx, found), tuple(matters[:MOST_MATTERS]))


def _ask(tx: Transaction, call: Call, asked: ErasureRequest) -> str:
    before = made_before(tx, call)
    if before is not None:
        return before
    row = ErasureRow(
        merchant_id=call.merchant_id,
        id=new_id("era", tx.now),
        about={
            "email": asked.buyer.email,
            "customer_id": asked.buyer.customer_id,
            "forfeit_credit": asked.forfeit_credit,
        },
        create_time=micros(tx.now),
    )
    tx.session.add(row)
    tx.session.flush()
    matters = _try(tx, row)
    if matters and not asked.defer:
        raise _needed(matters)
    if matters:
        tx.set_deadline(row.merchant_id, DEADLINE, row.id, tx.now + _LOOK_AGAIN)
        tx.record(row.merchant_id, "buyer.erasure_deferred", _subject(row), {"open": str(len(matters))})
    remember(tx, call, row.id)
    return row.id


def _try(tx: Transaction, row: ErasureRow) -> list[OpenMatter]:
    """Erases if nothing is open; else answers what is."""
    asked = _asked(row)
    lock(tx, holdings_of(tx, row.merchant_id, asked.buyer))
    found = holdings_of(tx, row.merchant_id, asked.buyer)
    matters = open_matters(tx, found, credit_too=not asked.forfeit_credit)
    if not matters:
        _erase(tx, row, found)
    return matters


def _erase(tx: Transaction, row: ErasureRow, found: Holdings) -> None:
    counts = _counted(tx, found)
    row.told = _told(tx, found)
    erase(tx, found, row.id)
    for customer_id in found.customer_ids:
        _leave_ledger(tx, row, customer_id)
    row.about = {}
    row.counts = asdict(counts)
    row.erase_time = micros(tx.now)
    tx.session.add(row)
    tx.session.flush()
    attributes = {name: str(count) for name, count in row.counts.items()}
    tx.record(row.merchant_id, "buyer.erased", _subject(row), attributes, [Intent("forget", row.id, LANE)])


def _leave_ledger(tx: Transaction, row: ErasureRow, customer_id: str) -> None:
    """What is left of the credit lapses, as the buyer agreed; the entries stay under the receipt's id."""
    for holder, credit_id in credit.open_credits(tx, row.merchant_id, customer_id):
        taken = credit.reverse(tx, holder, credit_id, f"{row.id}/{credit_id}")
        attributes = {"amount_minor": str(taken), "currency": holder.currency}
        tx.record(row.merchant_id, "credit.reversed", Subject("credit", credit_id), attributes)
    credit.rename(tx, row.merchant_id, customer_id, row.id)


def _counted(tx: Transaction, found: Holdings) -> Counts:
    counts = counted(tx, found)
    query = select(CreditEntryRow.id).where(
        CreditEntryRow.merchant_id == found.merchant_id,
        col(CreditEntryRow.customer_id).in_(found.customer_ids),
    )
    counts.credit_entries = len(list(tx.session.exec(query)))
    return counts


def _told(tx: Transaction, found: Holdings) -> dict[str, object]:
    """What plugins will need to know; see `effects.forgetting` for who is told what."""
    merchant_id, parcels = found.merchant_id, parcels_of(tx, found)
    orders = select(OrderRow.external_id).where(
        OrderRow.merchant_id == merchant_id, col(OrderRow.id).in_(found.order_ids)
    )
    messages = select(MessageRow.id).where(
        MessageRow.merchant_id == merchant_id,
        col(MessageRow.subject_id).in_((*found.order_ids, *found.return_ids)),
    )
    asked = select(AttemptRow.account, AttemptRow.parcel_id).where(
        AttemptRow.merchant_id == merchant_id, col(AttemptRow.parcel_id).in_(parcels)
    )
    labels: dict[str, list[str]] = {}
    for account, parcel_id in sorted(set(tx.session.exec(asked))):
        labels.setdefault(account, []).append(parcel_id)
    return {
        "emails": list(found.emails),
        "customer_ids": list(found.customer_ids),
        "order_ids": sorted(tx.session.exec(orders)),
        "message_keys": sorted(tx.session.exec(messages)),
        "labels": labels,
    }


def _receipt(tx: Transaction, merchant_id: str, erasure_id: str) -> Erasure:
    row = tx.session.get(ErasureRow, (merchant_id, erasure_id))
    if row is None:
        raise not_found("erasure", erasure_id)
    if row.erase_time is None:
        seen = _look(tx, merchant_id, _asked(row))
        return Erasure(row.id, seen.counts, seen.open_matters, create_time=moment(row.create_time))
    query = select(ForgettingRow).where(
        ForgettingRow.merchant_id == merchant_id, ForgettingRow.erasure_id == erasure_id
    )
    accounts = sorted((forgetting.account, forgetting.state) for forgetting in tx.session.exec(query))
    return Erasure(
        row.id,
        Counts(**row.counts),
        accounts=tuple(accounts),
        create_time=moment(row.create_time),
        erase_time=moment(row.erase_time),
        forget_time=moment(row.forget_time),
    )


def _asked(row: ErasureRow) -> ErasureRequest:
    about = row.about
    buyer = Buyer(about["email"], about["customer_id"])
    return ErasureRequest(buyer, forfeit_credit=about["forfeit_credit"])


def _subject(row: ErasureRow) -> Subject:
    return Subject("erasure", row.id)


def _needed(matters: list[OpenMatter]) -> Refusal:
    first, *more = matters
    return refuse(Reason.BUYER_DATA_NEEDED, matter=first.kind, id=first.id, more=str(len(more)))
