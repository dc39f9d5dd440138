"""Orders as shops hand them in: checked, kept version by version, found again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sendback_sdk.orders import Order
from sqlmodel import select

from sendback_service.access import CLOSED, Doorkeeper, link
from sendback_service.buyer_holdings import Buyer, buyer_keys
from sendback_service.call import Call, made_before, remember
from sendback_service.ids import new_id
from sendback_service.kept_orders import KeptOrder, listed, number_key, order_in, order_row
from sendback_service.messages import BY_ANOTHER_CHANNEL, Occasion, request
from sendback_service.pages import Page, key_in, size_of
from sendback_service.qr_codes import qr_png
from sendback_service.refusal import Problem, Reason, Refusal, invalid, refuse
from sendback_service.removal import PAST, is_past
from sendback_service.rules.order import problems, unwritable
from sendback_service.rules.privacy import anonymous
from sendback_service.shops import Shop, Shops
from sendback_service.store import Database
from sendback_service.store.documents import order_document
from sendback_service.store.tables import MessageRow, OrderRow, OrderVersionRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction

_A_DAY = timedelta(days=1)
_LINKS_A_DAY = 5


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one order: `news` is "created", "changed", "unchanged", or "rejected" with `problems`."""

    news: str
    order_id: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessLink:
    uri: str
    token: str
    qr_png: bytes


class Orders:
    def __init__(self, database: Database, shops: Shops, doorkeeper: Doorkeeper, base_url: str) -> None:
        self._database = database
        self._shops = shops
        self._doorkeeper = doorkeeper
        self._base_url = base_url

    async def upsert(self, call: Call, order: Order) -> KeptOrder:
        wrong = _problems(order)
        if wrong:
            raise Refusal(Reason.ORDER_INVALID, {"order": order.id}, wrong)

        def once(tx: Transaction) -> str:
            before = made_before(tx, call)
            if before is not None:
                return before
            kept = _keep(tx, call.merchant_id, order, "")
            if kept.problems:
                raise Refusal(Reason.ORDER_INVALID, {"order": order.id}, kept.problems)
            remember(tx, call, kept.order_id)
            return kept.order_id

        return await self.get(call.merchant_id, await self._database.write(once, call.author))

    async def take(self, call: Call, orders: Sequence[Order], account: str = "") -> list[ImportResult]:
        """Some orders of a stream in one transaction; what is wrong with one does not hold up the others. `account` is
        the shop that they were read from."""
        return await self._database.write(keeping(call.merchant_id, orders, account), call.author)

    async def get(self, merchant_id: str, order_id: str) -> KeptOrder:
        return await self._database.read(lambda tx: order_in(tx, merchant_id, order_id))

    async def list(self, merchant_id: str, number: str, size: int, token: str) -> Page[KeptOrder]:
        after = key_in(token, "orders")
        return await self._database.read(lambda tx: listed(tx, merchant_id, number, size_of(size), after))

    async def access_link(self, merchant_id: str, order_id: str) -> AccessLink:
        """The link and its QR code: always the same until it is revoked."""
        kept = await self.get(merchant_id, order_id)
        shop = await self._open_shop(merchant_id)
        token = self._doorkeeper.access_token(merchant_id, kept.id, kept.access_revision)
        uri = link(self._base_url, shop.portal.slug, token)
        return AccessLink(uri, token, qr_png(uri))

    async def send_access_link(self, call: Call, order_id: str) -> str:
        """Asks for a letter with the link; answers the message's id."""
        await self._open_shop(call.merchant_id)
        return await self._database.write(lambda tx: _send_access_link(tx, call, order_id), call.author)

    async def _open_shop(self, merchant_id: str) -> Shop:
        """A link into a portal that nobody can reach would be a dead end."""
        shop = await self._shops.get(merchant_id)
        if not shop.open:
            raise refuse(Reason.PORTAL_INACTIVE)
        return shop

    async def revoke_access(self, call: Call, order_id: str) -> datetime:
        return await self._database.write(lambda tx: _revoke_access(tx, call, order_id), call.author)


def keeping(
    merchant_id: str, orders: Sequence[Order], account: str = ""
) -> Callable[[Transaction], list[ImportResult]]:
    """The work of one transaction that keeps these orders. They are checked before it begins."""
    checked = [(order, _problems(order, of_shop=bool(account))) for order in orders]

    def keep(tx: Transaction) -> list[ImportResult]:
        return [
            ImportResult("rejected", problems=wrong) if wrong else _keep(tx, merchant_id, order, account)
            for order, wrong in checked
        ]

    return keep


def _problems(order: Order, *, of_shop: bool = False) -> tuple[Problem, ...]:
    found = (unwritable(order) if of_shop else []) or problems(order)
    return tuple(Problem(f"order.{p.field}", p.description) for p in found)


def _keep(tx: Transaction, merchant_id: str, order: Order, account: str) -> ImportResult:
    """An order whose buyer was erased comes in without any, whatever the shop still sends. One that is older than
    what the shop told of it before comes too late, and changes nothing."""
    row = tx.session.exec(
        select(OrderRow)
        .where(OrderRow.merchant_id == merchant_id, OrderRow.external_id == order.id)
        .with_for_update()
    ).first()
    if is_past(tx, merchant_id, order.id, row):
        return ImportResult("unchanged") if account else ImportResult("rejected", problems=(PAST,))
    if row is None:
        return _create(tx, merchant_id, order, account)
    if _is_older(order, row):
        return ImportResult("unchanged", row.id)
    row.account, row.shop_time = account or row.account, _shop_time(order) or row.shop_time
    tx.session.add(row)
    if row.erase_time is not None:
        order = anonymous(order)
    document = _document(order)
    known = tx.session.get_one(OrderVersionRow, (merchant_id, row.id, row.version))
    if known.document == document:
        return ImportResult("unchanged", row.id)
    row.version += 1
    row.number, row.number_key, row.currency = order.number, number_key(order.number), order.currency
    row.update_time = micros(tx.now)
    _add_version(tx, row, document)
    for key in buyer_keys(merchant_id, row.id, Buyer(order.email, order.customer_id)):
        tx.session.merge(key)
    tx.record(merchant_id, "order.changed", Subject("order", row.id), {"version": str(row.version)})
    return ImportResult("changed", row.id)


def _create(tx: Transaction, merchant_id: str, order: Order, account: str) -> ImportResult:
    row = OrderRow(
        merchant_id=merchant_id,
        id=new_id("ord", tx.now),
        external_id=order.id,
        number=order.number,
        number_key=number_key(order.number),
        currency=order.currency,
        account=account,
        shop_time=_shop_time(order),
        create_time=micros(tx.now),
        update_time=micros(tx.now),
    )
    tx.session.add(row)
    _add_version(tx, row, _document(order))
    tx.session.add_all(buyer_keys(merchant_id, row.id, Buyer(order.email, order.customer_id)))
    tx.record(merchant_id, "order.imported", Subject("order", row.id), {"version": "1"})
    return ImportResult("created", row.id)


def _document(order: Order) -> dict[str, object]:
    """When it changed is no part of a version: a change of nothing that we keep makes none."""
    return order_document(replace(order, changed_time=None))


def _shop_time(order: Order) -> int | None:
    return None if order.changed_time is None else micros(order.changed_time)


def _is_older(order: Order, row: OrderRow) -> bool:
    told = _shop_time(order)
    return told is not None and row.shop_time is not None and told < row.shop_time


def _add_version(tx: Transaction, row: OrderRow, document: dict[str, object]) -> None:
    tx.session.add(
        OrderVersionRow(merchant_id=row.merchant_id, order_id=row.id, version=row.version, document=document)
    )


def _send_access_link(tx: Transaction, call: Call, order_id: str) -> str:
    row = order_row(tx, call.merchant_id, order_id)
    before = made_before(tx, call)
    if before is not None:
        return before
    if row.erase_time is not None:
        raise refuse(Reason.BUYER_ERASED, order=row.id)
    if not order_in(tx, call.merchant_id, row.id).order.email:
        raise invalid("order_id", "the order has no e-mail address; hand the link over yourself")
    number = _links_sent(tx, row)
    wanted = request(tx, call.merchant_id, row.id, Occasion.ACCESS_LINK, number)
    tx.record(call.merchant_id, "order.changed", Subject("order", row.id), {"access": "link_sent"}, wanted)
    remember(tx, call, wanted[0].subject_id)
    return wanted[0].subject_id


def _links_sent(tx: Transaction, row: OrderRow) -> int:
    """How many there were; refuses to fill a buyer's mailbox."""
    query = select(MessageRow.create_time).where(
        MessageRow.merchant_id == row.merchant_id,
        MessageRow.subject_id == row.id,
        MessageRow.occasion == Occasion.ACCESS_LINK,
        MessageRow.number < BY_ANOTHER_CHANNEL,
    )
    sent = sorted(tx.session.exec(query))
    lately = [time for time in sent if time > micros(tx.now - _A_DAY)]
    if len(lately) >= _LINKS_A_DAY:
        wait = (lately[0] - micros(tx.now - _A_DAY)) / 1_000_000
        raise Refusal(Reason.RATE_LIMITED, {"limit": "links a day"}, retry_after=wait)
    return len(sent)


def _revoke_access(tx: Transaction, call: Call, order_id: str) -> datetime:
    row = order_row(tx, call.merchant_id, order_id)
    if made_before(tx, call) is None and row.access_revision != CLOSED:
        row.access_revision += 1
        tx.session.add(row)
        tx.record(call.merchant_id, "order.changed", Subject("order", row.id), {"access": "revoked"})
        remember(tx, call, row.id)
    return tx.now
