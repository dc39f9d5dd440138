"""EventService: the feed, and webhooks that come in and go out."""

from collections.abc import AsyncIterator

from sendback.v1 import event_pb2, event_service_pb2_grpc, webhook_pb2
from sendback.v1 import event_service_pb2 as pb
from sendback_sdk import WebhookRequest

from sendback_service.api.caller import CALLER, call_for, merchant_named
from sendback_service.api.interceptor import Context
from sendback_service.api.masks import merged
from sendback_service.api.return_wire import event_message
from sendback_service.api.times import time_of
from sendback_service.api.webhook_wire import delivery_message, draft_of, endpoint_message
from sendback_service.clock import Clock
from sendback_service.deliveries import Choice, Deliveries
from sendback_service.endpoints import Endpoint, EndpointDraft, Endpoints
from sendback_service.feed import Feed
from sendback_service.refusal import invalid
from sendback_service.webhooks import Webhooks

_OUTPUT_ONLY = (
    "id",
    "disabled_reason",
    "failures",
    "waiting",
    "former_secret_expire_time",
    "create_time",
    "etag",
)


class EventServicer(event_service_pb2_grpc.EventServiceServicer):
    def __init__(
        self, feed: Feed, webhooks: Webhooks, clock: Clock, endpoints: Endpoints, deliveries: Deliveries
    ) -> None:
        self._feed = feed
        self._webhooks = webhooks
        self._clock = clock
        self._endpoints = endpoints
        self._deliveries = deliveries

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
            newest_first=request.newest_first,
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

    async def CreateWebhookEndpoint(
        self, request: pb.CreateWebhookEndpointRequest, context: Context
    ) -> pb.CreateWebhookEndpointResponse:
        if request.webhook_endpoint.id:
            raise invalid("webhook_endpoint.id", "is given by the service")
        call = call_for(request, merchant_named(request.merchant_id))
        made = await self._endpoints.create(call, draft_of(request.webhook_endpoint))
        return pb.CreateWebhookEndpointResponse(
            webhook_endpoint=endpoint_message(made.endpoint), secret=made.secret
        )

    async def GetWebhookEndpoint(
        self, request: pb.GetWebhookEndpointRequest, context: Context
    ) -> webhook_pb2.WebhookEndpoint:
        merchant_id = merchant_named(request.merchant_id)
        return endpoint_message(await self._endpoints.get(merchant_id, request.webhook_endpoint_id))

    async def ListWebhookEndpoints(
        self, request: pb.ListWebhookEndpointsRequest, context: Context
    ) -> pb.ListWebhookEndpointsResponse:
        found = await self._endpoints.list(merchant_named(request.merchant_id))
        return pb.ListWebhookEndpointsResponse(webhook_endpoints=map(endpoint_message, found))

    async def UpdateWebhookEndpoint(
        self, request: pb.UpdateWebhookEndpointRequest, context: Context
    ) -> webhook_pb2.WebhookEndpoint:
        given = request.webhook_endpoint
        call = call_for(request, merchant_named(request.merchant_id))

        def new(present: Endpoint) -> EndpointDraft:
            return draft_of(merged(endpoint_message(present), given, request.update_mask, _OUTPUT_ONLY))

        return endpoint_message(await self._endpoints.update(call, given.id, new, given.etag))

    async def RotateWebhookSecret(
        self, request: pb.RotateWebhookSecretRequest, context: Context
    ) -> pb.RotateWebhookSecretResponse:
        call = call_for(request, merchant_named(request.merchant_id))
        overlap = request.overlap.ToTimedelta() if request.HasField("overlap") else None
        made = await self._endpoints.rotate(call, request.webhook_endpoint_id, overlap)
        return pb.RotateWebhookSecretResponse(
            webhook_endpoint=endpoint_message(made.endpoint), secret=made.secret
        )

    async def DeleteWebhookEndpoint(
        self, request: pb.DeleteWebhookEndpointRequest, context: Context
    ) -> pb.DeleteWebhookEndpointResponse:
        call = call_for(request, merchant_named(request.merchant_id))
        await self._endpoints.delete(call, request.webhook_endpoint_id)
        return pb.DeleteWebhookEndpointResponse()

    async def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, context: Context
    ) -> pb.ListDeliveriesResponse:
        """A merchant's key sees those of its own endpoints, the operator's all."""
        states = [webhook_pb2.WebhookDeliveryState.State.Name(state) for state in request.states]
        page = await self._deliveries.list(
            CALLER.get().key.merchant_id,
            Choice(request.endpoint, request.event_id, states),
            request.page_size,
            request.page_token,
        )
        return pb.ListDeliveriesResponse(
            deliveries=map(delivery_message, page.items), next_page_token=page.next_token
        )

    async def RedeliverWebhook(
        self, request: pb.RedeliverWebhookRequest, context: Context
    ) -> pb.RedeliverWebhookResponse:
        if request.delivery_id:
            call = call_for(request, CALLER.get().key.merchant_id)
            found = await self._deliveries.redeliver(call, request.delivery_id)
            return pb.RedeliverWebhookResponse(count=1, delivery=delivery_message(found))
        call = call_for(request, merchant_named(request.merchant_id))
        since = time_of(request, "created_from_time")
        count = await self._deliveries.redeliver_dead(call, request.webhook_endpoint_id, since)
        return pb.RedeliverWebhookResponse(count=count)
