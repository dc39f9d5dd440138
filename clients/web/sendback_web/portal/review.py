"""What the return would bring and cost, and the one button that makes it."""

import asyncio
import secrets
from dataclasses import dataclass

from sendback.v1.portal_service_pb2 import Estimate, EstimateReturnRequest, PortalCreateReturnRequest
from sendback.v1.return_pb2 import Outcome
from sendback_client import SendbackError
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import posted
from sendback_web.portal import draft, draft_cookies
from sendback_web.portal.draft import Draft
from sendback_web.portal.front import Front
from sendback_web.portal.lines import lines_of
from sendback_web.portal.order import order_of
from sendback_web.portal.session import signed_in

_OUTCOMES = (Outcome.REFUND, Outcome.STORE_CREDIT)
_GONE = ("NOT_RETURNABLE", "NOT_FOUND", "INVALID_FIELD")
_STALE = ("QUOTE_STALE", "CREDIT_NOT_OFFERED")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the outcomes a buyer may choose; `name` is REFUND or STORE_CREDIT."""

    name: str
    estimate: Estimate


@signed_in
async def show_review(request: Request, at: Front) -> Response:
    order = await order_of(at)
    made = draft_cookies.of(request, order)
    if not made.choices:
        return at.go("/order")
    try:
        options = await _options(at, made, credit=order.credit_offered)
    except SendbackError as error:
        return _elsewhere(at, error)
    lines = [line for line in lines_of(order, made, at.shared.pictures) if line.choice]
    return at.show(
        "review.html",
        order=order,
        lines=lines,
        reasons={reason.code: reason.title for reason in order.reasons},
        options=options,
        address=made.address or order.ship_from,
        corrected=made.address is not None,
        written=made.written(),
        request_id=secrets.token_urlsafe(18),
        stale="stale" in request.query_params,
    )


@signed_in
async def confirm(request: Request, at: Front) -> Response:
    """Makes what the page showed, once: however often the form is sent, its request id is the same."""
    form = await posted(request, at.signed_in_as)
    made = draft.read(str(form.get("draft", "")))
    outcome = str(form.get("outcome", "REFUND"))
    if not made.choices or outcome not in ("REFUND", "STORE_CREDIT"):
        return at.go("/order")
    wanted = PortalCreateReturnRequest(
        session_token=at.signed_in_as,
        items=made.items,
        outcome=outcome,
        ship_from=made.address,
        quote_hash=str(form.get(f"hash:{outcome}", ""))[:128] or "none",
        request_id="".join(c for c in str(form.get("request_id", "")) if c.isalnum() or c in "-_")[:64],
    )
    try:
        created = await at.client.portal.CreateReturn(wanted, metadata=at.metadata)
    except SendbackError as error:
        if error.reason in _STALE:
            return draft_cookies.keep(at, at.go("/review?stale"), made, await order_of(at))
        return _elsewhere(at, error)
    return draft_cookies.forget(at, at.go(f"/returns/{created.id}"))


async def _options(at: Front, made: Draft, *, credit: bool) -> list[Option]:
    kinds = _OUTCOMES if credit else _OUTCOMES[:1]
    estimates = await asyncio.gather(*(estimate(at, made, kind) for kind in kinds))
    return [Option(Outcome.Kind.Name(kind), found) for kind, found in zip(kinds, estimates, strict=True)]


async def estimate(at: Front, made: Draft, kind: Outcome.Kind = Outcome.REFUND) -> Estimate:
    wanted = EstimateReturnRequest(
        session_token=at.signed_in_as, items=made.items, outcome=kind, ship_from=made.address
    )
    return await at.client.portal.EstimateReturn(wanted, metadata=at.metadata)


def _elsewhere(at: Front, error: SendbackError) -> Response:
    """Where the buyer has to choose anew."""
    if error.reason == "REQUEST_ID_REUSED":
        return at.go("/order?made")
    if error.reason in _GONE:
        at_fault = any(field.field.startswith("ship_from") for field in error.fields)
        return at.go("/address?wrong" if at_fault else "/order?changed")
    raise error
