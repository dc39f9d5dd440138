"""Orders: the list, and one order with what its buyer is told, its link and its returns."""

import asyncio
import base64
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sendback.v1.order_service_pb2 import (
    CreateAccessLinkRequest,
    GetOrderRequest,
    GetPromotionRequest,
    ListOrdersRequest,
    RevokeAccessRequest,
    SendAccessLinkRequest,
)
from sendback.v1.promotion_pb2 import PromotionForm
from sendback.v1.return_pb2 import UnitVerdict
from sendback.v1.returns_service_pb2 import ExplainEligibilityRequest, ListReturnsRequest
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.entries import typed
from sendback_web.console.visit import Visit
from sendback_web.words import LANGUAGES, N_, language_for

_PAGE = 50
_SENT = N_("The link is on its way to the buyer.")
_REVOKED = N_("Every link and QR code given for this order so far is worthless now.")
_FORMS = {"pdf": PromotionForm.INSERT_PDF, "png": PromotionForm.INSERT_PNG, "svg": PromotionForm.INSERT_SVG}
_PASSED = ("FAILED_PRECONDITION", "PERMISSION_DENIED", "NOT_FOUND")
T = TypeVar("T")


@dataclass(slots=True)
class Judged:
    """A verdict on so many units of a line."""

    verdict: UnitVerdict
    count: int


async def show_list(visit: Visit) -> Response:
    said = visit.request.query_params
    number = said.get("number", "").strip()[:64]
    request = ListOrdersRequest(page_size=_PAGE, page_token=said.get("page", ""), number=number)
    found = await visit.desk.orders.ListOrders(request)
    return visit.show("orders.html", orders=found.orders, next_token=found.next_page_token, number=number)


async def show(visit: Visit) -> Response:
    return await _page(visit)


async def send_link(visit: Visit) -> Response:
    entry = typed(await visit.form())
    order_id = visit.request.path_params["order"]
    request = SendAccessLinkRequest(order_id=order_id, request_id=entry.one("request_id"))
    try:
        await visit.desk.orders.SendAccessLink(request)
    except SendbackError as refused:
        if refused.code.name not in ("FAILED_PRECONDITION", "INVALID_ARGUMENT"):
            raise
        return await _page(visit, refused.message, status=422)
    return visit.go(visit.href("orders", order_id), _SENT)


async def revoke(visit: Visit) -> Response:
    entry = typed(await visit.form())
    order_id = visit.request.path_params["order"]
    await visit.desk.orders.RevokeAccess(
        RevokeAccessRequest(order_id=order_id, request_id=entry.one("request_id"))
    )
    return visit.go(visit.href("orders", order_id), _REVOKED)


async def insert(visit: Visit) -> Response:
    """The packing-slip insert as a page, a picture or a drawing."""
    form = _FORMS.get(visit.request.path_params["form"])
    if form is None:
        raise HTTPException(404)
    request = GetPromotionRequest(
        order_id=visit.request.path_params["order"],
        form=form,
        language_code=_tongue(visit),
    )
    found = await visit.desk.orders.GetPromotion(request)
    return Response(found.content, media_type=found.media_type)


async def _page(visit: Visit, trouble: str = "", *, status: int = 200) -> Response:
    orders, returns = visit.desk.orders, visit.desk.returns
    order = await orders.GetOrder(GetOrderRequest(order_id=visit.request.path_params["order"]))
    tongue = _tongue(visit)
    promotion = GetPromotionRequest(order_id=order.id, form=PromotionForm.EMAIL_TEXT, language_code=tongue)
    told, link, verdicts, found = await asyncio.gather(
        _or_none(orders.GetPromotion(promotion)),
        _or_none(orders.CreateAccessLink(CreateAccessLinkRequest(order_id=order.id))),
        _or_none(returns.ExplainEligibility(ExplainEligibilityRequest(order_id=order.id))),
        _or_none(returns.ListReturns(ListReturnsRequest(order_id=order.id, page_size=_PAGE))),
    )
    return visit.show(
        "order.html",
        status=status,
        order=order,
        told=told,
        link=link,
        qr=base64.b64encode(link.qr_png).decode() if link else "",
        verdicts=judged(verdicts.units if verdicts else ()),
        returns=found.returns if found else (),
        tongue=tongue,
        buyers=language_for([order.language_code], "en"),
        trouble=trouble,
        names=names,
    )


def judged(units: Iterable[UnitVerdict]) -> dict[str, list[Judged]]:
    """Units of a line that are judged alike are told together."""
    found: dict[str, list[Judged]] = {}
    for unit in units:
        line = found.setdefault(unit.order_line_id, [])
        alike = [judged for judged in line if judged.verdict.explanation == unit.explanation]
        if alike:
            alike[0].count += 1
        else:
            line.append(Judged(unit, 1))
    return found


def _tongue(visit: Visit) -> str:
    """Another language than the buyer's, to try; empty for the buyer's."""
    said = visit.request.query_params.get("in", "")
    return said if said in LANGUAGES else ""


async def _or_none(asked: Awaitable[T]) -> T | None:
    """What the portal's status, or the key, does not let us have."""
    try:
        return await asked
    except SendbackError as refused:
        if refused.code.name in _PASSED:
            return None
        raise
