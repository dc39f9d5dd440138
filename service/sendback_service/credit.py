"""The ledger of store credit, for shops without a platform that keeps one. Entries are added, never changed.

A credit may lapse; what is spent is taken from the credit that lapses first, so each entry names the credit it
belongs to. The same key twice is one entry; the same key with another amount is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, func, select, update

from sendback_service.ids import new_id
from sendback_service.refusal import Reason, invalid, refuse
from sendback_service.store.tables import CreditEntryRow, MerchantRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject, Transaction


class EntryKind(StrEnum):
    CREDIT = "CREDIT"
    DEBIT = "DEBIT"
    EXPIRY = "EXPIRY"
    REVERSAL = "REVERSAL"
    RESTORATION = "RESTORATION"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose credit: a customer of a merchant's, in one currency."""

    merchant_id: str
    customer_id: str
    currency: str


def balance(tx: Transaction, holder: Holder) -> int:
    """What can be spent now, in minor units."""
    return sum(left for _, left in spendable(tx, holder))


def give(tx: Transaction, holder: Holder, amount: int, key: str, expires: datetime | None = None) -> str:
    """Adds credit; answers the entry's id."""
    if amount <= 0:
        raise invalid("amount", "credit is a positive amount")
    _lock(tx, holder)
    known = _known(tx, holder, key, amount)
    if known is not None:
        return known
    entry = _entry(tx, holder, EntryKind.CREDIT, amount, key, "")
    entry.credit_id = entry.id
    if expires is not None:
        entry.expire_time = micros(expires)
        tx.set_deadline(holder.merchant_id, "credit.expire", entry.id, expires)
    return _add(tx, entry)


def spend(tx: Transaction, holder: Holder, amount: int, key: str) -> list[str]:
    """Takes credit, that which lapses first first. Refuses more than there is."""
    if amount <= 0:
        raise invalid("amount", "a debit is a positive amount")
    _lock(tx, holder)
    if _known(tx, holder, f"{key}/0", None) is not None:
        return _spent_before(tx, holder, key, amount)
    credits = spendable(tx, holder)
    if sum(left for _, left in credits) < amount:
        there = str(balance(tx, holder))
        raise refuse(Reason.CREDIT_INSUFFICIENT, left_minor=there, currency=holder.currency)
    ids: list[str] = []
    for credit, left in credits:
        part = min(left, amount)
        if part:
            entry = _entry(tx, holder, EntryKind.DEBIT, -part, f"{key}/{len(ids)}", credit.id)
            ids.append(_add(tx, entry))
            amount -= part
    return ids


def restore(tx: Transaction, debit: CreditEntryRow, key: str) -> str:
    """Gives back what an entry took. To its credit; where that lapsed meanwhile, as new credit that lives as long as
    the old one had left when it was spent."""
    holder = Holder(debit.merchant_id, debit.customer_id, debit.currency)
    _lock(tx, holder)
    known = _known(tx, holder, key, -debit.amount_minor)
    if known is not None:
        return known
    expires = tx.session.get_one(CreditEntryRow, (debit.merchant_id, debit.credit_id)).expire_time
    if expires is not None and expires <= micros(tx.now):
        rest = moment(expires) - moment(debit.create_time)
        return give(tx, holder, -debit.amount_minor, key, tx.now + rest)
    return _add(tx, _entry(tx, holder, EntryKind.RESTORATION, -debit.amount_minor, key, debit.credit_id))


def left(tx: Transaction, holder: Holder, credit_id: str) -> int:
    """What of one credit was neither spent nor taken back."""
    return _left(tx, holder, credit_id)


def reverse(tx: Transaction, holder: Holder, credit_id: str, key: str) -> int:
    """Takes back what is left of a credit; answers how much that was."""
    return _take_rest(tx, holder, credit_id, EntryKind.REVERSAL, key)


def expire(tx: Transaction, merchant_id: str, credit_id: str) -> int:
    """Lets what is left of a credit lapse; answers how much that was."""
    credit = tx.session.get_one(CreditEntryRow, (merchant_id, credit_id))
    holder = Holder(merchant_id, credit.customer_id, credit.currency)
    lapsed = _take_rest(tx, holder, credit_id, EntryKind.EXPIRY, f"expiry/{credit_id}")
    if lapsed:
        attributes = {"amount_minor": str(lapsed), "currency": holder.currency}
        tx.record(merchant_id, "credit.expired", Subject("credit", credit_id), attributes)
    return lapsed


def open_credits(tx: Transaction, merchant_id: str, customer_id: str) -> list[tuple[Holder, str]]:
    """Credits of a customer's, in any currency, of which something can still be spent."""
    query = select(CreditEntryRow.currency).where(
        CreditEntryRow.merchant_id == merchant_id, CreditEntryRow.customer_id == customer_id
    )
    holders = [Holder(merchant_id, customer_id, currency) for currency in sorted(set(tx.session.exec(query)))]
    return [(holder, credit.id) for holder in holders for credit, _ in spendable(tx, holder)]


def rename(tx: Transaction, merchant_id: str, customer_id: str, pseudonym: str) -> int:
    """The ledger's entries stay, under another name; answers how many there are."""
    change = update(CreditEntryRow).where(
        col(CreditEntryRow.merchant_id) == merchant_id, col(CreditEntryRow.customer_id) == customer_id
    )
    return int(tx.session.exec(change.values(customer_id=pseudonym)).rowcount)


def _take_rest(tx: Transaction, holder: Holder, credit_id: str, kind: EntryKind, key: str) -> int:
    _lock(tx, holder)
    if _known(tx, holder, key, None) is not None:
        return 0
    left = _left(tx, holder, credit_id)
    if left > 0:
        _add(tx, _entry(tx, holder, kind, -left, key, credit_id))
    return max(0, left)


def _lock(tx: Transaction, holder: Holder) -> None:
    """One change of a merchant's ledger at a time: a balance is read, then spent."""
    tx.session.get(MerchantRow, holder.merchant_id, with_for_update=True)


def _known(tx: Transaction, holder: Holder, key: str, amount: int | None) -> str | None:
    row = tx.session.exec(
        select(CreditEntryRow).where(
            CreditEntryRow.merchant_id == holder.merchant_id, CreditEntryRow.key == key
        )
    ).first()
    if row is None:
        return None
    same = (row.customer_id, row.currency) == (holder.customer_id, holder.currency)
    if not same or (amount is not None and row.amount_minor != amount):
        raise refuse(Reason.REQUEST_ID_REUSED, request_id=key)
    return row.id


def _spent_before(tx: Transaction, holder: Holder, key: str, amount: int) -> list[str]:
    query = select(CreditEntryRow).where(
        CreditEntryRow.merchant_id == holder.merchant_id, col(CreditEntryRow.key).startswith(f"{key}/")
    )
    rows = list(tx.session.exec(query))
    if sum(-row.amount_minor for row in rows) != amount:
        raise refuse(Reason.REQUEST_ID_REUSED, request_id=key)
    return [row.id for row in rows]


def spendable(tx: Transaction, holder: Holder) -> list[tuple[CreditEntryRow, int]]:
    """Credits with something left that have not lapsed, the first to lapse first."""
    query = select(CreditEntryRow).where(
        CreditEntryRow.merchant_id == holder.merchant_id,
        CreditEntryRow.customer_id == holder.customer_id,
        CreditEntryRow.currency == holder.currency,
        CreditEntryRow.kind == EntryKind.CREDIT,
    )
    now = micros(tx.now)
    valid = [c for c in tx.session.exec(query) if c.expire_time is None or c.expire_time > now]
    valid.sort(key=lambda c: (c.expire_time is None, c.expire_time or 0, c.id))
    lefts = [(credit, _left(tx, holder, credit.id)) for credit in valid]
    return [(credit, left) for credit, left in lefts if left > 0]


def _left(tx: Transaction, holder: Holder, credit_id: str) -> int:
    total = tx.session.exec(
        select(func.sum(CreditEntryRow.amount_minor)).where(
            CreditEntryRow.merchant_id == holder.merchant_id,
            CreditEntryRow.customer_id == holder.customer_id,
            CreditEntryRow.credit_id == credit_id,
        )
    ).one()
    return int(total or 0)


def _entry(
    tx: Transaction, holder: Holder, kind: EntryKind, amount: int, key: str, credit_id: str
) -> CreditEntryRow:
    return CreditEntryRow(
        merchant_id=holder.merchant_id,
        id=new_id("cre", tx.now),
        customer_id=holder.customer_id,
        currency=holder.currency,
        kind=kind,
        amount_minor=amount,
        key=key,
        credit_id=credit_id,
        create_time=micros(tx.now),
    )


def _add(tx: Transaction, entry: CreditEntryRow) -> str:
    tx.session.add(entry)
    tx.session.flush()
    return entry.id
