"""Making, rotating and revoking access keys. A secret is told once and kept as a hash.

Keys are rotated without a pause: the successor works at once, the old one for a while longer. A merchant's key with the
scope `keys.write` sees to keys of its own merchant, as far as its own scopes reach.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import col, func, or_, select

from sendback_service.call import Call
from sendback_service.ids import new_id
from sendback_service.keys import KeyKind, Scope, secret_hash
from sendback_service.pages import Page, key_in, page_of, size_of
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, invalid, not_found, refuse
from sendback_service.store import Database
from sendback_service.store.rows import key_record
from sendback_service.store.tables import AccessKeyRow, EventRow, MerchantRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Subject, Transaction

# How many of a merchant's may work at a time.
MOST_KEYS = 50
GRACE = timedelta(days=1)
_ROTATED, _TO_END = "key.rotated", "expire_time"
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WantedKey:
    """`expires` None: never."""

    kind: KeyKind
    merchant_id: str = ""
    scopes: frozenset[str] = frozenset()
    title: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """`secret` is what the caller sends; nobody can tell it again."""

    key: KeyRecord
    secret: str


class KeyRing:
    """`holder` is the key that asks: a merchant's reaches no further than its own merchant and scopes, nor makes a key
    that lasts longer than itself; rotated, it lives as long again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, call: Call, holder: KeyRecord, wanted: WantedKey) -> NewKey:
        _check(wanted)
        _check_reach(holder, wanted.scopes)
        _check_life(holder, wanted.expires, holder.expire_time)
        return await self._database.write(lambda tx: add_key(tx, wanted), call.author)

    async def list(self, merchant_id: str, size: int, token: str) -> Page[KeyRecord]:
        after = key_in(token, "keys")
        return await self._database.read(lambda tx: list_keys(tx, merchant_id, size_of(size), after))

    async def rotate(
        self, call: Call, holder: KeyRecord, key_id: str, grace: timedelta, expires: datetime | None
    ) -> NewKey:
        return await self._database.write(lambda tx: _rotate(tx, holder, key_id, grace, expires), call.author)

    async def revoke(self, call: Call, holder: KeyRecord, key_id: str) -> KeyRecord:
        return await self._database.write(
            lambda tx: revoke_key(tx, _reached(tx, holder, key_id)), call.author
        )


def grantable(holder: KeyRecord) -> list[str]:
    """The scopes that keys may have that it makes, rotates or revokes."""
    return [scope for scope in Scope if holder.kind != KeyKind.MERCHANT or scope in holder.scopes]


def add_key(tx: Transaction, wanted: WantedKey) -> NewKey:
    """Refuses what no key can be: one without its merchant, one that has expired before it works."""
    _check(wanted)
    if wanted.expires is not None and wanted.expires <= tx.now:
        raise invalid("access_key.expire_time", "must lie in the future")
    if wanted.merchant_id:
        _check_room(tx, wanted.merchant_id)
    secret = f"sbk_{secrets.token_urlsafe(32)}"
    row = AccessKeyRow(
        id=new_id("key", tx.now),
        kind=wanted.kind,
        merchant_id=wanted.merchant_id,
        scopes={"scopes": sorted(wanted.scopes)},
        title=wanted.title,
        secret_sha256=secret_hash(secret),
        create_time=micros(tx.now),
        expire_time=None if wanted.expires is None else micros(wanted.expires),
    )
    tx.session.add(row)
    tx.record(wanted.merchant_id, "key.created", Subject("key", row.id), {"kind": wanted.kind})
    return NewKey(key_record(row.model_dump()), secret)


def rotate_key(
    tx: Transaction, row: AccessKeyRow, grace: timedelta = GRACE, expires: datetime | None = None
) -> NewKey:
    """A successor that may do the same; the old key works for `grace` longer. Unless `expires` says so, the successor
    lives as long as the old one was to live, also where that was rotated before."""
    old = _working(tx, row)
    ends = expires or _as_long_again(tx, old, _was_to_end(tx, old))
    made = add_key(tx, WantedKey(KeyKind(old.kind), old.merchant_id, old.scopes, old.title, ends))
    told = {"successor": made.key.id, _TO_END: f"{old.expire_time:%FT%TZ}" if old.expire_time else ""}
    tx.record(row.merchant_id, _ROTATED, Subject("key", row.id), told)
    last = micros(tx.now + grace)
    if grace <= timedelta(0):
        row.revoke_time = micros(tx.now)
    else:
        row.expire_time = last if row.expire_time is None else min(row.expire_time, last)
    tx.session.add(row)
    return made


def revoke_key(tx: Transaction, row: AccessKeyRow) -> KeyRecord:
    if row.revoke_time is None:
        row.revoke_time = micros(tx.now)
        tx.session.add(row)
        tx.record(row.merchant_id, "key.revoked", Subject("key", row.id))
    return key_record(row.model_dump())


def list_keys(tx: Transaction, merchant_id: str, size: int, after: str | None) -> Page[KeyRecord]:
    """Those of a merchant; of everybody for ""."""
    query = select(AccessKeyRow).order_by(col(AccessKeyRow.id).desc()).limit(size + 1)
    if merchant_id:
        query = query.where(AccessKeyRow.merchant_id == merchant_id)
    if after is not None:
        query = query.where(AccessKeyRow.id < after)
    found = [key_record(row.model_dump()) for row in tx.session.exec(query)]
    return page_of("keys", found, size, lambda key: key.id)


def key_row(tx: Transaction, key_id: str) -> AccessKeyRow:
    row = tx.session.get(AccessKeyRow, key_id, with_for_update=True)
    if row is None:
        raise not_found("access_key", key_id)
    return row


def first_operator_key(database: Database) -> str:
    """The secret of a new operator's key, for whoever sets the installation up; "" where one works already."""
    return database.transact(_first_operator_key, Author("command", "sendback"))


def _first_operator_key(tx: Transaction) -> str:
    query = select(AccessKeyRow).where(AccessKeyRow.kind == KeyKind.OPERATOR)
    keys = (key_record(row.model_dump()) for row in tx.session.exec(query))
    if any(key.revoke_time is None and (key.expire_time is None or key.expire_time > tx.now) for key in keys):
        return ""
    return add_key(tx, WantedKey(KeyKind.OPERATOR, title="operator")).secret


def _rotate(
    tx: Transaction, holder: KeyRecord, key_id: str, grace: timedelta, expires: datetime | None
) -> NewKey:
    """A merchant's key that was rotated and rotates itself once more ends by then, however long it was to live."""
    row = _reached(tx, holder, key_id)
    old = _working(tx, row)
    if holder.kind == KeyKind.MERCHANT and key_id == holder.id:
        again = most = _as_long_again(tx, old, old.expire_time)
    else:
        again, most = _as_long_again(tx, old, _was_to_end(tx, old)), holder.expire_time
    _check_life(holder, expires or again, most)
    return rotate_key(tx, row, grace, expires or again)


def _as_long_again(tx: Transaction, key: KeyRecord, end: datetime | None) -> datetime | None:
    """When a key ends that begins now and lives as long as `key` does, which ends at `end`; None: never. No later than
    the last time there is."""
    return None if end is None else tx.now + min(end - key.create_time, _END_OF_TIME - tx.now)


def _was_to_end(tx: Transaction, key: KeyRecord) -> datetime | None:
    """When the key was to end before its first rotation, which let it end with its grace; None: never."""
    rotations = select(EventRow.attributes).where(
        EventRow.merchant_id == key.merchant_id, EventRow.subject_id == key.id, EventRow.type == _ROTATED
    )
    first = tx.session.exec(rotations.order_by(col(EventRow.sequence)).limit(1)).first() or {}
    if _TO_END not in first:
        return key.expire_time
    return datetime.fromisoformat(first[_TO_END]) if first[_TO_END] else None


def _check_life(holder: KeyRecord, wanted: datetime | None, ends: datetime | None) -> None:
    if holder.kind == KeyKind.MERCHANT and ends is not None and (wanted is None or wanted > ends):
        raise invalid(
            "access_key.expire_time", f"no later than {ends:%FT%TZ}: a key makes none that lasts longer"
        )


def _reached(tx: Transaction, holder: KeyRecord, key_id: str) -> AccessKeyRow:
    """The key's row, where the holder may see to it; what is another merchant's does not exist for it."""
    row = key_row(tx, key_id)
    if holder.kind == KeyKind.MERCHANT:
        if row.merchant_id != holder.merchant_id:
            raise not_found("access_key", key_id)
        _check_reach(holder, key_record(row.model_dump()).scopes)
    return row


def _check_reach(holder: KeyRecord, scopes: frozenset[str]) -> None:
    beyond = scopes - holder.scopes
    if holder.kind == KeyKind.MERCHANT and beyond:
        raise refuse(Reason.SCOPE_MISSING, scope=", ".join(sorted(beyond)))


def _check(wanted: WantedKey) -> None:
    unknown = wanted.scopes - set(Scope)
    if unknown:
        raise invalid(
            "access_key.scopes", f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(Scope)}"
        )
    if wanted.kind is KeyKind.MERCHANT and not (wanted.merchant_id and wanted.scopes):
        raise invalid("access_key.scopes", "a merchant's key needs its merchant and at least one scope")
    if wanted.kind is not KeyKind.MERCHANT and (wanted.merchant_id or wanted.scopes):
        raise invalid("access_key.kind", f"a key of kind {wanted.kind} has neither merchant nor scopes")


def _check_room(tx: Transaction, merchant_id: str) -> None:
    if tx.session.get(MerchantRow, merchant_id) is None:
        raise not_found("merchant", merchant_id)
    expires = col(AccessKeyRow.expire_time)
    working = tx.session.exec(
        select(func.count()).where(
            AccessKeyRow.merchant_id == merchant_id,
            col(AccessKeyRow.revoke_time).is_(None),
            or_(expires.is_(None), expires > micros(tx.now)),
        )
    ).one()
    if working >= MOST_KEYS:
        raise refuse(Reason.TOO_LARGE, limit=f"{MOST_KEYS} keys that work")


def _working(tx: Transaction, row: AccessKeyRow) -> KeyRecord:
    key = key_record(row.model_dump())
    if key.revoke_time is not None:
        raise refuse(Reason.STATE_FORBIDS, state="REVOKED", wanted="ROTATED")
    if key.expire_time is not None and key.expire_time <= tx.now:
        raise refuse(Reason.STATE_FORBIDS, state="EXPIRED", wanted="ROTATED")
    return key
