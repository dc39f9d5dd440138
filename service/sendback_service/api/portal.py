"""PortalService: buyers, by way of a front end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from google.protobuf.message import Message
from sendback.v1 import image_pb2, portal_service_pb2_grpc, return_pb2
from sendback.v1 import portal_service_pb2 as pb
from sendback.v1.document_pb2 import DocumentChunk, LabelDocument

from sendback_service import another_parcel
from sendback_service.access import BuyerSession
from sendback_service.api.caller import CALLER, call_for, language_of_caller, speak
from sendback_service.api.documents import chunks, gathered
from sendback_service.api.interceptor import Context
from sendback_service.api.order_wire import address_message
from sendback_service.api.portal_wire import (
    drop_off_message,
    portal_message,
    reason_message,
    session_message,
    visible,
)
from sendback_service.api.return_wire import (
    items_message,
    lines_message,
    offer_message,
    print_of,
    quote_message,
    return_message,
    wish_of,
)
from sendback_service.api.settings_wire import image_message, size_of
from sendback_service.api.times import last_date, stamp
from sendback_service.api.validation import Wrong
from sendback_service.buyers import Buyers, own
from sendback_service.call import Call
from sendback_service.creation import Creation
from sendback_service.drafts import offer_for
from sendback_service.drop_offs import DropOffPoints
from sendback_service.images import Images
from sendback_service.links import is_link
from sendback_service.parcels import Parcels
from sendback_service.pictures import Use
from sendback_service.records import ParcelRecord, ReturnRecord
from sendback_service.refusal import invalid, not_found
from sendback_service.returns import Filter, Returns
from sendback_service.rules.credit import credit_refusal
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.withdrawal import withdrawal_until
from sendback_service.shops import Shop, Shops
from sendback_service.text.withdrawals import withdrawal_statement
from sendback_service.tracking import ToldNumber

_BUYER = "buyer"
_DROP_OFFS = 10


class PortalServicer(portal_service_pb2_grpc.PortalServiceServicer):
    def __init__(
        self,
        shops: Shops,
        buyers: Buyers,
        creation: Creation,
        returns: Returns,
        parcels: Parcels,
        images: Images,
        drop_offs: DropOffPoints,
    ) -> None:
        self._shops = shops
        self._buyers = buyers
        self._creation = creation
        self._returns = returns
        self._parcels = parcels
        self._images = images
        self._drop_offs = drop_offs

    async def _enter(self, token: str) -> tuple[BuyerSession, Shop]:
        """From here on errors too are in the buyer's language."""
        session, shop = await self._buyers.enter(token)
        return replace(session, language=speak(session.language)), shop

    async def GetPortal(self, request: pb.GetPortalRequest, context: Context) -> pb.Portal:
        shop = await self._shops.by_slug(request.slug)
        return portal_message(shop, language_of_caller(request.language_code))

    async def GetImage(
        self, request: pb.PortalGetImageRequest, context: Context
    ) -> AsyncIterator[DocumentChunk]:
        """What GetPortal names, and nothing else that was ever uploaded."""
        shop = await self._shops.by_slug(request.slug)
        shown = {shop.brand.logo_image_id} | ({shop.portal.background_image_id} if shop.open else set())
        if request.image_id not in shown:
            raise not_found("image", request.image_id)
        uses = (Use.LOGO, Use.BACKGROUND)
        picture = await self._images.picture(shop.id, request.image_id, size_of(request.size), uses)
        for chunk in chunks(picture.media_type, picture.data):
            yield chunk

    async def UploadEvidence(
        self, requests: AsyncIterator[pb.UploadEvidenceRequest | Wrong], context: Context
    ) -> image_pb2.Image:
        first, data = await gathered(requests)
        session, _ = await self._enter(first.session_token)
        call = _call(first, session)
        return image_message(await self._images.take(call, Use.EVIDENCE, data, session.order_id))

    async def StartSession(self, request: pb.StartSessionRequest, context: Context) -> pb.Session:
        address = CALLER.get().buyer_address
        if request.WhichOneof("credential") == "access_token":
            signed = await self._buyers.sign_in_by_token(
                request.slug, request.access_token, request.language_code, address
            )
        else:
            signed = await self._buyers.sign_in_by_order(
                request.slug,
                request.order.number,
                request.order.email_or_postal_code,
                request.language_code,
                address,
            )
        return session_message(signed)

    async def GetReturnableOrder(
        self, request: pb.GetReturnableOrderRequest, context: Context
    ) -> pb.ReturnableOrder:
        session, _ = await self._enter(request.session_token)
        case = await self._creation.case(session.merchant_id, session.order_id)
        coverage = self._creation.coverage(session.merchant_id)
        offer = offer_for(case, case.place, SettlementKind.REFUND, coverage)
        zone = case.policy.policy.window.time_zone
        shown = pb.ReturnableOrder(
            number=case.order.number,
            currency_code=case.order.currency,
            lines=lines_message(case.verdicts, case.order.lines, zone, session.language),
            reasons=[reason_message(reason, session.language) for reason in case.policy.policy.reasons],
            window_open=any(verdict.returnable for verdict in case.verdicts),
            label_offer=offer_message(offer, case.order.currency, session.language),
            credit_offered=not credit_refusal(case.policy.policy.credit, case.order),
            withdrawal_open=await self._withdrawal_open(session),
        )
        if case.order.ship_to is not None:
            shown.ship_from.CopyFrom(address_message(visible(case.order.ship_to, session)))
        return shown

    async def _withdrawal_open(self, session: BuyerSession) -> bool:
        basis = Basis.STATUTORY_WITHDRAWAL
        case = await self._creation.case(session.merchant_id, session.order_id, basis)
        return any(verdict.returnable for verdict in case.verdicts)

    async def EstimateReturn(self, request: pb.EstimateReturnRequest, context: Context) -> pb.Estimate:
        session, _ = await self._enter(request.session_token)
        made, hash, expires = await self._creation.estimate(
            session.merchant_id, session.order_id, wish_of(request)
        )
        estimate = pb.Estimate(
            quote=quote_message(made.quote, hash, session.language),
            label_offer=offer_message(made.offer, made.quote.currency, session.language),
            needs_approval=made.in_review,
        )
        estimate.quote.expire_time.CopyFrom(stamp(expires))
        return estimate

    async def CreateReturn(
        self, request: pb.PortalCreateReturnRequest, context: Context
    ) -> return_pb2.Return:
        session, _ = await self._enter(request.session_token)
        record = await self._creation.create(
            _call(request, session),
            session.order_id,
            wish_of(request),
            print_of(request.format, request.paper),
            request.quote_hash,
        )
        return return_message(record, session.language)

    async def ListReturns(
        self, request: pb.PortalListReturnsRequest, context: Context
    ) -> pb.PortalListReturnsResponse:
        session, _ = await self._enter(request.session_token)
        page = await self._returns.list(
            session.merchant_id, Filter(order_id=session.order_id), request.page_size, request.page_token
        )
        return pb.PortalListReturnsResponse(
            returns=[return_message(r, session.language) for r in page.items], next_page_token=page.next_token
        )

    async def GetReturn(self, request: pb.PortalGetReturnRequest, context: Context) -> return_pb2.Return:
        session, record = await self._own(request.session_token, request.return_id)
        return return_message(record, session.language)

    async def CancelReturn(
        self, request: pb.PortalCancelReturnRequest, context: Context
    ) -> return_pb2.Return:
        session, record = await self._own(request.session_token, request.return_id)
        changed = await self._returns.cancel(_call(request, session), record.id, request.etag)
        return return_message(changed, session.language)

    async def CancelUnits(self, request: pb.PortalCancelUnitsRequest, context: Context) -> return_pb2.Return:
        session, record = await self._own(request.session_token, request.return_id)
        wanted = [(item.order_line_id, item.quantity) for item in request.items]
        call = _call(request, session)
        changed = await self._returns.cancel_last(call, record.id, request.etag, wanted)
        return return_message(changed, session.language)

    async def AddTracking(self, request: pb.PortalAddTrackingRequest, context: Context) -> return_pb2.Return:
        if request.tracking_uri and not is_link(request.tracking_uri):
            raise invalid("tracking_uri", "must be an address that begins with https:// or http://")
        session, record = await self._own(request.session_token, request.return_id)
        told = ToldNumber(
            request.tracking_number, request.tracking_uri, request.parcel_id, request.another_parcel
        )
        changed = await self._returns.add_tracking(_call(request, session), record.id, told)
        return return_message(changed, session.language)

    async def AddParcel(self, request: pb.PortalAddParcelRequest, context: Context) -> return_pb2.Return:
        session, record = await self._own(request.session_token, request.return_id)
        changed = await self._returns.add_parcel(
            _call(request, session), record.id, request.etag, another_parcel.for_buyer
        )
        return return_message(changed, session.language)

    async def ListDropOffPoints(
        self, request: pb.ListDropOffPointsRequest, context: Context
    ) -> pb.ListDropOffPointsResponse:
        session, _ = await self._enter(request.session_token)
        parcel = await self._own_parcel(session, request.parcel_id)
        shown, limit = partial(visible, session=session), request.max_points or _DROP_OFFS
        points = await self._drop_offs.near(session.merchant_id, parcel.id, shown, limit)
        return pb.ListDropOffPointsResponse(points=[drop_off_message(point) for point in points])

    async def StartWithdrawal(self, request: pb.StartWithdrawalRequest, context: Context) -> pb.Withdrawal:
        """Open whatever window or approval say."""
        session, shop = await self._enter(request.session_token)
        wish = wish_of(request, basis=Basis.STATUTORY_WITHDRAWAL)
        made, hash, expires = await self._creation.estimate(session.merchant_id, session.order_id, wish)
        zone = made.case.policy.policy.window.time_zone
        until = withdrawal_until(made.case.order, zone)
        shown = pb.Withdrawal(
            statement=withdrawal_statement(made, shop, session.language),
            items=items_message(made.wish.items),
            quote=quote_message(made.quote, hash, session.language),
            label_offer=offer_message(made.offer, made.quote.currency, session.language),
            until_time=stamp(until),
            last_day=last_date(until, zone),
        )
        shown.quote.expire_time.CopyFrom(stamp(expires))
        return shown

    async def ConfirmWithdrawal(
        self, request: pb.ConfirmWithdrawalRequest, context: Context
    ) -> return_pb2.Return:
        session, _ = await self._enter(request.session_token)
        wish = wish_of(request, basis=Basis.STATUTORY_WITHDRAWAL)
        how = print_of(request.format, request.paper)
        call = _call(request, session)
        record = await self._creation.create(call, session.order_id, wish, how, request.quote_hash)
        return return_message(record, session.language)

    async def _own(self, token: str, return_id: str) -> tuple[BuyerSession, ReturnRecord]:
        session, _ = await self._enter(token)
        record = await self._returns.get(session.merchant_id, return_id)
        own(record.order_id, session, return_id)
        return session, record

    async def _own_parcel(self, session: BuyerSession, parcel_id: str) -> ParcelRecord:
        parcel = await self._parcels.get(session.merchant_id, parcel_id)
        if not parcel.return_id:
            raise not_found("parcel", parcel_id)
        record = await self._returns.get(session.merchant_id, parcel.return_id)
        own(record.order_id, session, parcel_id)
        return parcel

    async def GetLabelDocument(
        self, request: pb.PortalGetLabelDocumentRequest, context: Context
    ) -> AsyncIterator[DocumentChunk]:
        session, _ = await self._enter(request.session_token)
        parcel = await self._own_parcel(session, request.parcel_id)
        kind = LabelDocument.Kind.Name(request.document or LabelDocument.LABEL)
        document = await self._parcels.document(session.merchant_id, parcel.id, kind)
        for chunk in chunks(document.media_type, document.data, document.sha256):
            yield chunk

    async def WatchReturn(
        self, request: pb.PortalWatchReturnRequest, context: Context
    ) -> AsyncIterator[return_pb2.Return]:
        session, record = await self._own(request.session_token, request.return_id)
        async for changed in self._returns.watch(session.merchant_id, record.id):
            await self._enter(request.session_token)
            yield return_message(changed, session.language)


def _call(request: Message, session: BuyerSession) -> Call:
    """Request ids of buyers are their order's own: no other buyer's can meet them."""
    call = call_for(request, session.merchant_id, actor=_BUYER, language=session.language)
    return replace(call, rpc=f"{call.rpc}:{session.order_id}")
