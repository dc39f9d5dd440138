"""Webhooks that come in: verified by their plugin, heard once, and remembered by what was in them.

The same body again, however it is signed or by whom it is brought, answers the same and does nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

import structlog
from sendback_sdk import (
    Declined,
    Hears,
    OrderChange,
    PrivacyRequest,
    RefundUpdate,
    TrackingUpdate,
    WebhookRequest,
)

from sendback_service import privacy_news, refund_news
from sendback_service.call import Call
from sendback_service.host import AccountBroken, AccountMissing, Host
from sendback_service.parcels import Parcels
from sendback_service.plugin_lookups import Lookups, silent
from sendback_service.privacy_news import PrivacyNews
from sendback_service.redaction import redacted
from sendback_service.refund_news import RefundNews
from sendback_service.refusal import Reason, refuse
from sendback_service.shop_news import ShopNews, order_problem
from sendback_service.store import Database
from sendback_service.store.tables import WebhookRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction
from sendback_service.tracking import wrong_update

KEPT = timedelta(days=30)
_MOST_UPDATES = 1_000

Update = TrackingUpdate | RefundUpdate | OrderChange | PrivacyRequest
U = TypeVar("U", TrackingUpdate, RefundUpdate, OrderChange, PrivacyRequest)


@dataclass(frozen=True, slots=True)
class Heard:
    """How many updates a webhook held, and how many of them were news."""

    updates: int
    applied: int


@dataclass(frozen=True, slots=True)
class _Applied:
    """`whole`: nothing of it is left to be applied, should it come again."""

    news: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Webhooks:
    database: Database
    host: Host
    lookups: Lookups
    parcels: Parcels
    refunds: RefundNews
    shop: ShopNews
    privacy: PrivacyNews

    async def deliver(self, account: str, request: WebhookRequest) -> Heard:
        """Only what was wholly applied is remembered: the rest is applied when it comes again."""
        plugin = self._plugin(account)
        digest = _digest(request)
        known = await self.database.read(lambda tx: _known(tx, account, digest))
        if known is not None:
            return known
        updates = await self._heard(account, plugin, request)
        applied = await self._apply(account, plugin, updates)
        heard = Heard(len(updates), applied.news)
        if applied.whole:
            author = Author("webhook", account)
            heard = await self.database.write(lambda tx: _keep(tx, account, digest, heard), author)
        log = structlog.get_logger().bind(account=account, digest=digest)
        log.info("webhook.heard", updates=heard.updates, applied=heard.applied)
        return heard

    async def _apply(self, account: str, plugin: Hears, updates: Sequence[Update]) -> _Applied:
        """Refunds go before orders, whose payments count them too."""
        news = await self.parcels.hear(_of(TrackingUpdate, updates), account)
        news += await self.refunds.hear(_of(RefundUpdate, updates), account)
        changes, requests = _of(OrderChange, updates), _of(PrivacyRequest, updates)
        if not changes and not requests:
            return _Applied(news)
        call = self._call(account)
        news += await self.privacy.hear(requests, call)
        taken = await self.shop.hear(changes, account, plugin, call)
        return _Applied(news + taken.news, taken.whole)

    def _call(self, account: str) -> Call:
        """For the merchant whose shop it is. Where that is nobody, the sender is told to come again, so that nothing is
        lost until the operator has said it."""
        merchant_id = self.host.merchant_of(account)
        if not merchant_id:
            structlog.get_logger().error("account.of_nobody", account=account)
            raise silent(account, "it is nobody's shop: say whose in the configuration")
        return Call("DeliverWebhook", merchant_id, account, cause="webhook")

    def _plugin(self, account: str) -> Hears:
        """Many senders give an address up that is answered like an unknown one, so one whose account cannot be made for
        now is answered like any that is silent."""
        try:
            plugin = self.host.plugin(account)
        except AccountBroken as broken:
            if self.host.may(account, Hears):
                raise silent(account, str(broken)) from None
            plugin = None
        except AccountMissing:
            plugin = None
        if not isinstance(plugin, Hears):
            raise refuse(Reason.ACCOUNT_MISSING, account=account)
        return plugin

    async def _heard(self, account: str, plugin: Hears, request: WebhookRequest) -> Sequence[Update]:
        hear: Callable[[], Sequence[Update]] = lambda: plugin.hear(request)  # noqa: E731
        try:
            return await self.lookups.ask(account, hear, _nonsense)
        except Declined as no:
            structlog.get_logger().warning(
                "webhook.refused", account=account, error=redacted(account, str(no))[:500]
            )
            raise refuse(Reason.WEBHOOK_REFUSED, account=account) from None


def _nonsense(answer: object) -> str:
    if not isinstance(answer, list | tuple) or len(answer) > _MOST_UPDATES:
        return f"a {type(answer).__name__} instead of at most {_MOST_UPDATES} updates"
    return next((wrong for update in answer if (wrong := _wrong(update))), "")


def _wrong(update: object) -> str:
    match update:
        case RefundUpdate():
            return refund_news.problem(update)
        case PrivacyRequest():
            return privacy_news.problem(update)
        case OrderChange(order):
            return order_problem(order) if order is not None else "an order that changed, without the order"
    return wrong_update(update)


def _of(kind: type[U], updates: Sequence[Update]) -> list[U]:
    return [update for update in updates if isinstance(update, kind)]


def _digest(request: WebhookRequest) -> str:
    """Of the body, over which carriers sign; of the headers where there is none."""
    return sha256(request.body or repr(request.headers).encode()).hexdigest()


def _known(tx: Transaction, account: str, digest: str) -> Heard | None:
    row = tx.session.get(WebhookRow, (account, digest))
    return None if row is None else Heard(row.updates, row.applied)


def _keep(tx: Transaction, account: str, digest: str, heard: Heard) -> Heard:
    """What is remembered: of two that came at once, the first. What is old goes in the retention sweep."""
    known = _known(tx, account, digest)
    if known is None:
        row = WebhookRow(account=account, digest=digest, updates=heard.updates, applied=heard.applied)
        row.time = micros(tx.now)
        tx.session.add(row)
    return known or heard
