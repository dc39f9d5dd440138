"""Where one lands: what waits, what came in, and whether the portal is ready."""

import asyncio

from sendback.v1.return_pb2 import Decision
from sendback.v1.returns_service_pb2 import ListReturnsRequest, ListWorkItemsRequest
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.ready import steps
from sendback_web.console.visit import Visit

_RECENT = 8
_COUNTED = 100


async def show(visit: Visit) -> Response:
    returns = visit.desk.returns
    work, recent, waiting, done = await asyncio.gather(
        returns.ListWorkItems(ListWorkItemsRequest(page_size=_COUNTED)),
        returns.ListReturns(ListReturnsRequest(page_size=_RECENT)),
        returns.ListReturns(ListReturnsRequest(page_size=_COUNTED, decisions=[Decision.IN_REVIEW])),
        steps(visit),
    )
    return visit.show(
        "overview.html",
        work=work.work_items[:_RECENT],
        work_count=_counted(len(work.work_items), work.next_page_token),
        waiting_count=_counted(len(waiting.returns), waiting.next_page_token),
        recent=recent.returns,
        left=[step for step in done if not step.done],
        names=names,
    )


def _counted(count: int, more: str) -> str:
    return f"{count}+" if more else str(count)
