"""Inserts for many orders at once, as one document to print."""

from sendback.v1.order_service_pb2 import ListOrdersRequest, PrintInsertsRequest
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console.downloads import download
from sendback_web.console.entries import Entry, filled, typed, words_of
from sendback_web.console.visit import Visit
from sendback_web.service import pieces
from sendback_web.words import N_

_PAGE = 50
_MOST = 1000
_SECONDS = 120.0
_NONE = N_("Choose at least one order, or type some.")
_TOO_MANY = N_("A thousand orders at once are the most.")
_SUFFIXES = {"application/pdf": "pdf", "application/zpl": "zpl"}


async def show(visit: Visit) -> Response:
    return await _page(visit, filled(format="1", paper="1"))


async def print_(visit: Visit) -> Response:
    entry = typed(await visit.form())
    ids = list(dict.fromkeys([*entry.all("order"), *words_of(entry.one("more"))]))
    if not ids or len(ids) > _MOST:
        return await _page(visit, entry.wrong({"more": visit.say(_TOO_MANY if ids else _NONE)}), status=422)
    request = PrintInsertsRequest(
        order_ids=ids,
        format=entry.number("format") or 1,  # type: ignore[arg-type]
        paper=entry.number("paper") or 1,  # type: ignore[arg-type]
    )
    stream = pieces(visit.desk.orders.PrintInserts(request, timeout=_SECONDS))
    try:
        first = await anext(stream)
    except SendbackError as refused:
        if refused.code.name not in ("FAILED_PRECONDITION", "INVALID_ARGUMENT", "NOT_FOUND"):
            raise
        said = refused.metadata.get("id", "")
        return await _page(visit, entry.wrong({"more": f"{refused.message} {said}".strip()}), status=422)
    name = f"inserts.{_SUFFIXES.get(first.media_type, 'bin')}"
    return download(first, stream, name)


async def _page(visit: Visit, entry: Entry, *, status: int = 200) -> Response:
    token = visit.request.query_params.get("page", "")
    found = await visit.desk.orders.ListOrders(ListOrdersRequest(page_size=_PAGE, page_token=token))
    return visit.show(
        "inserts.html", status=status, entry=entry, orders=found.orders, next_token=found.next_page_token
    )
