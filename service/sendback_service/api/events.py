"""EventService: the feed, and webhooks that come in."""

from collections.abc import AsyncIterator

from sendback.v1 import event_pb2, event_service_pb2_grpc
from sendback.v1 import event_service_pb2 as pb
from sendback_sdk import WebhookRequest

from sendback_service.api.caller import CALLER
from sendback_service.api.interceptor import Context
from sendback_service.api.return_wire import event_message
from sendback_service.clock import Clock
from sendback_service.feed import Feed
from sendback_service.webhooks import Webhooks


class EventServicer(event_service_pb2_grpc.EventServiceServicer):
    def __init__(self, feed: Feed, webhooks: Webhooks, clock: Clock) -> None:
        self._feed = feed
        self._webhooks = webhooks
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
        headers = tuple((header.name, header.value) for header in request.headers)
        inbound = WebhookRequest(headers, request.body, self._clock())
        heard = await self._webhooks.deliver(request.account, inbound)
        return pb.DeliverWebhookResponse(updates=heard.updates, applied=heard.applied)
