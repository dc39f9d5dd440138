"""What the law lets buyers ask, handed on by their shop. Erasure is done as far as it can be, at once or as soon as
nothing is open; what is left, and every other request, is put before staff, who have a legal deadline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sendback_sdk import PrivacyKind, PrivacyRequest
from sqlmodel import col, select

from sendback_service.buyer_holdings import Buyer
from sendback_service.call import Call, digest, made_before, remember
from sendback_service.erasures import ErasureRequest, Erasures
from sendback_service.refusal import Reason, Refusal
from sendback_service.rules.writable import is_writable
from sendback_service.store import Database
from sendback_service.store.tables import OrderRow
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.work_items import ask_each

_WORK = {
    PrivacyKind.TELL_BUYER: "privacy.tell",
    PrivacyKind.ERASE_BUYER: "privacy.erase",
    PrivacyKind.ERASE_SHOP: "privacy.shop",
}


@dataclass(frozen=True, slots=True)
class PrivacyNews:
    database: Database
    erasures: Erasures

    async def hear(self, requests: Sequence[PrivacyRequest], call: Call) -> int:
        """Answers how many were new. The same request again, however it is brought, does nothing."""
        return sum([await self._one(request, call) for request in requests])

    async def _one(self, request: PrivacyRequest, call: Call) -> bool:
        whole = request.kind is PrivacyKind.ERASE_BUYER and await self._erased(request, call)
        once = _once(call, request, "")
        return await self.database.write(lambda tx: _note(tx, once, request, whole=whole), call.author)

    async def _erased(self, request: PrivacyRequest, call: Call) -> bool:
        """Whether nothing of the buyer is left open. Credit does not lapse by a request that a shop hands on."""
        buyers = [Buyer(email=email) for email in request.emails]
        buyers += [Buyer(customer_id=id) for id in request.customer_ids]
        whole = True
        for number, buyer in enumerate(buyers):
            try:
                done = await self.erasures.erase(
                    _once(call, request, f"/{number}"), ErasureRequest(buyer, defer=True)
                )
            except Refusal as refusal:
                if refusal.reason is not Reason.TOO_LARGE:
                    raise
                whole = False
            else:
                whole = whole and done.erase_time is not None
        return whole


def problem(request: PrivacyRequest) -> str:
    """What is wrong with a request, "" where nothing is."""
    ids = (request.emails, request.customer_ids, request.order_ids)
    named = all(isinstance(some, tuple) and all(is_writable(id) and id for id in some) for some in ids)
    if not isinstance(request.kind, PrivacyKind) or not is_writable(request.key) or not request.key:
        return "a privacy request without its kind or key"
    if not named or len(request.emails) + len(request.customer_ids) > 20:
        return "a privacy request that does not say whom it is about"
    return ""


def _once(call: Call, request: PrivacyRequest, part: str) -> Call:
    said = [request.kind, sorted(request.emails), sorted(request.customer_ids), sorted(request.order_ids)]
    return replace(call, request_id=f"{request.key[:100]}{part}", body_sha256=digest(said))


def _note(tx: Transaction, call: Call, request: PrivacyRequest, *, whole: bool) -> bool:
    if made_before(tx, call) is not None:
        return False
    left = _kept(tx, call.merchant_id, request)
    if left or not whole:
        ask_each(tx, call.merchant_id, _WORK[request.kind])
    attributes = {"kind": str(request.kind), "order_ids": ",".join(left)}
    subject = Subject("privacy_request", call.request_id)
    tx.record(call.merchant_id, "buyer.asked", subject, attributes)
    remember(tx, call, call.request_id)
    return True


def _kept(tx: Transaction, merchant_id: str, request: PrivacyRequest) -> list[str]:
    """Our ids of the orders that the request names and of which somebody's data is still here."""
    query = select(OrderRow.id).where(
        OrderRow.merchant_id == merchant_id,
        col(OrderRow.external_id).in_(request.order_ids[:500]),
        col(OrderRow.erase_time).is_(None),
    )
    return list(tx.session.exec(query.order_by(OrderRow.id).limit(20)))
