"""The statutory withdrawal: easy to find, two steps, whatever window and approval say."""

import secrets

from sendback.v1.portal_service_pb2 import ConfirmWithdrawalRequest, StartWithdrawalRequest, Withdrawal
from sendback.v1.return_pb2 import ReturnItem
from sendback_client import SendbackError
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import posted
from sendback_web.portal.choosing import ticked
from sendback_web.portal.draft import Choice, Draft, read
from sendback_web.portal.front import Front
from sendback_web.portal.lines import lines_of
from sendback_web.portal.order import order_of
from sendback_web.portal.returns import request_id
from sendback_web.portal.session import signed_in

_OVER = ("NOT_RETURNABLE", "NOT_FOUND", "INVALID_FIELD")


@signed_in
async def show_withdrawal(request: Request, at: Front) -> Response:
    """First step: what is withdrawn from. Everything, unless the buyer unticks something."""
    try:
        return await _choice(at, await _begun(at, []), nothing="nothing" in request.query_params)
    except SendbackError as error:
        return _over(at, error)


@signed_in
async def review_withdrawal(request: Request, at: Front) -> Response:
    form = await posted(request, at.signed_in_as)
    items = [ReturnItem(order_line_id=line, quantity=count) for line, count in ticked(form).items()]
    if not items:
        return at.go("/withdrawal?nothing")
    try:
        return await _second(at, items)
    except SendbackError as error:
        return _over(at, error)


@signed_in
async def confirm_withdrawal(request: Request, at: Front) -> Response:
    """Second step: declared, once; the service acknowledges it at once by a message."""
    form = await posted(request, at.signed_in_as)
    made = read(str(form.get("draft", "")))
    wanted = ConfirmWithdrawalRequest(
        session_token=at.signed_in_as,
        items=made.items,
        quote_hash=str(form.get("hash", ""))[:128] or "none",
        request_id=request_id(form.get("request_id")),
    )
    try:
        created = await at.client.portal.ConfirmWithdrawal(wanted, metadata=at.metadata)
    except SendbackError as error:
        if error.reason == "QUOTE_STALE":
            return await _second(at, made.items, stale=True)
        return _over(at, error)
    return at.go(f"/returns/{created.id}")


async def _begun(at: Front, items: list[ReturnItem]) -> Withdrawal:
    asked = StartWithdrawalRequest(session_token=at.signed_in_as, items=items)
    return await at.client.portal.StartWithdrawal(asked, metadata=at.metadata)


async def _choice(at: Front, begun: Withdrawal, *, nothing: bool) -> Response:
    order = await order_of(at)
    covered = {item.order_line_id: item.quantity for item in begun.items}
    lines = [line for line in lines_of(order, Draft(), at.shared.pictures) if line.id in covered]
    return at.show("withdrawal.html", order=order, lines=lines, covered=covered, begun=begun, nothing=nothing)


async def _second(at: Front, items: list[ReturnItem], *, stale: bool = False) -> Response:
    begun, order = await _begun(at, items), await order_of(at)
    chosen = Draft(choices=tuple(Choice(item.order_line_id, item.quantity) for item in begun.items))
    lines = [line for line in lines_of(order, chosen, at.shared.pictures) if line.choice]
    return at.show(
        "withdrawal_confirm.html",
        order=order,
        lines=lines,
        begun=begun,
        written=chosen.written(),
        request_id=secrets.token_urlsafe(18),
        stale=stale,
    )


def _over(at: Front, error: SendbackError) -> Response:
    if error.reason == "REQUEST_ID_REUSED":
        return at.go("/order?made")
    if error.reason in _OVER:
        return at.go("/order?changed")
    raise error
