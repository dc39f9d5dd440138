from collections.abc import Callable
from typing import Annotated, Any

import typer
from google.protobuf.field_mask_pb2 import FieldMask
from sendback.v1 import event_service_pb2 as wire
from sendback.v1.webhook_pb2 import WebhookDeliveryState, WebhookEndpoint

from sendback_cli.desk import Desk, desk_of
from sendback_cli.given import from_pairs, moment, number_of
from sendback_cli.options import Limit, RequestId, Since
from sendback_cli.statuses import Unusable

_ENDPOINTS = ("id", "uri", "types", "title", "disabled", "failures", "waiting", "disabled_reason")
_DELIVERIES = ("id", "endpoint", "type", "state", "attempts", "next_attempt_time", "failure", "create_time")
EndpointId = Annotated[str, typer.Argument(help="The endpoint, `whe_…`; see `webhooks endpoints`.")]


def endpoints(context: typer.Context) -> None:
    """Lists where events are sent."""
    desk = desk_of(context)
    request = wire.ListWebhookEndpointsRequest(merchant_id=desk.merchant)
    desk.screen.many(desk.client.events.ListWebhookEndpoints(request).webhook_endpoints, _ENDPOINTS)


def add(
    context: typer.Context,
    uri: Annotated[str, typer.Argument(help="https://…")],
    types: Annotated[
        list[str] | None, typer.Option("--type", "-t", help="Such as return.*; all unless given.")
    ] = None,
    title: Annotated[str, typer.Option(help="For people.")] = "",
    request_id: RequestId = "",
) -> None:
    """Has events sent somewhere, and tells the secret that signs them, once."""
    desk = desk_of(context)
    endpoint = WebhookEndpoint(uri=uri, types=types or [], title=title)
    request = wire.CreateWebhookEndpointRequest(
        merchant_id=desk.merchant, webhook_endpoint=endpoint, request_id=request_id
    )
    _tell_secret(desk, desk.client.events.CreateWebhookEndpoint(request))


def change(
    context: typer.Context,
    endpoint_id: EndpointId,
    pairs: Annotated[list[str], typer.Argument(help="FIELD=VALUE: uri, types, title, disabled=true …")],
    request_id: RequestId = "",
) -> None:
    """Changes an endpoint, or switches it off and on."""
    desk = desk_of(context)
    changed, paths = from_pairs(WebhookEndpoint, pairs)
    changed.id = endpoint_id
    if changed.disabled:
        desk.sure(f"Nothing is sent to {endpoint_id} any more, and what waits is given up. Go on?")
    request = wire.UpdateWebhookEndpointRequest(
        merchant_id=desk.merchant,
        webhook_endpoint=changed,
        update_mask=FieldMask(paths=paths),
        request_id=request_id,
    )
    desk.screen.one(desk.client.events.UpdateWebhookEndpoint(request))


def rotate(
    context: typer.Context,
    endpoint_id: EndpointId,
    overlap: Annotated[
        int, typer.Option(min=0, max=168, help="Hours that the former secret signs too.")
    ] = 24,
    request_id: RequestId = "",
) -> None:
    """Makes a new secret, and tells it once."""
    desk = desk_of(context)
    request = wire.RotateWebhookSecretRequest(
        merchant_id=desk.merchant, webhook_endpoint_id=endpoint_id, request_id=request_id
    )
    request.overlap.FromSeconds(overlap * 3600)
    _tell_secret(desk, desk.client.events.RotateWebhookSecret(request))


def remove(context: typer.Context, endpoint_id: EndpointId, request_id: RequestId = "") -> None:
    """Removes an endpoint."""
    desk = desk_of(context)
    desk.sure(f"{endpoint_id} is told of nothing any more. Go on?")
    request = wire.DeleteWebhookEndpointRequest(
        merchant_id=desk.merchant, webhook_endpoint_id=endpoint_id, request_id=request_id
    )
    desk.client.events.DeleteWebhookEndpoint(request)


def deliveries(
    context: typer.Context,
    endpoint: Annotated[str, typer.Option(help="Only to this endpoint.")] = "",
    event: Annotated[str, typer.Option(help="Only of this event.")] = "",
    states: Annotated[list[str] | None, typer.Option("--state", help="pending, delivered or dead.")] = None,
    limit: Limit = 50,
) -> None:
    """Lists what was sent, what came of it, and what is tried again when."""
    desk = desk_of(context)
    request = wire.ListDeliveriesRequest(endpoint=endpoint, event_id=event)
    request.states.extend(number_of(WebhookDeliveryState.State, name) for name in states or ())
    desk.screen.many(desk.pages(desk.client.events.ListDeliveries, request, "deliveries", limit), _DELIVERIES)


def redeliver(
    context: typer.Context,
    delivery_id: Annotated[str, typer.Argument(help="One delivery, `dlv_…`.")] = "",
    endpoint: Annotated[str, typer.Option(help="All of this endpoint's that were given up.")] = "",
    since: Since = "",
    request_id: RequestId = "",
) -> None:
    """Sends once more: one delivery, or all that an endpoint missed."""
    desk = desk_of(context)
    if bool(delivery_id) == bool(endpoint):
        raise Unusable("name a delivery, or --endpoint for all that it missed")
    request = wire.RedeliverWebhookRequest(request_id=request_id)
    if delivery_id:
        request.delivery_id = delivery_id
    else:
        request.merchant_id, request.webhook_endpoint_id = desk.merchant, endpoint
        desk.sure(f"Send everything once more that {endpoint} missed?")
    if since:
        request.created_from_time.CopyFrom(moment(since))
    desk.screen.one(desk.client.events.RedeliverWebhook(request))


def _tell_secret(desk: Desk, made: Any) -> None:
    if desk.screen.as_json:
        desk.screen.line(made)
        return
    desk.screen.note(f"{made.webhook_endpoint.id}; its secret is told only now:")
    print(made.secret)


COMMANDS: dict[str, Callable[..., Any]] = {
    "endpoints": endpoints,
    "add": add,
    "change": change,
    "rotate": rotate,
    "remove": remove,
    "deliveries": deliveries,
    "redeliver": redeliver,
}
