"""What waits for staff, oldest first, and parcels that belong to no known return."""

import asyncio

from sendback.v1.returns_service_pb2 import (
    AssignArrivalRequest,
    CompleteWorkItemRequest,
    ListArrivalsRequest,
    ListWorkItemsRequest,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.entries import typed
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_PAGE = 50
_DONE = N_("It is ticked off.")
_ASSIGNED = N_("The parcel belongs to that return now, and counts as received.")


async def show(visit: Visit) -> Response:
    return await _page(visit)


async def complete(visit: Visit) -> Response:
    entry = typed(await visit.form())
    await visit.desk.returns.CompleteWorkItem(
        CompleteWorkItemRequest(work_item_id=entry.one("item"), request_id=entry.one("request_id"))
    )
    return visit.go(visit.href("tasks"), _DONE)


async def assign(visit: Visit) -> Response:
    entry = typed(await visit.form())
    request = AssignArrivalRequest(
        arrival_id=entry.one("arrival"),
        return_id=entry.one("return_id"),
        request_id=entry.one("request_id"),
    )
    try:
        await visit.desk.returns.AssignArrival(request)
    except SendbackError as refused:
        if refused.code.name not in ("NOT_FOUND", "FAILED_PRECONDITION", "INVALID_ARGUMENT"):
            raise
        return await _page(visit, refused.message, status=422)
    return visit.go(visit.href("tasks"), _ASSIGNED)


async def _page(visit: Visit, trouble: str = "", *, status: int = 200) -> Response:
    returns = visit.desk.returns
    token = visit.request.query_params.get("page", "")
    work, arrivals = await asyncio.gather(
        returns.ListWorkItems(ListWorkItemsRequest(page_size=_PAGE, page_token=token)),
        returns.ListArrivals(ListArrivalsRequest(page_size=_PAGE)),
    )
    return visit.show(
        "work.html",
        status=status,
        work=work.work_items,
        next_token=work.next_page_token,
        arrivals=arrivals.arrivals,
        trouble=trouble,
        names=names,
    )
