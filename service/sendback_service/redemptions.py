"""The ledger of store credit as shops use it: what customers have, what they spend, and what comes back.

A redemption is its entries: those that it took bear its id in their keys, and so do those that it gave back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import col, select

from sendback_service import credit
from sendback_service.call import Call, check_version, made_before, remember
from sendback_service.credit import EntryKind, Holder
from sendback_service.ids import new_id
from sendback_service.pages import Page, key_in, page_of, size_of
from sendback_service.refusal import not_found
from sendback_service.store import Database
from sendback_service.store.tables import CreditEntryRow, MerchantRow, TransferRow
from sendback_service.store.times import moment
from sendback_service.store.transaction import Subject, Transaction

_AT_ONCE = 20
_TAKEN, _GIVEN_BACK = "redemption/", "restoration/"


@dataclass(frozen=True, slots=True)
class Balance:
    """In minor units. `next_amount` lapses at `next_expire`; None where nothing does."""

    currency: str
    amount: int
    next_expire: datetime | None = None
    next_amount: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    customer_id: str
    balances: tuple[Balance, ...]
    etag: str


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    kind: EntryKind
    amount: int
    currency: str
    credit_id: str
    create_time: datetime
    expire_time: datetime | None = None
    return_id: str = ""
    redemption_id: str = ""


@dataclass(frozen=True, slots=True)
class Redemption:
    id: str
    customer_id: str
    amount: int
    currency: str
    create_time: datetime
    reverse_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Redemptions:
    database: Database

    async def account(self, merchant_id: str, customer_id: str) -> Account:
        return await self.database.read(lambda tx: _account(tx, merchant_id, customer_id))

    async def entries(
        self, merchant_id: str, customer_id: str, currency: str, size: int, token: str
    ) -> Page[Entry]:
        after, limit = key_in(token, "credit_entries"), size_of(size)
        return await self.database.read(
            lambda tx: _entries(tx, merchant_id, customer_id, currency, limit, after)
        )

    async def redeem(self, call: Call, holder: Holder, amount: int, etag: str) -> Redemption:
        id = await self.database.write(lambda tx: _redeem(tx, call, holder, amount, etag), call.author)
        return await self.get(call.merchant_id, id)

    async def get(self, merchant_id: str, redemption_id: str) -> Redemption:
        return await self.database.read(lambda tx: _redemption(tx, merchant_id, redemption_id))

    async def reverse(self, call: Call, redemption_id: str) -> Redemption:
        await self.database.write(lambda tx: _reverse(tx, call, redemption_id), call.author)
        return await self.get(call.merchant_id, redemption_id)


def _account(tx: Transaction, merchant_id: str, customer_id: str) -> Account:
    query = select(CreditEntryRow).where(
        CreditEntryRow.merchant_id == merchant_id, CreditEntryRow.customer_id == customer_id
    )
    rows = sorted(tx.session.exec(query), key=lambda row: row.id)
    holders = [Holder(merchant_id, customer_id, currency) for currency in sorted({r.currency for r in rows})]
    balances = (_balance(tx, holder) for holder in holders)
    return Account(customer_id, tuple(b for b in balances if b.amount), _etag(rows))


def _balance(tx: Transaction, holder: Holder) -> Balance:
    """Credits come in the order in which they lapse."""
    lefts = credit.spendable(tx, holder)
    total = sum(left for _, left in lefts)
    first = next((row.expire_time for row, _ in lefts if row.expire_time is not None), None)
    lapsing = sum(left for row, left in lefts if row.expire_time == first) if first is not None else 0
    return Balance(holder.currency, total, moment(first), lapsing)


def _etag(rows: Sequence[CreditEntryRow]) -> str:
    return sha256("/".join(row.id for row in rows).encode()).hexdigest()[:32]


def _entries(
    tx: Transaction, merchant_id: str, customer_id: str, currency: str, size: int, after: str | None
) -> Page[Entry]:
    query = select(CreditEntryRow).where(
        CreditEntryRow.merchant_id == merchant_id, CreditEntryRow.customer_id == customer_id
    )
    if currency:
        query = query.where(CreditEntryRow.currency == currency)
    if after is not None:
        query = query.where(CreditEntryRow.id < after)
    found = list(tx.session.exec(query.order_by(col(CreditEntryRow.id).desc()).limit(size + 1)))
    return page_of("credit_entries", [_entry(tx, row) for row in found], size, lambda entry: entry.id)


def _entry(tx: Transaction, row: CreditEntryRow) -> Entry:
    transfer = tx.session.get(TransferRow, (row.merchant_id, row.key))
    head, _, rest = row.key.partition("/")
    spent = f"{head}/" in (_TAKEN, _GIVEN_BACK)
    return Entry(
        row.id,
        EntryKind(row.kind),
        row.amount_minor,
        row.currency,
        row.credit_id,
        moment(row.create_time),
        moment(row.expire_time),
        "" if transfer is None else transfer.return_id,
        rest.partition("/")[0] if spent else "",
    )


def _redeem(tx: Transaction, call: Call, holder: Holder, amount: int, etag: str) -> str:
    """The merchant's row is locked before anything is read: of two who spend at once, the second sees what the first
    left."""
    tx.session.get(MerchantRow, holder.merchant_id, with_for_update=True)
    before = made_before(tx, call)
    if before is not None:
        return before
    if etag:
        check_version(etag, _account(tx, holder.merchant_id, holder.customer_id).etag)
    id = new_id("red", tx.now)
    credit.spend(tx, holder, amount, f"{_TAKEN}{id}")
    facts = {"amount_minor": str(amount), "currency": holder.currency}
    tx.record(holder.merchant_id, "credit.redeemed", Subject("redemption", id), facts)
    remember(tx, call, id)
    return id


def _reverse(tx: Transaction, call: Call, redemption_id: str) -> None:
    tx.session.get(MerchantRow, call.merchant_id, with_for_update=True)
    taken = _bearing(tx, call.merchant_id, f"{_TAKEN}{redemption_id}/")
    if not taken:
        raise not_found("redemption", redemption_id)
    if made_before(tx, call) is not None:
        return
    if not _bearing(tx, call.merchant_id, f"{_GIVEN_BACK}{redemption_id}/"):
        for number, debit in enumerate(taken):
            credit.restore(tx, debit, f"{_GIVEN_BACK}{redemption_id}/{number}")
        amount = -sum(debit.amount_minor for debit in taken)
        facts = {"amount_minor": str(amount), "currency": taken[0].currency}
        tx.record(call.merchant_id, "credit.restored", Subject("redemption", redemption_id), facts)
    remember(tx, call, redemption_id)


def _redemption(tx: Transaction, merchant_id: str, redemption_id: str) -> Redemption:
    taken = _bearing(tx, merchant_id, f"{_TAKEN}{redemption_id}/")
    if not taken:
        raise not_found("redemption", redemption_id)
    back = _bearing(tx, merchant_id, f"{_GIVEN_BACK}{redemption_id}/")
    first = taken[0]
    return Redemption(
        redemption_id,
        first.customer_id,
        -sum(row.amount_minor for row in taken),
        first.currency,
        moment(first.create_time),
        moment(back[0].create_time) if back else None,
    )


def _bearing(tx: Transaction, merchant_id: str, prefix: str) -> list[CreditEntryRow]:
    """Entries are numbered, and looked for by their whole keys: there is one for each credit that was touched."""
    found: list[CreditEntryRow] = []
    while len(found) % _AT_ONCE == 0:
        keys = [f"{prefix}{len(found) + place}" for place in range(_AT_ONCE)]
        query = select(CreditEntryRow).where(
            CreditEntryRow.merchant_id == merchant_id, col(CreditEntryRow.key).in_(keys)
        )
        more = sorted(tx.session.exec(query), key=lambda row: keys.index(row.key))
        found += more
        if not more:
            break
    return found
