"""Store credit at the checkout: spent once, never more than there is, given back once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sendback_service import credit
from sendback_service.call import Call
from sendback_service.clock import TurnedClock
from sendback_service.credit import EntryKind, Holder
from sendback_service.redemptions import Account, Balance, Redemption, Redemptions
from sendback_service.refusal import Reason, Refusal
from sendback_service.store import Database, opened
from sendback_service.store.tables import MerchantRow
from sendback_service.store.transaction import Author

T = TypeVar("T")

HOLDER = Holder("mer_1", "cus_1", "EUR")
AUTHOR = Author("rpc", "till")
DAY = timedelta(days=1)


class Till:
    """A checkout with a ledger of its own, on a clock that can be turned."""

    def __init__(self, url: str) -> None:
        self.clock = TurnedClock()
        self.database: Database = opened(url, self.clock)
        self.redemptions = Redemptions(self.database)
        for merchant in ("mer_1", "mer_2"):
            self.do(lambda tx, id=merchant: tx.session.add(MerchantRow(id=id, name="M")))  # type: ignore[misc]

    def do(self, work: Callable[[Any], Any]) -> Any:
        return self.database.transact(work, AUTHOR)

    def give(self, amount: int, key: str, days: int | None = None) -> str:
        expires = self.clock() + days * DAY if days else None
        return str(self.do(lambda tx: credit.give(tx, HOLDER, amount, key, expires)))

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """The server's side of the database lives in a loop of its own."""

        async def whole() -> T:
            try:
                return await work()
            finally:
                await self.database.close()

        return asyncio.run(whole())

    async def redeem(self, amount: int, request_id: str = "", etag: str = "") -> Redemption:
        call = Call("RedeemCredit", "mer_1", "till", request_id=request_id, body_sha256=f"{amount}")
        return await self.redemptions.redeem(call, HOLDER, amount, etag)

    async def reverse(self, id: str, request_id: str = "") -> Redemption:
        call = Call("ReverseRedemption", "mer_1", "till", request_id=request_id, body_sha256=id)
        return await self.redemptions.reverse(call, id)

    async def account(self) -> Account:
        return await self.redemptions.account("mer_1", "cus_1")


@pytest.fixture(params=["sqlite", "postgres"])
def till(request: pytest.FixtureRequest) -> Iterator[Till]:
    made = Till(str(request.getfixturevalue(request.param).migrated()))
    yield made
    made.database.shut()


def test_an_account_says_what_can_be_spent_and_what_lapses_next(till: Till) -> None:
    till.give(1000, "k1", days=30)
    till.give(500, "k2", days=10)
    till.give(200, "k3")

    async def story() -> None:
        found = await till.account()
        assert found.balances == (Balance("EUR", 1700, found.balances[0].next_expire, 500),)
        assert (await till.redemptions.account("mer_2", "cus_1")).balances == ()

    till.run(story)


def test_what_lapses_first_is_spent_first_and_the_statement_tells_it(till: Till) -> None:
    late, soon = till.give(1000, "k1", days=30), till.give(500, "k2", days=10)

    async def story() -> None:
        made = await till.redeem(700, "r1")
        assert (made.amount, made.currency, made.reverse_time) == (700, "EUR", None)
        page = await till.redemptions.entries("mer_1", "cus_1", "", 2, "")
        assert [(e.kind, e.amount, e.credit_id) for e in page.items] == [
            (EntryKind.DEBIT, -200, late),
            (EntryKind.DEBIT, -500, soon),
        ]
        assert {e.redemption_id for e in page.items} == {made.id}
        rest = await till.redemptions.entries("mer_1", "cus_1", "", 2, page.next_token)
        assert [(e.kind, e.amount) for e in rest.items] == [(EntryKind.CREDIT, 500), (EntryKind.CREDIT, 1000)]
        assert (await till.redemptions.entries("mer_1", "cus_1", "USD", 9, "")).items == ()

    till.run(story)


def test_twenty_who_spend_at_once_spend_no_more_than_there_is(till: Till) -> None:
    till.give(1000, "k1")

    async def story() -> None:
        ends = await asyncio.gather(*(till.redeem(300, f"r{n}") for n in range(20)), return_exceptions=True)
        assert sum(isinstance(end, Redemption) for end in ends) == 3
        refused = [end for end in ends if isinstance(end, Refusal)]
        assert {end.reason for end in refused} == {Reason.CREDIT_INSUFFICIENT}
        assert refused[0].metadata == {"left_minor": "100", "currency": "EUR"}
        assert (await till.account()).balances[0].amount == 100

    till.run(story)


def test_the_same_request_ten_times_at_once_spends_once(till: Till) -> None:
    till.give(1000, "k1")

    async def story() -> None:
        ends = await asyncio.gather(*(till.redeem(300, "same") for _ in range(10)))
        assert len({end.id for end in ends}) == 1
        assert (await till.account()).balances[0].amount == 700
        with pytest.raises(Refusal) as other:
            await till.redeem(301, "same")
        assert other.value.reason is Reason.REQUEST_ID_REUSED

    till.run(story)


def test_who_saw_another_account_is_told(till: Till) -> None:
    till.give(1000, "k1")

    async def story() -> None:
        seen = (await till.account()).etag
        await till.redeem(100, "r1", seen)
        with pytest.raises(Refusal) as stale:
            await till.redeem(100, "r2", seen)
        assert stale.value.reason is Reason.ETAG_STALE

    till.run(story)


def test_a_redemption_comes_back_once(till: Till) -> None:
    till.give(600, "k1")
    till.give(600, "k2", days=5)

    async def story() -> None:
        made = await till.redeem(1000, "r1")
        ends = await asyncio.gather(*(till.reverse(made.id, f"v{n}") for n in range(5)))
        assert all(end.reverse_time is not None for end in ends)
        assert (await till.account()).balances[0].amount == 1200
        with pytest.raises(Refusal) as gone:
            await till.redemptions.get("mer_2", made.id)
        assert gone.value.reason is Reason.NOT_FOUND
        with pytest.raises(Refusal):
            await till.reverse("red_unknown")

    till.run(story)


def test_credit_that_lapsed_meanwhile_comes_back_for_the_time_it_had_left(till: Till) -> None:
    lapsing = till.give(1000, "k1", days=10)

    async def story() -> None:
        till.clock.offset += 4 * DAY
        made = await till.redeem(400, "r1")
        till.clock.offset += 20 * DAY
        await till.database.write(lambda tx: credit.expire(tx, "mer_1", lapsing), AUTHOR)
        await till.reverse(made.id)
        [balance] = (await till.account()).balances
        assert balance.amount == balance.next_amount == 400
        assert balance.next_expire is not None
        assert abs(balance.next_expire - till.clock() - 6 * DAY) < timedelta(minutes=5)

    till.run(story)
