"""A change of policy before it is made: what differs for buyers, and what it would have meant for past orders."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sendback_sdk import Rule

from sendback_service.cases import excluded
from sendback_service.clock import Clock
from sendback_service.past_orders import Period, Stretch, stretch
from sendback_service.refusal import Reason, Refusal, invalid, not_found, refuse
from sendback_service.rules.differences import Difference, differences
from sendback_service.rules.judging import Surroundings
from sendback_service.rules.limits import is_limited
from sendback_service.rules.policy import Policy
from sendback_service.rules.simulation import simulate
from sendback_service.rules.tally import Tally
from sendback_service.shops import PolicyVersion, Shop, Shops
from sendback_service.store import Database

_USUAL_PERIOD = timedelta(days=90)
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_MOST_ORDERS = 20_000
_MOST_UNITS = 500_000
_LONGEST_SECONDS = 60.0
# The rest of the time that the caller gives is for the answer.
_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Comparison:
    """Versions by number; 0 is a draft, or what holds before anything was published."""

    version: int
    other_version: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """`complete` False: there are more orders than were looked at."""

    period: Period
    tally: Tally
    complete: bool


class Policies:
    """`coverage` tells which territories the carriers on a merchant's route can be sent from."""

    def __init__(
        self,
        database: Database,
        shops: Shops,
        clock: Clock,
        coverage: Callable[[str], frozenset[str]],
        plugin_rules: Sequence[Rule],
    ) -> None:
        self._database = database
        self._shops = shops
        self._clock = clock
        self._coverage = coverage
        self._plugin_rules = plugin_rules
        # Trying a policy is much work that nobody waits for; one at a time leaves room for buyers.
        self._turn = asyncio.Semaphore(1)

    async def compare(self, merchant_id: str, version: int, other: int | Policy) -> Comparison:
        """`version` 0 is the current one."""
        shop = await self._shops.get(merchant_id)
        old = _version(shop, version)
        new = PolicyVersion(0, None, other) if isinstance(other, Policy) else _version(shop, other)
        return Comparison(old.version, new.version, tuple(differences(old.policy, new.policy)))

    async def simulate(
        self,
        merchant_id: str,
        draft: Policy,
        start: datetime | None = None,
        end: datetime | None = None,
        seconds: float | None = None,
    ) -> Simulation:
        """`seconds` is how long the caller waits; the answer comes before."""
        patience = _LONGEST_SECONDS if seconds is None else min(seconds, _LONGEST_SECONDS)
        until = time.monotonic() + patience * _SHARE
        period = self._period(start, end)
        shop = await self._shops.get(merchant_id)
        try:
            async with asyncio.timeout(until - time.monotonic()):
                await self._turn.acquire()
        except TimeoutError:
            raise Refusal(Reason.OVERLOADED, retry_after=5.0) from None
        try:
            found = await self._simulated(shop, draft, period, until)
        finally:
            self._turn.release()
        if found.complete and not found.tally.orders:
            raise refuse(
                Reason.NOTHING_TO_SIMULATE,
                **{"from": period.start.isoformat(), "before": period.end.isoformat()},
            )
        return found

    def _period(self, start: datetime | None, end: datetime | None) -> Period:
        end = end or self._clock()
        start = start or max(end, _EARLIEST + _USUAL_PERIOD) - _USUAL_PERIOD
        if start >= end:
            raise invalid("placed_from_time", "must lie before the end of the period")
        return Period(start, end)

    async def _simulated(self, shop: Shop, draft: Policy, period: Period, until: float) -> Simulation:
        tally, read, after = Tally(), 0, None
        look_back = _look_back([draft, *(version.policy for version in shop.policies)])
        while True:
            found = await self._stretch(shop, period, after, look_back)
            read, after = read + found.read, found.after
            done = await asyncio.to_thread(self._add, shop, draft, found, tally, until)
            if not done or after is None:
                return Simulation(period, tally, done)
            if read >= _MOST_ORDERS or tally.units >= _MOST_UNITS or time.monotonic() > until:
                return Simulation(period, tally, False)

    async def _stretch(
        self, shop: Shop, period: Period, after: str | None, look_back: timedelta | None
    ) -> Stretch:
        return await self._database.read(lambda tx: stretch(tx, shop, period, after, look_back))

    def _add(self, shop: Shop, draft: Policy, found: Stretch, tally: Tally, until: float) -> bool:
        """Whether there was time for all of them. The first order of all is always looked at."""
        now, coverage = self._clock(), self._coverage(shop.id)
        for past in found.orders:
            if tally.orders and time.monotonic() > until:
                return False
            lines = excluded(past.order, self._plugin_rules)
            tally.add(simulate(past, draft, Surroundings(now, coverage, lines)))
        return True


def _version(shop: Shop, version: int) -> PolicyVersion:
    found = shop.policy_of(version) if version else shop.policy
    if version and found.version != version:
        raise not_found("policy", str(version))
    return found


def _look_back(policies: Sequence[Policy]) -> timedelta | None:
    """How far limits look; None where there are none."""
    days = [policy.limits.days for policy in policies if is_limited(policy.limits)]
    return timedelta(days=max(days)) if days else None
