"""One return: how it stands, its label, where to leave the parcel, and what its buyer may still change."""

import secrets
from collections.abc import Mapping

from sendback.v1.document_pb2 import LabelDocument
from sendback.v1.portal_service_pb2 import (
    ListDropOffPointsRequest,
    PortalAddParcelRequest,
    PortalAddTrackingRequest,
    PortalGetLabelDocumentRequest,
    PortalGetReturnRequest,
)
from sendback.v1.return_pb2 import Return
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import posted
from sendback_web.portal import progress
from sendback_web.portal.front import Front
from sendback_web.portal.session import signed_in
from sendback_web.service import pieces

_NOTICES = ("cancelled", "kept", "late", "tracked", "wrong", "known", "many")
# Which notice a refusal is told by.
_LATE = dict.fromkeys(("STATE_FORBIDS", "REQUEST_ID_REUSED", "ETAG_STALE", "INVALID_FIELD"), "late")
_NOT_THIS_NUMBER = {**_LATE, "INVALID_FIELD": "known", "TOO_LARGE": "many", "NOT_FOUND": "late"}
_EXTENSIONS = {"application/pdf": "pdf", "image/png": "png"}
_DOCUMENTS = {"label": LabelDocument.LABEL, "code": LabelDocument.QR}


async def return_of(request: Request, at: Front) -> Return:
    asked = PortalGetReturnRequest(session_token=at.signed_in_as, return_id=request.path_params["id"])
    return await at.client.portal.GetReturn(asked, metadata=at.metadata)


@signed_in
async def show_return(request: Request, at: Front) -> Response:
    found = await return_of(request, at)
    notice = next((name for name in _NOTICES if name in request.query_params), "")
    return at.show(
        "return.html",
        found=found,
        state=progress.state_of(found),
        steps=progress.steps_of(found),
        steps_ahead=progress.ahead(found),
        progress=progress,
        request_id=secrets.token_urlsafe(18),
        notice=notice,
    )


@signed_in
async def document(request: Request, at: Front) -> Response:
    """The label, or the code to show where nothing can be printed."""
    kind = request.path_params["document"]
    if kind not in _DOCUMENTS:
        raise HTTPException(404)
    asked = PortalGetLabelDocumentRequest(
        session_token=at.signed_in_as, parcel_id=request.path_params["parcel"], document=_DOCUMENTS[kind]
    )
    media_type, data = "", bytearray()
    async for piece in pieces(at.client.portal.GetLabelDocument(asked, metadata=at.metadata)):
        media_type = media_type or piece.media_type
        data += piece.data
    name = f"{kind}.{_EXTENSIONS.get(media_type, 'zpl')}"
    return Response(
        bytes(data), media_type=media_type, headers={"content-disposition": f'inline; filename="{name}"'}
    )


@signed_in
async def places(request: Request, at: Front) -> Response:
    """Where the parcel can be left; the carrier's own site says it where the carrier does not answer."""
    found = await return_of(request, at)
    parcel = next((p for p in progress.labels(found) if p.id == request.path_params["parcel"]), None)
    if parcel is None:
        return at.go(f"/returns/{found.id}")
    asked = ListDropOffPointsRequest(session_token=at.signed_in_as, parcel_id=parcel.id)
    try:
        points = list((await at.client.portal.ListDropOffPoints(asked, metadata=at.metadata)).points)
    except SendbackError as silent:
        if silent.code.name not in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
            raise
        points = []
    return at.show("places.html", found=found, points=points)


@signed_in
async def add_tracking(request: Request, at: Front) -> Response:
    form = await posted(request, at.signed_in_as)
    named, number = request.path_params["id"], str(form.get("number", "")).strip()
    if not 0 < len(number) <= 64:
        return at.go(f"/returns/{named}?wrong")
    parcel = str(form.get("parcel", ""))[:64]
    wanted = PortalAddTrackingRequest(
        session_token=at.signed_in_as,
        return_id=named,
        tracking_number=number,
        parcel_id=parcel,
        another_parcel=not parcel,
        request_id=request_id(form.get("request_id")),
    )
    return await changed(at, at.client.portal.AddTracking, wanted, named, "tracked", _NOT_THIS_NUMBER)


@signed_in
async def add_parcel(request: Request, at: Front) -> Response:
    form = await posted(request, at.signed_in_as)
    named = request.path_params["id"]
    wanted = PortalAddParcelRequest(
        session_token=at.signed_in_as, return_id=named, request_id=request_id(form.get("request_id"))
    )
    return await changed(at, at.client.portal.AddParcel, wanted, named, "")


def request_id(given: object) -> str:
    """Of a form: what is not allowed in one is left out, so that it stays the same however often it is sent."""
    return "".join(c for c in str(given or "") if c.isascii() and (c.isalnum() or c in "-_"))[:64]


async def changed(
    at: Front, call: object, wanted: object, named: str, notice: str, refusals: Mapping[str, str] = _LATE
) -> Response:
    try:
        await call(wanted, metadata=at.metadata)  # type: ignore[operator]
    except SendbackError as error:
        if error.reason not in refusals:
            raise
        notice = refusals[error.reason]
    return at.go(f"/returns/{named}?{notice}" if notice else f"/returns/{named}")
