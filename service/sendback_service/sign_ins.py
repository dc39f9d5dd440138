"""How often somebody tried to sign in: by order, by buyer's address, by merchant. Counted in the database, so that
servers count together and a new server forgets nothing.

An order's tries are counted before anything is looked up, whether there is such an order or not: the tenth of ten
minutes is the last, and a postal code cannot be tried out within a year. Of an address and of a merchant only failures
count, so that a house full of buyers and a day full of sales lock nobody out. Links and QR codes are never locked out
by order or merchant: whoever has one does not guess.
"""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sendback_service.clock import Clock
from sendback_service.refusal import Reason, Refusal
from sendback_service.store import Database
from sendback_service.store.tables import TryRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction

# Nobody acts who can be named: it is the door that counts.
_DOOR = Author("rpc", "buyer")
_MARK_BYTES = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in a window; windows follow one another."""

    name: str
    most: int
    window: timedelta


PER_ORDER = (Limit("order", 10, timedelta(minutes=10)), Limit("order-day", 30, timedelta(days=1)))
PER_ADDRESS = Limit("address", 30, timedelta(minutes=10))
PER_MERCHANT = Limit("merchant", 1000, timedelta(minutes=10))


class SignIns:
    """`secret` keeps what is counted from being read in the database. An address is "" where no portal told it."""

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._database = database
        self._clock = clock
        self._secret = hmac.digest(secret, b"sign-in tries", "sha256")

    async def by_order(self, merchant_id: str, number_key: str, address: str) -> None:
        """Counts a try at an order, or refuses it."""
        counted = [self._mark(limit, merchant_id, number_key) for limit in PER_ORDER]
        seen = [self._mark(PER_MERCHANT, merchant_id, ""), *self._address(merchant_id, address)]
        await self._database.write(lambda tx: _try(tx, merchant_id, counted, seen), _DOOR)

    async def by_token(self, merchant_id: str, address: str) -> None:
        """Refuses an address that failed too often."""
        if seen := self._address(merchant_id, address):
            await self._database.read(lambda tx: _look(tx, merchant_id, seen))

    async def failed(self, merchant_id: str, address: str, *limits: Limit) -> None:
        marks = [self._mark(limit, merchant_id, "") for limit in limits]
        marks += self._address(merchant_id, address)
        if marks:
            await self._database.write(lambda tx: _count(tx, merchant_id, marks), _DOOR)

    def _address(self, merchant_id: str, address: str) -> list["_Mark"]:
        return [self._mark(PER_ADDRESS, merchant_id, address)] if address else []

    def _mark(self, limit: Limit, merchant_id: str, value: str) -> "_Mark":
        seconds = int(limit.window.total_seconds())
        window = int(self._clock().timestamp()) // seconds
        text = f"{limit.name}\n{merchant_id}\n{value}\n{window}".encode()
        mark = hmac.digest(self._secret, text, "sha256")[:_MARK_BYTES].hex()
        return _Mark(mark, limit.most, datetime.fromtimestamp((window + 1) * seconds, UTC))


@dataclass(frozen=True, slots=True)
class _Mark:
    mark: str
    most: int
    ends: datetime


def _try(tx: Transaction, merchant_id: str, counted: Iterable[_Mark], seen: Iterable[_Mark]) -> None:
    for mark in seen:
        row = tx.session.get(TryRow, (merchant_id, mark.mark))
        _check(tx, mark, row.count if row else 0)
    for mark, row in _locked(tx, merchant_id, counted):
        _check(tx, mark, row.count)
        row.count += 1


def _look(tx: Transaction, merchant_id: str, marks: Iterable[_Mark]) -> None:
    _try(tx, merchant_id, (), marks)


def _count(tx: Transaction, merchant_id: str, marks: Iterable[_Mark]) -> None:
    for _, row in _locked(tx, merchant_id, marks):
        row.count += 1


def _locked(tx: Transaction, merchant_id: str, marks: Iterable[_Mark]) -> Iterator[tuple[_Mark, TryRow]]:
    """In one order for everybody, so that nobody waits for who waits for them."""
    for mark in sorted(marks, key=lambda mark: mark.mark):
        row = tx.session.get(TryRow, (merchant_id, mark.mark), with_for_update=True)
        if row is None:
            row = TryRow(merchant_id=merchant_id, mark=mark.mark, end_time=micros(mark.ends))
            tx.session.add(row)
            tx.session.flush()
        yield mark, row


def _check(tx: Transaction, mark: _Mark, count: int) -> None:
    """Which limit was reached is not said: a guesser need not know."""
    if count >= mark.most:
        wait = max(1.0, (mark.ends - tx.now).total_seconds())
        raise Refusal(Reason.RATE_LIMITED, {"limit": "sign_in"}, retry_after=wait)
