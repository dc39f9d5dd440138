"""EventService: the feed, and webhooks that come in."""

import asyncio
from collections.abc import AsyncIterator

from sendback.v1 import event_pb2, event_service_pb2_grpc
from sendback.v1 import event_service_pb2 as pb
from sendback_sdk import Declined, Hears, TrackingUpdate, WebhookRequest

from sendback_service.api.caller import CALLER
from sendback_service.api.interceptor import Context
from sendback_service.api.return_wire import event_message
from sendback_service.clock import Clock
from sendback_service.feed import Feed
from sendback_service.host import AccountMissing, Host
from sendback_service.parcels import Parcels
from sendback_service.refusal import Reason, refuse


class EventServicer(event_service_pb2_grpc.EventServiceServicer):
    def __init__(self, feed: Feed, parcels: Parcels, host: Host, clock: Clock) -> None:
        self._feed = feed
        self._parcels = parcels
        self._host = host
        self._clock = clock

    async def WatchEvents(
        self, request: pb.WatchEventsRequest, context: Context
    ) -> AsyncIterator[event_pb2.Event]:
        """A merchant's key sees its own events, the operator's all."""
        async for event in self._feed.watch(
            CALLER.get().key.merchant_id, request.resume_token, request.types, request.stop_at_end
        ):
            yield event_message(event)

    async def ListEvents(self, request: pb.ListEventsRequest, context: Context) -> pb.ListEventsResponse:
        page = await self._feed.list(
            CALLER.get().key.merchant_id,
            request.subject_id,
            request.types,
            request.page_size,
            request.page_token,
        )
        return pb.ListEventsResponse(
            events=[event_message(event) for event in page.items], next_page_token=page.next_token
        )

    async def DeliverWebhook(
        self, request: pb.DeliverWebhookRequest, context: Context
    ) -> pb.DeliverWebhookResponse:
        try:
            plugin = self._host.plugin(request.account)
        except AccountMissing:
            raise refuse(Reason.ACCOUNT_MISSING, account=request.account) from None
        if not isinstance(plugin, Hears):
            raise refuse(Reason.ACCOUNT_MISSING, account=request.account)
        headers = tuple((header.name, header.value) for header in request.headers)
        inbound = WebhookRequest(headers, request.body, self._clock())
        try:
            updates = await asyncio.to_thread(plugin.hear, inbound)
        except Declined:
            raise refuse(Reason.WEBHOOK_REFUSED, account=request.account) from None
        tracking = [update for update in updates if isinstance(update, TrackingUpdate)]
        applied = await self._parcels.hear(tracking, request.account)
        return pb.DeliverWebhookResponse(updates=len(updates), applied=applied)
