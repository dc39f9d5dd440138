"""Webhooks: where the shop's own systems are told of events, what became of each, and sending one more time."""

import asyncio

from google.protobuf.duration_pb2 import Duration
from sendback.v1.event_service_pb2 import (
    CreateWebhookEndpointRequest,
    DeleteWebhookEndpointRequest,
    ListDeliveriesRequest,
    ListWebhookEndpointsRequest,
    RedeliverWebhookRequest,
    RotateWebhookSecretRequest,
)
from sendback.v1.webhook_pb2 import WebhookDeliveryState, WebhookEndpoint
from sendback_client import SendbackError
from starlette.responses import Response

from sendback_web.console.entries import Entry, filled, told, typed, words_of
from sendback_web.console.names import DELIVERIES
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_PAGE = 50
_OVERLAP = Duration(seconds=86400)
_SENT = N_("It is being sent once more.")
_GONE = N_("The endpoint is gone; what was still to be sent is given up.")
_FIELDS = {
    "webhook_endpoint.uri": "uri",
    "webhook_endpoint.types": "types",
    "webhook_endpoint.title": "title",
}


async def show(visit: Visit) -> Response:
    return await _page(visit, filled())


async def create(visit: Visit) -> Response:
    entry = typed(await visit.form())
    wanted = WebhookEndpoint(
        uri=entry.one("uri"), types=words_of(entry.one("types")), title=entry.one("title")
    )
    request = CreateWebhookEndpointRequest(webhook_endpoint=wanted, request_id=entry.one("request_id"))
    try:
        made = await visit.desk.events.CreateWebhookEndpoint(request)
    except SendbackError as refused:
        if refused.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED"):
            raise
        found = told(refused, _FIELDS)
        return await _page(visit, entry.wrong(found.problems, found.trouble), status=422)
    return await _page(visit, filled(), made.secret)


async def rotate(visit: Visit) -> Response:
    """A new secret; the former one signs beside it for a day."""
    entry = typed(await visit.form())
    request = RotateWebhookSecretRequest(
        webhook_endpoint_id=entry.one("endpoint"), overlap=_OVERLAP, request_id=entry.one("request_id")
    )
    return await _page(visit, filled(), (await visit.desk.events.RotateWebhookSecret(request)).secret)


async def delete(visit: Visit) -> Response:
    entry = typed(await visit.form())
    await visit.desk.events.DeleteWebhookEndpoint(
        DeleteWebhookEndpointRequest(
            webhook_endpoint_id=entry.one("endpoint"), request_id=entry.one("request_id")
        )
    )
    return visit.go(visit.href("webhooks"), _GONE)


async def redeliver(visit: Visit) -> Response:
    """One delivery, or all of an endpoint's that were given up."""
    entry = typed(await visit.form())
    request = RedeliverWebhookRequest(request_id=entry.one("request_id"))
    if entry.one("delivery"):
        request.delivery_id = entry.one("delivery")
    else:
        request.webhook_endpoint_id = entry.one("endpoint")
    await visit.desk.events.RedeliverWebhook(request)
    return visit.go(visit.href("webhooks"), _SENT)


async def _page(visit: Visit, entry: Entry, secret: str = "", *, status: int = 200) -> Response:
    said = visit.request.query_params
    known = {str(int(value)): value for value in DELIVERIES}
    states: list[WebhookDeliveryState.State] = [known[v] for v in said.getlist("state") if v in known]
    endpoints, deliveries = await asyncio.gather(
        visit.desk.events.ListWebhookEndpoints(ListWebhookEndpointsRequest()),
        visit.desk.events.ListDeliveries(
            ListDeliveriesRequest(page_size=_PAGE, page_token=said.get("page", ""), states=states)
        ),
    )
    return visit.show(
        "webhooks.html",
        status=status,
        entry=entry,
        secret=secret,
        endpoints=endpoints.webhook_endpoints,
        titles={e.id: e.title or e.uri for e in endpoints.webhook_endpoints},
        deliveries=deliveries.deliveries,
        next_token=deliveries.next_page_token,
        chosen=said.get("state", ""),
        states=DELIVERIES,
    )
