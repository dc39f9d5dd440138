"""The list of returns with its filters, what a search finds, and the files for a spreadsheet."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from google.protobuf.timestamp_pb2 import Timestamp
from sendback.v1.figures_pb2 import ReturnsExport
from sendback.v1.order_service_pb2 import ListOrdersRequest
from sendback.v1.return_pb2 import Decision
from sendback.v1.returns_service_pb2 import ExportReturnsRequest, FindReturnsRequest, ListReturnsRequest
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.downloads import download
from sendback_web.console.entries import Entry, filled
from sendback_web.console.visit import Visit
from sendback_web.service import pieces

_PAGE = 50
_EXPORT_SECONDS = 300.0


async def show_list(visit: Visit) -> Response:
    entry = _filters(visit)
    request = ListReturnsRequest(
        page_size=_PAGE,
        page_token=visit.request.query_params.get("page", ""),
        decisions=_decisions(entry),
        **_period(visit, entry),
    )
    found = await visit.desk.returns.ListReturns(request)
    return visit.show(
        "returns.html",
        entry=entry,
        returns=found.returns,
        next_token=found.next_page_token,
        query=_query(visit),
        names=names,
    )


async def find(visit: Visit) -> Response:
    """What stands on a parcel, or an order's number; a single find is opened at once."""
    text = visit.request.query_params.get("text", "").strip()[:128]
    if not text:
        return visit.go(visit.href("returns"))
    returns, orders = await asyncio.gather(
        visit.desk.returns.FindReturns(FindReturnsRequest(text=text)),
        visit.desk.orders.ListOrders(ListOrdersRequest(number=text[:64], page_size=20)),
    )
    if len(returns.returns) == 1 and not orders.orders:
        return visit.go(visit.href("returns", returns.returns[0].id))
    if len(orders.orders) == 1 and not returns.returns:
        return visit.go(visit.href("orders", orders.orders[0].id))
    return visit.show(
        "found.html",
        text=text,
        returns=returns.returns,
        misread=returns.misread,
        orders=orders.orders,
        names=names,
    )


_FILES = {"units": ReturnsExport.UNITS, "movements": ReturnsExport.MOVEMENTS}


async def export(visit: Visit) -> Response:
    """The returns of the filters, or their units, as CSV; or what money moved in these days, whatever became of its
    returns."""
    entry = _filters(visit)
    name = visit.request.query_params.get("rows", "")
    rows = _FILES.get(name, ReturnsExport.RETURNS)
    decisions = [] if rows == ReturnsExport.MOVEMENTS else _decisions(entry)
    request = ExportReturnsRequest(rows=rows, decisions=decisions, **_period(visit, entry))
    stream = pieces(visit.desk.returns.ExportReturns(request, timeout=_EXPORT_SECONDS))
    return download(await anext(stream), stream, f"{name if name in _FILES else 'returns'}.csv")


def _filters(visit: Visit) -> Entry:
    said = visit.request.query_params
    return filled(decision=said.getlist("decision"), first=said.get("first", ""), last=said.get("last", ""))


def _query(visit: Visit) -> str:
    """The filters without the page, for links."""
    kept = [(k, v) for k, v in visit.request.query_params.multi_items() if k in ("decision", "first", "last")]
    return urlencode(kept)


def _decisions(entry: Entry) -> list[Decision.State]:
    known = {str(int(value)): value for value in names.DECISIONS}
    return [known[said] for said in entry.all("decision") if said in known]


def _period(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Whole days in the shop's time zone; what is no day is left out."""
    first, last = _day(entry.one("first")), _day(entry.one("last"))
    found = {}
    if first:
        found["created_from_time"] = _midnight(visit, first)
    if last:
        found["created_before_time"] = _midnight(visit, last + timedelta(days=1))
    return found


def _midnight(visit: Visit, day: date) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.combine(day, time(), visit.zone))
    return stamp


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 < found.year < 9999 else None
