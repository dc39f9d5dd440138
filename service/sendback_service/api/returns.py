"""ReturnsService: the back office and internal services."""

from collections.abc import AsyncIterator
from typing import Any

from sendback.v1 import figures_pb2, image_pb2, return_pb2, returns_service_pb2_grpc
from sendback.v1 import returns_service_pb2 as pb
from sendback.v1.document_pb2 import DocumentChunk

from sendback_service import another_parcel
from sendback_service.api.caller import CALLER, call_for
from sendback_service.api.documents import chunks, gathered, streamed
from sendback_service.api.figures_wire import date_of, figures_message, filter_of
from sendback_service.api.interceptor import Context
from sendback_service.api.money import minor_of
from sendback_service.api.reception_wire import arrival_message, contents_of, extra_of, received_of
from sendback_service.api.return_fields import return_fields
from sendback_service.api.return_wire import (
    print_of,
    quote_message,
    return_message,
    verdict_message,
    wish_of,
    work_item_message,
)
from sendback_service.api.settings_wire import image_message, size_of
from sendback_service.api.validation import Wrong
from sendback_service.arrivals import Arrivals
from sendback_service.creation import Creation
from sendback_service.exports import MEDIA_TYPE, Exports, Rows
from sendback_service.figures import Statistics
from sendback_service.images import Images
from sendback_service.pictures import Use
from sendback_service.records import ReturnRecord
from sendback_service.refusal import invalid, not_found
from sendback_service.return_search import is_misread
from sendback_service.returns import Returns
from sendback_service.rules.states import Basis
from sendback_service.settlements import Payout


class ReturnsServicer(returns_service_pb2_grpc.ReturnsServiceServicer):
    def __init__(
        self,
        creation: Creation,
        returns: Returns,
        arrivals: Arrivals,
        images: Images,
        statistics: Statistics,
        exports: Exports,
    ) -> None:
        self._creation = creation
        self._returns = returns
        self._arrivals = arrivals
        self._images = images
        self._statistics = statistics
        self._exports = exports

    async def CreateReturn(self, request: pb.CreateReturnRequest, context: Context) -> return_pb2.Return:
        call = call_for(request)
        basis = Basis(return_pb2.ReturnBasis.Kind.Name(request.basis or return_pb2.ReturnBasis.GOODWILL))
        wish = wish_of(request, request.override_note, basis)
        how = print_of(request.format, request.paper)
        if not request.validate_only:
            return _shown(await self._creation.create(call, request.order_id, wish, how))
        checked = _shown(await self._creation.validate(call, request.order_id, wish, how))
        checked.id = checked.reference = ""
        return checked

    async def GetReturn(self, request: pb.GetReturnRequest, context: Context) -> return_pb2.Return:
        return _shown(await self._returns.get(_merchant(), request.return_id))

    async def ListReturns(self, request: pb.ListReturnsRequest, context: Context) -> pb.ListReturnsResponse:
        page = await self._returns.list(
            _merchant(), filter_of(request), request.page_size, request.page_token
        )
        language = CALLER.get().language
        fields: Any = [return_fields(record, language) for record in page.items]
        return pb.ListReturnsResponse(returns=fields, next_page_token=page.next_token)

    async def ApproveReturn(self, request: pb.ApproveReturnRequest, context: Context) -> return_pb2.Return:
        return _shown(await self._returns.approve(call_for(request), request.return_id, request.etag))

    async def DeclineReturn(self, request: pb.DeclineReturnRequest, context: Context) -> return_pb2.Return:
        call = call_for(request)
        return _shown(await self._returns.decline(call, request.return_id, request.etag, request.note))

    async def CancelReturn(self, request: pb.CancelReturnRequest, context: Context) -> return_pb2.Return:
        return _shown(await self._returns.cancel(call_for(request), request.return_id, request.etag))

    async def AddParcel(self, request: pb.AddParcelRequest, context: Context) -> return_pb2.Return:
        call = call_for(request)
        return _shown(
            await self._returns.add_parcel(call, request.return_id, request.etag, another_parcel.for_staff)
        )

    async def FindReturns(self, request: pb.FindReturnsRequest, context: Context) -> pb.FindReturnsResponse:
        found = await self._returns.find(_merchant(), request.text)
        misread = not found and is_misread(request.text)
        return pb.FindReturnsResponse(returns=[_shown(record) for record in found], misread=misread)

    async def CancelUnits(self, request: pb.CancelUnitsRequest, context: Context) -> return_pb2.Return:
        units = [(unit.order_line_id, unit.unit) for unit in request.units]
        call = call_for(request)
        return _shown(await self._returns.cancel_units(call, request.return_id, request.etag, units))

    async def ReleaseUnits(self, request: pb.ReleaseUnitsRequest, context: Context) -> return_pb2.Return:
        units = [(unit.order_line_id, unit.unit) for unit in request.units]
        call = call_for(request)
        return _shown(await self._returns.release(call, request.return_id, request.etag, units, request.note))

    async def ReceiveParcel(self, request: pb.ReceiveParcelRequest, context: Context) -> return_pb2.Return:
        received = received_of(request)
        return _shown(
            await self._returns.receive(call_for(request), request.return_id, request.etag, received)
        )

    async def InspectUnits(self, request: pb.InspectUnitsRequest, context: Context) -> return_pb2.Return:
        contents = contents_of(request)
        return _shown(
            await self._returns.inspect(call_for(request), request.return_id, request.etag, contents)
        )

    async def UploadPhoto(
        self, requests: AsyncIterator[pb.UploadPhotoRequest | Wrong], context: Context
    ) -> image_pb2.Image:
        first, data = await gathered(requests)
        record = await self._returns.get(_merchant(), first.return_id)
        return image_message(await self._images.take(call_for(first), Use.EVIDENCE, data, record.order_id))

    async def RecordArrival(self, request: pb.RecordArrivalRequest, context: Context) -> pb.Arrival:
        wanted = request.arrival
        goods = [extra_of(goods) for goods in wanted.goods]
        call = call_for(request)
        return arrival_message(await self._arrivals.record(call, wanted.tracking_number, wanted.note, goods))

    async def AssignArrival(self, request: pb.AssignArrivalRequest, context: Context) -> return_pb2.Return:
        call = call_for(request)
        counted = await self._arrivals.assign(call, request.arrival_id, request.return_id)
        return _shown(await self._returns.get(_merchant(), counted))

    async def ListArrivals(
        self, request: pb.ListArrivalsRequest, context: Context
    ) -> pb.ListArrivalsResponse:
        page = await self._arrivals.list(_merchant(), request.page_size, request.page_token)
        return pb.ListArrivalsResponse(
            arrivals=[arrival_message(arrival) for arrival in page.items], next_page_token=page.next_token
        )

    async def QuoteSettlement(self, request: pb.QuoteSettlementRequest, context: Context) -> return_pb2.Quote:
        money, hash = await self._returns.quote(_merchant(), request.return_id)
        return quote_message(money, hash, CALLER.get().language)

    async def SettleReturn(self, request: pb.SettleReturnRequest, context: Context) -> return_pb2.Return:
        record = await self._returns.get(_merchant(), request.return_id)
        amount = None
        if request.HasField("amount"):
            amount = minor_of(request.amount, "amount", record.currency)
        payout = Payout(request.quote_hash, amount, request.waive, request.note)
        return _shown(await self._returns.settle(call_for(request), record.id, request.etag, payout))

    async def ReverseSettlement(
        self, request: pb.ReverseSettlementRequest, context: Context
    ) -> return_pb2.Return:
        return _shown(
            await self._returns.reverse(
                call_for(request), request.return_id, request.etag, request.settlement_id, request.note
            )
        )

    async def ExportWithdrawalEvidence(
        self, request: pb.ExportWithdrawalEvidenceRequest, context: Context
    ) -> AsyncIterator[DocumentChunk]:
        document = await self._returns.evidence(_merchant(), request.return_id)
        for chunk in chunks("application/json", document):
            yield chunk

    async def ConfirmSettlement(
        self, request: pb.ConfirmSettlementRequest, context: Context
    ) -> return_pb2.Return:
        return _shown(
            await self._returns.confirm(
                call_for(request),
                request.return_id,
                request.etag,
                request.settlement_id,
                request.provider_reference,
            )
        )

    async def CloseReturn(self, request: pb.CloseReturnRequest, context: Context) -> return_pb2.Return:
        return _shown(await self._returns.close(call_for(request), request.return_id, request.etag))

    async def ExplainEligibility(
        self, request: pb.ExplainEligibilityRequest, context: Context
    ) -> pb.ExplainEligibilityResponse:
        case = await self._creation.case(_merchant(), request.order_id)
        zone, language = case.policy.policy.window.time_zone, CALLER.get().language
        return pb.ExplainEligibilityResponse(
            units=[verdict_message(v, zone, language) for v in case.verdicts]
        )

    async def GetEvidence(
        self, request: pb.GetEvidenceRequest, context: Context
    ) -> AsyncIterator[DocumentChunk]:
        record = await self._returns.get(_merchant(), request.return_id)
        if all(request.image_id not in unit.photos for unit in record.units):
            raise not_found("image", request.image_id)
        picture = await self._images.picture(
            _merchant(), request.image_id, size_of(request.size), (Use.EVIDENCE,), record.order_id
        )
        for chunk in chunks(picture.media_type, picture.data):
            yield chunk

    async def ListWorkItems(
        self, request: pb.ListWorkItemsRequest, context: Context
    ) -> pb.ListWorkItemsResponse:
        page = await self._returns.work_items(_merchant(), request.page_size, request.page_token)
        language = CALLER.get().language
        return pb.ListWorkItemsResponse(
            work_items=[work_item_message(item, language) for item in page.items],
            next_page_token=page.next_token,
        )

    async def CompleteWorkItem(
        self, request: pb.CompleteWorkItemRequest, context: Context
    ) -> return_pb2.WorkItem:
        item = await self._returns.complete(call_for(request), request.work_item_id)
        return work_item_message(item, CALLER.get().language)

    async def GetFigures(self, request: pb.GetFiguresRequest, context: Context) -> figures_pb2.Figures:
        first, last = date_of(request.first_date, "first_date"), date_of(request.last_date, "last_date")
        return figures_message(await self._statistics.of(_merchant(), first, last), CALLER.get().language)

    async def ExportReturns(
        self, request: pb.ExportReturnsRequest, context: Context
    ) -> AsyncIterator[DocumentChunk]:
        rows = Rows(figures_pb2.ReturnsExport.Rows.Name(request.rows or figures_pb2.ReturnsExport.RETURNS))
        if rows is Rows.MOVEMENTS and request.decisions:
            raise invalid("decisions", "movements stay whatever becomes of their return: choose them by time")
        async for chunk in streamed(MEDIA_TYPE, self._exports.returns(_merchant(), filter_of(request), rows)):
            yield chunk


def _merchant() -> str:
    return CALLER.get().key.merchant_id


def _shown(record: ReturnRecord) -> return_pb2.Return:
    return return_message(record, CALLER.get().language)
