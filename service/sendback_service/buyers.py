"""Buyers at the portal: signing in, and what a session may see."""

import asyncio
import hmac
from dataclasses import dataclass

from sendback_sdk import Order
from sqlmodel import select

from sendback_service.access import BuyerSession, Doorkeeper, Strength, order_named_in
from sendback_service.clock import Clock
from sendback_service.kept_orders import KeptOrder, number_key
from sendback_service.kept_orders import order_in as read_order
from sendback_service.order_lookup import SECONDS, OrderLookup
from sendback_service.refusal import Reason, Refusal, not_found, refuse
from sendback_service.removal import LEAVING
from sendback_service.rules.privacy import email_key
from sendback_service.shops import Shop, Shops
from sendback_service.sign_ins import PER_MERCHANT, SignIns
from sendback_service.store import Database
from sendback_service.store.tables import OrderRow
from sendback_service.store.transaction import Transaction
from sendback_service.text.words import language_for

# Nobody is refused sooner, and where a shop is asked too, nobody sooner than the shop may take.
_ANSWER_SECONDS = 0.25
_ANSWER_SECONDS_WITH_SHOP = SECONDS + 0.25


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    session: BuyerSession


class Buyers:
    def __init__(
        self,
        database: Database,
        shops: Shops,
        doorkeeper: Doorkeeper,
        clock: Clock,
        lookup: OrderLookup,
        sign_ins: SignIns,
    ) -> None:
        self._database = database
        self._shops = shops
        self._doorkeeper = doorkeeper
        self._clock = clock
        self._lookup = lookup
        self._sign_ins = sign_ins

    async def sign_in_by_token(self, slug: str, token: str, language: str, address: str = "") -> SignedIn:
        """`address` is the buyer's, where the portal tells it."""
        shop = await self._open_shop(slug)
        await self._sign_ins.by_token(shop.id, address)
        kept = await self._order_of(shop, order_named_in(token))
        if kept is None or not self._doorkeeper.opens(token, shop.id, kept.id, kept.access_revision):
            await self._sign_ins.failed(shop.id, address)
            raise refuse(Reason.SIGN_IN_FAILED)
        return self._begin(shop, kept, Strength.SLIP, language)

    async def sign_in_by_order(
        self, slug: str, number: str, proof: str, language: str, address: str = ""
    ) -> SignedIn:
        """The same answer, and the same time, whether the number or the proof was wrong, and whether we have the order
        or only the shop has: whoever is not let in by what is here is looked up there."""
        shop = await self._open_shop(slug)
        await self._sign_ins.by_order(shop.id, number_key(number), address)
        clock = asyncio.get_running_loop().time
        began, seconds = clock(), _ANSWER_SECONDS
        found = await self._known(shop, number, proof)
        if found is None and self._lookup.serves(shop.id):
            found = await self._looked_up(shop, number, proof)
            seconds = _ANSWER_SECONDS if found else _ANSWER_SECONDS_WITH_SHOP
        if found is None:
            await self._sign_ins.failed(shop.id, address, PER_MERCHANT)
        await asyncio.sleep(max(0.0, seconds - (clock() - began)))
        if found is None:
            raise refuse(Reason.SIGN_IN_FAILED)
        return self._begin(shop, found, Strength.KNOWN, language)

    async def _known(self, shop: Shop, number: str, proof: str) -> KeptOrder | None:
        candidates = await self._database.read(lambda tx: _by_number(tx, shop.id, number))
        return next((kept for kept in candidates if _proves(kept.order, proof)), None)

    async def _looked_up(self, shop: Shop, number: str, proof: str) -> KeptOrder | None:
        """As it is kept, not as the shop tells it: of a buyer who was erased the shop may still know."""
        key = number_key(number)
        fits = lambda order: number_key(order.number) == key and _proves(order, proof)  # noqa: E731
        if not await self._lookup.fetch(shop.id, number, fits):
            return None
        return await self._known(shop, number, proof)

    async def enter(self, token: str) -> tuple[BuyerSession, Shop]:
        """The session of a call; refuses an inactive portal, and links that were revoked meanwhile."""
        session = self._doorkeeper.session(token, self._clock())
        facts = await self._database.hot.load(session.merchant_id, session.order_id)
        if facts is None or facts.access_revision != session.access_revision:
            raise refuse(Reason.SESSION_INVALID)
        shop = await self._shops.at(session.merchant_id, facts.merchant_revision)
        if not shop.open:
            raise refuse(Reason.PORTAL_INACTIVE)
        return session, shop

    async def _open_shop(self, slug: str) -> Shop:
        shop = await self._shops.by_slug(slug)
        if not shop.open:
            raise refuse(Reason.PORTAL_INACTIVE)
        return shop

    async def _order_of(self, shop: Shop, order_id: str) -> KeptOrder | None:
        try:
            return await self._database.read(lambda tx: read_order(tx, shop.id, order_id))
        except Refusal:
            return None

    def _begin(self, shop: Shop, kept: KeptOrder, strength: Strength, language: str) -> SignedIn:
        session = BuyerSession(
            merchant_id=shop.id,
            order_id=kept.id,
            access_revision=kept.access_revision,
            strength=strength,
            language=language_for(language, kept.order.language, default=shop.portal.default_language),
            expires=self._doorkeeper.expiry(self._clock()),
        )
        return SignedIn(self._doorkeeper.begin(session), session)


def own(record_order_id: str, session: BuyerSession, return_id: str) -> None:
    """A session sees its own order's returns, and no others exist for it."""
    if record_order_id != session.order_id:
        raise not_found("return", return_id)


def _by_number(tx: Transaction, merchant_id: str, number: str) -> list[KeptOrder]:
    query = select(OrderRow.id).where(
        OrderRow.merchant_id == merchant_id,
        OrderRow.number_key == number_key(number),
        OrderRow.version != LEAVING,
    )
    return [read_order(tx, merchant_id, order_id) for order_id in tx.session.exec(query.limit(20))]


def _proves(order: Order, proof: str) -> bool:
    """E-mail address or postal code, as people type them."""
    postal_code = order.ship_to.postal_code if order.ship_to else ""
    return _same(email_key(order.email), email_key(proof)) or _same(_letters(postal_code), _letters(proof))


def _same(kept: str, given: str) -> bool:
    return bool(kept) and hmac.compare_digest(kept.encode(), given.encode())


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
