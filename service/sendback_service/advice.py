"""Looking over a merchant's shoulder: its page with the return policy, and what its settings lack."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict

from sqlmodel import col, func, select

from sendback_service.call import Call
from sendback_service.clock import Clock
from sendback_service.hints import Hint, hints
from sendback_service.policy_page import PageCheck, check, expected
from sendback_service.refusal import invalid
from sendback_service.shops import Shop, Shops
from sendback_service.store import Database
from sendback_service.store.documents import page_check_document, page_check_from
from sendback_service.store.tables import OrderRow, PortalRow, SlugRow
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.websites import Websites

_MOST_CURRENCIES = 30


class Advice:
    """`base_url` stands before the slug in links; `coverage` tells what the carriers on a merchant's route serve."""

    def __init__(
        self,
        database: Database,
        shops: Shops,
        clock: Clock,
        websites: Websites,
        base_url: str,
        coverage: Callable[[str], frozenset[str]],
    ) -> None:
        self._database = database
        self._shops = shops
        self._clock = clock
        self._websites = websites
        self._base_url = base_url
        self._coverage = coverage

    async def check_page(self, call: Call, merchant_id: str, uri: str = "") -> PageCheck:
        """Reads the page that the brand names, or another; only the brand's is remembered."""
        shop = await self._shops.get(merchant_id)
        page_uri = uri or shop.brand.policy_uri
        if not page_uri:
            raise invalid(
                "uri", "the brand names no return policy; set brand.policy_uri, or name the page here"
            )
        slugs = await self._database.read(lambda tx: _slugs(tx, merchant_id))
        wanted = expected(self._base_url, slugs, shop.policy.policy, shop.policy.version)
        page = await self._websites.read(page_uri)
        found = await asyncio.to_thread(check, page_uri, page, wanted, self._clock())
        if page_uri == shop.brand.policy_uri:
            await self._database.write(lambda tx: _remember(tx, merchant_id, found), call.author)
        return found

    async def hints(self, shop: Shop) -> tuple[Hint, ...]:
        currencies, last = await self._database.read(
            lambda tx: (_currencies(tx, shop.id), _last(tx, shop.id))
        )
        return hints(shop, currencies, self._coverage(shop.id), last)


def _slugs(tx: Transaction, merchant_id: str) -> list[str]:
    return list(tx.session.exec(select(SlugRow.slug).where(SlugRow.merchant_id == merchant_id)))


def _currencies(tx: Transaction, merchant_id: str) -> list[str]:
    """Those of the merchant's orders, hopping through the index: orders are many, currencies few."""
    found: list[str] = []
    while len(found) < _MOST_CURRENCIES:
        behind = found[-1] if found else ""
        query = select(func.min(OrderRow.currency)).where(
            OrderRow.merchant_id == merchant_id, col(OrderRow.currency) > behind
        )
        following = tx.session.exec(query).one()
        if following is None:
            break
        found.append(following)
    return found


def _last(tx: Transaction, merchant_id: str) -> PageCheck | None:
    row = tx.session.get(PortalRow, merchant_id)
    return page_check_from(row.page_check) if row is not None and row.page_check else None


def _remember(tx: Transaction, merchant_id: str, found: PageCheck) -> None:
    row = tx.session.get(PortalRow, merchant_id, with_for_update=True) or PortalRow(
        merchant_id=merchant_id, version=0
    )
    row.page_check = page_check_document(found)
    tx.session.add(row)
    told = {name: str(value).lower() for name, value in asdict(found).items() if isinstance(value, bool)}
    tx.record(
        merchant_id,
        "portal.changed",
        Subject("merchant", merchant_id),
        {"part": "page_check", "outcome": found.outcome, **told},
    )
