"""Making returns: the case, the estimate, the return itself. The path that carries the load."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sendback_sdk import Rule

from sendback_service.call import Call, same_request
from sendback_service.cases import Case, case_of
from sendback_service.clock import Clock
from sendback_service.customers import history_of
from sendback_service.drafts import Draft, draft
from sendback_service.images import check_evidence
from sendback_service.new_return import Print, new_return, record_of
from sendback_service.records import ReturnRecord
from sendback_service.refusal import Reason, not_found, refuse
from sendback_service.rules.limits import is_limited
from sendback_service.rules.states import Basis
from sendback_service.shops import Shops
from sendback_service.store import Database
from sendback_service.unit_selection import Wish

_TRIES = 5

Coverage = Callable[[str], frozenset[str]]


class Creation:
    """`coverage` tells which territories the carriers on a merchant's route can be sent from."""

    def __init__(
        self,
        database: Database,
        shops: Shops,
        clock: Clock,
        coverage: Coverage,
        plugin_rules: Sequence[Rule],
        estimate_length: timedelta,
    ) -> None:
        self._database = database
        self._shops = shops
        self._clock = clock
        self._coverage = coverage
        self._plugin_rules = plugin_rules
        self._estimate_length = estimate_length

    def coverage(self, merchant_id: str) -> frozenset[str]:
        return self._coverage(merchant_id)

    async def case(self, merchant_id: str, order_id: str, basis: Basis = Basis.GOODWILL) -> Case:
        return await self._case(Call("", merchant_id, ""), order_id, basis)

    async def estimate(self, merchant_id: str, order_id: str, wish: Wish) -> tuple[Draft, str, datetime]:
        """The draft, the hash that names it, and until when the hash is accepted."""
        case = await self.case(merchant_id, order_id, wish.basis)
        made = draft(case, wish, self._coverage(merchant_id))
        issued = self._clock()
        return made, made.hash(issued), issued + self._estimate_length

    async def create(
        self, call: Call, order_id: str, wish: Wish, how: Print, quote_hash: str | None = None
    ) -> ReturnRecord:
        """Makes the return, or answers the one that the same request made before. A buyer's door names the estimate
        that was shown; staff's does not."""
        for _ in range(_TRIES):
            case = await self._case(call, order_id, wish.basis)
            if case.facts.seen_resource:
                return await self._made_before(call, case)
            made = await self._draft(case, wish)
            self._check_quote(made, quote_hash)
            new = new_return(call, made, how)
            if await self._database.hot.insert(new) is None:
                return record_of(new, made)
        raise refuse(Reason.OVERLOADED)

    async def validate(self, call: Call, order_id: str, wish: Wish, how: Print) -> ReturnRecord:
        """What `create` would make, without making it."""
        made = await self._draft(await self._case(call, order_id, wish.basis), wish)
        return record_of(new_return(call, made, how), made)

    async def _draft(self, case: Case, wish: Wish) -> Draft:
        made = draft(case, wish, self._coverage(case.shop.id))
        photos = [image_id for item in wish.items for image_id in item.evidence]
        if photos:
            await self._database.read(lambda tx: check_evidence(tx, case.shop.id, case.facts.id, photos))
        return made

    async def _case(self, call: Call, order_id: str, basis: Basis) -> Case:
        facts = await self._database.hot.load(call.merchant_id, order_id, call.rpc, call.request_id)
        if facts is None:
            raise not_found("order", order_id)
        shop = await self._shops.at(call.merchant_id, facts.merchant_revision)
        case = case_of(facts, shop, self._clock(), self._plugin_rules, basis)
        if not is_limited(case.policy.policy.limits):
            return case
        history = await self._database.read(lambda tx: history_of(tx, call.merchant_id, case))
        return case_of(facts, shop, self._clock(), self._plugin_rules, basis, history)

    async def _made_before(self, call: Call, case: Case) -> ReturnRecord:
        return_id = same_request(call, case.facts.seen_body, case.facts.seen_resource)
        record = await self._database.hot.get(call.merchant_id, return_id)
        if record is None:
            raise not_found("return", return_id)
        return record

    def _check_quote(self, made: Draft, quote_hash: str | None) -> None:
        if quote_hash is None:
            return
        issued = _issued(quote_hash, made.case.now)
        if (
            issued is None
            or made.case.now - issued > self._estimate_length
            or made.hash(issued) != quote_hash
        ):
            raise refuse(Reason.QUOTE_STALE, current=made.hash(made.case.now))


def _issued(quote_hash: str, now: datetime) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(quote_hash.partition(".")[0], 16), tz=now.tzinfo)
    except (ValueError, OverflowError, OSError):
        return None
