"""The order: its buyer chooses what comes back and why."""

import asyncio

from sendback.v1.portal_service_pb2 import (
    GetReturnableOrderRequest,
    PortalListReturnsRequest,
    ReturnableOrder,
)
from sendback.v1.return_pb2 import Return
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import posted
from sendback_web.portal import choosing, draft_cookies
from sendback_web.portal.draft import Draft, TooLong
from sendback_web.portal.front import Front
from sendback_web.portal.lines import lines_of
from sendback_web.portal.progress import state_of
from sendback_web.portal.session import signed_in

_LARGEST_FORM = 52 * 1024 * 1024
_NOTICES = ("changed", "taken", "made", "other", "left")


async def order_of(at: Front) -> ReturnableOrder:
    asked = GetReturnableOrderRequest(session_token=at.signed_in_as)
    return await at.client.portal.GetReturnableOrder(asked, metadata=at.metadata)


async def returns_of(at: Front) -> list[Return]:
    """The order's, newest first."""
    asked = PortalListReturnsRequest(session_token=at.signed_in_as)
    return list((await at.client.portal.ListReturns(asked, metadata=at.metadata)).returns)


@signed_in
async def show_order(request: Request, at: Front) -> Response:
    notice = next((name for name in _NOTICES if name in request.query_params), "")
    order, returns = await asyncio.gather(order_of(at), returns_of(at))
    return _page(at, draft_cookies.of(request, order), {}, order, returns, notice=notice)


@signed_in
async def choose(request: Request, at: Front) -> Response:
    form = await posted(request, at.signed_in_as, largest=_LARGEST_FORM)
    order = await order_of(at)
    chosen = await choosing.chosen(at, form, order)
    before = draft_cookies.of(request, order)
    made = Draft(before.order_id, chosen.choices, before.ship_from)
    problems = choosing.problems(made, order) | chosen.problems
    try:
        if not problems:
            return draft_cookies.keep(at, at.go("/review"), made, order)
    except TooLong:
        problems = {"": choosing.TOO_LONG}
    return _page(at, made, problems, order, await returns_of(at), status=422)


def _page(
    at: Front,
    made: Draft,
    problems: dict[str, str],
    order: ReturnableOrder,
    returns: list[Return],
    *,
    notice: str = "",
    status: int = 200,
) -> Response:
    lines = lines_of(order, made, at.shared.pictures)
    return at.show(
        "order.html",
        status=status,
        order=order,
        lines=lines,
        returns=returns,
        state_of=state_of,
        problems=problems,
        fields=choosing.FIELDS,
        notice=notice,
    )
