"""The ledger of store credit: added, spent, lapsed, taken back; never more than there is, never twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sendback_service import credit
from sendback_service.clock import TurnedClock
from sendback_service.credit import Holder
from sendback_service.refusal import Reason, Refusal
from sendback_service.store import opened
from sendback_service.store.tables import CreditEntryRow, EventRow, MerchantRow
from sendback_service.store.transaction import Author, Transaction
from sqlmodel import select

from tests.databases import Databases

HOLDER = Holder("mer_1", "cus_1", "EUR")
_AUTHOR = Author("effect", "test")


class Ledger:
    """The ledger in a database of its own, on a clock that can be turned."""

    def __init__(self, url: str) -> None:
        self.clock = TurnedClock()
        self.database = opened(url, self.clock)
        self._do(lambda tx: tx.session.add(MerchantRow(id="mer_1", name="M")))

    def _do(self, work):  # type: ignore[no-untyped-def]
        return self.database.transact(work, _AUTHOR)

    def give(self, amount: int, key: str, expires: datetime | None = None) -> str:
        return self._do(lambda tx: credit.give(tx, HOLDER, amount, key, expires))

    def spend(self, amount: int, key: str) -> list[str]:
        return self._do(lambda tx: credit.spend(tx, HOLDER, amount, key))

    def reverse(self, credit_id: str, key: str) -> int:
        return self._do(lambda tx: credit.reverse(tx, HOLDER, credit_id, key))

    def expire(self, credit_id: str) -> int:
        return self._do(lambda tx: credit.expire(tx, "mer_1", credit_id))

    @property
    def balance(self) -> int:
        return self.database.look(lambda tx: credit.balance(tx, HOLDER))

    @property
    def sum(self) -> int:
        return self.database.look(_sum)


def _sum(tx: Transaction) -> int:
    return sum(row.amount_minor for row in tx.session.exec(select(CreditEntryRow)))


@pytest.fixture
def ledger(sqlite: Databases) -> Iterator[Ledger]:
    ledger = Ledger(sqlite.migrated())
    yield ledger
    ledger.database.shut()


def test_credit_is_given_once_per_key(ledger: Ledger) -> None:
    assert ledger.give(5000, "trf_1") == ledger.give(5000, "trf_1")
    assert ledger.balance == 5000
    with pytest.raises(Refusal) as refused:
        ledger.give(1, "trf_1")
    assert refused.value.reason is Reason.REQUEST_ID_REUSED
    assert ledger.balance == 5000


def test_no_more_is_spent_than_there_is(ledger: Ledger) -> None:
    ledger.give(1000, "a")
    ledger.spend(400, "order-1")
    ledger.spend(400, "order-1")
    assert ledger.balance == 600
    with pytest.raises(Refusal):
        ledger.spend(601, "order-2")
    with pytest.raises(Refusal):
        ledger.spend(300, "order-1")
    assert ledger.balance == 600


def test_what_lapses_first_is_spent_first(ledger: Ledger) -> None:
    soon = datetime.now(UTC) + timedelta(days=1)
    ledger.give(500, "late")
    first = ledger.give(500, "soon", soon)
    ledger.spend(300, "order")
    ledger.clock.offset = timedelta(days=2)
    assert ledger.balance == 500
    assert ledger.expire(first) == 200
    assert ledger.expire(first) == 0
    assert ledger.balance == ledger.sum == 500
    attributes = ledger.database.look(lambda tx: list(tx.session.exec(select(EventRow.attributes))))
    assert attributes == [{"amount_minor": "200", "currency": "EUR"}]


def test_what_is_left_of_a_credit_can_be_taken_back_once(ledger: Ledger) -> None:
    given = ledger.give(800, "a")
    ledger.spend(300, "order")
    assert ledger.reverse(given, "undo") == 500
    assert ledger.reverse(given, "undo") == 0
    assert ledger.balance == ledger.sum == 0


@pytest.mark.parametrize("amount", [0, -1])
def test_amounts_are_positive(ledger: Ledger, amount: int) -> None:
    for act in (ledger.give, ledger.spend):
        with pytest.raises(Refusal):
            act(amount, "x")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["give", "spend"]), st.integers(1, 500)), max_size=12))
def test_the_balance_is_the_sum_of_the_entries_and_never_below_zero(
    sqlite: Databases, acts: list[tuple[str, int]]
) -> None:
    ledger = Ledger(sqlite.migrated())
    wanted = 0
    for number, (act, amount) in enumerate(acts):
        if act == "give":
            ledger.give(amount, f"k{number}")
            wanted += amount
        elif amount <= wanted:
            ledger.spend(amount, f"k{number}")
            wanted -= amount
        else:
            with pytest.raises(Refusal):
                ledger.spend(amount, f"k{number}")
        assert ledger.balance == ledger.sum == wanted
    ledger.database.shut()
