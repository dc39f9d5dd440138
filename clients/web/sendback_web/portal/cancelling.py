"""What does not come back after all: the whole return, or some of its items."""

import secrets
from collections import Counter
from dataclasses import dataclass

from sendback.v1.portal_service_pb2 import (
    CancelledItem,
    PortalCancelReturnRequest,
    PortalCancelUnitsRequest,
)
from sendback.v1.return_pb2 import Decision, Return
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import posted
from sendback_web.portal import progress
from sendback_web.portal.choosing import quantity_of, ticked
from sendback_web.portal.front import Front
from sendback_web.portal.returns import changed, request_id, return_of
from sendback_web.portal.session import signed_in

_PARTED = (Decision.IN_REVIEW, Decision.APPROVED)


@dataclass(frozen=True, slots=True)
class Coming:
    """So many units of a line are to come back."""

    id: str
    title: str
    count: int


@signed_in
async def ask_cancel(request: Request, at: Front) -> Response:
    """Everything, unless the buyer unticks something."""
    found = await return_of(request, at)
    if not progress.cancellable(found):
        return at.go(f"/returns/{found.id}?late")
    return at.show(
        "cancel.html",
        found=found,
        lines=_parts(found),
        nothing="nothing" in request.query_params,
        request_id=secrets.token_urlsafe(18),
    )


@signed_in
async def cancel(request: Request, at: Front) -> Response:
    """By what the form showed, so that sending it twice asks for the same twice."""
    form = await posted(request, at.signed_in_as)
    named, id = request.path_params["id"], request_id(form.get("request_id"))
    taken = ticked(form)
    shown = {line: quantity_of(form, "shown", line) for line in map(str, form.getlist("line"))}
    if shown and not taken:
        return at.go(f"/returns/{named}/cancel?nothing")
    if taken == shown:
        whole = PortalCancelReturnRequest(session_token=at.signed_in_as, return_id=named, request_id=id)
        return await changed(at, at.client.portal.CancelReturn, whole, named, "cancelled")
    items = [CancelledItem(order_line_id=line, quantity=count) for line, count in taken.items()]
    some = PortalCancelUnitsRequest(
        session_token=at.signed_in_as, return_id=named, items=items, request_id=id
    )
    return await changed(at, at.client.portal.CancelUnits, some, named, "kept")


def _parts(found: Return) -> list[Coming]:
    """What can be taken off apart from the rest; none where there is but one, or nobody has accepted it yet."""
    units = [unit for unit in found.units if not unit.cancelled]
    if len(units) < 2 or found.decision not in _PARTED:
        return []
    titles = {unit.order_line_id: unit.title for unit in units}
    counts = Counter(unit.order_line_id for unit in units)
    return [Coming(id, title, counts[id]) for id, title in titles.items()]
