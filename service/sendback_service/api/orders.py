"""OrderService: order sources and warehouses."""

from collections.abc import AsyncIterator, Sequence

from sendback.v1 import buyer_data_pb2, document_pb2, order_pb2, order_service_pb2_grpc, promotion_pb2
from sendback.v1 import order_service_pb2 as pb
from sendback_sdk.orders import Order

from sendback_service.api.buyer_wire import asked_of, buyer_of, erasure_message
from sendback_service.api.caller import CALLER, call_for
from sendback_service.api.documents import chunks, streamed
from sendback_service.api.interceptor import Context
from sendback_service.api.order_wire import order_message, order_of
from sendback_service.api.return_wire import print_of
from sendback_service.api.times import stamp
from sendback_service.api.validation import Wrong
from sendback_service.buyer_data import BuyerData
from sendback_service.call import Call
from sendback_service.erasures import Erasures
from sendback_service.orders import ImportResult, Orders
from sendback_service.promotions import Form, Promotion, Promotions
from sendback_service.refusal import Problem, Refusal

_BATCH = 50
_TOLD = 1000
# Of each of them: a thousand fit into an answer, however long the names are that stand in what is said.
_TOLD_PROBLEMS, _TOLD_BYTES, _TOLD_LETTERS = 20, 2048, 200


class OrderServicer(order_service_pb2_grpc.OrderServiceServicer):
    def __init__(
        self, orders: Orders, promotions: Promotions, buyer_data: BuyerData, erasures: Erasures
    ) -> None:
        self._orders = orders
        self._promotions = promotions
        self._buyer_data = buyer_data
        self._erasures = erasures

    async def ImportOrders(
        self, requests: AsyncIterator[pb.ImportOrdersRequest | Wrong], context: Context
    ) -> pb.ImportOrdersResponse:
        """Kept in small transactions as they come, so that a stream of any length needs little memory, and what was
        kept before it broke stays kept."""
        caller = CALLER.get()
        call = Call(caller.rpc, caller.key.merchant_id, caller.actor, cause="import")
        intake = _Intake(self._orders, call)
        async for request in requests:
            await intake.take(request)
        await intake.flush()
        return intake.told

    async def UpsertOrder(self, request: pb.UpsertOrderRequest, context: Context) -> order_pb2.Order:
        return order_message(await self._orders.upsert(call_for(request), order_of(request.order)))

    async def GetOrder(self, request: pb.GetOrderRequest, context: Context) -> order_pb2.Order:
        return order_message(await self._orders.get(CALLER.get().key.merchant_id, request.order_id))

    async def ListOrders(self, request: pb.ListOrdersRequest, context: Context) -> pb.ListOrdersResponse:
        page = await self._orders.list(
            CALLER.get().key.merchant_id, request.number, request.page_size, request.page_token
        )
        return pb.ListOrdersResponse(
            orders=[order_message(kept) for kept in page.items], next_page_token=page.next_token
        )

    async def CreateAccessLink(self, request: pb.CreateAccessLinkRequest, context: Context) -> pb.AccessLink:
        made = await self._orders.access_link(CALLER.get().key.merchant_id, request.order_id)
        return pb.AccessLink(uri=made.uri, access_token=made.token, qr_png=made.qr_png)

    async def SendAccessLink(
        self, request: pb.SendAccessLinkRequest, context: Context
    ) -> pb.SendAccessLinkResponse:
        message_id = await self._orders.send_access_link(call_for(request), request.order_id)
        return pb.SendAccessLinkResponse(message_id=message_id)

    async def GetPromotion(
        self, request: pb.GetPromotionRequest, context: Context
    ) -> promotion_pb2.Promotion:
        merchant_id = CALLER.get().key.merchant_id
        form = Form(promotion_pb2.PromotionForm.Kind.Name(request.form))
        if form is Form.SITE_LINK:
            return _promotion(await self._promotions.of_site(merchant_id, request.language_code))
        return _promotion(
            await self._promotions.of_order(
                merchant_id,
                request.order_id,
                form,
                print_of(0, request.paper).paper,
                request.language_code,
                request.qr_image_uri,
            )
        )

    async def PrintInserts(
        self, request: pb.PrintInsertsRequest, context: Context
    ) -> AsyncIterator[document_pb2.DocumentChunk]:
        how = print_of(request.format, request.paper)
        media_type, data = await self._promotions.inserts(
            CALLER.get().key.merchant_id, request.order_ids, how.format, how.paper
        )
        for chunk in chunks(media_type, data):
            yield chunk

    async def RevokeAccess(
        self, request: pb.RevokeAccessRequest, context: Context
    ) -> pb.RevokeAccessResponse:
        revoked = await self._orders.revoke_access(call_for(request), request.order_id)
        return pb.RevokeAccessResponse(revoke_time=stamp(revoked))

    async def ExportBuyerData(
        self, request: pb.ExportBuyerDataRequest, context: Context
    ) -> AsyncIterator[document_pb2.DocumentChunk]:
        texts = self._buyer_data.export(call_for(request), buyer_of(request))
        async for chunk in streamed("application/json", texts):
            yield chunk

    async def EraseBuyerData(
        self, request: pb.EraseBuyerDataRequest, context: Context
    ) -> buyer_data_pb2.BuyerErasure:
        call, asked = call_for(request), asked_of(request)
        if request.validate_only:
            return erasure_message(await self._erasures.look(call.merchant_id, asked))
        return erasure_message(await self._erasures.erase(call, asked))

    async def GetBuyerErasure(
        self, request: pb.GetBuyerErasureRequest, context: Context
    ) -> buyer_data_pb2.BuyerErasure:
        return erasure_message(await self._erasures.get(CALLER.get().key.merchant_id, request.erasure_id))


def _promotion(made: Promotion) -> promotion_pb2.Promotion:
    return promotion_pb2.Promotion(
        media_type=made.media_type,
        content=made.content,
        uri=made.uri,
        language_code=made.language,
        buyer_case=str(made.case) if made.case else None,
        sentences=made.sentences,
    )


def _id_in(wrong: pb.ImportOrdersRequest | None, problems: Sequence[Problem]) -> str:
    """The shop's id of an order that is wrong, unless that is, or is nothing to print."""
    if wrong is None or any(problem.field == "order.external_id" for problem in problems):
        return ""
    id: str = wrong.order.external_id
    return id if id.isprintable() else ""


class _Intake:
    """Orders of a stream on their way in, each with its place in the stream."""

    def __init__(self, orders: Orders, call: Call) -> None:
        self._orders = orders
        self._call = call
        self._place = 0
        self._waiting: list[tuple[int, Order]] = []
        self.told = pb.ImportOrdersResponse()

    async def take(self, request: pb.ImportOrdersRequest | Wrong) -> None:
        place, self._place = self._place, self._place + 1
        if isinstance(request, Wrong):
            problems = request.refusal.problems
            self._reject(place, _id_in(request.request, problems), problems)
        else:
            try:
                self._waiting.append((place, order_of(request.order)))
            except Refusal as refusal:
                self._reject(place, request.order.external_id, refusal.problems)
        if len(self._waiting) == _BATCH:
            await self.flush()

    async def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        kept = await self._orders.take(self._call, [order for _, order in waiting])
        for (place, order), what in zip(waiting, kept, strict=True):
            self._count(place, order, what)

    def _count(self, place: int, order: Order, kept: ImportResult) -> None:
        if kept.news == "rejected":
            self._reject(place, order.id, kept.problems)
        else:
            setattr(self.told, kept.news, getattr(self.told, kept.news) + 1)

    def _reject(self, place: int, external_id: str, problems: tuple[Problem, ...]) -> None:
        self.told.rejected_count += 1
        if len(self.told.rejected) < _TOLD:
            rejected = self.told.rejected.add(index=place, external_id=external_id)
            for problem in problems[:_TOLD_PROBLEMS]:
                description = problem.description[:_TOLD_LETTERS]
                rejected.problems.add(field=problem.field, description=description)
                if rejected.ByteSize() > _TOLD_BYTES:
                    break
