"""LabelService: back ends that only want labels."""

from collections.abc import AsyncIterator

from sendback.v1 import label_service_pb2 as pb
from sendback.v1 import label_service_pb2_grpc, return_pb2
from sendback.v1.document_pb2 import DocumentChunk, LabelDocument

from sendback_service.api.caller import CALLER, call_for
from sendback_service.api.documents import chunks
from sendback_service.api.interceptor import Context
from sendback_service.api.order_wire import address_of
from sendback_service.api.return_wire import parcel_message, print_of
from sendback_service.api.times import time_of
from sendback_service.parcels import Parcels
from sendback_service.rules.states import Transit

_LONGEST_WAIT = 30.0
_MARGIN = 0.2


class LabelServicer(label_service_pb2_grpc.LabelServiceServicer):
    def __init__(self, parcels: Parcels) -> None:
        self._parcels = parcels

    async def CreateLabel(self, request: pb.CreateLabelRequest, context: Context) -> return_pb2.Parcel:
        left = context.time_remaining()
        wait = _LONGEST_WAIT if left is None else max(0.0, min(_LONGEST_WAIT, left - _MARGIN))
        parcel = await self._parcels.create_label(
            call_for(request),
            address_of(request.sender, "sender"),
            request.reference,
            request.weight_grams,
            print_of(request.format, request.paper),
            wait,
        )
        return parcel_message(parcel)

    async def GetLabel(self, request: pb.GetLabelRequest, context: Context) -> return_pb2.Parcel:
        return parcel_message(await self._parcels.get(CALLER.get().key.merchant_id, request.parcel_id))

    async def GetLabelDocument(
        self, request: pb.GetLabelDocumentRequest, context: Context
    ) -> AsyncIterator[DocumentChunk]:
        kind = LabelDocument.Kind.Name(request.document or LabelDocument.LABEL)
        document = await self._parcels.document(CALLER.get().key.merchant_id, request.parcel_id, kind)
        for chunk in chunks(document.media_type, document.data, document.sha256):
            yield chunk

    async def VoidLabel(self, request: pb.VoidLabelRequest, context: Context) -> return_pb2.Parcel:
        return parcel_message(await self._parcels.void(call_for(request), request.parcel_id))

    async def ReportTracking(self, request: pb.ReportTrackingRequest, context: Context) -> return_pb2.Parcel:
        seen = Transit(return_pb2.Transit.State.Name(request.transit))
        return parcel_message(
            await self._parcels.report(
                call_for(request), request.parcel_id, seen, time_of(request, "occur_time")
            )
        )
