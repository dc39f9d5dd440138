"""What is kept of a buyer: taken for them, or erased, where they asked the shop for it."""

from typing import Any

from sendback.v1.buyer_data_pb2 import BuyerErasure, OpenMatter
from sendback.v1.order_service_pb2 import (
    EraseBuyerDataRequest,
    ExportBuyerDataRequest,
    GetBuyerErasureRequest,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.downloads import download
from sendback_web.console.entries import Entry, filled, told, typed
from sendback_web.console.visit import Visit
from sendback_web.service import pieces
from sendback_web.words import N_

_ONE = N_("Give the e-mail address or the account, one of the two.")
_OPEN = N_("Something is still open, and nothing was erased. End it first, or let the erasure wait for it.")
_FIELDS = {"email": "email", "customer_id": "customer_id"}
_REFUSED = ("INVALID_ARGUMENT", "FAILED_PRECONDITION")
_EXPORT_SECONDS = 300.0


async def show(visit: Visit) -> Response:
    return _page(visit, filled())


async def act(visit: Visit) -> Response:
    """By forms alone, so that nobody's e-mail address stands in one of ours."""
    entry = typed(await visit.form())
    return await {"export": _export, "erase": _erase}.get(entry.one("action"), _look)(visit, entry)


async def _export(visit: Visit, entry: Entry) -> Response:
    request = ExportBuyerDataRequest(**_buyer(entry))
    stream = pieces(visit.desk.orders.ExportBuyerData(request, timeout=_EXPORT_SECONDS))
    try:
        first = await anext(stream)
    except SendbackError as refused:
        return _page(visit, _told(entry, refused), status=422)
    return download(first, stream, "buyer.json")


async def _erase(visit: Visit, entry: Entry) -> Response:
    request = EraseBuyerDataRequest(
        defer=entry.ticked("defer"),
        forfeit_credit=entry.ticked("forfeit_credit"),
        request_id=entry.one("request_id"),
        **_buyer(entry),
    )
    try:
        made = await visit.desk.orders.EraseBuyerData(request)
    except SendbackError as refused:
        if refused.reason == "BUYER_DATA_NEEDED":
            return await _look(visit, entry.wrong({}, visit.say(_OPEN)))
        return _page(visit, _told(entry, refused), status=422)
    return visit.go(visit.href("buyers", made.id))


async def receipt(visit: Visit) -> Response:
    erasure_id = visit.request.path_params["erasure"]
    found = await visit.desk.orders.GetBuyerErasure(GetBuyerErasureRequest(erasure_id=erasure_id))
    return visit.show("erasure.html", found=found, names=names)


async def _look(visit: Visit, entry: Entry) -> Response:
    """What would be erased, and what is still open."""
    if bool(entry.one("email")) == bool(entry.one("customer_id")):
        return _page(visit, entry.wrong({"email": visit.say(_ONE)}), status=422)
    try:
        found = await visit.desk.orders.EraseBuyerData(
            EraseBuyerDataRequest(validate_only=True, **_buyer(entry))
        )
    except SendbackError as refused:
        return _page(visit, _told(entry, refused), status=422)
    return _page(visit, entry, found, status=200 if entry.sound else 422)


def _buyer(entry: Entry) -> dict[str, Any]:
    if entry.one("customer_id"):
        return {"customer_id": entry.one("customer_id")}
    return {"email": entry.one("email")}


def _told(entry: Entry, refused: SendbackError) -> Entry:
    if refused.code.name not in _REFUSED:
        raise refused
    found = told(refused, _FIELDS)
    return entry.wrong(found.problems, found.trouble)


def _page(visit: Visit, entry: Entry, found: BuyerErasure | None = None, *, status: int = 200) -> Response:
    credit = found is not None and any(matter.kind == OpenMatter.CREDIT for matter in found.open_matters)
    return visit.show("buyers.html", status=status, entry=entry, found=found, credit=credit, names=names)
