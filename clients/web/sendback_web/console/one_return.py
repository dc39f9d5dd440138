"""One return: what comes back, where it is, what it is worth, what happened, and what can be done now."""

import asyncio
from typing import Any

from sendback.v1.document_pb2 import LabelDocument
from sendback.v1.image_pb2 import ImageSize
from sendback.v1.label_service_pb2 import GetLabelDocumentRequest
from sendback.v1.merchant_service_pb2 import GetPolicyRequest
from sendback.v1.policy_pb2 import ReturnReason
from sendback.v1.return_pb2 import Decision, Inspection, Quote, Return, ReturnBasis, SettlementStatus, Transit
from sendback.v1.returns_service_pb2 import (
    ExportWithdrawalEvidenceRequest,
    GetEvidenceRequest,
    GetReturnRequest,
    QuoteSettlementRequest,
)
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.desk import document
from sendback_web.console.entries import Entry, filled
from sendback_web.console.inspection import grades_for, waiting
from sendback_web.console.timeline import timeline
from sendback_web.console.visit import Visit

_OPEN = (Decision.REQUESTED, Decision.IN_REVIEW, Decision.APPROVED)
_LOST_TO_US = (Inspection.REJECTED, Inspection.MISSING)
_IN_MOTION = (SettlementStatus.SUBMITTED, SettlementStatus.UNKNOWN, SettlementStatus.FAILED)


async def show(visit: Visit) -> Response:
    return await page(visit)


async def page(visit: Visit, entry: Entry | None = None, *, status: int = 200) -> Response:
    """The page; after a refusal with what was typed and what the service said."""
    request = GetReturnRequest(return_id=visit.request.path_params["return"])
    found = await visit.desk.returns.GetReturn(request)
    quote, moments, reasons = await asyncio.gather(
        _quote(visit, found), timeline(visit, found), reasons_of(visit, found.policy_version)
    )
    return visit.show(
        "return.html",
        status=status,
        found=found,
        quote=quote,
        moments=moments,
        reasons=reasons,
        can=_possible(found),
        entry=entry or filled(),
        inspectable=waiting(found),
        grades=grades_for(),
        names=names,
    )


def _possible(found: Return) -> dict[str, Any]:
    """What its state allows; whether it may be done is the service's word in the end."""
    approved = found.decision == Decision.APPROVED
    still = [parcel for parcel in found.parcels if parcel.transit != Transit.DELIVERED]
    handed_over = any(parcel.transit != Transit.NOT_SCANNED for parcel in found.parcels)
    units = [unit for unit in found.units if not unit.cancelled]
    return {
        "decide": found.decision in (Decision.REQUESTED, Decision.IN_REVIEW),
        "cancel": found.decision in _OPEN and not handed_over,
        "receive": still if approved else [],
        "another": approved,
        "release": [unit for unit in units if unit.inspection in _LOST_TO_US],
        "confirm": [s for s in found.settlements if s.state in _IN_MOTION],
        "reverse": [s for s in found.settlements if s.state == SettlementStatus.SETTLED],
        "close": approved and bool(units) and not waiting(found),
        "evidence": found.basis == ReturnBasis.STATUTORY_WITHDRAWAL,
    }


async def _quote(visit: Visit, found: Return) -> Quote | None:
    """What is to be paid now; None where nothing can be."""
    if found.decision not in (Decision.APPROVED, Decision.CLOSED):
        return None
    try:
        quote = await visit.desk.returns.QuoteSettlement(QuoteSettlementRequest(return_id=found.id))
    except SendbackError as refused:
        if refused.code.name == "FAILED_PRECONDITION":
            return None
        raise
    return quote if quote.steps else None


async def reasons_of(visit: Visit, version: int) -> dict[str, str]:
    """The reasons of a version of the policy, in the reader's language; none where the key may not see it."""
    try:
        policy = await visit.desk.merchants.GetPolicy(GetPolicyRequest(version=version))
    except SendbackError as refused:
        if refused.reason not in ("SCOPE_MISSING", "NOT_FOUND"):
            raise
        return {}
    return {reason.code: _title(visit, reason) for reason in policy.reasons}


def _title(visit: Visit, reason: ReturnReason) -> str:
    texts = {title.language_code: title.text for title in reason.titles}
    return texts.get(visit.language) or texts.get("en") or next(iter(texts.values()), reason.code)


async def photo(visit: Visit) -> Response:
    """A photo that the buyer or staff added."""
    said = visit.request.path_params
    small = "small" in visit.request.query_params
    request = GetEvidenceRequest(
        return_id=said["return"],
        image_id=said["image"],
        size=ImageSize.PHONE if small else ImageSize.DESKTOP,
    )
    found = await document(visit.desk.returns.GetEvidence(request))
    return Response(found.content, media_type=found.media_type)


async def label(visit: Visit) -> Response:
    request = GetLabelDocumentRequest(
        parcel_id=visit.request.path_params["parcel"], document=LabelDocument.LABEL
    )
    found = await document(visit.desk.labels.GetLabelDocument(request))
    return Response(found.content, media_type=found.media_type)


async def evidence(visit: Visit) -> Response:
    """The proof of a statutory withdrawal."""
    said = visit.request.path_params["return"]
    request = ExportWithdrawalEvidenceRequest(return_id=said)
    found = await document(visit.desk.returns.ExportWithdrawalEvidence(request))
    headers = {"content-disposition": f'attachment; filename="withdrawal-{said}.json"'}
    return Response(found.content, media_type=found.media_type, headers=headers)
