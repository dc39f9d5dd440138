"""Access keys: made once, told once, kept as a hash. Three kinds: the operator's, portals', merchants'."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlmodel import col, select

from sendback_service.call import Call
from sendback_service.clock import Clock
from sendback_service.ids import new_id
from sendback_service.pages import Page, key_in, page_of, size_of
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, invalid, not_found, refuse
from sendback_service.store import Database
from sendback_service.store.rows import key_record
from sendback_service.store.tables import AccessKeyRow, MerchantRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Subject, Transaction


class KeyKind(StrEnum):
    OPERATOR = "OPERATOR"
    PORTAL = "PORTAL"
    MERCHANT = "MERCHANT"


class Scope(StrEnum):
    """What a merchant's key may do. Operator and portal keys have none: their kind says it all."""

    RETURNS_READ = "returns.read"
    RETURNS_WRITE = "returns.write"
    LABELS_WRITE = "labels.write"
    ORDERS_READ = "orders.read"
    ORDERS_WRITE = "orders.write"
    SETTINGS_READ = "settings.read"
    SETTINGS_WRITE = "settings.write"
    EVENTS_READ = "events.read"
    BUYERS_READ = "buyers.read"
    BUYERS_WRITE = "buyers.write"


@dataclass(frozen=True, slots=True)
class NewKey:
    """`secret` is what the caller sends; nobody can tell it again."""

    key: KeyRecord
    secret: str


def secret_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


class Keys:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def holder(self, secret: str) -> KeyRecord:
        """The key whose secret this is; refuses unknown, expired and revoked ones alike."""
        key = await self._database.hot.key(secret_hash(secret))
        if key is None or key.revoke_time or (key.expire_time and key.expire_time <= self._clock()):
            raise refuse(Reason.KEY_INVALID)
        return key

    async def create(
        self,
        call: Call,
        kind: KeyKind,
        merchant_id: str,
        scopes: frozenset[str],
        title: str,
        expires: datetime | None,
    ) -> NewKey:
        _check(kind, merchant_id, scopes)
        if expires is not None and expires <= self._clock():
            raise invalid("access_key.expire_time", "must lie in the future")
        return await self._database.write(
            lambda tx: add_key(tx, kind, merchant_id, scopes, title, expires), call.author
        )

    async def list(self, merchant_id: str, size: int, token: str) -> Page[KeyRecord]:
        after = key_in(token, "keys")
        return await self._database.read(lambda tx: _list(tx, merchant_id, size_of(size), after))

    async def revoke(self, call: Call, key_id: str) -> KeyRecord:
        return await self._database.write(lambda tx: _revoke(tx, call, key_id), call.author)


def add_key(
    tx: Transaction,
    kind: KeyKind,
    merchant_id: str = "",
    scopes: frozenset[str] = frozenset(),
    title: str = "",
    expires: datetime | None = None,
) -> NewKey:
    if merchant_id and tx.session.get(MerchantRow, merchant_id) is None:
        raise not_found("merchant", merchant_id)
    secret = f"sbk_{secrets.token_urlsafe(32)}"
    row = AccessKeyRow(
        id=new_id("key", tx.now),
        kind=kind,
        merchant_id=merchant_id,
        scopes={"scopes": sorted(scopes)},
        title=title,
        secret_sha256=secret_hash(secret),
        create_time=micros(tx.now),
        expire_time=None if expires is None else micros(expires),
    )
    tx.session.add(row)
    tx.record(merchant_id, "key.created", Subject("key", row.id), {"kind": kind})
    return NewKey(key_record(row.model_dump()), secret)


def create_operator_key(database: Database) -> str:
    """The secret of a new operator's key, for whoever sets the installation up."""
    author = Author("command", "sendback")
    return database.transact(lambda tx: add_key(tx, KeyKind.OPERATOR, title="operator"), author).secret


def _check(kind: KeyKind, merchant_id: str, scopes: frozenset[str]) -> None:
    unknown = scopes - set(Scope)
    if unknown:
        raise invalid(
            "access_key.scopes", f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(Scope)}"
        )
    if kind is KeyKind.MERCHANT and not (merchant_id and scopes):
        raise invalid("access_key.scopes", "a merchant's key needs its merchant and at least one scope")
    if kind is not KeyKind.MERCHANT and (merchant_id or scopes):
        raise invalid("access_key.kind", f"a key of kind {kind} has neither merchant nor scopes")


def _list(tx: Transaction, merchant_id: str, size: int, after: str | None) -> Page[KeyRecord]:
    query = select(AccessKeyRow).order_by(col(AccessKeyRow.id).desc()).limit(size + 1)
    if merchant_id:
        query = query.where(AccessKeyRow.merchant_id == merchant_id)
    if after is not None:
        query = query.where(AccessKeyRow.id < after)
    found = [key_record(row.model_dump()) for row in tx.session.exec(query)]
    return page_of("keys", found, size, lambda key: key.id)


def _revoke(tx: Transaction, call: Call, key_id: str) -> KeyRecord:
    row = tx.session.get(AccessKeyRow, key_id)
    if row is None or (call.merchant_id and row.merchant_id != call.merchant_id):
        raise not_found("access_key", key_id)
    if row.revoke_time is None:
        row.revoke_time = micros(tx.now)
        tx.session.add(row)
        tx.record(row.merchant_id, "key.revoked", Subject("key", row.id))
    return key_record(row.model_dump())
